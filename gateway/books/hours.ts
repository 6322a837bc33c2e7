/** The books of a station: each point and hour with what became of every reading that was due. Pure. */
import { isExtra } from '../../devices/extra.ts';
import { valuesOfMean } from '../../devices/mean.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG, type Flag } from '../../devices/quality.ts';
import type { LossCause, Waiting } from '../../devices/wire/messages.ts';
import type { Tally } from '../store/tally.ts';
import type { StationLoss } from './edge-accounts.ts';
import type { QuarantinedRecords } from './quarantined.ts';
import { allotQueue } from './queue.ts';

/** expected + extra = good + flagged + missed + queued + quarantined */
export interface HourBook {
  readonly parameter: ParameterId;
  readonly hour: number;
  readonly expected: number;
  /**
   * More than were due: read beside them, or clocks and periods are not exact, or a device sends more often than it announced.
   */
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
export const EDGE_NOT_CONNECTED = 'no record came; the edge was not connected';
export const EDGE_NOT_RUNNING = 'no record came; the edge did not run';
/** What an edge had taken and will never send. */
export const LOST: Readonly<Record<LossCause, string>> = {
  thinned: 'thinned at the edge: its outbox was full, or it had waited too long',
  dropped: 'dropped at the edge: its outbox was full',
  damaged: 'lost at the edge: the disk had changed what was written',
  unwritten: 'lost at the edge: the disk took nothing for too long',
};
const NO_REASON = 'no reason given';
const OTHERS = 'other reasons';
/** A device that invents a reason for every reading must not make the answer as long as its data. */
const MAX_REASONS = 12;

export interface HoursInput {
  /** One for every point and hour that is asked, hours ascending. */
  readonly due: readonly PointHour[];
  readonly tallies: readonly Tally[];
  readonly quarantined: readonly QuarantinedRecords[];
  /** What the edge tells of readings that wait, and of those that it lost. */
  readonly waiting: readonly Waiting[];
  readonly losses: readonly StationLoss[];
  /** Why what has no record at all has none: causes with the readings that were due while each held, first things first. */
  causesOf(point: PointHour): readonly SilenceCause[];
}

export interface SilenceCause {
  readonly cause: string;
  readonly due: number;
}

interface Counted {
  readonly cause: string;
  readonly count: number;
}

export function closeHours(input: HoursInput): HourBook[] {
  const { due, tallies, quarantined, waiting, losses } = input;
  const key = ({ parameter, hour }: { parameter: ParameterId | null; hour: number }) =>
    `${hour} ${parameter}`;
  const talliesOf = Map.groupBy(tallies, key);
  const quarantinedOf = Map.groupBy(quarantined, key);
  const lossesOf = Map.groupBy(losses, key);

  const came = due.map((point) => {
    const stored = talliesOf.get(key(point)) ?? [];
    const refused = quarantinedOf.get(key(point)) ?? [];
    const lost = [
      ...thinnedOf(stored),
      ...(lossesOf.get(key(point)) ?? []).map(({ cause, count }) => ({ cause: LOST[cause], count })),
    ];
    // One that was read beside those that were due stands for none of them: it must not hide that one is missing.
    const beside = sum(stored.filter(({ reason }) => isExtra(reason)));
    const filled = sum(stored) + sum(refused) + sum(lost) - beside;
    const absent = Math.max(0, point.expected - filled);
    return { point, stored, refused, lost, extra: beside + Math.max(0, filled - point.expected), absent };
  });
  const absences = came.map(({ point: { parameter, hour }, absent }) => ({ parameter, hour, absent }));
  const queued = allotQueue(absences, waiting);
  // Of a row that the disk has changed only its station and time are known.
  const unknown = losses.filter(({ parameter }) => parameter === null);
  const damaged = allotQueue(
    absences.map((absence, index) => ({ ...absence, absent: absence.absent - (queued[index] ?? 0) })),
    unknown.map(({ hour, count }) => ({ station: '', hour, others: count })),
  );

  return came.map(({ point, stored, refused, lost, absent, extra }, index) => {
    const good = sum(stored.filter(({ flag }) => flag === FLAG.good));
    const told = stored.filter(({ flag }) => flag === FLAG.missing);
    const flagged = stored.filter(({ flag }) => flag !== FLAG.good && flag !== FLAG.missing);
    const queuedHere = queued[index] ?? 0;
    const damagedHere = damaged[index] ?? 0;
    const causes = joined([
      ...told.map((tally) => ({ cause: tally.reason ?? NO_REASON, count: tally.count })),
      ...lost,
      { cause: LOST.damaged, count: damagedHere },
      ...silence(absent - queuedHere - damagedHere, input.causesOf(point)),
    ]);
    return {
      ...point,
      extra,
      good,
      flagged: sum(flagged),
      missed: sum(causes),
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

/**
 * A mean is one reading in the place of several: the others were measured, and are gone. It may be flagged: its edge's
 * clock was not trusted.
 */
const thinnedOf = (stored: readonly Tally[]): Counted[] =>
  stored.map(({ reason, count }) => ({
    cause: LOST.thinned,
    count: count * ((valuesOfMean(reason) ?? 1) - 1),
  }));

function silence(silent: number, causes: readonly SilenceCause[]): Counted[] {
  let left = silent;
  const told = causes.map(({ cause, due }) => {
    const count = Math.min(left, due);
    left -= count;
    return { cause, count };
  });
  return [...told, { cause: NO_RECORD, count: left }];
}

/** One line a cause, without those of which there is none. */
const joined = (causes: readonly Counted[]): Counted[] =>
  [...Map.groupBy(causes, ({ cause }) => cause)]
    .map(([cause, own]) => ({ cause, count: sum(own) }))
    .filter(({ count }) => count > 0);

const sum = (items: readonly { count: number }[]): number =>
  items.reduce((total, { count }) => total + count, 0);

/** The commonest reasons, and one line for all others, so that a list adds up to its number. */
function most<T extends { count: number }>(items: readonly T[], others: (count: number) => T): T[] {
  const sorted = [...items].sort((a, b) => b.count - a.count);
  if (sorted.length <= MAX_REASONS) return sorted;
  return [...sorted.slice(0, MAX_REASONS - 1), others(sum(sorted.slice(MAX_REASONS - 1)))];
}
