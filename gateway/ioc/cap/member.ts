/** An alert as CAP sees it: where it is, what it warns of and which chain of messages it belongs to. Pure. */
import type { Level } from '../../../devices/limit.ts';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import type { Text } from '../../../devices/word.ts';
import type { KnownStation } from '../../catalog.ts';
import { type Hazard, mapAlert, type RowId, raisedBy, severityOf } from './mapping.ts';
import type { Severity } from './message.ts';

export interface Member {
  readonly alert: string;
  /** Alerts of the same key are of the same chain: one for a danger of a station, or for an incident. */
  readonly chain: string;
  readonly status: 'Actual' | 'Test';
  readonly hazard: Hazard;
  readonly row: RowId;
  readonly severity: Severity;
  /** The severity is a person's. */
  readonly corrected: boolean;
  readonly level: Level;
  readonly incident?: string | undefined;
  /** Nobody is to be woken for it: it is told no further, and not renewed. */
  readonly quiet: boolean;
  readonly opened_at: number;
  readonly parameter: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly source?: Text | undefined;
  readonly station: string;
  readonly name: Text;
  readonly area: Text;
  readonly latitude: number;
  readonly longitude: number;
  /** Where the values really come from: they are no measurements of this place. */
  readonly origin?: Text | undefined;
}

/** What is being set up, and what replays values of another place, warns nobody in earnest. */
export const stationStatus = ({
  commissioning,
  origin,
}: Pick<KnownStation, 'commissioning' | 'origin'>): Member['status'] =>
  commissioning || origin ? 'Test' : 'Actual';

/** Null: the alert gets no CAP message. */
export function memberOf(alert: AlertAnswer, station: KnownStation): Member | null {
  const mapped = mapAlert(alert, station.kind);
  if (mapped === null) return null;
  const raised = raisedBy(alert);
  const status = stationStatus(station);
  const of = mapped.hazard === 'fire-alarm' ? `incident/${alert.incident}` : station.id;
  return {
    alert: alert.id,
    chain: `${status}/${mapped.hazard}/${of}`,
    status,
    ...mapped,
    severity: severityOf(alert, mapped),
    corrected: alert.corrected !== undefined,
    level: alert.level,
    incident: alert.incident,
    quiet: [alert.shelved, alert.out_of_service, alert.inhibited].some((cause) => cause !== undefined),
    opened_at: alert.opened_at,
    parameter: alert.parameter,
    value: raised?.value ?? null,
    unit: raised?.unit ?? null,
    source: raised?.source,
    station: station.id,
    name: station.name,
    area: station.area,
    latitude: station.latitude,
    longitude: station.longitude,
    origin: station.origin,
  };
}
