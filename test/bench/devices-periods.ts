/** How well instruments keep their period, from the times of their readings. Pure. */
import { median } from './support/table.ts';

export interface Periods {
  /** Of the times between two readings of one instrument, all instruments together, ms. */
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
  /** The mean of that instrument whose mean is the longest. */
  readonly worstMean: number;
  /** Readings that are not there, of those that the time had room for. */
  readonly missed: number;
}

/** Of an instrument without two readings nothing can be told but that it kept no period. */
export function periodsOf(
  instruments: ReadonlyArray<readonly number[]>,
  { from, until, periodMs }: { from: number; until: number; periodMs: number },
): Periods {
  const gaps: number[] = [];
  let worstMean = 0;
  let missed = 0;
  for (const times of instruments) {
    const own = times.filter((at) => at >= from && at < until);
    const [first = from] = own;
    const last = own.at(-1) ?? from;
    worstMean = Math.max(
      worstMean,
      own.length < 2 ? Number.POSITIVE_INFINITY : (last - first) / (own.length - 1),
    );
    // One less than fits: where a window begins within the period is chance.
    missed += Math.max(0, Math.floor((until - from) / periodMs) - 1 - own.length);
    for (const [index, at] of own.entries()) if (index > 0) gaps.push(at - (own[index - 1] ?? at));
  }
  gaps.sort((a, b) => a - b);
  return {
    median: median(gaps),
    p99: gaps[Math.ceil(gaps.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY,
    longest: gaps.at(-1) ?? Number.POSITIVE_INFINITY,
    worstMean,
    missed,
  };
}

export interface Compared<Name extends string> {
  readonly name: Name;
  readonly periods: Periods;
  readonly meanRatio: number;
  readonly p99Ratio: number;
}

/** Each beside those in which all were alive, in the same run: their longest, so that the machine's own unrest is in both. */
export function compare<Name extends string>(
  phases: ReadonlyArray<{ readonly name: Name; readonly periods: Periods }>,
  alive: readonly Periods[],
): Compared<Name>[] {
  const mean = Math.max(...alive.map(({ worstMean }) => worstMean));
  const p99 = Math.max(...alive.map((periods) => periods.p99));
  return phases.map(({ name, periods }) => ({
    name,
    periods,
    meanRatio: periods.worstMean / mean,
    p99Ratio: periods.p99 / p99,
  }));
}

export const whole = (ms: number): string => (Number.isFinite(ms) ? ms.toFixed(0) : 'none');
export const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : 'none');
