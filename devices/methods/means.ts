/**
 * Means over the averaging times of QCVN 05. An hour is labelled by its end: the day has the hours 01:00 to 24:00, and an
 * 8-hour mean carries the label of its last hour (Decision 1459/QD-TCMT).
 */
import { HOUR_MS } from '../local-time.ts';

/**
 * The share of values that a mean needs: 9 of 12 five-minute values, 6 of 8 hours, 18 of 24. The decision names none;
 * three quarters is the usual international rule, and a setting where means are made.
 */
export const COMPLETENESS = 0.75;

/** How many of `of` values a mean needs at this share; at least one. */
export const neededOf = (of: number, share: number): number => Math.max(1, Math.ceil(of * share - 1e-9));

export interface Mean {
  readonly mean: number;
  /** Values there were, of how many. */
  readonly have: number;
  readonly of: number;
}

/** The mean of what is there; null when fewer than `needed` are. */
export function meanOf(values: readonly (number | null)[], needed: number): Mean | null {
  const present = values.filter((value) => value !== null);
  if (present.length === 0 || present.length < needed) return null;
  const sum = present.reduce((total, value) => total + value, 0);
  return { mean: sum / present.length, have: present.length, of: values.length };
}

/** Hourly means by the end of their hour, epoch ms. Hours without a mean are absent. */
export type HourlyMeans = ReadonlyMap<number, number>;

/** The means of the `count` hours that end with the one labelled `end`, newest first, null where there is none. */
export const hoursUpTo = (means: HourlyMeans, end: number, count: number): (number | null)[] =>
  Array.from({ length: count }, (_, age) => means.get(end - age * HOUR_MS) ?? null);
