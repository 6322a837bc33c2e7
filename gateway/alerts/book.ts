/**
 * The book of alerts: merges the alarms of edges and flows into one alert a condition, and writes every transition
 * into the feed in the same transaction.
 */
import { LEVELS, type Level } from '../../devices/limit.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { AlertAnswer, FeedRecord } from '../../devices/wire/api.ts';
import type { Alarm } from '../../devices/wire/messages.ts';
import type { Catalog } from '../catalog.ts';
import type { Feed } from '../ioc/feed.ts';
import type { Ledger } from '../ledger.ts';
import {
  type Alert,
  acknowledgeAlert,
  alertKey,
  joinAlert,
  leaveAlert,
  noteAlert,
  openAlert,
} from './alert.ts';

export type AlertFilter = 'open' | 'cleared' | 'all';

export interface AlertQuery {
  readonly state: AlertFilter;
  readonly station?: string;
  /** Opened in from ≤ opened_at < to, epoch ms. */
  readonly from?: number;
  readonly to?: number;
  /** Ids below this one; newest first. */
  readonly before?: number;
  readonly limit: number;
}

export interface AlertBook {
  /** Takes an alarm over; durable on return. Repeats and messages older than one already taken are harmless. */
  report(alarm: Alarm, reporter: string): void;
  list(query: AlertQuery): AlertAnswer[];
  get(id: number): AlertAnswer | null;
  open(): AlertAnswer[];
  /** The worst level of the open alerts of one point, null when none is open. */
  levelOf(station: string, parameter: ParameterId): Level | null;
  acknowledge(id: number, by: string, note: string | undefined): AlertAnswer | 'unknown' | 'cleared';
  note(id: number, by: string, text: string): AlertAnswer | 'unknown';
  setUnverified(id: number, unverified: boolean): void;
}

export interface AlertBookParts {
  readonly ledger: Ledger;
  readonly catalog: Catalog;
  readonly feed: Feed;
  readonly now: () => number;
  /** Called after the transition is on disk. */
  onChange(alert: AlertAnswer): void;
}

interface Row {
  readonly id: number;
  readonly body: string;
}

export function createAlertBook({ ledger, catalog, feed, now, onChange }: AlertBookParts): AlertBook {
  const { db } = ledger;
  const selectOpenByKey = db.prepare("SELECT id, body FROM alert WHERE key = ? AND state <> 'cleared'");
  const selectOpen = db.prepare("SELECT id, body FROM alert WHERE state <> 'cleared' ORDER BY id DESC");
  const selectById = db.prepare('SELECT id, body FROM alert WHERE id = ?');
  const insert = db.prepare(
    'INSERT INTO alert (key, station, state, opened_at, body) VALUES (?, ?, ?, ?, ?) RETURNING id',
  );
  const update = db.prepare('UPDATE alert SET state = ?, body = ? WHERE id = ?');
  const selectSeen = db.prepare('SELECT at FROM alarm_seen WHERE key = ? AND reporter = ?');
  const upsertSeen = db.prepare(
    'INSERT INTO alarm_seen VALUES (?, ?, ?) ON CONFLICT (key, reporter) DO UPDATE SET at = excluded.at',
  );

  const answer = (id: number, alert: Alert): AlertAnswer => {
    const station = catalog.get(alert.station);
    const name = station?.name ?? { vi: alert.station, en: alert.station };
    return {
      id: String(id),
      ...alert,
      station_name: name,
      ...(station?.origin && { origin: station.origin }),
    };
  };
  const read = (row: unknown): { id: number; alert: Alert } | null => {
    if (row === undefined) return null;
    const { id, body } = row as Row;
    return { id, alert: JSON.parse(body) as Alert };
  };
  const write = (kind: FeedRecord['kind'], id: number, alert: Alert): AlertAnswer => {
    const full = answer(id, alert);
    update.run(alert.state, JSON.stringify(alert), id);
    feed.append(kind, full);
    return full;
  };
  const openAlerts = (): AlertAnswer[] =>
    (selectOpen.all() as unknown as Row[]).map(({ id, body }) => answer(id, JSON.parse(body) as Alert));
  /** Asked for with every reading, so it is kept until an alert changes. */
  let levels: Map<string, Level> | null = null;

  /** One transition: alert and feed record together or not at all, then the news of it. */
  const transition = (work: () => AlertAnswer | null): AlertAnswer | null => {
    const changed = ledger.transaction(work);
    if (changed) {
      levels = null;
      onChange(changed);
    }
    return changed;
  };
  const change = (id: number, next: (alert: Alert) => Alert | null): AlertAnswer | null =>
    transition(() => {
      const found = read(selectById.get(id));
      const alert = found && next(found.alert);
      return alert ? write('alert.changed', id, alert) : null;
    });

  const raise = (alarm: Alarm, reporter: string): AlertAnswer | null => {
    const found = read(selectOpenByKey.get(alertKey(alarm)));
    if (found) {
      const alert = joinAlert(found.alert, alarm, reporter);
      return alert && write('alert.changed', found.id, alert);
    }
    const alert = openAlert(alarm, reporter);
    const row = insert.get(alert.key, alert.station, alert.state, alert.opened_at, JSON.stringify(alert)) as {
      id: number;
    };
    return write('alert.raised', row.id, alert);
  };
  const clear = (alarm: Alarm, reporter: string): AlertAnswer | null => {
    const found = read(selectOpenByKey.get(alertKey(alarm)));
    const alert = found && leaveAlert(found.alert, alarm, reporter);
    return alert
      ? write(alert.state === 'cleared' ? 'alert.cleared' : 'alert.changed', found.id, alert)
      : null;
  };

  return {
    report(alarm, reporter) {
      transition(() => {
        const key = alertKey(alarm);
        const seen = selectSeen.get(key, reporter) as { at: number } | undefined;
        // Whose time is in doubt comes after all that is known: alarms arrive in the order in which they were decided.
        const at = alarm.time_doubtful ? Math.max(alarm.at, (seen?.at ?? 0) + 1) : alarm.at;
        if (seen && at <= seen.at) return null;
        upsertSeen.run(key, reporter, at);
        const taken = { ...alarm, at };
        return alarm.state === 'raised' ? raise(taken, reporter) : clear(taken, reporter);
      });
    },
    list(query) {
      const state = { open: "state <> 'cleared'", cleared: "state = 'cleared'", all: 'TRUE' }[query.state];
      const rows = db
        .prepare(
          `SELECT id, body FROM alert WHERE ${state} AND id < ? AND (? IS NULL OR station = ?) AND opened_at >= ? AND opened_at < ?
           ORDER BY id DESC LIMIT ?`,
        )
        .all(
          query.before ?? Number.MAX_SAFE_INTEGER,
          query.station ?? null,
          query.station ?? null,
          query.from ?? 0,
          query.to ?? Number.MAX_SAFE_INTEGER,
          query.limit,
        ) as unknown as Row[];
      return rows.map(({ id, body }) => answer(id, JSON.parse(body) as Alert));
    },
    get(id) {
      const found = read(selectById.get(id));
      return found && answer(found.id, found.alert);
    },
    open: openAlerts,
    levelOf(station, parameter) {
      levels ??= worstLevels(openAlerts());
      return levels.get(pointKey(station, parameter)) ?? null;
    },
    acknowledge(id, by, note) {
      const found = read(selectById.get(id));
      if (!found) return 'unknown';
      if (found.alert.state === 'cleared') return 'cleared';
      return change(id, (alert) => acknowledgeAlert(alert, by, now(), note)) ?? 'unknown';
    },
    note: (id, by, text) => change(id, (alert) => noteAlert(alert, by, now(), text)) ?? 'unknown',
    setUnverified(id, unverified) {
      change(id, (alert) =>
        alert.state === 'cleared' || alert.unverified === unverified ? null : { ...alert, unverified },
      );
    },
  };
}

const pointKey = (station: string, parameter: string): string => `${station}/${parameter}`;

function worstLevels(alerts: readonly AlertAnswer[]): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (const { station, parameter, level } of alerts) {
    const key = pointKey(station, parameter);
    const known = levels.get(key);
    if (known === undefined || LEVELS.indexOf(level) > LEVELS.indexOf(known)) levels.set(key, level);
  }
  return levels;
}
