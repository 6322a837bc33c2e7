/** What has happened at a station, from three books, in one order: alerts, times out of service, versions of its limits. Pure. */

import { dayOf } from '../../../../devices/local-time.ts';
import type { AlertAnswer, OutOfServiceAnswer } from '../../../../devices/wire/api.ts';
import type { LimitVersion } from './calls.ts';
import type { Newest } from './newest.ts';

export type StationEvent =
  | { readonly kind: 'alert'; readonly id: string; readonly at: number; readonly alert: AlertAnswer }
  | { readonly kind: 'service'; readonly id: string; readonly at: number; readonly entry: OutOfServiceAnswer }
  | { readonly kind: 'limits'; readonly id: string; readonly at: number; readonly version: LimitVersion };

export type EventKind = StationEvent['kind'];

interface Sources {
  readonly alerts: Newest<AlertAnswer>;
  readonly service: Newest<OutOfServiceAnswer>;
  readonly versions: Newest<LimitVersion>;
}

export interface EventList {
  /** Newest first. */
  readonly events: readonly StationEvent[];
  /** What is older than this is not told, epoch ms; null: all is. */
  readonly since: number | null;
}

/** Ends with the oldest of the first book that has more: what is older in the others would stand beside a hole. */
export function eventsOf(sources: Sources, kind: EventKind | 'all'): EventList {
  const books = [
    told('alert', sources.alerts, (alert) => ({
      kind: 'alert',
      id: `a${alert.id}`,
      at: alert.opened_at,
      alert,
    })),
    told('service', sources.service, (entry) => ({
      kind: 'service',
      id: `s${entry.id}`,
      at: entry.since,
      entry,
    })),
    // Version 0 is the edge's own file, and nobody knows since when.
    told('limits', sources.versions, (version) =>
      version.at === null ? null : { kind: 'limits', id: `l${version.version}`, at: version.at, version },
    ),
  ].filter((book) => kind === 'all' || book.kind === kind);
  const ends = books.flatMap(({ events, more }) => (more ? [Math.min(...events.map(({ at }) => at))] : []));
  const since = ends.length === 0 ? null : Math.max(...ends);
  const events = books.flatMap((book) => book.events).filter(({ at }) => since === null || at >= since);
  return { events: events.sort((a, b) => b.at - a.at), since };
}

function told<T>(
  kind: EventKind,
  { items, more }: Newest<T>,
  eventOf: (item: T) => StationEvent | null,
): { readonly kind: EventKind; readonly more: boolean; readonly events: readonly StationEvent[] } {
  return { kind, more, events: items.flatMap((item) => eventOf(item) ?? []) };
}

/** By day of Vietnam, in the order they come. */
export const byDay = (events: readonly StationEvent[]): ReadonlyMap<string, StationEvent[]> =>
  Map.groupBy(events, ({ at }) => dayOf(at));
