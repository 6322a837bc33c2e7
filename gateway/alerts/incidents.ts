/** The incidents in the ledger: which alerts belong together, and what they are as one. */
import type { IncidentAnswer } from '../../devices/wire/api.ts';
import type { Catalog } from '../catalog.ts';
import { type Alert, type Change, isWorse } from './alert.ts';
import { isFireAlarm, type Member, nearbyIncidents } from './incident.ts';
import type { AlertRows, KeptAlert } from './rows.ts';
import type { AlertSettings } from './settings.ts';

export interface Joined {
  readonly change: Change | null;
  /** Alerts of other incidents that this one joined to its own. */
  readonly merged: readonly (KeptAlert & { readonly change: Change })[];
}

export interface Incidents {
  /** A fire alarm that has been told joins the incident nearby, or begins one. */
  join(alert: Alert): Joined;
  list(state: 'open' | 'all', before: number, limit: number, stations?: readonly string[]): IncidentAnswer[];
  get(id: number): IncidentAnswer | null;
}

const NOTHING: Joined = { change: null, merged: [] };

const joining = (alert: Alert, incident: number, reason: string): Change => ({
  alert: { ...alert, incident: String(incident) },
  kind: 'joined incident',
  by: null,
  reason,
});

export function createIncidents(
  rows: AlertRows,
  catalog: Catalog,
  settings: AlertSettings['incident'],
): Incidents {
  const get = (id: number): IncidentAnswer | null => {
    const members = rows.ofIncident(id).map(({ id: alert, alert: body }) => ({ id: alert, ...body }));
    const [first] = members;
    if (first === undefined) return null;
    return {
      id: String(id),
      state: members.every(({ state }) => state === 'cleared') ? 'closed' : 'open',
      level: members.reduce((worst, { level }) => (isWorse(level, worst) ? level : worst), first.level),
      opened_at: Math.min(...members.map(({ opened_at }) => opened_at)),
      last_at: Math.max(...members.map(({ opened_at }) => opened_at)),
      stations: [...new Set(members.map(({ station }) => station))],
      alerts: members.map(({ id: alert }) => String(alert)),
    };
  };

  return {
    join(alert) {
      const station = catalog.get(alert.station);
      const told = alert.announced_at !== null && alert.state === 'active' && alert.incident === undefined;
      if (!told || station === undefined || !isFireAlarm(alert, station.kind, settings)) return NOTHING;
      const members = rows.inIncidents(alert.opened_at - settings.within_s * 1000);
      const placed = members.flatMap(({ alert: { incident, station: id } }): Member[] => {
        const place = catalog.get(id);
        return place && incident !== undefined ? [{ incident: Number(incident), place }] : [];
      });
      const [oldest, ...others] = nearbyIncidents(station, placed, settings.within_m);
      if (oldest === undefined) {
        const incident = rows.newIncident();
        return { change: joining(alert, incident, `incident ${incident} begins`), merged: [] };
      }
      return {
        change: joining(alert, oldest, `within ${settings.within_m} m of incident ${oldest}`),
        merged: others
          .flatMap((other) => rows.ofIncident(other))
          .map((kept) => ({
            ...kept,
            change: joining(
              kept.alert,
              oldest,
              `${alert.key} lies between incidents ${kept.alert.incident} and ${oldest}`,
            ),
          })),
      };
    },
    list: (state, before, limit, stations) =>
      rows.incidents(state, before, limit, stations).flatMap((id) => get(id) ?? []),
    get,
  };
}
