/** Closes the books of stations: asks the store, the periods, the quarantine and the edges, and adds up. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import type { Store } from '../store/store.ts';
import { HOUR_MS } from '../store/tally.ts';
import { closeHours, EDGE_AWAY, type HourBook, NO_RECORD, type PointHour } from './hours.ts';
import { expectedWithin, type Periods, type Span } from './periods.ts';
import type { QualityCounts } from './quality.ts';
import type { Quarantined, QuarantinedRecords } from './quarantined.ts';

/** What was due in the last minute may still be on its way: batches and commits take their time. */
export const CLOSED_AFTER_MS = 60_000;

const LONGEST_OUTBOX_MS = 31 * 86_400_000;

/** How much of the queue is known: the edge tells one number for all of its stations. */
export type QueueKnown = 'counted' | 'share of the edge' | 'unknown';

export interface StationBooks {
  readonly edge: {
    readonly name: string;
    readonly online: boolean;
    /** When it last told how it is, epoch ms; null when it never did. */
    readonly toldAt: number | null;
    /** What it has of this station in its outbox, and how that is known. */
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
  readonly catalog: Pick<Catalog, 'all' | 'edges'>;
  readonly periods: Periods;
  readonly quarantined: Quarantined;
  /** Days for which the store keeps readings as they came; null when it deletes nothing. */
  readonly keptDays: number | null;
  readonly now: () => number;
}

export function createBooks({ store, catalog, periods, quarantined, keptDays, now }: BooksParts): Books {
  const untilOf = (to: number): number => Math.min(to, now() - CLOSED_AFTER_MS);

  const edgeOf = (station: KnownStation): StationBooks['edge'] => {
    const told = catalog.edges().find(({ name }) => name === station.edge);
    const online = told?.status.online ?? false;
    const base = { name: station.edge, online, toldAt: told?.at ?? null };
    const waiting = told?.status.waiting;
    // What an edge last said before it went away is not what it has now.
    if (!online || waiting === undefined) return { ...base, waiting: 0, known: 'unknown' };
    const readings = waiting.live + waiting.backlog;
    const neighbours = catalog.all().filter(({ edge }) => edge === station.edge);
    if (neighbours.length === 1 || readings === 0) return { ...base, waiting: readings, known: 'counted' };
    const share = rateOf([station]) / rateOf(neighbours);
    return { ...base, waiting: Math.round(readings * share), known: 'share of the edge' };
  };

  return {
    keptSince: () => (keptDays === null ? 0 : now() - keptDays * 24 * HOUR_MS),
    async hours(station, from, to) {
      const edge = edgeOf(station);
      const spans = periods.of(station.id);
      // What waits belongs to the newest hours: to know how much of it reaches back into these, all after them count.
      // What is older than an outbox holds cannot be in it.
      const reaches = now() - from <= LONGEST_OUTBOX_MS;
      const last = reaches && edge.waiting > 0 ? Math.max(to, now()) : to;
      const until = untilOf(last);
      const tallies = await store.tally({ station: station.id, from, to: until });
      const points = new Set<string>(spans.keys());
      for (const { parameter } of tallies) points.add(parameter);
      const refused = await quarantined.of(station.edge, station.id, points, from, until);
      const all = closeHours({
        due: dueHours(points as Set<ParameterId>, spans, from, until),
        tallies,
        quarantined: refused,
        queued: reaches ? edge.waiting : 0,
        causeOf: (hour) =>
          !edge.online && edge.toldAt !== null && hour + HOUR_MS > edge.toldAt ? EDGE_AWAY : NO_RECORD,
      });
      return {
        edge,
        until: Math.max(from, untilOf(to)),
        hours: all.filter(({ hour }) => hour < to),
        unassigned: refused.filter(({ hour, parameter }) => parameter === null && hour < to),
      };
    },

    async counts(station, from, to) {
      const until = untilOf(to);
      const spans = periods.of(station.id);
      const tallies = await store.tally({ station: station.id, from, to: until });
      const refused = await quarantined.of(station.edge, station.id, new Set(spans.keys()), from, to);
      let [clean, good, live] = [0, 0, 0];
      for (const tally of tallies) {
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

const rateOf = (stations: readonly KnownStation[]): number =>
  stations.flatMap(({ parameters }) => parameters).reduce((sum, { period_s }) => sum + 1 / period_s, 0);

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
