/** The outbox's table, and the steps that bring a file of an older edge to it. */
import type { DatabaseSync } from 'node:sqlite';

/** How a row of readings has been rewritten: `packed` loses nothing, the others are thinned to windows. */
export const LEVEL = { plain: 0, packed: 1, minute: 2, tenMinutes: 3, hour: 4 } as const;
export const LEVELS = Object.values(LEVEL);
export type Level = (typeof LEVELS)[number];

/** A file has had as many of them as its `user_version` says. */
const STEPS = [
  `CREATE TABLE IF NOT EXISTS batches (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     kind TEXT NOT NULL, station TEXT NOT NULL, condition TEXT, payload TEXT NOT NULL,
     records INTEGER NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
   CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
   INSERT OR IGNORE INTO counts VALUES ('dropped', 0);`,
  `DROP INDEX IF EXISTS batches_order;
   ALTER TABLE batches ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE batches ADD COLUMN packed BLOB;
   ALTER TABLE batches ADD COLUMN crc INTEGER;
   CREATE INDEX batches_lanes ON batches (kind, level, at, id);
   INSERT INTO counts VALUES ('thinned', 0);`,
  // What packed rows hold, what was lost, and what of it has been told without an answer yet (account.ts).
  `CREATE TABLE held (station TEXT NOT NULL, hour INTEGER NOT NULL, parameter TEXT NOT NULL, readings INTEGER NOT NULL,
     PRIMARY KEY (station, hour, parameter)) STRICT, WITHOUT ROWID;
   CREATE TABLE losses (station TEXT NOT NULL, hour INTEGER NOT NULL, parameter TEXT NOT NULL, cause TEXT NOT NULL,
     readings INTEGER NOT NULL, PRIMARY KEY (station, hour, parameter, cause)) STRICT, WITHOUT ROWID;
   CREATE TABLE loss_report (outbox TEXT NOT NULL, number INTEGER NOT NULL, entries TEXT NOT NULL) STRICT;
   INSERT INTO counts SELECT 'held_after', COALESCE(MAX(id), 0) FROM batches WHERE level > 0;
   INSERT INTO counts VALUES ('loss_reports', 0), ('outbox_id', abs(random() % 9007199254740991));`,
];

export function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (version > STEPS.length) throw new Error('it was made by a newer Quantrac');
  for (const [index, step] of STEPS.entries()) {
    if (index >= version) db.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

export const COLUMNS = 'id, kind, station, condition, payload, records, at, bytes, level, packed, crc';

export interface Row {
  readonly id: number;
  readonly kind: 'alarm' | 'readings';
  readonly station: string;
  readonly condition: string | null;
  readonly payload: string;
  readonly records: number;
  readonly at: number;
  readonly bytes: number;
  readonly level: Level;
  readonly packed: Uint8Array | null;
  readonly crc: number | null;
}

/** Of rows that come from this table. */
export const asRow = (row: unknown): Row => row as Row;

export const asRows = (rows: unknown): Row[] => rows as Row[];

/** What a row costs beside its payload, roughly: its other columns, its index entry, page overhead. */
const ROW_BYTES = 120;

const PAGE_BYTES = 4096;

/** A row that is larger than half a page shares its page with no other, unless it is so large that it is spread. */
export function bytesOf(body: { readonly payload: string; readonly packed: Uint8Array | null }): number {
  const bytes = ROW_BYTES + (body.packed?.byteLength ?? Buffer.byteLength(body.payload));
  return bytes > PAGE_BYTES / 2 && bytes < PAGE_BYTES ? PAGE_BYTES : bytes;
}
