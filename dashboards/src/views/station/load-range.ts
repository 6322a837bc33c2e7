/** Fetches one series for a chart: readings as they are, or means with their extremes. */
import { isDerived, isParameter } from '../../../../devices/parameter.ts';
import { type RangeSeries, withExtremes } from '../../chart/range-data.ts';
import { DAY_MS, type View } from '../../chart/view.ts';
import { currentTime } from '../../clock.ts';
import type { Gap } from '../../series.ts';
import { lateIn, orNull, type Parameter, type RangeQuery, readingsIn } from './calls.ts';

/** The API tells what came late of a month at most; of more it would be thinner than a pixel. */
const LONGEST_LATE_MS = 32 * DAY_MS;

export interface RangeAsked extends View {
  readonly station: string;
  readonly parameter: Parameter;
  readonly everyS: number | null;
}

export async function loadRange(asked: RangeAsked, signal: AbortSignal): Promise<RangeSeries> {
  const { station, parameter, from, everyS } = asked;
  // Nothing is known of what has not been measured yet: it comes live.
  const to = Math.min(asked.to, Math.floor(currentTime()));
  const query: RangeQuery = { station, parameter: parameter.id, from, to };
  if (everyS === null) {
    const { points, cut } = await readingsIn(query, signal);
    return { from, to, everyS, points, low: null, high: null, cut };
  }
  const ask = (aggregate: 'mean' | 'min' | 'max') =>
    readingsIn({ ...query, every: everyS, aggregate }, signal);
  const [mean, low, high] = await Promise.all([ask('mean'), ask('min'), ask('max')]);
  return { from, to, everyS, ...withExtremes(mean.points, low.points, high.points), cut: mean.cut };
}

/** What is worked out here is not received. */
export async function loadLate(
  { station, parameter, from, to }: RangeAsked,
  signal: AbortSignal,
): Promise<readonly Gap[]> {
  if ((isParameter(parameter.id) && isDerived(parameter.id)) || to - from > LONGEST_LATE_MS) return [];
  const answer = await orNull(lateIn({ station, parameter: parameter.id, from, to }, signal));
  return answer?.spans ?? [];
}

/** When the first value of a series is of; null when there is none. */
export async function beginningOf(
  station: string,
  parameter: string,
  now: number,
  signal: AbortSignal,
): Promise<number | null> {
  const { points } = await readingsIn(
    { station, parameter, from: 0, to: now, every: 31_536_000, aggregate: 'mean' },
    signal,
  );
  const found = points.find(([, value]) => value !== null)?.[0];
  if (found === undefined) return null;
  const year = Math.max(0, found);
  const fine = await readingsIn(
    { station, parameter, from: year, to: year + 31_536_000_000, every: 86_400, aggregate: 'mean' },
    signal,
  );
  return fine.points.find(([, value]) => value !== null)?.[0] ?? year;
}
