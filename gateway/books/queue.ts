/** Puts what waits at the edge to the readings that have not come. Pure. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Waiting } from '../../devices/wire/messages.ts';
import { HOUR_MS } from '../store/tally.ts';

export interface Absence {
  readonly parameter: ParameterId;
  readonly hour: number;
  /** Readings that were due and of which nothing is known. */
  readonly absent: number;
}

/**
 * How many readings of each absence wait. Never more than are absent: what has come since the edge told is here
 * already. Counts by point are taken as they are; what is told of an hour goes to its points by what they lack, and
 * what is told of several hours together is taken to be the same in each.
 */
export function allotQueue(absences: readonly Absence[], waiting: readonly Waiting[]): number[] {
  const left = absences.map(({ absent }) => absent);
  const ofHour = Map.groupBy(left.keys(), (index) => absences[index]?.hour ?? 0);
  const take = (index: number, readings: number): void => {
    left[index] = Math.max(0, (left[index] ?? 0) - readings);
  };
  const spread = (indices: readonly number[], readings: number): void => {
    let lacking = indices.reduce((sum, index) => sum + (left[index] ?? 0), 0);
    let rest = Math.min(readings, lacking);
    for (const index of indices) {
      const own = left[index] ?? 0;
      if (own === 0) continue;
      const share = Math.round((rest * own) / lacking);
      take(index, share);
      rest -= share;
      lacking -= own;
    }
  };
  /** The hours of an entry that are among those asked, the first of it being 0. */
  const hoursOf = ({ hour: first, hours = 1 }: Waiting) =>
    [...ofHour]
      .map(([hour, indices]) => ({ number: (hour - first) / HOUR_MS, indices }))
      .filter(({ number }) => number >= 0 && number < hours);

  for (const entry of waiting) {
    const { points = {}, total } = entry;
    if (total) continue;
    for (const { indices } of hoursOf(entry))
      for (const index of indices) take(index, points[absences[index]?.parameter ?? ''] ?? 0);
  }
  for (const entry of waiting) {
    const { hours = 1, points = {}, others = 0, total } = entry;
    const sum = total ? Object.values(points).reduce((a, b) => a + b, others) : others;
    if (sum === 0) continue;
    const upTo = (number: number) => (total ? Math.round((sum * number) / hours) : sum * number);
    for (const { number, indices } of hoursOf(entry)) spread(indices, upTo(number + 1) - upTo(number));
  }
  return absences.map(({ absent }, index) => absent - (left[index] ?? 0));
}
