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
export function withAlert(before: Alerts, alert: AlertAnswer): Alerts {
  if (isGone(alert) && !before.has(alert.id)) return before;
  const after = new Map(before);
  if (isGone(alert)) after.delete(alert.id);
  else after.set(alert.id, alert);
  return after;
}

export const withStation = (
  before: ReadonlyMap<string, StationAnswer>,
  station: StationAnswer,
): ReadonlyMap<string, StationAnswer> => new Map(before).set(station.id, station);

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

/** Critical alerts that were not there before and that nobody has acknowledged. */
export const newCritical = (before: Alerts, after: Alerts): AlertAnswer[] =>
  inOrder(after).filter(
    (alert) => alert.level === 'critical' && isUnacknowledged(alert) && !before.has(alert.id),
  );

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
