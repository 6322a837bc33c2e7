/** How news changes what is shown. Pure: the value before and the news in, the value after out. */
import type { AlertAnswer, LatestReading, StationAnswer } from '../../devices/wire/api.ts';
import type { StationReadings } from './judge.ts';

export type StationReading = LatestReading & { readonly station: string };

/** A reading replaces an older one only: an answer under way must not undo what the stream has told since. */
export function withReadings(before: StationReadings, news: Iterable<LatestReading>): StationReadings {
  let after: Map<string, LatestReading> | null = null;
  for (const reading of news) {
    const known = (after ?? before).get(reading.parameter);
    if (known && known.at > reading.at) continue;
    after ??= new Map(before);
    after.set(reading.parameter, reading);
  }
  return after ?? before;
}

export function byStation(readings: Iterable<StationReading>): Map<string, StationReading[]> {
  const groups = new Map<string, StationReading[]>();
  for (const reading of readings) {
    const group = groups.get(reading.station);
    if (group) group.push(reading);
    else groups.set(reading.station, [reading]);
  }
  return groups;
}

export type Alerts = ReadonlyMap<string, AlertAnswer>;

/** What people need not see: it is over, or it stands and is shelved, out of service, inhibited or of long ago. */
const isGone = (alert: AlertAnswer): boolean =>
  alert.state === 'cleared' ||
  [alert.shelved, alert.out_of_service, alert.inhibited, alert.historical].some((why) => why !== undefined);

/** Open alerts only: one that is cleared or quiet leaves. */
export function withAlerts(before: Alerts, news: Iterable<AlertAnswer>): Alerts {
  let after: Map<string, AlertAnswer> | null = null;
  for (const alert of news) {
    const gone = isGone(alert);
    if (gone && !(after ?? before).has(alert.id)) continue;
    after ??= new Map(before);
    if (gone) after.delete(alert.id);
    else after.set(alert.id, alert);
  }
  return after ?? before;
}

export const withAlert = (before: Alerts, alert: AlertAnswer): Alerts => withAlerts(before, [alert]);

export type Stations = ReadonlyMap<string, StationAnswer>;

/** All at once: after an outage thousands change their status together. */
export function withStations(before: Stations, news: Iterable<StationAnswer>): Stations {
  const after = new Map(before);
  for (const station of news) after.set(station.id, station);
  return after;
}

/** A latched one is over, and still somebody has to see that it was. */
export const isUnacknowledged = (alert: AlertAnswer): boolean =>
  alert.state === 'active' || (alert.state === 'latched' && alert.acknowledged_by === null);

const LEVEL_ORDER: Readonly<Record<AlertAnswer['level'], number>> = { critical: 0, warning: 1, notice: 2 };

/** What needs a hand first: not acknowledged, then worst, then newest. */
export const inOrder = (alerts: Alerts): AlertAnswer[] =>
  [...alerts.values()].sort(
    (a, b) =>
      Number(isUnacknowledged(b)) - Number(isUnacknowledged(a)) ||
      LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level] ||
      b.opened_at - a.opened_at,
  );

const isWaitingCritical = (alert: AlertAnswer | undefined): boolean =>
  alert?.level === 'critical' && isUnacknowledged(alert);

/** Critical alerts that nobody has acknowledged and that did not wait before: new, grown worse, or back. */
export const newCritical = (before: Alerts, after: Alerts): AlertAnswer[] =>
  inOrder(after).filter((alert) => isWaitingCritical(alert) && !isWaitingCritical(before.get(alert.id)));

/** The title of the browser's tab says how many alerts wait, and marks a critical one. */
export function pageTitle(alerts: Alerts): string {
  const waiting = [...alerts.values()].filter(isUnacknowledged);
  if (waiting.length === 0) return 'Quantrac';
  const mark = waiting.some(({ level }) => level === 'critical') ? '⚠ ' : '';
  return `${mark}(${waiting.length}) Quantrac`;
}

/** The newest evidence of why the alert stands. */
export const raisedBy = (alert: AlertAnswer): AlertAnswer['evidence'][number] | undefined =>
  alert.evidence.findLast(({ state }) => state === 'raised');
