/**
 * The ledger: what the gateway must not forget besides readings (accounts, stations, alerts, feed, cursors,
 * quarantine), in one SQLite file so that what belongs together is committed together.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../devices/kit/fault.ts';
import { AUDIT_SCHEMA } from './audit/schema.ts';
import { COMMANDS_SCHEMA } from './fleet/schema-commands.ts';
import { CONFIG_SCHEMA } from './fleet/schema-config.ts';
import { IDENTITY_SCHEMA, UNKNOWN_SCHEMA } from './identity/schema.ts';
import { PHOTO_SCHEMA } from './photos.ts';
import { transact } from './transaction.ts';
import { USERS_SCHEMA } from './users/schema.ts';

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
  // The feed (gateway/ioc): its key, the last record that retention took, what was told of stations, edges and hours.
  `
  CREATE TABLE feed_key (id INTEGER PRIMARY KEY CHECK (id = 1), private TEXT NOT NULL) STRICT;
  CREATE TABLE feed_removed (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE feed_status (subject TEXT PRIMARY KEY, status TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE feed_station (station TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE feed_hour (
    station TEXT NOT NULL, hour INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (station, hour)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX feed_hour_number ON feed_hour (number);
  CREATE TABLE feed_hour_mark (
    station TEXT NOT NULL, hour INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (station, hour)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE destination ADD COLUMN stopped_at INTEGER;
  ALTER TABLE destination ADD COLUMN stopped_reason TEXT;
  CREATE TABLE dead_letter (
    destination TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (destination, number)
  ) STRICT, WITHOUT ROWID;
  `,
  // Cycles that had no readings when their station files were due (gateway/ioc/station-files/gaps.ts).
  `
  CREATE TABLE station_file_gap (
    destination TEXT NOT NULL, station TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (destination, station, first)
  ) STRICT, WITHOUT ROWID;
  `,
  // CAP (gateway/ioc/cap/rows.ts): how far it has followed the feed, chains of messages, their alerts, drafts and what went out.
  `
  CREATE TABLE cap_progress (id INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
  CREATE TABLE cap_chain (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, open INTEGER NOT NULL, confirmed_by TEXT, confirmed_reason TEXT
  ) STRICT;
  CREATE UNIQUE INDEX cap_chain_open ON cap_chain (key) WHERE open = 1;
  CREATE TABLE cap_member (alert TEXT PRIMARY KEY, chain INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX cap_member_chain ON cap_member (chain);
  CREATE TABLE cap_draft (
    number INTEGER PRIMARY KEY, chain INTEGER NOT NULL, made_at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
    decided_by TEXT, decided_at INTEGER, reason TEXT
  ) STRICT;
  CREATE INDEX cap_draft_chain ON cap_draft (chain, state, number);
  CREATE INDEX cap_draft_state ON cap_draft (state, number);
  CREATE TABLE cap_message (
    number INTEGER PRIMARY KEY, chain INTEGER NOT NULL, draft INTEGER NOT NULL, year INTEGER NOT NULL, serial INTEGER NOT NULL,
    identifier TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, type TEXT NOT NULL, sent INTEGER NOT NULL, expires INTEGER NOT NULL,
    headline TEXT NOT NULL, xml TEXT NOT NULL, UNIQUE (year, serial)
  ) STRICT;
  CREATE INDEX cap_message_chain ON cap_message (chain, expires);
  CREATE INDEX cap_message_expires ON cap_message (expires);
  CREATE INDEX cap_message_draft ON cap_message (draft);
  `,
  // What people are told (gateway/notify): who they are, plans, how far the feed is followed, subjects with their alerts,
  // whom each plan has got to, what each person has been told and is owed, messages, and links that acknowledge.
  `
  CREATE TABLE person (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE push_subscription (
    id INTEGER PRIMARY KEY, person TEXT NOT NULL, endpoint TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (person, endpoint)
  ) STRICT;
  CREATE TABLE notice_plan (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE notice_progress (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
  CREATE TABLE notice_standing (plan TEXT PRIMARY KEY, after INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE notice_subject (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, level INTEGER NOT NULL, members INTEGER NOT NULL,
    waiting INTEGER NOT NULL, ended TEXT
  ) STRICT;
  CREATE TABLE notice_member (
    alert INTEGER PRIMARY KEY, subject INTEGER NOT NULL, station TEXT NOT NULL, level INTEGER NOT NULL, status TEXT NOT NULL,
    announced_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX notice_member_subject ON notice_member (subject);
  CREATE TABLE notice_case (
    subject INTEGER NOT NULL, plan TEXT NOT NULL, step INTEGER NOT NULL, repeats INTEGER NOT NULL,
    next_step_at INTEGER, next_repeat_at INTEGER, due_at INTEGER, PRIMARY KEY (subject, plan)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notice_case_due ON notice_case (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE notice_told (
    subject INTEGER NOT NULL, person TEXT NOT NULL, owed TEXT, level INTEGER NOT NULL, members INTEGER NOT NULL,
    reached INTEGER NOT NULL, message INTEGER, PRIMARY KEY (subject, person)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notice_told_owed ON notice_told (person) WHERE owed IS NOT NULL;
  CREATE INDEX notice_told_message ON notice_told (message) WHERE message IS NOT NULL;
  CREATE TABLE notice_message (
    number INTEGER PRIMARY KEY, person TEXT NOT NULL, state TEXT NOT NULL, level INTEGER, position INTEGER NOT NULL, kind TEXT,
    tries INTEGER NOT NULL, since INTEGER, due_at INTEGER NOT NULL, made_at INTEGER NOT NULL, ended_at INTEGER,
    alerts TEXT NOT NULL, alert_count INTEGER NOT NULL, grown INTEGER NOT NULL, error TEXT
  ) STRICT;
  CREATE UNIQUE INDEX notice_message_open ON notice_message (person) WHERE state IN ('waiting', 'sending');
  CREATE INDEX notice_message_due ON notice_message (kind, due_at) WHERE state = 'waiting';
  CREATE INDEX notice_message_person ON notice_message (person, number);
  CREATE INDEX notice_message_ended ON notice_message (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE notice_timeline (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, alerts TEXT NOT NULL
  ) STRICT;
  CREATE TABLE notice_link (hash TEXT PRIMARY KEY, message INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX notice_link_message ON notice_link (message);
  CREATE TABLE notice_hint (sender TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // The key of web push (gateway/notify/channels/vapid.ts).
  `
  CREATE TABLE vapid_key (id INTEGER PRIMARY KEY CHECK (id = 1), public TEXT NOT NULL, private TEXT NOT NULL) STRICT;
  `,
  // Sirens that plans sound (gateway/notify/sirens/calls.ts).
  `
  CREATE TABLE siren_call (
    id INTEGER PRIMARY KEY, station TEXT NOT NULL, subject INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
    alerts TEXT NOT NULL, ended_at INTEGER, told TEXT
  ) STRICT;
  CREATE UNIQUE INDEX siren_call_standing ON siren_call (station, subject) WHERE ended_at IS NULL;
  `,
  // The PIN that the SIM has refused (gateway/notify/gsm/pin-memory.ts).
  `
  CREATE TABLE refused_pin (id INTEGER PRIMARY KEY CHECK (id = 1), hash TEXT NOT NULL) STRICT;
  `,
  // CAP: until when something waits to be said in a chain (gateway/ioc/cap/chains.ts).
  'ALTER TABLE cap_chain ADD COLUMN settle_at INTEGER',
  // Hours of the feed that are to be looked at again; and each station that is known is told from an hour on.
  `
  CREATE INDEX feed_hour_mark_due ON feed_hour_mark (due);
  INSERT INTO feed_station SELECT id, unixepoch() / 3600 * 3600000 FROM station WHERE true ON CONFLICT DO NOTHING;
  `,
  USERS_SCHEMA,
  IDENTITY_SCHEMA,
  AUDIT_SCHEMA,
  CONFIG_SCHEMA,
  COMMANDS_SCHEMA,
  UNKNOWN_SCHEMA,
  PHOTO_SCHEMA,
];

const BEFORE_USERS = MIGRATIONS.indexOf(USERS_SCHEMA);

class WrongVersion extends Error {}

const has = (db: DatabaseSync, table: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined;

export function openLedger(dataDir: string): Ledger {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'ledger.db');
  const db = new DatabaseSync(file);
  chmodSync(file, 0o600);
  db.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000',
  );
  try {
    return ledgerOf(db);
  } catch (error) {
    db.close();
    throw error instanceof WrongVersion ? new UserFault(`${file}: ${error.message}`) : error;
  }
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
  if (row.user_version > MIGRATIONS.length)
    throw new WrongVersion(
      'this ledger is of a newer Quantrac: start that one, or restore a backup of before',
    );
  // Releases up to 0.1.0 open a newer ledger and lower its number: what is there already would be made again.
  if (row.user_version === BEFORE_USERS && has(db, 'audit'))
    throw new WrongVersion(
      'an older Quantrac has worked on this ledger since: restore a backup of before that',
    );
  for (const migration of MIGRATIONS.slice(row.user_version)) db.exec(migration);
  db.exec(`PRAGMA user_version=${MIGRATIONS.length}`);
}
