/** What has happened at a station, from three books, in one order: alerts, times out of service, versions of its limits. Pure. */

import { dayOf } from '../../../../devices/local-time.ts';
import type { AlertAnswer, OutOfServiceAnswer } from '../../../../devices/wire/api.ts';
import type { LimitVersion } from './calls.ts';

export type StationEvent =
  | { readonly kind: 'alert'; readonly id: string; readonly at: number; readonly alert: AlertAnswer }
  | { readonly kind: 'service'; readonly id: string; readonly at: number; readonly entry: OutOfServiceAnswer }
  | { readonly kind: 'limits'; readonly id: string; readonly at: number; readonly version: LimitVersion };

export type EventKind = StationEvent['kind'];

interface Sources {
  readonly alerts: readonly AlertAnswer[];
  /** There are older alerts than these. */
  readonly more: boolean;
  readonly service: readonly OutOfServiceAnswer[];
  readonly versions: readonly LimitVersion[];
}

/** Newest first; nothing older than the oldest alert that is known, as long as there are more: it would stand in the wrong place. */
export function eventsOf({ alerts, more, service, versions }: Sources): StationEvent[] {
  const events: StationEvent[] = [
    ...alerts.map((alert) => ({ kind: 'alert' as const, id: `a${alert.id}`, at: alert.opened_at, alert })),
    ...service.map((entry) => ({ kind: 'service' as const, id: `s${entry.id}`, at: entry.since, entry })),
    // Version 0 is the edge's own file, and nobody knows since when.
    ...versions.flatMap((version) =>
      version.at === null
        ? []
        : [{ kind: 'limits' as const, id: `l${version.version}`, at: version.at, version }],
    ),
  ];
  const oldest = more ? Math.min(...alerts.map(({ opened_at }) => opened_at)) : Number.NEGATIVE_INFINITY;
  return events.filter(({ at }) => at >= oldest).sort((a, b) => b.at - a.at);
}

/** By day of Vietnam, in the order they come. */
export const byDay = (events: readonly StationEvent[]): ReadonlyMap<string, StationEvent[]> =>
  Map.groupBy(events, ({ at }) => dayOf(at));
