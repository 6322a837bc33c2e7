/** What is known of an interval of a series: what rollups hold and aggregates are made of. */
import { intervalStart } from '../../devices/local-time.ts';
import { FLAG, type Flag, isUsable, severityOf } from '../../devices/quality.ts';
import type { Chunk } from './sqlite-readings.ts';

/** Flags in the order in which a rollup counts them; the names are those of its columns. */
export const COUNTED: readonly (readonly [column: string, flag: Flag])[] = [
  ['good', FLAG.good],
  ['not_evaluated', FLAG.notEvaluated],
  ['suspect', FLAG.suspect],
  ['fail', FLAG.fail],
  ['missing', FLAG.missing],
];

export interface Summary {
  /** Start of the interval, epoch ms. */
  at: number;
  /** Values that may enter an aggregate. */
  usable: number;
  /** Of those; null when there are none. */
  sum: number | null;
  min: number | null;
  max: number | null;
  /** How many readings have each flag, in the order of COUNTED. */
  readonly counts: number[];
}

/** By flag: whether its values are usable, and its place in COUNTED (-1 for one that nobody counts). */
const USABLE = Array.from({ length: 256 }, (_, flag) => isUsable(flag as Flag));
const PLACE = Array.from({ length: 256 }, (_, flag) => COUNTED.findIndex(([, counted]) => counted === flag));

export const severityOfSummary = ({ counts }: Summary): number =>
  COUNTED.reduce(
    (worst, [, flag], place) => ((counts[place] as number) > 0 ? Math.max(worst, severityOf(flag)) : worst),
    -1,
  );

export const emptySummary = (at: number): Summary => ({
  at,
  usable: 0,
  sum: null,
  min: null,
  max: null,
  counts: COUNTED.map(() => 0),
});

/** Adds readings, which ascend and are not before the last of `into`, to the intervals that they belong to. */
export function summarise({ columns, from, to }: Chunk, everyMs: number, into: Summary[]): void {
  const { at, value, flag } = columns;
  let index = from;
  while (index < to) {
    const start = intervalStart(at[index] as number, everyMs);
    const end = start + everyMs;
    let summary = into.at(-1);
    if (summary?.at !== start) {
      summary = emptySummary(start);
      into.push(summary);
    }
    let { usable } = summary;
    let sum = summary.sum ?? 0;
    let min = summary.min ?? Number.POSITIVE_INFINITY;
    let max = summary.max ?? Number.NEGATIVE_INFINITY;
    for (; index < to && (at[index] as number) < end; index++) {
      const is = flag[index] as number;
      const place = PLACE[is] as number;
      if (place !== -1) (summary.counts[place] as number)++;
      const number = value[index] as number;
      if (!USABLE[is] || Number.isNaN(number)) continue;
      usable++;
      sum += number;
      if (number < min) min = number;
      if (number > max) max = number;
    }
    if (usable > 0) Object.assign(summary, { usable, sum, min, max });
  }
}

/** Adds what `row` knows of a part of the same interval. */
export function addSummary(to: Summary, row: Summary): void {
  for (const place of COUNTED.keys()) (to.counts[place] as number) += row.counts[place] as number;
  if (row.usable === 0) return;
  to.sum = (to.sum ?? 0) + (row.sum ?? 0);
  to.min = Math.min(to.min ?? Number.POSITIVE_INFINITY, row.min ?? Number.POSITIVE_INFINITY);
  to.max = Math.max(to.max ?? Number.NEGATIVE_INFINITY, row.max ?? Number.NEGATIVE_INFINITY);
  to.usable += row.usable;
}

/** Joins neighbours, ascending, that lie in one interval of `everyMs`. */
export function widen(rows: readonly Summary[], everyMs: number): Summary[] {
  const wide: Summary[] = [];
  for (const row of rows) {
    const start = intervalStart(row.at, everyMs);
    let last = wide.at(-1);
    if (last?.at !== start) {
      last = emptySummary(start);
      wide.push(last);
    }
    addSummary(last, row);
  }
  return wide;
}
