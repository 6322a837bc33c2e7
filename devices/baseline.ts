/**
 * What is normal at a place: median and scatter of a parameter at the same Vietnamese hour of day, over the last days.
 * Plain JSON and bounded: of each ten minutes the first value stands for them, so that a point keeps at most
 * 24 hours × 15 days × 6 values, whatever its period.
 */
import { z } from 'zod';
import { DAY_MS, dayStart, HOUR_MS, hourOfDay } from './local-time.ts';

/** How far back a baseline reaches, in days before the present one. */
export const BASELINE_DAYS = 14;

const SLOT_MS = 10 * 60_000;
const SLOTS = HOUR_MS / SLOT_MS;

/** `values` by ten minutes of one hour of the day that began at `day`, epoch ms; null: none came. */
const hourSchema = z.strictObject({
  day: z.number(),
  values: z.array(z.number().nullable()).length(SLOTS),
});
type BaselineHour = z.infer<typeof hourSchema>;

export const baselineSchema = z.strictObject({
  /** By hour of day, 0 to 23. */
  hours: z.array(z.array(hourSchema).max(BASELINE_DAYS + 1)).length(24),
});
export type Baseline = z.infer<typeof baselineSchema>;

export interface BaselineSettings {
  /** Days before the present one, at most 14. */
  readonly days: number;
  /** Of so many of them there must be values at this hour. */
  readonly leastDays: number;
}

export interface Normal {
  readonly median: number;
  /** Median absolute deviation from the median, as it is: not scaled to a standard deviation. */
  readonly mad: number;
  /** Days that had values. */
  readonly days: number;
}

export const emptyBaseline = (): Baseline => ({ hours: Array.from({ length: 24 }, () => []) });

/** The baseline with one more value, if it is the first of its ten minutes; itself otherwise. Late values find their place. */
export function learned(baseline: Baseline, at: number, value: number): Baseline {
  const day = dayStart(at);
  const hour = hourOfDay(at);
  const slot = Math.floor((at - day - hour * HOUR_MS) / SLOT_MS);
  const days = baseline.hours[hour] ?? [];
  const own = days.find((entry) => entry.day === day);
  if (own !== undefined && own.values[slot] !== null) return baseline;
  const values = own?.values ?? Array.from({ length: SLOTS }, () => null);
  const entry: BaselineHour = { day, values: values.with(slot, value) };
  const others = days.filter((other) => other.day !== day);
  // The nearest days stay: a clock that is wrong for an hour, by years, costs one day and not all of them.
  const kept = [entry, ...others]
    .sort((a, b) => Math.abs(a.day - day) - Math.abs(b.day - day))
    .slice(0, BASELINE_DAYS + 1);
  return { hours: baseline.hours.with(hour, kept) };
}

/** The same in place. */
export function learn(baseline: Baseline, at: number, value: number): void {
  Object.assign(baseline, learned(baseline, at, value));
}

interface Known {
  readonly today: number;
  readonly days: number;
  readonly normal: Normal;
}

/** What was worked out last of one hour's days, which are never changed but replaced: the next reading asks the same. */
const known = new WeakMap<readonly BaselineHour[], Known>();

/** What is normal at this hour, from the days before this one; null while too few are known: it is learning. */
export function normalAt(
  baseline: Baseline,
  at: number,
  { days, leastDays }: BaselineSettings,
): Normal | null {
  const all = baseline.hours[hourOfDay(at)] ?? [];
  const today = dayStart(at);
  let last = known.get(all);
  if (last === undefined || last.today !== today || last.days !== days) {
    last = {
      today,
      days,
      normal: normalOf(all.filter(({ day }) => day < today && day >= today - days * DAY_MS)),
    };
    known.set(all, last);
  }
  return last.normal.days < leastDays ? null : last.normal;
}

function normalOf(days: readonly BaselineHour[]): Normal {
  const values = Float64Array.from(days.flatMap((entry) => entry.values.filter((value) => value !== null)));
  const median = medianOf(values);
  const mad = medianOf(values.map((value) => Math.abs(value - median)));
  return { median, mad, days: days.length };
}

/** Sorts them. 0 of none. */
function medianOf(values: Float64Array): number {
  values.sort();
  const upper = values[values.length >> 1] ?? 0;
  return values.length % 2 === 1 ? upper : ((values[(values.length >> 1) - 1] ?? upper) + upper) / 2;
}
