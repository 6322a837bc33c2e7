/** Draws thirty days of a parameter, hour by hour from lowest to highest, with the times at which alerts stood. */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { dayStart } from '../../../../devices/local-time.ts';
import type { Language } from '../../../../devices/parameter.ts';
import { formatTick } from '../../format.ts';
import { token } from '../../theme.ts';
import type { Span } from './compare.ts';

export interface Hours {
  /** Epoch ms, ascending; a hole has null. */
  readonly at: readonly number[];
  readonly low: ReadonlyArray<number | null>;
  readonly high: ReadonlyArray<number | null>;
}

export interface LimitPlotOptions {
  readonly language: Language;
  readonly span: Span;
  readonly hours: Hours;
  readonly number: (value: number) => string;
  /** After each change of size or scale: where values stand has changed. */
  readonly moved: () => void;
}

export interface LimitPlot {
  /** Values that must be in sight. */
  show(values: readonly number[]): void;
  /** The times of alerts, under the present limit and under the one that is tried. */
  stood(present: readonly Span[], tried: readonly Span[]): void;
  /** Pixels from the top of the element. */
  yOf(value: number): number;
  valueAt(y: number): number;
  readonly box: () => {
    readonly left: number;
    readonly width: number;
    readonly top: number;
    readonly height: number;
  };
  remove(): void;
}

const HEIGHT = 260;
const DAY_MS = 86_400_000;
/** Pixels of a day's label with the room around it. */
const LABEL = 56;

export function createLimitPlot(element: HTMLElement, options: LimitPlotOptions): LimitPlot {
  const { span, hours, language, number, moved } = options;
  let range: [number, number] = [0, 1];
  let bands: readonly [readonly Span[], readonly Span[]] = [[], []];
  const font = `11px ${token('font')}`;
  const axis: uPlot.Axis = {
    font,
    stroke: token('text-2'),
    grid: { stroke: token('line'), width: 1 },
    ticks: { show: false },
  };
  const stroke = token('accent');
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [10, 6, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [span.from, span.to] },
        y: { range: () => range },
      },
      axes: [
        {
          ...axis,
          size: 24,
          gap: 4,
          splits: (self) => days(span, self.width),
          values: (_, at) => at.map((ms) => formatTick(ms, 'day', language)),
        },
        { ...axis, size: 52, gap: 4, space: 30, values: (_, values) => values.map(number) },
      ],
      series: [
        {},
        { stroke, width: 1.4, points: { show: false }, spanGaps: false },
        { stroke, width: 1, points: { show: false }, spanGaps: false },
      ],
      bands: [{ series: [1, 2], fill: `${stroke}38` }],
      hooks: {
        drawClear: [(self) => drawBands(self, bands)],
        draw: [() => moved()],
      },
    },
    [[...hours.at], [...hours.high], [...hours.low]],
    element,
  );
  const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
  resize.observe(element);
  return {
    show(values) {
      range = rangeOf(hours, values);
      plot.redraw(false, true);
      plot.setScale('y', { min: range[0], max: range[1] });
    },
    stood(present, tried) {
      bands = [present, tried];
      plot.redraw(false);
    },
    yOf: (value) => plot.bbox.top / uPlot.pxRatio + plot.valToPos(value, 'y'),
    valueAt: (y) => plot.posToVal(y - plot.bbox.top / uPlot.pxRatio, 'y'),
    box: () => ({
      left: plot.bbox.left / uPlot.pxRatio,
      width: plot.bbox.width / uPlot.pxRatio,
      top: plot.bbox.top / uPlot.pxRatio,
      height: plot.bbox.height / uPlot.pxRatio,
    }),
    remove() {
      resize.disconnect();
      plot.destroy();
    },
  };
}

function days({ from, to }: Span, width: number): number[] {
  const step = Math.max(1, Math.ceil(((to - from) / DAY_MS) * (LABEL / Math.max(width, LABEL)))) * DAY_MS;
  const splits: number[] = [];
  for (let at = dayStart(from) + DAY_MS; at < to; at += step) splits.push(at);
  return splits;
}

function rangeOf({ low, high }: Hours, values: readonly number[]): [number, number] {
  const all = [...low, ...high, ...values].filter((value) => value !== null);
  if (all.length === 0) return [0, 1];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least) * 0.08 || Math.abs(most) * 0.1 || 1;
  return [least >= 0 ? Math.max(0, least - room) : least - room, most + room];
}

/** Two lines at the foot: the present limit above, the one that is tried below it, where its shade also reaches up. */
function drawBands(plot: uPlot, [present, tried]: readonly [readonly Span[], readonly Span[]]): void {
  const { ctx: pen } = plot;
  const { left, top, width, height } = plot.bbox;
  const scale = uPlot.pxRatio;
  const fill = (spans: readonly Span[], y: number, tall: number, colour: string): void => {
    pen.fillStyle = colour;
    for (const { from, to } of spans) {
      const x = plot.valToPos(Math.max(from, plot.scales.x?.min ?? from), 'x', true);
      const end = plot.valToPos(Math.min(to, plot.scales.x?.max ?? to), 'x', true);
      pen.fillRect(x, y, Math.max(end - x, 2 * scale), tall);
    }
  };
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  fill(tried, top, height, token('level-warning-weak'));
  fill(present, top + height - 9 * scale, 4 * scale, token('line-strong'));
  fill(tried, top + height - 4 * scale, 4 * scale, token('level-warning'));
  pen.restore();
}
