/** What is kept of the screens for a person without network: the stations with their last values, and the open alerts. Pure. */
import type { AlertAnswer, LatestReading, Session, StationAnswer } from '../../../devices/wire/api.ts';

export interface Picture {
  /** Its key: the name of the person whose it is. */
  readonly user: string;
  readonly session: Session;
  /** When the gateway was heard last, epoch ms: everything here is as old as that. */
  readonly heardAt: number;
  readonly stations: readonly StationAnswer[];
  readonly readings: ReadonlyArray<readonly [station: string, readings: readonly LatestReading[]]>;
  readonly alerts: readonly AlertAnswer[];
}

/** Some 2 MB: a phone that is short of room throws away the largest first. */
export const MOST_STATIONS = 1000;
export const MOST_ALERTS = 300;

export interface Shown {
  readonly session: Session;
  readonly heardAt: number;
  readonly stations: Iterable<StationAnswer>;
  /** What needs a hand first. */
  readonly alerts: readonly AlertAnswer[];
  readingsOf(station: string): Iterable<LatestReading>;
}

/** Of too many stations those with an open alert stay. */
export function pictureOf({ session, heardAt, stations, alerts, readingsOf }: Shown): Picture {
  const kept = alerts.slice(0, MOST_ALERTS);
  const alerting = new Set(kept.map(({ station }) => station));
  const all = [...stations];
  const isAlerting = ({ id }: StationAnswer): boolean => alerting.has(id);
  const own =
    all.length <= MOST_STATIONS
      ? all
      : [...all.filter(isAlerting), ...all.filter((station) => !isAlerting(station))].slice(0, MOST_STATIONS);
  return {
    user: session.name,
    session,
    heardAt,
    stations: own,
    readings: own.map(({ id }) => [id, [...readingsOf(id)]] as const),
    alerts: kept,
  };
}
