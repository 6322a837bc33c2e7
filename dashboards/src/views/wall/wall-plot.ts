/** Draws a day of one parameter with uPlot so that it is read across a room: as large as its box, with few and large labels. */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import type { Language } from '../../../../devices/parameter.ts';
import { drawGaps, type Limit } from '../../chart/marks.ts';
import { timeTicks } from '../../chart/time-axis.ts';
import type { DaySeries } from '../../day-series.ts';
import { formatHour, formatNumber, isSwitch, switchText, unitLabel } from '../../format.ts';
import { extent, type Gap, gapsOf, type Point, spanOf, withGaps } from '../../series.ts';
import { TEXTS } from '../../texts/texts.ts';
import { token } from '../../theme.ts';
import { drawFlags, drawLimits } from './wall-marks.ts';

export interface WallPlotOptions {
  readonly parameter: string;
  readonly unit: string;
  readonly periodS: number;
  readonly language: Language;
  readonly now: () => number;
}

export interface WallPlot {
  set(day: DaySeries, limits: readonly Limit[]): void;
  remove(): void;
}

/** Height of the labels as a part of the screen's: what matters is read from 8 metres at 1/40. */
const LABEL_SHARE = 1 / 40;

export function createWallPlot(element: HTMLElement, options: WallPlotOptions): WallPlot {
  let plot: uPlot | null = null;
  let shown: { day: DaySeries; limits: readonly Limit[] } | null = null;

  function draw(): void {
    plot?.destroy();
    plot = null;
    if (shown && element.clientWidth > 0 && element.clientHeight > 0)
      plot = createPlot(element, options, shown.day, shown.limits);
  }

  // Letters and lines are of the screen's size: another size is another plot.
  const resize = new ResizeObserver(draw);
  resize.observe(element);
  return {
    set: (day, limits) => {
      shown = { day, limits };
      draw();
    },
    remove: () => {
      resize.disconnect();
      plot?.destroy();
      plot = null;
    },
  };
}

function createPlot(
  element: HTMLElement,
  { parameter, unit, periodS, language, now }: WallPlotOptions,
  { series, everyS }: DaySeries,
  limits: readonly Limit[],
): uPlot {
  const size = Math.max(12, Math.round(window.innerHeight * LABEL_SHARE));
  const [width, height] = [element.clientWidth, element.clientHeight];
  const gaps: Gap[] = gapsOf(series.points, everyS, periodS, now());
  const points: Point[] = withGaps(series.points, everyS, periodS);
  const axis: uPlot.Axis = {
    font: `500 ${size}px ${token('font')}`,
    stroke: token('text-2'),
    grid: { stroke: token('line'), width: Math.max(1, size / 20) },
    ticks: { show: false },
  };
  const say = (value: number, all: readonly number[]): string => {
    if (isSwitch(parameter)) return TEXTS[language][switchText(value)];
    return formatNumber(value, all.every(Number.isInteger) ? 'co' : parameter, language);
  };
  const label = unitLabel(unit, language);
  return new uPlot(
    {
      width,
      height,
      padding: [size, size * 1.6, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [now() - spanOf(series.points, now()), now()] },
        y: { range: () => rangeOf(points, limits, isSwitch(parameter)) },
      },
      axes: [
        {
          ...axis,
          size: size * 2,
          gap: size / 3,
          splits: ({ scales, width: room }) => [
            ...timeTicks(scales.x?.min ?? 0, scales.x?.max ?? 0, room / (size * 6)).at,
          ],
          values: (_, at) => at.map((ms) => formatHour(ms, language)),
        },
        {
          ...axis,
          size: size * 4.4,
          gap: size / 3,
          space: size * 3.4,
          ...(isSwitch(parameter) && { splits: () => [0, 1] }),
          values: (_, values) => values.map((value) => say(value, values)),
          label,
          labelFont: axis.font as string,
          labelSize: label === '' ? 0 : size * 1.4,
        },
      ],
      series: [{}, { stroke: token('accent'), width: Math.max(2, size / 7), points: { show: false } }],
      hooks: {
        drawClear: [(self) => drawGaps(self, gaps)],
        draw: [
          (self) => {
            drawLimits(self, limits, size);
            drawFlags(self, points, size);
          },
        ],
      },
    },
    [points.map(([at]) => at), points.map(([, value]) => value)],
    element,
  );
}

function rangeOf(points: readonly Point[], limits: readonly Limit[], isOnOff: boolean): [number, number] {
  if (isOnOff) return [-0.15, 1.15];
  const span = extent(points) ?? { low: 0, high: 1 };
  const low = Math.min(span.low, ...limits.map(({ value }) => value));
  const high = Math.max(span.high, ...limits.map(({ value }) => value));
  const room = Math.max((high - low) * 0.12, Math.abs(high) * 0.02, 0.01);
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}
