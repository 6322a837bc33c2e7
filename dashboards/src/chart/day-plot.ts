/** Draws a day of one parameter with uPlot: the line, what is wrong with single points, the limits in force. */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { isParameter, type Language, parameterOf } from '../../../devices/parameter.ts';
import type { DaySeries } from '../day-series.ts';
import { formatHour, formatNumber, isSwitch, switchText, unitLabel } from '../format.ts';
import { DAY_MS, extent, type Gap, gapsOf, type Point, spanOf, withGaps } from '../series.ts';
import { TEXTS } from '../texts/texts.ts';
import { token } from '../theme.ts';
import { drawFlags, drawGaps, drawLimits, type Limit } from './marks.ts';
import { timeTicks } from './time-axis.ts';

export interface DayPlotOptions {
  readonly parameter: string;
  readonly unit: string;
  readonly language: Language;
  readonly periodS: number;
  readonly limits: readonly Limit[];
  readonly hover: (point: Point | null) => void;
  readonly now: () => number;
}

export interface DayPlot {
  set(day: DaySeries): void;
  remove(): void;
}

const HEIGHT = 132;

export function createDayPlot(element: HTMLElement, options: DayPlotOptions): DayPlot {
  const { periodS, limits, now } = options;
  let points: readonly Point[] = [];
  let gaps: readonly Gap[] = [];
  let spanMs = DAY_MS;
  const font = `11px ${token('font')}`;
  const axis: uPlot.Axis = {
    font,
    labelFont: font,
    stroke: token('text-2'),
    grid: { stroke: token('line'), width: 1 },
    ticks: { show: false },
  };
  const unit = unitLabel(options.unit, options.language);
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: 'day' }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
      scales: {
        // Some room on the right, so that a mark on the newest point is seen whole.
        x: { time: false, range: () => [now() - spanMs, now() + spanMs / 100] },
        y: { range: () => range(points, options) },
      },
      axes: [
        {
          ...axis,
          size: 24,
          gap: 4,
          splits: (self) => [
            ...timeTicks(self.scales.x?.min ?? 0, self.scales.x?.max ?? 0, self.width / LABEL).at,
          ],
          values: (_, at) => at.map((ms) => formatHour(ms, options.language)),
        },
        {
          ...axis,
          size: 44,
          gap: 4,
          space: 28,
          // Without a unit the room stays, so that the hours of all charts stand below one another.
          label: unit || ' ',
          labelSize: 15,
          labelGap: 0,
          ...(isSwitch(options.parameter) && { splits: () => [0, 1], size: 50 }),
          values: (_, values) => values.map((value) => tick(value, values, options)),
        },
      ],
      series: [{}, { stroke: token('accent'), width: 1.6, points: { show: false } }],
      hooks: {
        drawClear: [(self) => drawGaps(self, gaps)],
        draw: [
          (self) => {
            drawLimits(self, limits);
            drawFlags(self, points);
          },
        ],
        setCursor: [
          (self) => {
            const index = self.cursor.idx;
            options.hover(typeof index === 'number' ? (points[index] ?? null) : null);
          },
        ],
      },
    },
    [[], []],
    element,
  );
  const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
  resize.observe(element);
  return {
    set: ({ series, everyS }) => {
      spanMs = spanOf(series.points, now());
      gaps = gapsOf(series.points, everyS, periodS, now());
      points = withGaps(series.points, everyS, periodS);
      plot.setData([points.map(([at]) => at), points.map(([, value]) => value)]);
    },
    remove: () => {
      resize.disconnect();
      plot.destroy();
    },
  };
}

/** Pixels that an hour's label takes with the room around it. */
const LABEL = 62;

function range(points: readonly Point[], { parameter, limits }: DayPlotOptions): [number, number] {
  if (isSwitch(parameter)) return [-0.15, 1.15];
  const span = extent(points) ?? { low: 0, high: 1 };
  const low = Math.min(span.low, ...limits.map(({ value }) => value));
  const high = Math.max(span.high, ...limits.map(({ value }) => value));
  const decimals = isParameter(parameter) ? parameterOf(parameter).decimals : 2;
  const room = Math.max((high - low) * 0.1, 10 ** -decimals * 2);
  const never = isParameter(parameter) && parameterOf(parameter).fail[0] === 0 && low >= 0;
  return [never ? Math.max(0, low - room) : low - room, high + room];
}

/** As many decimals as the distance of the ticks needs, at most those of the parameter. */
function tick(value: number, all: readonly number[], { parameter, language }: DayPlotOptions): string {
  if (isSwitch(parameter)) return TEXTS[language][switchText(value)];
  return all.every(Number.isInteger)
    ? formatNumber(value, 'co', language)
    : formatNumber(value, parameter, language);
}
