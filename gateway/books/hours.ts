/** The books of a station: each point and hour with what became of every reading that was due. Pure. */
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG, type Flag } from '../../devices/quality.ts';
import type { Tally } from '../store/tally.ts';
import type { QuarantinedRecords } from './quarantined.ts';

/** expected + extra = good + flagged + missed + queued + quarantined */
export interface HourBook {
  readonly parameter: ParameterId;
  readonly hour: number;
  readonly expected: number;
  /** More than were due: clocks and periods are never exact, and a device may send more often than it announced. */
  readonly extra: number;
  readonly good: number;
  readonly flagged: number;
  readonly missed: number;
  readonly queued: number;
  readonly quarantined: number;
  readonly flaggedWhy: readonly { readonly flag: Flag; readonly reason: string; readonly count: number }[];
  readonly missedWhy: readonly { readonly cause: string; readonly count: number }[];
  readonly quarantinedWhy: readonly { readonly reason: string; readonly count: number }[];
}

export interface PointHour {
  readonly parameter: ParameterId;
  readonly hour: number;
  readonly expected: number;
}

export const NO_RECORD = 'no record came';
export const EDGE_AWAY = 'no record came; the edge is away and may still hold it';
const NO_REASON = 'no reason given';
const OTHERS = 'other reasons';
/** A device that invents a reason for every reading must not make the answer as long as its data. */
const MAX_REASONS = 12;

export interface HoursInput {
  /** One for every point and hour that is asked, hours ascending. */
  readonly due: readonly PointHour[];
  readonly tallies: readonly Tally[];
  readonly quarantined: readonly QuarantinedRecords[];
  /** Readings that wait at the edge. They are the newest of those that did not come: an outbox drains oldest first. */
  readonly queued: number;
  /** Why what has no record at all has none, by hour. */
  causeOf(hour: number): string;
}

export function closeHours({ due, tallies, quarantined, queued, causeOf }: HoursInput): HourBook[] {
  const key = ({ parameter, hour }: { parameter: ParameterId | null; hour: number }) =>
    `${hour} ${parameter}`;
  const talliesOf = Map.groupBy(tallies, key);
  const quarantinedOf = Map.groupBy(quarantined, key);

  const came = due.map((point) => {
    const stored = talliesOf.get(key(point)) ?? [];
    const refused = quarantinedOf.get(key(point)) ?? [];
    const count = sum(stored) + sum(refused);
    return { point, stored, refused, absent: Math.max(0, point.expected - count), count };
  });
  const waiting = allotQueue(
    came.map(({ point, absent }) => ({ hour: point.hour, absent })),
    queued,
  );

  return came.map(({ point, stored, refused, absent, count }, index) => {
    const good = sum(stored.filter(({ flag }) => flag === FLAG.good));
    const told = stored.filter(({ flag }) => flag === FLAG.missing);
    const flagged = stored.filter(({ flag }) => flag !== FLAG.good && flag !== FLAG.missing);
    const queuedHere = waiting[index] ?? 0;
    const silent = absent - queuedHere;
    const causes = told.map((tally) => ({ cause: tally.reason ?? NO_REASON, count: tally.count }));
    if (silent > 0) causes.push({ cause: causeOf(point.hour), count: silent });
    return {
      ...point,
      extra: Math.max(0, count - point.expected),
      good,
      flagged: sum(flagged),
      missed: sum(told) + silent,
      queued: queuedHere,
      quarantined: sum(refused),
      flaggedWhy: most(
        flagged.map((tally) => ({ flag: tally.flag, reason: tally.reason ?? NO_REASON, count: tally.count })),
        (rest) => ({ flag: FLAG.suspect, reason: OTHERS, count: rest }),
      ),
      missedWhy: most(causes, (rest) => ({ cause: OTHERS, count: rest })),
      quarantinedWhy: most(
        refused.map(({ reason, count: records }) => ({ reason, count: records })),
        (rest) => ({ reason: OTHERS, count: rest }),
      ),
    };
  });
}

/** Newest hour first; within an hour in proportion to what is absent of each point. */
function allotQueue(absences: readonly { hour: number; absent: number }[], queued: number): number[] {
  const allotted = absences.map(() => 0);
  const hours = [...Map.groupBy(absences.keys(), (index) => absences[index]?.hour ?? 0)];
  let left = queued;
  for (const [, indices] of hours.sort(([a], [b]) => b - a)) {
    let ofHour = indices.reduce((total, index) => total + (absences[index]?.absent ?? 0), 0);
    for (const index of indices) {
      const absent = absences[index]?.absent ?? 0;
      if (absent === 0) continue;
      const share = Math.min(absent, Math.round((left * absent) / ofHour));
      allotted[index] = share;
      left -= share;
      ofHour -= absent;
    }
    if (left <= 0) break;
  }
  return allotted;
}

const sum = (items: readonly { count: number }[]): number =>
  items.reduce((total, { count }) => total + count, 0);

/** The commonest reasons, and one line for all others, so that a list adds up to its number. */
function most<T extends { count: number }>(items: readonly T[], others: (count: number) => T): T[] {
  const sorted = [...items].sort((a, b) => b.count - a.count);
  if (sorted.length <= MAX_REASONS) return sorted;
  return [...sorted.slice(0, MAX_REASONS - 1), others(sum(sorted.slice(MAX_REASONS - 1)))];
}
