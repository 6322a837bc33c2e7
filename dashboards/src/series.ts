/** The points of a chart: how fine to ask for them, where the line breaks, how live readings join. Pure. */
import { intervalStart } from '../../devices/local-time.ts';
import { isDerived, isParameter } from '../../devices/parameter.ts';
import { isUsable, severityOf } from '../../devices/quality.ts';
import type { LatestReading, ReadingsAnswer } from '../../devices/wire/api.ts';

export type Point = ReadingsAnswer['points'][number];

export const DAY_MS = 86_400_000;
const MAX_POINTS = 600;
/** Interval lengths that divide a day, so that the points of several series stand on the same minutes. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 90, 120, 150, 180, 240, 300, 600, 900, 1800, 3600] as const;

/** Seconds of one interval so that a span has at most 600 of them, and none is shorter than the period. */
export function everyFor(periodS: number, spanMs = DAY_MS): number {
  const atLeast = Math.max(periodS, spanMs / 1000 / MAX_POINTS);
  return STEPS_S.find((step) => step >= atLeast) ?? 3600;
}

/** Less is not shown, however young a series is: its first minutes would race over the chart. */
const SHORTEST_MS = 10 * 60_000;
/** A series of which the day has less than this is shown from its beginning on, not as a sliver at the edge. */
const YOUNG_MS = DAY_MS / 4;

/** How much time the chart shows: a day, or what there is of a series that began a short while ago. */
export function spanOf(points: readonly Point[], now: number): number {
  const first = points[0]?.[0];
  if (first === undefined || now - first > YOUNG_MS) return DAY_MS;
  return Math.max(now - first, SHORTEST_MS);
}

/** Longer than this without a value is a gap: three periods, or one and a half intervals. */
const longestPause = (everyS: number, periodS: number): number => Math.max(1.5 * everyS, 3 * periodS) * 1000;

export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Where there is no value: between two values with nothing or a null between them, and after the last one. */
export function gapsOf(points: readonly Point[], everyS: number, periodS: number, now: number): Gap[] {
  const longest = longestPause(everyS, periodS);
  const gaps: Gap[] = [];
  let last: number | null = null;
  let broken = false;
  for (const [at, value] of points) {
    if (value === null) {
      broken = true;
      continue;
    }
    if (last !== null && (broken || at - last > longest)) gaps.push({ from: last, to: at });
    last = at;
    broken = false;
  }
  if (last !== null && (broken || now - last > longest + everyS * 1000)) gaps.push({ from: last, to: now });
  return gaps;
}

/** The points with a null where the line must break because an interval is absent. */
export function withGaps(points: readonly Point[], everyS: number, periodS: number): Point[] {
  const longest = longestPause(everyS, periodS);
  const out: Point[] = [];
  let last: number | null = null;
  for (const point of points) {
    if (last !== null && point[0] - last > longest) out.push([last + 1, null, 9]);
    out.push(point);
    last = point[0];
  }
  return out;
}

export const worseFlag = (a: Point[2], b: Point[2]): Point[2] => (severityOf(a) >= severityOf(b) ? a : b);

/** What may enter a mean: the same as at the gateway. */
export const usableValue = ({ value, flag }: LatestReading): number | null => (isUsable(flag) ? value : null);

const isOfEnd = ({ parameter }: Pick<LatestReading, 'parameter'>): boolean =>
  isParameter(parameter) && isDerived(parameter);

/** The interval that a reading is of, as the gateway has it: what is derived is in the one that it ends. */
export const intervalOf = (reading: LatestReading, everyMs: number): number =>
  intervalStart(isOfEnd(reading) ? reading.at - 1 : reading.at, everyMs);

/** When what a reading is of began: what is derived stands at the end of its period. */
export const beginOf = (reading: LatestReading, periodS: number): number =>
  isOfEnd(reading) ? reading.at - periodS * 1000 : reading.at;

/** The interval that is still growing: readings of it are averaged as they come. */
export interface Growing {
  readonly start: number;
  readonly sum: number;
  readonly count: number;
}

export interface Series {
  readonly points: readonly Point[];
  readonly growing: Growing | null;
  /** Of the last interval all readings up to this time are in it, epoch ms. */
  readonly until: number;
}

/** From an answer; how many readings its last interval holds is judged by the time that has passed in it. */
export function seriesOf(points: readonly Point[], everyS: number, periodS: number, now: number): Series {
  const last = points.at(-1);
  const start = intervalStart(now, everyS * 1000);
  if (!last || last[0] !== start || last[1] === null) return { points, growing: null, until: now };
  const count = Math.max(1, Math.round((now - start) / 1000 / periodS));
  return { points, growing: { start, sum: last[1] * count, count }, until: now };
}

/** Adds a live reading and lets go of what is older than a day. A repeat or an older one changes nothing. */
export function append(series: Series, reading: LatestReading, everyS: number, now: number): Series {
  const everyMs = everyS * 1000;
  const start = intervalOf(reading, everyMs);
  const last = series.points.at(-1);
  if (last === undefined && reading.at <= now - DAY_MS) return series;
  if (last && (start < last[0] || (start === last[0] && reading.at <= series.until))) return series;
  const points = series.points.filter(([at]) => at > now - DAY_MS && at !== start);
  const before = series.growing?.start === start ? series.growing : { start, sum: 0, count: 0 };
  const value = usableValue(reading);
  const growing = value === null ? before : { start, sum: before.sum + value, count: before.count + 1 };
  const mean = growing.count === 0 ? null : growing.sum / growing.count;
  const flag = last?.[0] === start ? worseFlag(last[2], reading.flag) : reading.flag;
  return { points: [...points, [start, mean, flag]], growing, until: reading.at };
}

export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Lowest and highest of intervals: their means are of what can be trusted, also where some of their values failed. */
export function extent(points: readonly Point[]): Extent | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const [, value] of points) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? { low, high } : null;
}
