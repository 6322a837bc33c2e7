/** The alerts in the ledger, and in which list each is. */
import type { Level } from '../../devices/limit.ts';
import type { Ledger } from '../ledger.ts';
import type { SeenAlerts } from '../scope-alerts.ts';
import { type Alert, isQuiet } from './alert.ts';

/** `open` is what people have to see; `quiet` stands too and wakes nobody; `historical` is of a time that is over. */
export const ALERT_LISTS = ['open', 'quiet', 'cleared', 'historical'] as const;
export type AlertList = (typeof ALERT_LISTS)[number];

export interface AlertQuery {
  readonly state: AlertList | 'all';
  readonly station?: string;
  readonly level?: Level;
  /** Opened in from ≤ opened_at < to, epoch ms. */
  readonly from?: number;
  readonly to?: number;
  /** Ids below this one; newest first. */
  readonly before?: number;
  readonly limit: number;
  /** Of these stations and keys only; null or absent: of all. */
  readonly seen?: SeenAlerts | null;
}

export interface KeptAlert {
  readonly id: number;
  readonly alert: Alert;
}

export interface AlertRows {
  insert(alert: Alert): number;
  update(id: number, alert: Alert): void;
  get(id: number): KeptAlert | null;
  /** The alert of this condition that is not cleared; there is one at most. */
  standing(key: string): KeptAlert | null;
  /** All that are not cleared, newest first. */
  allStanding(): KeptAlert[];
  open(): KeptAlert[];
  list(query: AlertQuery): KeptAlert[];
  /** Members of incidents that still stand, or stood at `since` or later. */
  inIncidents(since: number): KeptAlert[];
  ofIncident(incident: number): KeptAlert[];
  /** Numbers of incidents below one, newest first; those of which an alert stands, or all; of some stations only where they are named. */
  incidents(state: 'open' | 'all', before: number, limit: number, stations?: readonly string[]): number[];
  /** Numbers are used once, also those of incidents that became one with another. */
  newIncident(): number;
}

const listOf = (alert: Alert): AlertList => {
  if (alert.historical) return 'historical';
  if (alert.state === 'cleared') return 'cleared';
  return isQuiet(alert) ? 'quiet' : 'open';
};

interface Row {
  readonly id: number;
  readonly body: string;
}

const kept = (row: unknown): KeptAlert => {
  const { id, body } = row as Row;
  return { id, alert: JSON.parse(body) as Alert };
};
const keptOrNull = (row: unknown): KeptAlert | null => (row === undefined ? null : kept(row));
const incidentOf = ({ incident }: Alert): number | null => (incident === undefined ? null : Number(incident));

export function createAlertRows({ db }: Ledger): AlertRows {
  const insert = db.prepare(
    'INSERT INTO alert (key, station, state, list, incident, opened_at, body) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id',
  );
  const update = db.prepare('UPDATE alert SET state = ?, list = ?, incident = ?, body = ? WHERE id = ?');
  const selectById = db.prepare('SELECT id, body FROM alert WHERE id = ?');
  const selectStanding = db.prepare("SELECT id, body FROM alert WHERE key = ? AND state <> 'cleared'");
  // By itself SQLite would go through all alerts that there ever were, for the order.
  const selectAllStanding = db.prepare(
    "SELECT id, body FROM alert INDEXED BY alert_open WHERE state <> 'cleared' ORDER BY id DESC",
  );
  const selectOpen = db.prepare("SELECT id, body FROM alert WHERE list = 'open' ORDER BY id DESC");
  const selectList = db.prepare(
    `SELECT id, body FROM alert WHERE (?1 = 'all' OR list = ?1) AND id < ?2 AND (?3 IS NULL OR station = ?3)
     AND opened_at >= ?4 AND opened_at < ?5
     AND (?7 IS NULL OR station IN (SELECT value FROM json_each(?7)) OR key IN (SELECT value FROM json_each(?8)))
     AND (?9 IS NULL OR body ->> 'level' = ?9)
     ORDER BY id DESC LIMIT ?6`,
  );
  const selectInIncidents = db.prepare(
    `SELECT id, body FROM alert WHERE incident IS NOT NULL
     AND (state <> 'cleared' OR opened_at >= ?1 OR body ->> 'cleared_at' >= ?1)`,
  );
  const selectOfIncident = db.prepare('SELECT id, body FROM alert WHERE incident = ? ORDER BY id');
  const selectIncidents = db.prepare(
    `SELECT DISTINCT incident FROM alert WHERE incident IS NOT NULL AND incident < ?2
     AND (?1 = 'all' OR state <> 'cleared')
     AND (?4 IS NULL OR station IN (SELECT value FROM json_each(?4))) ORDER BY incident DESC LIMIT ?3`,
  );
  const insertIncident = db.prepare('INSERT INTO alert_incident DEFAULT VALUES RETURNING id');

  /** What the last look at all that stand made of their texts: each look asks for all, and few have changed since. */
  let lastStanding = new Map<number, { readonly body: string; readonly kept: KeptAlert }>();
  const keptAsBefore = (row: unknown): KeptAlert => {
    const { id, body } = row as Row;
    const before = lastStanding.get(id);
    return before?.body === body ? before.kept : kept(row);
  };

  return {
    insert(alert) {
      const { key, station, state, opened_at } = alert;
      const row = insert.get(
        key,
        station,
        state,
        listOf(alert),
        incidentOf(alert),
        opened_at,
        JSON.stringify(alert),
      );
      return (row as { id: number }).id;
    },
    update: (id, alert) =>
      void update.run(alert.state, listOf(alert), incidentOf(alert), JSON.stringify(alert), id),
    get: (id) => keptOrNull(selectById.get(id)),
    standing(key) {
      const row = selectStanding.get(key);
      return row === undefined ? null : keptAsBefore(row);
    },
    allStanding() {
      const rows = selectAllStanding.all() as unknown as Row[];
      const found = rows.map((row) => ({ body: row.body, kept: keptAsBefore(row) }));
      lastStanding = new Map(found.map((row) => [row.kept.id, row]));
      return found.map((row) => row.kept);
    },
    open: () => selectOpen.all().map(kept),
    list: ({ state, station = null, level = null, before, from, to, limit, seen = null }) =>
      selectList
        .all(
          state,
          before ?? Number.MAX_SAFE_INTEGER,
          station,
          from ?? 0,
          to ?? Number.MAX_SAFE_INTEGER,
          limit,
          seen && JSON.stringify(seen.stations),
          JSON.stringify(seen?.keys ?? []),
          level,
        )
        .map(kept),
    inIncidents: (since) => selectInIncidents.all(since).map(kept),
    ofIncident: (incident) => selectOfIncident.all(incident).map(kept),
    incidents: (state, before, limit, stations) =>
      selectIncidents
        .all(state, before, limit, stations ? JSON.stringify(stations) : null)
        .map(({ incident }) => Number(incident)),
    newIncident: () => Number(insertIncident.get()?.id),
  };
}
