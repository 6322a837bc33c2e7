/** Alerts as somebody sees them who sees the stations of some areas only. */
import type { AlertAnswer, IncidentAnswer, TransitionAnswer } from '../devices/wire/api.ts';
import { edgeKey } from './alerts/silence.ts';
import type { Scope, ScopeCatalog } from './scope.ts';

/** Which alerts are to be listed: of these stations, and those with these keys. */
export interface SeenAlerts {
  readonly stations: readonly string[];
  readonly keys: readonly string[];
}

/** null: all. */
export const seenAlerts = (scope: Scope): SeenAlerts | null =>
  scope.whole
    ? null
    : {
        stations: scope.all().map(({ id }) => id),
        keys: [...new Set(scope.all().map(({ edge }) => edgeKey(edge)))],
      };

/** Of the stations of one area, by its Vietnamese name; what is about an edge or the flows is of none. */
export const alertsOfArea = (scope: Scope, area: string): SeenAlerts => ({
  stations: scope.all().flatMap((station) => (station.area.vi === area ? station.id : [])),
  keys: [],
});

/** One about an edge is seen by whoever has a station there; one about the flows, by who sees all. */
export function seesAlert(scope: Scope, { about, station }: Pick<AlertAnswer, 'about' | 'station'>): boolean {
  if (scope.whole) return true;
  if (about?.kind === 'edge') return scope.seesEdge(about.id);
  return about?.kind !== 'flows' && scope.sees(station);
}

type Evidence = AlertAnswer['evidence'][number];

const withoutOthers = (scope: Scope, evidence: Evidence): Evidence =>
  evidence.because === undefined ? evidence : { ...evidence, because: scope.narrow(evidence.because) };

/** The alert without what it says of stations that are not seen. */
export const shownAlert = (scope: Scope, alert: AlertAnswer): AlertAnswer =>
  scope.whole ? alert : { ...alert, evidence: alert.evidence.map((one) => withoutOthers(scope, one)) };

/**
 * The gateway's own reasons name other alerts by their keys (station/parameter/limit): one that is about a station which
 * is not seen is left out. What a person wrote is theirs.
 */
export function shownTransition(
  scope: Scope,
  catalog: ScopeCatalog,
  transition: TransitionAnswer,
): TransitionAnswer {
  if (scope.whole) return transition;
  const { by, reason, reading } = transition;
  const names = by === null && reason !== null ? (reason.match(/[a-z0-9-]+/g) ?? []) : [];
  const hidden = names.some((name) => catalog.get(name) !== undefined && !scope.sees(name));
  return {
    ...transition,
    ...(hidden && { reason: null }),
    reading: reading && withoutOthers(scope, reading),
  };
}

/** What of an incident is seen; null: nothing. `alertOf` says whose an alert of it is. */
export function shownIncident(
  scope: Scope,
  incident: IncidentAnswer,
  stationOf: (alert: string) => string | undefined,
): IncidentAnswer | null {
  if (scope.whole) return incident;
  const stations = incident.stations.filter(scope.sees);
  if (stations.length === 0) return null;
  const alerts = incident.alerts.filter((alert) => stations.includes(stationOf(alert) ?? ''));
  return { ...incident, stations, alerts };
}
