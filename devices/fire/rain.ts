/** How much rain fell within the last hour, from a gauge's total or its intensity. Pure, plain JSON, bounded. */
import { z } from 'zod';
import { FLAG, isStale } from '../quality.ts';
import type { Reading } from '../reading.ts';

/** Parts that the time is kept in. */
const PARTS = 12;

export const rainStateSchema = z.strictObject({
  last: z.strictObject({ at: z.number(), value: z.number() }).nullable(),
  /** Rain by part of the time, which began at `at` (epoch ms), in mm. */
  parts: z.array(z.strictObject({ at: z.number(), mm: z.number().min(0) })).max(PARTS + 2),
});
export type RainState = Readonly<z.infer<typeof rainStateSchema>>;

export const noRain: RainState = { last: null, parts: [] };

/** Only good readings: rain that nobody can be sure of must not hold back an alarm. */
export function withRain(state: RainState, reading: Reading, periodS: number, withinS: number): RainState {
  const { at, value, flag } = reading;
  if (flag !== FLAG.good || value === null || (state.last !== null && at <= state.last.at)) return state;
  const partMs = (withinS * 1000) / PARTS;
  const start = Math.floor(at / partMs) * partMs;
  const kept = state.parts.filter((part) => part.at > at - withinS * 1000 - partMs && part.at <= at);
  const before = kept.find((part) => part.at === start)?.mm ?? 0;
  const mm = before + fallen(state.last, reading, value, periodS);
  return { last: { at, value }, parts: [...kept.filter((part) => part.at !== start), { at: start, mm }] };
}

function fallen(last: RainState['last'], { parameter, at }: Reading, value: number, periodS: number): number {
  if (last === null) return 0;
  // A gauge that began anew has counted what it shows since.
  if (parameter === 'rain_total') return value >= last.value ? value - last.value : value;
  // What fell while nothing was read is not known.
  if (isStale(last.at, periodS, at)) return 0;
  return (last.value * (at - last.at)) / 3_600_000;
}

/** In mm, within so long before `at`; the oldest part counts whole. */
export const rainWithin = ({ parts }: RainState, at: number, withinS: number): number =>
  parts.reduce(
    (sum, part) =>
      part.at > at - withinS * 1000 - (withinS * 1000) / PARTS && part.at <= at ? sum + part.mm : sum,
    0,
  );
