/**
 * What the judge is measured by in tests: QARTOD's tests by the letter, over a whole series (IOOS manuals; rules as in
 * ioos_qc's qartod module). They need the value after a spike, which nobody has while a value arrives, so no part that
 * runs uses them. Pure. A series is in order of time; an absent value is null.
 */
import { FLAG, type Flag, severityOf } from '../quality.ts';

export interface Sample {
  /** Epoch ms. */
  readonly at: number;
  readonly value: number | null;
}

export interface Thresholds {
  readonly suspect?: number;
  readonly fail?: number;
}

type Series = readonly Sample[];
type Span = readonly [number, number];

/** The limits themselves pass. */
export const grossRange = (series: Series, spans: { readonly suspect?: Span; readonly fail: Span }): Flag[] =>
  series.map(({ value }) => {
    if (value === null) return FLAG.missing;
    if (value < spans.fail[0] || value > spans.fail[1]) return FLAG.fail;
    const { suspect } = spans;
    return suspect && (value < suspect[0] || value > suspect[1]) ? FLAG.suspect : FLAG.good;
  });

/** Distance from the mean of the two neighbours. It blames the neighbours of a spike too. */
export const spikeAverage = (series: Series, thresholds: Thresholds): Flag[] =>
  withNeighbours(series, thresholds, (before, value, after) => Math.abs(value - (before + after) / 2));

/** The smaller of the two steps, if they go opposite ways. */
export const spikeDifferential = (series: Series, thresholds: Thresholds): Flag[] =>
  withNeighbours(series, thresholds, (before, value, after) => {
    const [to, from] = [value - before, after - value];
    return to * from < 0 ? Math.min(Math.abs(to), Math.abs(from)) : 0;
  });

/** Change a second from the value before; without one there is nothing to blame. */
export const rateOfChange = (series: Series, perSecond: Thresholds): Flag[] =>
  series.map(({ value, at }, index) => {
    if (value === null) return FLAG.missing;
    const before = series[index - 1];
    if (!before || before.value === null) return FLAG.good;
    return flagOf(Math.abs(value - before.value) / ((at - before.at) / 1000), perSecond);
  });

/**
 * A window of (seconds / median interval) + 1 samples that ends at the value, of which the present ones stay within
 * less than the tolerance.
 */
export function flatLine(series: Series, seconds: Thresholds, tolerance: number): Flag[] {
  const intervalS = medianInterval(series) / 1000;
  const isFlat = (index: number, over: number | undefined): boolean => {
    if (over === undefined) return false;
    const from = index - Math.floor(over / intervalS);
    if (!(from >= 0)) return false;
    const values = series.slice(from, index + 1).flatMap(({ value }) => value ?? []);
    return Math.max(...values) - Math.min(...values) < tolerance;
  };
  return series.map(({ value }, index) => {
    if (value === null) return FLAG.missing;
    if (isFlat(index, seconds.fail)) return FLAG.fail;
    return isFlat(index, seconds.suspect) ? FLAG.suspect : FLAG.good;
  });
}

/** QARTOD's aggregate: of several tests' flags the worst, sample by sample. */
export const aggregate = (tests: readonly (readonly Flag[])[]): Flag[] =>
  (tests[0] ?? []).map((_, index) =>
    tests
      .map((flags) => flags[index] ?? FLAG.missing)
      .reduce((worst, flag) => (severityOf(flag) > severityOf(worst) ? flag : worst)),
  );

/** First, last and neighbours of an absent value cannot be evaluated. */
const withNeighbours = (
  series: Series,
  thresholds: Thresholds,
  height: (before: number, value: number, after: number) => number,
): Flag[] =>
  series.map(({ value }, index) => {
    const before = series[index - 1]?.value ?? null;
    const after = series[index + 1]?.value ?? null;
    if (value === null) return FLAG.missing;
    if (before === null || after === null) return FLAG.notEvaluated;
    return flagOf(height(before, value, after), thresholds);
  });

function flagOf(measure: number, { suspect, fail }: Thresholds): Flag {
  if (fail !== undefined && measure > fail) return FLAG.fail;
  return suspect !== undefined && measure > suspect ? FLAG.suspect : FLAG.good;
}

function medianInterval(series: Series): number {
  const steps = series.slice(1).map(({ at }, index) => at - (series[index]?.at ?? at));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? Number.NaN;
}
