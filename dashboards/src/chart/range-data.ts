/** The points of a series over any time: with the extremes of each interval, what is missing, and what has come since. Pure. */
import type { LatestReading } from '../../../devices/wire/api.ts';
import {
  beginOf,
  type Extent,
  extent,
  type Gap,
  intervalOf,
  type Point,
  usableValue,
  worseFlag,
} from '../series.ts';
import { HOUR_MS, type View } from './view.ts';

export interface RangeSeries extends View {
  /** Seconds of one interval; null: the readings themselves. */
  readonly everyS: number | null;
  readonly points: readonly Point[];
  /** Lowest and highest value within each interval, as long as `points`; null of readings. */
  readonly low: readonly (number | null)[] | null;
  readonly high: readonly (number | null)[] | null;
  /** There is more in this time than one answer holds. */
  readonly cut: boolean;
}

/** Extremes beside the means; an interval that came in between two answers has none. */
export function withExtremes(
  means: readonly Point[],
  lows: readonly Point[],
  highs: readonly Point[],
): Pick<RangeSeries, 'points' | 'low' | 'high'> {
  const valueAt = (points: readonly Point[]) => {
    const values = new Map(points.map(([at, value]) => [at, value]));
    return means.map(([at]) => values.get(at) ?? null);
  };
  return { points: means, low: valueAt(lows), high: valueAt(highs) };
}

/**
 * What of a point is drawn and counted. A reading that failed is none; an interval is the mean of those of its values that
 * are usable, whatever the worst of the others is.
 */
export const trusted = ([, value, flag]: Point, everyS: number | null): number | null =>
  everyS === null && (flag === 4 || flag === 9) ? null : value;

/** Longer than this without a value is a gap. */
const longestPause = (everyS: number | null, periodS: number): number =>
  Math.max(1.5 * (everyS ?? 0), 3 * periodS) * 1000;

/** An edge that had to thin what waits makes means of an hour at most: what comes by the hour is not full of gaps. */
const isCadence = (pause: number, before: number, after: number): boolean =>
  pause <= 1.1 * HOUR_MS && (Math.abs(before - pause) < 0.1 * pause || Math.abs(after - pause) < 0.1 * pause);

/** Where a view has no value, as far as time has gone. */
export function missingIn(
  { points, everyS, ...held }: RangeSeries,
  periodS: number,
  view: View,
  now: number,
): Gap[] {
  const longest = longestPause(everyS, periodS);
  const everyMs = (everyS ?? 0) * 1000;
  const valued = points.filter(([, value]) => value !== null).map(([at]) => at);
  const start = Math.max(view.from, held.from);
  const end = Math.min(view.to, now, Math.max(held.to, now - longest));
  if (valued.length === 0) return start < end ? [{ from: start, to: end }] : [];
  const gaps: Gap[] = [];
  const [first = end] = valued;
  if (first - start > longest) gaps.push({ from: start, to: first });
  for (let index = 1; index < valued.length; index++) {
    const [at = 0, next = 0] = [valued[index - 1], valued[index]];
    const pause = next - at;
    if (pause <= longest) continue;
    const before = at - (valued[index - 2] ?? Number.NEGATIVE_INFINITY);
    const after = (valued[index + 1] ?? Number.POSITIVE_INFINITY) - next;
    if (!isCadence(pause, before, after)) gaps.push({ from: at + everyMs, to: next });
  }
  const last = valued.at(-1) ?? start;
  if (end - last > longest + everyMs) gaps.push({ from: last + everyMs, to: end });
  return gaps.filter(({ from, to }) => to > view.from && from < view.to && from < to);
}

/** One value for each moment of several series; absent: this series has none there, null: its line ends there. */
export interface Aligned {
  readonly at: readonly number[];
  readonly values: ReadonlyArray<ReadonlyArray<number | null | undefined>>;
}

/** The lines of series on one axis of time, broken where there are gaps. A reading that failed is a mark and no part of a line. */
export function align(
  series: ReadonlyArray<Pick<RangeSeries, 'points' | 'everyS'> & { readonly gaps: readonly Gap[] }>,
): Aligned {
  const lines = series.map(({ points, everyS, gaps }) => {
    const line = new Map<number, number | null>();
    for (const { from, to } of gaps) line.set(Math.round((from + to) / 2), null);
    for (const point of points) line.set(point[0], trusted(point, everyS));
    return line;
  });
  const at = [...new Set(lines.flatMap((line) => [...line.keys()]))].sort((a, b) => a - b);
  return { at, values: lines.map((line) => at.map((moment) => line.get(moment))) };
}

/** Adds what has just come; `to` is the time up to which all is known. A repeat or an older one changes nothing. */
export function grow(series: RangeSeries, reading: LatestReading, periodS: number): RangeSeries {
  const { at, value, flag } = reading;
  const last = series.points.at(-1);
  if (series.everyS === null) {
    if (last && at <= last[0]) return series;
    return { ...series, to: Math.max(series.to, at), points: [...series.points, [at, value, flag]] };
  }
  const everyMs = series.everyS * 1000;
  const start = intervalOf(reading, everyMs);
  const isInLast = last === undefined || start === last[0];
  if ((last && start < last[0]) || (isInLast && at <= series.to)) return series;
  const to = at;
  const usable = usableValue(reading);
  if (!last || start > last[0])
    return {
      ...series,
      to,
      points: [...series.points, [start, usable, flag]],
      low: series.low && [...series.low, usable],
      high: series.high && [...series.high, usable],
    };
  // How many values the interval has is judged by the time that has passed in it.
  const count = Math.max(1, Math.round((beginOf(reading, periodS) - start) / 1000 / periodS));
  const mean =
    last[1] === null ? usable : usable === null ? last[1] : last[1] + (usable - last[1]) / (count + 1);
  const extreme = (values: RangeSeries['low'], of: (...two: number[]) => number) =>
    values && [
      ...values.slice(0, -1),
      usable === null ? (values.at(-1) ?? null) : of(values.at(-1) ?? usable, usable),
    ];
  const worst = worseFlag(last[2], flag);
  return {
    ...series,
    to,
    points: [...series.points.slice(0, -1), [start, mean, worst]],
    low: extreme(series.low, Math.min),
    high: extreme(series.high, Math.max),
  };
}

export interface Facts {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly last: number;
}

/**
 * Lowest, highest and mean of what is in sight and can be trusted; of intervals their own extremes count. In the mean a value
 * weighs as much as the time to the next one, an hour at most: an instrument that is read more often for a while, as on
 * suspicion of a fire, must not make that while the whole of it.
 */
export function factsOf({ points, low, high, everyS }: RangeSeries, view: View): Facts | null {
  let [lowest, highest, sum, weight, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  points.forEach((point, index) => {
    const [at] = point;
    const value = trusted(point, everyS);
    if (value === null || at < view.from || at > view.to) return;
    lowest = Math.min(lowest, low?.[index] ?? value);
    highest = Math.max(highest, high?.[index] ?? value);
    const next = points[index + 1]?.[0] ?? 2 * at - (points[index - 1]?.[0] ?? at - 1);
    const own = Math.min(next - at, HOUR_MS);
    sum += value * own;
    weight += own;
    last = value;
  });
  return weight === 0 ? null : { low: lowest, high: highest, mean: sum / weight, last };
}

/** Of what is in sight, with the extremes of its intervals. */
export function extentIn({ points, low, high, everyS }: RangeSeries, { from, to }: View): Extent | null {
  const seen = (at: number) => at >= from && at <= to;
  const own = extent(points.filter((point) => seen(point[0]) && trusted(point, everyS) !== null));
  if (own === null || low === null || high === null) return own;
  let [lowest, highest] = [own.low, own.high];
  points.forEach(([at], index) => {
    if (!seen(at)) return;
    lowest = Math.min(lowest, low[index] ?? lowest);
    highest = Math.max(highest, high[index] ?? highest);
  });
  return { low: lowest, high: highest };
}
