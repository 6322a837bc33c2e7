/**
 * The ledger: what the gateway must not forget besides readings (accounts, stations, alerts, feed, cursors,
 * quarantine), in one SQLite file so that what belongs together is committed together.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { transact } from './transaction.ts';

export interface Ledger {
  readonly db: DatabaseSync;
  /** Everything that `work` writes is committed together, or nothing of it; joins a transaction under way. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Append only: a ledger of version n is brought to the newest by the entries after n. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (name TEXT PRIMARY KEY, kind TEXT NOT NULL, password TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE user (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE credential (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, user TEXT NOT NULL REFERENCES user(name) ON DELETE CASCADE,
    label TEXT, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE station (
    id TEXT PRIMARY KEY, edge TEXT NOT NULL, body TEXT NOT NULL, announced_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE edge (name TEXT PRIMARY KEY, status TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE TABLE alert (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, station TEXT NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX alert_open ON alert (key) WHERE state <> 'cleared';
  CREATE TABLE alarm_seen (key TEXT, reporter TEXT, at INTEGER NOT NULL, PRIMARY KEY (key, reporter)) STRICT, WITHOUT ROWID;
  CREATE TABLE feed (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE destination (id TEXT PRIMARY KEY, delivered INTEGER NOT NULL) STRICT;
  CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, client TEXT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,
    records INTEGER NOT NULL, payload TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE period (
    station TEXT NOT NULL, parameter TEXT NOT NULL, since INTEGER NOT NULL, period_s REAL, PRIMARY KEY (station, parameter, since)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO period SELECT station.id, point.value ->> 'id', announced_at, CAST(point.value ->> 'period_s' AS REAL)
    FROM station, json_each(station.body, '$.parameters') AS point WHERE true ON CONFLICT DO NOTHING;
  `,
  `
  ALTER TABLE quarantine ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE quarantine ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
  UPDATE quarantine SET kept = length(CAST(payload AS BLOB)), size = length(CAST(payload AS BLOB)) + (length(payload) >= 16384);
  CREATE INDEX quarantine_client ON quarantine (client, id);
  CREATE TABLE unit_lock (parameter TEXT PRIMARY KEY, unit TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE edge_absence (
    edge TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, started INTEGER, PRIMARY KEY (edge, since)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE edge_loss (
    station TEXT NOT NULL, hour INTEGER NOT NULL, parameter TEXT NOT NULL, cause TEXT NOT NULL, readings INTEGER NOT NULL,
    PRIMARY KEY (station, hour, parameter, cause)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE edge_loss_report (
    edge TEXT NOT NULL, outbox TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (edge, outbox)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE limit_version (
    station TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER, by TEXT, reason TEXT, limits TEXT NOT NULL,
    PRIMARY KEY (station, version)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE alert_transition (
    id INTEGER PRIMARY KEY, alert INTEGER NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, read_at INTEGER NOT NULL,
    kind TEXT NOT NULL, by TEXT, reason TEXT, reading TEXT
  ) STRICT;
  CREATE INDEX alert_transition_alert ON alert_transition (alert, id);
  CREATE INDEX alert_transition_raised ON alert_transition (key, read_at) WHERE kind = 'raised';
  CREATE TABLE alert_shelf (key TEXT PRIMARY KEY, by TEXT NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE alert_out_of_service (
    id INTEGER PRIMARY KEY, station TEXT NOT NULL, parameter TEXT, by TEXT NOT NULL, reason TEXT NOT NULL,
    since INTEGER NOT NULL, until INTEGER, ended_at INTEGER, ended_by TEXT
  ) STRICT;
  CREATE INDEX alert_out_of_service_holding ON alert_out_of_service (station) WHERE ended_at IS NULL;
  CREATE TABLE alert_incident (id INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE alert_flows_heard (id INTEGER PRIMARY KEY, online INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
  ALTER TABLE alert ADD COLUMN list TEXT NOT NULL DEFAULT 'open';
  ALTER TABLE alert ADD COLUMN incident INTEGER;
  UPDATE alert SET body = json_set(body, '$.announced_at', opened_at), list = iif(state = 'cleared', 'cleared', 'open');
  CREATE INDEX alert_list ON alert (list, id);
  CREATE INDEX alert_of_incident ON alert (incident) WHERE incident IS NOT NULL;
  `,
  // A record tells of more than alerts, and is chained and signed (gateway/ioc/signing.ts).
  `
  UPDATE feed SET body = json_object('alert', json(body));
  ALTER TABLE feed ADD COLUMN hash TEXT;
  ALTER TABLE feed ADD COLUMN signature TEXT;
  `,
];

export function openLedger(dataDir: string): Ledger {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'ledger.db');
  const db = new DatabaseSync(file);
  chmodSync(file, 0o600);
  db.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000',
  );
  return ledgerOf(db);
}

/** An empty one that is gone when it is closed: what is rehearsed leaves nothing behind. */
export const openScratchLedger = (): Ledger => ledgerOf(new DatabaseSync(':memory:'));

function ledgerOf(db: DatabaseSync): Ledger {
  const ledger: Ledger = {
    db,
    transaction: (work) => transact(db, work),
    close: () => db.close(),
  };
  ledger.transaction(() => migrate(db));
  return ledger;
}

function migrate(db: DatabaseSync): void {
  const row = db.prepare('PRAGMA user_version').get() as { user_version: number };
  // Nothing is written then: a gateway starts on a full disk too, and tells what it has.
  if (row.user_version === MIGRATIONS.length) return;
  for (const migration of MIGRATIONS.slice(row.user_version)) db.exec(migration);
  db.exec(`PRAGMA user_version=${MIGRATIONS.length}`);
}
