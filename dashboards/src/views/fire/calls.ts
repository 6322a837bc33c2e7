/** What the forest fire view asks of the gateway. */
import { DAY_MS } from '../../../../devices/local-time.ts';
import type {
  AlertAnswer,
  DerivedValueAnswer,
  IncidentAnswer,
  ReadingsAnswer,
  TransitionAnswer,
} from '../../../../devices/wire/api.ts';
import { get } from '../../api.ts';

/** Incidents that the list has: the newest. */
const SHOWN = 20;

/** Days of P before the present one. */
export const COURSE_DAYS = 30;

export interface Derived {
  readonly values: readonly DerivedValueAnswer[];
}

export const derivedOf = (station: string, signal: AbortSignal): Promise<Derived> =>
  get<Derived>(`/stations/${encodeURIComponent(station)}/derived`, {}, signal);

/** One value a day, at 13:00. */
export const courseOf = (station: string, now: number, signal: AbortSignal): Promise<ReadingsAnswer> =>
  get<ReadingsAnswer>(
    '/readings',
    { station, parameter: 'fire_p_index', from: now - COURSE_DAYS * DAY_MS, to: now + 1 },
    signal,
  );

export const incidents = async (signal: AbortSignal): Promise<readonly IncidentAnswer[]> =>
  (await get<{ incidents: IncidentAnswer[] }>('/incidents', { state: 'all', limit: SHOWN }, signal))
    .incidents;

export interface IncidentCase {
  readonly incident: IncidentAnswer;
  /** Oldest first. */
  readonly alerts: readonly AlertAnswer[];
  /** What became of all of them, oldest first. */
  readonly transitions: readonly TransitionAnswer[];
}

export const incidentOf = (id: string, signal: AbortSignal): Promise<IncidentAnswer> =>
  get<IncidentAnswer>(`/incidents/${encodeURIComponent(id)}`, {}, signal);

/** An incident with all that is known of its alerts. */
export async function incidentCase(incident: IncidentAnswer, signal: AbortSignal): Promise<IncidentCase> {
  const cases = await Promise.all(
    incident.alerts.map(async (alert) => {
      const path = `/alerts/${encodeURIComponent(alert)}`;
      return Promise.all([get<AlertAnswer>(path, {}, signal), transitionsOf(path, signal)]);
    }),
  );
  return {
    incident,
    alerts: cases.map(([alert]) => alert).sort((one, other) => one.opened_at - other.opened_at),
    transitions: cases
      .flatMap(([, transitions]) => transitions)
      .sort((one, other) => one.at - other.at || Number(one.id) - Number(other.id)),
  };
}

const transitionsOf = async (path: string, signal: AbortSignal): Promise<readonly TransitionAnswer[]> =>
  (await get<{ transitions: TransitionAnswer[] }>(`${path}/transitions`, { limit: 500 }, signal)).transitions;
