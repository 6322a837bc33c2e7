/**
 * What waits to be delivered, on disk: alarms, then live readings, then backlog. A batch leaves when its PUBACK has
 * come. Bounded: when it is full the oldest readings are dropped and counted, alarms never before readings.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserFault } from '../devices/kit/fault.ts';

export const LANES = ['alarms', 'live', 'backlog'] as const;
export type Lane = (typeof LANES)[number];

/** Readings older than this go out as backlog: stored, never judged as live. */
export const LIVE_WINDOW_MS = 60_000;

export interface NewBatch {
  readonly kind: 'alarm' | 'readings';
  readonly station: string;
  /** Parameter and limit of an alarm: a later alarm of the same condition says more than an earlier one. */
  readonly condition?: string;
  readonly payload: string;
  /** How many readings it carries; 1 for an alarm. */
  readonly records: number;
  /** Time of its newest reading, epoch ms. */
  readonly at: number;
}

export interface Batch {
  readonly id: number;
  readonly lane: Lane;
  readonly station: string;
  readonly payload: string;
}

export interface Outbox {
  /** Durable on return, all or none. */
  append(batches: readonly NewBatch[]): void;
  /** The next batch of these lanes that nobody has taken, or null. */
  take(now: number, lanes: readonly Lane[]): Batch | null;
  /** Delivered: its PUBACK has come. Forgetting is lazy: after a crash a few may go out again, which is harmless. */
  remove(id: number): void;
  /** Everything taken and not removed may be taken again. */
  release(): void;
  /** Readings (and alarms) that wait, taken ones included. */
  waiting(now: number): Record<Lane, number>;
  /** Readings dropped because the outbox was full, since it was made. */
  dropped(): number;
  close(): void;
}

/** What a row costs beside its payload, roughly: its other columns, two index entries, page overhead. */
const ROW_BYTES = 120;

/** Delivered batches that may stand on disk until the next write: each write is an fsync, and flash cards wear. */
const MOST_DELIVERED = 64;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, station TEXT NOT NULL, condition TEXT, payload TEXT NOT NULL,
    records INTEGER NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS batches_order ON batches (kind, at, id);
  CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO counts VALUES ('dropped', 0);`;

export function openOutbox(dataDir: string, megabytes: number): Outbox {
  const limit = megabytes * 1024 * 1024;
  const db = open(dataDir);
  const insert = db.prepare(
    'INSERT INTO batches (kind, station, condition, payload, records, at, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const free = 'id NOT IN (SELECT value FROM json_each(?))';
  const columns = 'SELECT id, station, payload, records, bytes FROM batches WHERE';
  // Alarms in the order in which they were decided, whatever the clock did meanwhile.
  const alarms = db.prepare(`${columns} kind = 'alarm' AND ${free} ORDER BY id LIMIT 1`);
  const live = db.prepare(`${columns} kind = 'readings' AND ${free} AND at >= ? ORDER BY at, id LIMIT 1`);
  const backlog = db.prepare(`${columns} kind = 'readings' AND ${free} AND at < ? ORDER BY at, id LIMIT 1`);
  const oldest = db.prepare(`${columns} kind = 'readings' AND ${free} ORDER BY at, id LIMIT 1`);
  const superseded = db.prepare(
    `${columns} kind = 'alarm' AND ${free} AND EXISTS (SELECT 1 FROM batches AS later WHERE later.kind = 'alarm'
       AND later.station = batches.station AND later.condition = batches.condition AND later.id > batches.id)
     ORDER BY id LIMIT 1`,
  );
  const erase = db.prepare('DELETE FROM batches WHERE id = ? RETURNING bytes');
  const drop = db.prepare("UPDATE counts SET value = value + ? WHERE name = 'dropped'");
  const count = db.prepare("SELECT value FROM counts WHERE name = 'dropped'");
  const sums = db.prepare(
    `SELECT CASE WHEN kind = 'alarm' THEN 'alarms' WHEN at >= ? THEN 'live' ELSE 'backlog' END AS lane,
       SUM(records) AS records FROM batches WHERE id NOT IN (SELECT value FROM json_each(?)) GROUP BY 1`,
  );

  const taken = new Set<number>();
  const delivered = new Set<number>();
  let used = Number(db.prepare('SELECT COALESCE(SUM(bytes), 0) AS used FROM batches').get()?.used);
  const reserved = () => JSON.stringify([...taken, ...delivered]);

  function first(lane: Lane, liveFrom: number) {
    if (lane === 'alarms') return alarms.get(reserved());
    return (lane === 'live' ? live : backlog).get(reserved(), liveFrom);
  }

  function forget(): number {
    let freed = 0;
    for (const id of delivered) freed += Number(erase.get(id)?.bytes ?? 0);
    return freed;
  }

  /** Makes room and says how much was freed. */
  function shrink(excess: number): number {
    let freed = 0;
    while (freed < excess) {
      const reading = oldest.get(reserved());
      const victim = reading ?? superseded.get(reserved());
      if (victim === undefined) break;
      erase.get(Number(victim.id));
      freed += Number(victim.bytes);
      if (reading) drop.run(Number(reading.records));
    }
    return freed;
  }

  /** One transaction; what is kept in memory changes only when it is committed. */
  function write(batches: readonly NewBatch[]): void {
    let size = used;
    db.exec('BEGIN IMMEDIATE');
    try {
      size -= forget();
      for (const { kind, station, condition, payload, records, at } of batches) {
        const bytes = Buffer.byteLength(payload) + ROW_BYTES;
        insert.run(kind, station, condition ?? null, payload, records, at, bytes);
        size += bytes;
      }
      if (size > limit) size -= shrink(size - limit);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
    used = size;
    delivered.clear();
  }

  return {
    append: write,
    take(now, lanes) {
      for (const lane of LANES) {
        if (!lanes.includes(lane)) continue;
        const row = first(lane, now - LIVE_WINDOW_MS);
        if (row === undefined) continue;
        const id = Number(row.id);
        taken.add(id);
        return { id, lane, station: String(row.station), payload: String(row.payload) };
      }
      return null;
    },
    remove(id) {
      taken.delete(id);
      delivered.add(id);
      if (delivered.size >= MOST_DELIVERED) write([]);
    },
    release: () => taken.clear(),
    waiting(now) {
      const result: Record<Lane, number> = { alarms: 0, live: 0, backlog: 0 };
      for (const row of sums.all(now - LIVE_WINDOW_MS, JSON.stringify([...delivered])))
        result[String(row.lane) as Lane] = Number(row.records);
      return result;
    },
    dropped: () => Number(count.get()?.value),
    close() {
      try {
        write([]);
      } finally {
        db.close();
      }
    },
  };
}

function open(dataDir: string): DatabaseSync {
  const file = join(dataDir, 'outbox.db');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const db = new DatabaseSync(file);
    // Exclusive: two edges on one outbox would both deliver it and each believe that the other had not.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // Half a megabyte of pages: what is written goes out and is not read again.
    db.exec('PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -512');
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = message.includes('locked') ? 'another edge is using it' : message;
    throw new UserFault(
      `${file}: the outbox cannot be opened (${reason}): set another data_dir or mend this one`,
    );
  }
}
