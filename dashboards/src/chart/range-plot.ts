/** Draws one or two series over any time with uPlot: bands of limits, gaps, late parts, extremes, flags, two axes of values. */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { isParameter, type Language, parameterOf } from '../../../devices/parameter.ts';
import { formatNumber, formatTick, isSwitch, stepOf, switchText, unitLabel } from '../format.ts';
import type { Gap } from '../series.ts';
import { TEXTS } from '../texts/texts.ts';
import { token } from '../theme.ts';
import { frameOf } from './bands.ts';
import { drawBands, type NamedBand, writeBands } from './draw-bands.ts';
import { drawEnvelope } from './envelope.ts';
import { drawFlags, drawGaps, drawLate } from './marks.ts';
import { align, extentIn, type RangeSeries } from './range-data.ts';
import { timeTicks } from './time-axis.ts';
import type { View } from './view.ts';

export interface Drawn {
  readonly parameter: string;
  readonly unit: string;
  readonly series: RangeSeries;
  readonly gaps: readonly Gap[];
  readonly late: readonly Gap[];
  /** Worst first. */
  readonly bands: readonly NamedBand[];
}

export interface RangePlotOptions {
  readonly language: Language;
  readonly height: number;
  /** The moment under the pointer, epoch ms; null when it left. */
  readonly hover: (at: number | null) => void;
}

export interface RangePlot {
  /** One series or two; the first has its axis on the left. */
  draw(drawn: readonly Drawn[], view: View): void;
  /** Another part of what is drawn. */
  show(view: View): void;
  /** The moment at so many pixels from the left of the plot. */
  atPixel(x: number): number;
  /** Moves the pointer to the point beside the one it is at. */
  step(by: 1 | -1): void;
  readonly over: HTMLElement;
  readonly width: number;
  remove(): void;
}

/** The first series has its axis on the left, the second on the right. */
const scaleOf = (index: number): string => (index === 0 ? 'y' : 'y2');
const colourOf = (index: number): string => token(index === 0 ? 'accent' : 'second');
const stepped = uPlot.paths.stepped?.({ align: 1 });
/** What is above it no instrument measures; its digits would leave no room for the chart. */
const HUGE = 1e9;
/** Pixels that a label of time takes with the room around it. */
const LABEL = 72;

export function createRangePlot(element: HTMLElement, options: RangePlotOptions): RangePlot {
  const { language } = options;
  let drawn: readonly Drawn[] = [];
  let view: View = { from: 0, to: 1 };
  let moments: readonly number[] = [];
  const font = `11px ${token('font')}`;
  const axis: uPlot.Axis = {
    font,
    labelFont: font,
    stroke: token('text-2'),
    grid: { stroke: token('line'), width: 1 },
    ticks: { show: false },
  };
  const yAxis = (index: 0 | 1): uPlot.Axis => ({
    ...axis,
    scale: scaleOf(index),
    side: index === 0 ? 3 : 1,
    show: drawn.length > index,
    stroke: index === 0 && drawn.length < 2 ? token('text-2') : colourOf(index),
    grid: { ...axis.grid, show: index === 0 },
    size: (_, values) => 14 + 7 * Math.max(3, ...(values ?? []).map((text) => text?.length ?? 0)),
    gap: 4,
    space: 34,
    incrs: roundSteps(stepOf(drawn[index]?.parameter ?? '')),
    label: (drawn[index] && unitLabel(drawn[index].unit, language)) || ' ',
    labelSize: 16,
    labelGap: 0,
    ...(isSwitch(drawn[index]?.parameter ?? '') && { splits: () => [0, 1] }),
    values: (_, values) =>
      values.map((value) => valueTick(value, values, drawn[index]?.parameter ?? '', language)),
  });
  const make = (): uPlot =>
    new uPlot(
      {
        width: element.clientWidth,
        height: options.height,
        padding: [10, drawn.length > 1 ? 0 : 12, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false, setScale: false }, points: { size: 8 }, y: false },
        scales: {
          x: { time: false, range: () => [view.from, view.to] },
          y: { range: () => rangeOf(drawn[0], view) },
          y2: { range: () => rangeOf(drawn[1], view) },
        },
        axes: [
          {
            ...axis,
            size: 26,
            gap: 5,
            splits: (self) => [
              ...timeTicks(view.from, view.to, Math.max(1, self.bbox.width / uPlot.pxRatio / LABEL)).at,
            ],
            values: (self, at) => {
              const { grain } = timeTicks(
                view.from,
                view.to,
                Math.max(1, self.bbox.width / uPlot.pxRatio / LABEL),
              );
              return at.map((ms) => formatTick(ms, grain, language));
            },
          },
          yAxis(0),
          yAxis(1),
        ],
        series: [
          {},
          ...drawn.map(({ parameter }, index) => ({
            scale: scaleOf(index),
            stroke: colourOf(index),
            width: 1.6,
            ...(index === 1 && { dash: [6, 3] }),
            points: { show: false },
            // On or off has nothing in between.
            ...(isSwitch(parameter) && stepped && { paths: stepped }),
          })),
        ],
        hooks: {
          drawClear: [
            (self) => {
              if (drawn.length === 1) drawBands(self, drawn[0]?.bands ?? []);
              for (const { gaps } of drawn) drawGaps(self, gaps);
              for (const { late } of drawn) drawLate(self, late);
              for (const [index, { series }] of drawn.entries())
                drawEnvelope(self, series, { scale: scaleOf(index), colour: colourOf(index) });
            },
          ],
          draw: [
            (self) => {
              for (const [index, { series }] of drawn.entries())
                drawFlags(self, series.points, scaleOf(index), colourOf(index));
              if (drawn.length === 1) writeBands(self, drawn[0]?.bands ?? []);
            },
          ],
          setCursor: [
            ({ cursor }) => {
              const at = typeof cursor.idx === 'number' ? moments[cursor.idx] : undefined;
              options.hover(at === undefined || (cursor.left ?? -1) < 0 ? null : at);
            },
          ],
        },
      },
      [[], ...drawn.map(() => [])],
      element,
    );
  let plot = make();
  let shape = '';
  const resize = new ResizeObserver(() => {
    if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: options.height });
  });
  resize.observe(element);

  return {
    draw(next, at) {
      drawn = next;
      view = at;
      // Axes and colours are the plot's own: another parameter is another plot.
      const wanted = JSON.stringify(next.map(({ parameter, unit }) => [parameter, unit]));
      if (wanted !== shape) {
        plot.destroy();
        plot = make();
        shape = wanted;
      }
      const aligned = align(next.map(({ series: { points, everyS }, gaps }) => ({ points, everyS, gaps })));
      moments = aligned.at;
      plot.setData([[...aligned.at], ...aligned.values.map((line) => [...line])] as uPlot.AlignedData);
    },
    show(at) {
      view = at;
      plot.setScale('x', { min: at.from, max: at.to });
    },
    atPixel: (x) => plot.posToVal(x, 'x'),
    step(by) {
      const seen = moments.filter((at) => at >= view.from && at <= view.to);
      const left = plot.cursor.left ?? -1;
      const current = left < 0 ? -1 : seen.findIndex((at) => at >= plot.posToVal(left, 'x') - 1);
      const next = current === -1 ? seen.length - 1 : Math.min(Math.max(current + by, 0), seen.length - 1);
      const at = seen[next];
      if (at !== undefined) plot.setCursor({ left: plot.valToPos(at, 'x'), top: 10 });
    },
    get over() {
      return plot.over;
    },
    get width() {
      return element.clientWidth;
    },
    remove: () => {
      resize.disconnect();
      plot.destroy();
    },
  };
}

/** Distances of ticks: 1, 2 and 5 times powers of ten, none less than a parameter's last decimal. */
function roundSteps(least: number): number[] {
  const steps: number[] = [];
  for (let power = Math.round(Math.log10(least)); power < 308; power++)
    for (const factor of [1, 2, 5]) steps.push(Number(`${factor}e${power}`));
  return steps;
}

function rangeOf(drawn: Drawn | undefined, view: View): [number, number] {
  if (!drawn) return [0, 1];
  const { parameter, series, bands } = drawn;
  if (isSwitch(parameter)) return [-0.15, 1.15];
  const floor = isParameter(parameter) && parameterOf(parameter).fail[0] === 0 ? 0 : null;
  const { low, high } = frameOf(extentIn(series, view), bands, stepOf(parameter), floor);
  return [low, high];
}

/** As many decimals as the distance of the ticks needs, at most those of the parameter. */
function valueTick(value: number, all: readonly number[], parameter: string, language: Language): string {
  if (isSwitch(parameter)) return TEXTS[language][switchText(value)];
  if (all.some((one) => Math.abs(one) >= HUGE)) return value.toExponential(1);
  return all.every(Number.isInteger)
    ? formatNumber(value, 'co', language)
    : formatNumber(value, parameter, language);
}
