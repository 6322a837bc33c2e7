/** Closes the books of stations: asks the store, the periods, the quarantine and the edges, and adds up. */

import { isExtra } from '../../devices/extra.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Waiting } from '../../devices/wire/messages.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import type { Store } from '../store/store.ts';
import { HOUR_MS } from '../store/tally.ts';
import type { EdgeAccounts } from './edge-accounts.ts';
import {
  closeHours,
  EDGE_AWAY,
  EDGE_NOT_CONNECTED,
  EDGE_NOT_RUNNING,
  type HourBook,
  type PointHour,
  type SilenceCause,
} from './hours.ts';
import { expectedWithin, type Periods, type Span } from './periods.ts';
import type { Absence, Presence } from './presence.ts';
import type { QualityCounts } from './quality.ts';
import type { Quarantined, QuarantinedRecords } from './quarantined.ts';

/** What was due in the last minute may still be on its way: batches and commits take their time. */
export const CLOSED_AFTER_MS = 60_000;

/**
 * How what waits at the edge is known: counted by point and hour, in part as sums of hours (a large backlog), or not at
 * all (the edge is away, or tells nothing).
 */
export type QueueKnown = 'counted' | 'sums' | 'unknown';

export interface StationBooks {
  readonly edge: {
    readonly name: string;
    readonly online: boolean;
    /** When it last told how it is, epoch ms; null when it never did. */
    readonly toldAt: number | null;
    /** What it has of this station in its outbox, older than a minute, and how that is known. */
    readonly waiting: number;
    readonly known: QueueKnown;
  };
  /** The books are closed up to here. */
  readonly until: number;
  readonly hours: readonly HourBook[];
  /** Records in quarantine that name no point of the station: they are in nobody's hour. */
  readonly unassigned: readonly QuarantinedRecords[];
}

export interface Books {
  /** Epoch ms. Readings before it may be deleted, and their hours would look missed: they have no books. */
  keptSince(): number;
  /** Whole hours from ≤ hour < to; the present one as far as it has gone. */
  hours(station: KnownStation, from: number, to: number): Promise<StationBooks>;
  counts(station: KnownStation, from: number, to: number): Promise<QualityCounts>;
}

export interface BooksParts {
  readonly store: Pick<Store, 'tally'>;
  readonly catalog: Pick<Catalog, 'edge'>;
  readonly periods: Periods;
  readonly presence: Pick<Presence, 'absences'>;
  readonly accounts: Pick<EdgeAccounts, 'waiting' | 'losses'>;
  readonly quarantined: Quarantined;
  /** Days for which the store keeps readings as they came; null when it deletes nothing. */
  readonly keptDays: number | null;
  readonly now: () => number;
}

export function createBooks(parts: BooksParts): Books {
  const { store, catalog, periods, presence, accounts, quarantined, keptDays, now } = parts;
  const untilOf = (to: number): number => Math.min(to, now() - CLOSED_AFTER_MS);

  const edgeOf = ({ id, edge: name }: KnownStation) => {
    const told = catalog.edge(name);
    const online = told?.status.online ?? false;
    const account = online ? accounts.waiting(name, id) : undefined;
    const entries = account?.entries ?? [];
    const sums = entries.some(({ total, others = 0 }) => total || others > 0);
    const known: QueueKnown = account === undefined ? 'unknown' : sums ? 'sums' : 'counted';
    const waiting = entries.reduce((sum, entry) => sum + readingsOf(entry), 0);
    return { entries, edge: { name, online, toldAt: account?.toldAt ?? told?.at ?? null, waiting, known } };
  };

  return {
    keptSince: () => (keptDays === null ? 0 : now() - keptDays * 24 * HOUR_MS),
    async hours(station, from, to) {
      const { edge, entries } = edgeOf(station);
      const spans = periods.of(station.id);
      const until = Math.max(from, untilOf(to));
      const tallies = await store.tally({ station: station.id, from, to: until });
      const points = new Set<string>(spans.keys());
      for (const { parameter } of tallies) points.add(parameter);
      const refused = await quarantined.of(station.edge, station.id, points, from, until);
      const absences = presence.absences(station.edge, from, until);
      return {
        edge,
        until,
        hours: closeHours({
          due: dueHours(points as Set<ParameterId>, spans, from, until),
          tallies,
          quarantined: refused,
          waiting: entries,
          losses: accounts.losses(station.id, from, until),
          causesOf: ({ parameter, hour }) =>
            causesOf(absences, spans.get(parameter) ?? [], hour, Math.min(hour + HOUR_MS, until)),
        }),
        unassigned: refused.filter(({ parameter }) => parameter === null),
      };
    },

    async counts(station, from, to) {
      const until = untilOf(to);
      const spans = periods.of(station.id);
      const tallies = await store.tally({ station: station.id, from, to: until });
      const refused = await quarantined.of(station.edge, station.id, new Set(spans.keys()), from, to);
      let [clean, good, live] = [0, 0, 0];
      // Against what was due: more of some hours must not make up for others.
      for (const tally of tallies.filter(({ reason }) => !isExtra(reason))) {
        clean += tally.values;
        live += tally.live;
        if (tally.flag === 1) good += tally.values;
      }
      return {
        expected: [...spans.values()].reduce((sum, ofPoint) => sum + expectedWithin(ofPoint, from, until), 0),
        received: clean + refused.reduce((sum, { count }) => sum + count, 0),
        clean,
        good,
        live,
      };
    },
  };
}

const readingsOf = ({ hours = 1, total, points = {}, others = 0 }: Waiting): number =>
  Object.values(points).reduce((sum, readings) => sum + readings, others) * (total ? 1 : hours);

/** What was due within from ≤ t < to while the edge was away, the surest cause first. */
function causesOf(
  absences: readonly Absence[],
  spans: readonly Span[],
  from: number,
  to: number,
): SilenceCause[] {
  const due = (cause: string, since: number, until: number): SilenceCause => ({
    cause,
    due: expectedWithin(spans, Math.max(from, since), Math.min(to, until)),
  });
  const closed = absences.filter(({ until }) => until !== null);
  return [
    ...closed.map(({ since, started }) => due(EDGE_NOT_RUNNING, since, started ?? since)),
    ...absences
      .filter(({ until }) => until === null)
      .map(({ since }) => due(EDGE_AWAY, since, Number.POSITIVE_INFINITY)),
    ...closed.map(({ since, started, until }) => due(EDGE_NOT_CONNECTED, started ?? since, until ?? since)),
  ].filter(({ due: readings }) => readings > 0);
}

function dueHours(
  points: ReadonlySet<ParameterId>,
  spans: ReadonlyMap<ParameterId, readonly Span[]>,
  from: number,
  until: number,
): PointHour[] {
  const due: PointHour[] = [];
  for (let hour = from; hour < until; hour += HOUR_MS) {
    const end = Math.min(hour + HOUR_MS, until);
    for (const parameter of [...points].sort())
      due.push({ parameter, hour, expected: expectedWithin(spans.get(parameter) ?? [], hour, end) });
  }
  return due;
}
