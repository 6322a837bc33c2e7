/** Readings by steps (an hour; with traffic an interval): sum, count and how many were due. Only good values enter. */
import { valuesOfMean } from '../../devices/mean.ts';
import { neededOf } from '../../devices/methods/means.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import { expectedWithin, type Span } from '../books/periods.ts';
import type { Store, StoredReading } from '../store/store.ts';

/** Readings that are asked of the store at a time: clients are heard in between. */
const PAGE = 1000;

export interface Sampled {
  readonly sum: number;
  readonly have: number;
  /** How many were due by the period that the station announced. */
  readonly of: number;
}

type GoodReading = StoredReading & { readonly value: number };

const isGood = (reading: StoredReading): reading is GoodReading =>
  reading.flag === FLAG.good && reading.value !== null;

/** Good readings of a series within from ≤ at < to, ascending, some at a time. */
export async function* goodReadings(
  store: Pick<Store, 'rows'>,
  series: { readonly station: string; readonly parameter: ParameterId },
  from: number,
  to: number,
): AsyncGenerator<readonly GoodReading[]> {
  for (let next = from; ; ) {
    const rows = await store.rows({ ...series, from: next, to, limit: PAGE });
    yield rows.filter(isGood);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    next = last.at + 1;
  }
}

/**
 * By the start of each step within from ≤ step < to, also of those without a reading. A thinned mean stands for as many
 * values as it was made of.
 */
export async function samplesByStep(
  store: Pick<Store, 'rows'>,
  series: { readonly station: string; readonly parameter: ParameterId },
  spans: readonly Span[],
  { from, to, stepMs }: { readonly from: number; readonly to: number; readonly stepMs: number },
): Promise<Map<number, Sampled>> {
  const steps = new Map<number, { sum: number; have: number; of: number }>();
  for (let step = from; step < to; step += stepMs)
    steps.set(step, { sum: 0, have: 0, of: expectedSamples(spans, step, step + stepMs) });
  for await (const readings of goodReadings(store, series, from, to)) {
    for (const { at, value, reason } of readings) {
      const step = steps.get(at - (at % stepMs));
      if (step === undefined) continue;
      const weight = valuesOfMean(reason) ?? 1;
      step.sum += weight * value;
      step.have += weight;
    }
  }
  return steps;
}

/** The mean of a step; null when fewer than this share of what was due are there. */
export const meanOfStep = ({ sum, have, of }: Sampled, completeness: number): number | null =>
  have >= neededOf(of, completeness) ? sum / have : null;

/**
 * What was due. Backlog from before the station announced itself was taken in the period that it announced first, and
 * an instrument that is read less often than once a step gives one value.
 */
export function expectedSamples(spans: readonly Span[], from: number, to: number): number {
  const [first, ...later] = spans;
  if (first === undefined) return 1;
  return Math.max(1, expectedWithin([{ ...first, since: Number.NEGATIVE_INFINITY }, ...later], from, to));
}
