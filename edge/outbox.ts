/**
 * What waits to be delivered, on disk: alarms, then live readings, then backlog. A batch leaves when its PUBACK has
 * come. Readings that wait for long are packed. Bounded: when it is nearly full they are thinned (`outbox/thin.ts`), and
 * dropped, the oldest first, only when nothing is left to thin; alarms never before readings. All of it is counted.
 */
import type { Logger } from '../devices/kit/log.ts';
import type { LossCause, Waiting } from '../devices/wire/messages.ts';
import { createAccount } from './outbox/account.ts';
import { payloadOf, plainBody } from './outbox/body.ts';
import type { Cell } from './outbox/contents.ts';
import { openFile } from './outbox/file.ts';
import { createLosses, type LossReport } from './outbox/losses.ts';
import { createRate } from './outbox/rate.ts';
import { asRows, bytesOf, COLUMNS, LEVELS, type Row } from './outbox/schema.ts';
import { createTidy } from './outbox/tidy.ts';
import { createTrial } from './outbox/trial.ts';

export const LANES = ['alarms', 'live', 'backlog'] as const;
export type Lane = (typeof LANES)[number];

/** Readings older than this go out as backlog: stored, never judged as live. */
export const LIVE_WINDOW_MS = 60_000;

export interface NewBatch {
  readonly kind: 'alarm' | 'readings';
  /** All its times are in ticks of this boot: no wall clock could be believed (`outbox/untimed.ts`). */
  readonly untimed?: true;
  readonly station: string;
  /** Parameter and limit of an alarm: a later alarm of the same condition says more than an earlier one. */
  readonly condition?: string;
  /** Of an alarm whose time is in doubt: when it was decided, in ticks of this boot (`outbox/alarm-age.ts`). */
  readonly ticks?: number;
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
  /** Readings that went into means because the outbox was full, less these means; since it was made. */
  thinned(): number;
  /** Readings dropped because the outbox was full or the disk has changed them, since it was made. */
  dropped(): number;
  /** What waits beyond the live window, by station and hour. */
  account(now: number): Waiting[];
  /** Losses that the centre does not know of yet: the same until they are `told`; null when there are none. */
  losses(): LossReport | null;
  told(report: LossReport): void;
  /** Readings that were lost before they came here. */
  lose(station: string, cells: Iterable<Cell>, cause: LossCause): void;
  /** Times of the oldest and the newest reading that nobody has taken, epoch ms. */
  span(): { readonly oldest: number; readonly newest: number } | null;
  bytes(): number;
  /** How full it is, and how many hours the line may be down at the present rate before anything is thinned. */
  room(): { readonly bytes: number; readonly limit: number; readonly holdsHours: number | null };
  close(): void;
}

/** Delivered batches that may stand on disk until the next write: each write is an fsync, and flash cards wear. */
const MOST_DELIVERED = 64;

/** Beyond all times. */
const FOREVER = Number.MAX_SAFE_INTEGER;

/** From this part of the limit on readings are thinned, so that there is room when the next ones come. */
const CROWDED = 0.95;

/** This part of the room is its own, whatever others use. */
const LEAST_ROOM = 0.25;

/** Pieces of work between two writes: readings come meanwhile. */
const MOST_PIECES = 2;

export interface OutboxOptions {
  readonly now?: () => number;
  readonly ticks?: () => number;
  /** Readings that have waited longer are thinned to hours. */
  readonly keepHours?: number;
  /** Bytes of its room that other files use. */
  readonly others?: () => number;
  readonly log?: Logger;
}

export function openOutbox(dataDir: string, megabytes: number, options: OutboxOptions = {}): Outbox {
  const { now = Date.now, ticks = () => performance.now(), keepHours = 720, others = () => 0, log } = options;
  const whole = megabytes * 1024 * 1024;
  const limit = () => Math.max(whole - others(), whole * LEAST_ROOM);
  const db = openFile(dataDir, log, now);
  const insert = db.prepare(
    'INSERT INTO batches (kind, station, condition, payload, records, at, bytes, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const free = 'id NOT IN (SELECT value FROM json_each(?))';
  const columns = `SELECT ${COLUMNS} FROM batches WHERE`;
  // Alarms in the order in which they were decided, whatever the clock did meanwhile.
  const alarms = db.prepare(`${columns} kind = 'alarm' AND ${free} ORDER BY id LIMIT 1`);
  const live = db.prepare(
    `${columns} kind = 'readings' AND level = 0 AND ${free} AND at >= ? ORDER BY at, id LIMIT 1`,
  );
  const older = db.prepare(
    `${columns} kind = 'readings' AND level = ? AND ${free} AND at < ? ORDER BY at, id LIMIT 1`,
  );
  const superseded = db.prepare(
    `${columns} kind = 'alarm' AND ${free} AND EXISTS (SELECT 1 FROM batches AS later WHERE later.kind = 'alarm'
       AND later.station = batches.station AND later.condition = batches.condition AND later.id > batches.id)
     ORDER BY id LIMIT 1`,
  );
  const erase = db.prepare('DELETE FROM batches WHERE id = ? RETURNING bytes');
  const drop = db.prepare("UPDATE counts SET value = value + ? WHERE name = 'dropped'");
  const count = db.prepare('SELECT value FROM counts WHERE name = ?');
  const sums = db.prepare(
    `SELECT CASE WHEN kind = 'alarm' THEN 'alarms' WHEN level = 0 AND at >= ? THEN 'live' ELSE 'backlog' END AS lane,
       SUM(records) AS records FROM batches WHERE id NOT IN (SELECT value FROM json_each(?)) GROUP BY 1`,
  );

  const end = (order: 'ASC' | 'DESC') =>
    db.prepare(
      `SELECT at FROM batches WHERE kind = 'readings' AND level = ? AND ${free} ORDER BY at ${order} LIMIT 1`,
    );
  const ends = [end('ASC'), end('DESC')];

  const taken = new Set<number>();
  const delivered = new Set<number>();
  let used = Number(db.prepare('SELECT COALESCE(SUM(bytes), 0) AS used FROM batches').get()?.used);
  let tidyFails = false;
  let forgetFails = false;
  const reserved = () => JSON.stringify([...taken, ...delivered]);
  const rate = createRate(ticks);
  const trial = createTrial(rate.packed);
  const losses = createLosses(db);
  const account = createAccount(db, losses);
  const tidy = createTidy(db, {
    account,
    now,
    liveFrom: () => now() - LIVE_WINDOW_MS,
    keepMs: keepHours * 3_600_000,
    reserved: () => [...taken, ...delivered],
    onDamaged: tellDamaged,
    onPacked: rate.packed,
  });

  function tellDamaged({ kind, station, at, records }: Row): void {
    log?.error({ kind, station, at, records }, 'the disk has changed a batch that waited, it is lost');
  }

  /** Oldest of all levels; what has been packed is backlog whatever the clock says now. */
  function oldest(before: number): Row | undefined {
    const rows = LEVELS.flatMap((level) =>
      asRows(older.all(level, reserved(), level === 0 ? before : FOREVER)),
    );
    return rows.reduce<Row | undefined>(
      (first, row) => (first && first.at <= row.at ? first : row),
      undefined,
    );
  }

  function first(lane: Lane, liveFrom: number): Row | undefined {
    if (lane === 'backlog') return oldest(liveFrom);
    const [row] = asRows(lane === 'alarms' ? alarms.all(reserved()) : live.all(reserved(), liveFrom));
    return row;
  }

  function forget(): number {
    let freed = 0;
    account.delivered(delivered);
    for (const id of delivered) freed += Number(erase.get(id)?.bytes ?? 0);
    return freed;
  }

  /** Makes room where nothing can be thinned, and says how much was freed. */
  function shrink(excess: number): number {
    let freed = 0;
    while (freed < excess) {
      const reading = oldest(FOREVER);
      const victim = reading ?? asRows(superseded.all(reserved()))[0];
      if (victim === undefined) break;
      erase.get(victim.id);
      freed += victim.bytes;
      if (reading) {
        drop.run(reading.records);
        account.dropped(reading);
      }
    }
    return freed;
  }

  /** What is kept in memory changes only when it is committed. */
  function write(batches: readonly NewBatch[]): void {
    let size = used;
    db.exec('BEGIN IMMEDIATE');
    try {
      size -= forget();
      for (const { kind, station, condition, payload, records, at } of batches) {
        const body = plainBody(payload);
        const bytes = bytesOf(body);
        insert.run(kind, station, condition ?? null, payload, records, at, bytes, body.crc);
        size += bytes;
      }
      if (size > limit()) size -= shrink(size - limit());
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    used = size;
    account.forget(delivered);
    delivered.clear();
  }

  /** Only helps: when the disk refuses it, what waits still waits. */
  function tidyUp(coming: number): void {
    try {
      used -= tidy.work() ?? 0;
      for (let piece = 0; piece < MOST_PIECES && used + coming > limit() * CROWDED; piece++) {
        const freed = tidy.makeRoom();
        if (freed === null) break;
        used -= freed;
      }
      tidyFails = false;
    } catch (err) {
      if (!tidyFails) log?.warn({ err }, 'what waits in the outbox cannot be packed');
      tidyFails = true;
    }
  }

  /** Only helps: when the disk refuses it, the next write does it. */
  function forgetDelivered(): void {
    try {
      write([]);
      forgetFails = false;
    } catch (err) {
      if (!forgetFails) log?.warn({ err }, 'what was delivered stays in the outbox');
      forgetFails = true;
    }
  }

  /** What the disk has changed is no use to anybody: it is counted, and the next one taken. */
  function next(lane: Lane, liveFrom: number): Batch | null {
    for (;;) {
      const row = first(lane, liveFrom);
      if (row === undefined) return null;
      const payload = payloadOf(row);
      if (payload !== null) {
        taken.add(row.id);
        account.took(row, payload);
        return { id: row.id, lane, station: row.station, payload };
      }
      drop.run(row.records);
      used -= Number(erase.get(row.id)?.bytes ?? 0);
      account.damaged(row);
      tellDamaged(row);
    }
  }

  return {
    append(batches) {
      const bytes = batches.reduce((sum, { payload }) => sum + bytesOf({ payload, packed: null }), 0);
      tidyUp(bytes);
      write(batches);
      rate.add(bytes);
      for (const batch of batches) if (batch.kind === 'readings') trial(batch);
    },
    take(at, lanes) {
      for (const lane of LANES) {
        const batch = lanes.includes(lane) ? next(lane, at - LIVE_WINDOW_MS) : null;
        if (batch) return batch;
      }
      return null;
    },
    remove(id) {
      taken.delete(id);
      delivered.add(id);
      if (delivered.size % MOST_DELIVERED === 0) forgetDelivered();
    },
    release() {
      account.forget(taken);
      taken.clear();
    },
    waiting(at) {
      const result: Record<Lane, number> = { alarms: 0, live: 0, backlog: 0 };
      for (const row of sums.all(at - LIVE_WINDOW_MS, JSON.stringify([...delivered])))
        result[String(row.lane) as Lane] = Number(row.records);
      return result;
    },
    account: (at) => account.waiting(at - LIVE_WINDOW_MS, delivered),
    losses: losses.report,
    told: losses.told,
    lose(station, cells, cause) {
      db.exec('BEGIN IMMEDIATE');
      try {
        losses.lose(station, cells, cause);
        db.exec('COMMIT');
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    thinned: () => Number(count.get('thinned')?.value),
    dropped: () => Number(count.get('dropped')?.value),
    span() {
      const waiting = reserved();
      const times = LEVELS.flatMap((level) => ends.map((ending) => ending.get(level, waiting)?.at))
        .filter((time) => time !== undefined)
        .map(Number);
      return times.length === 0 ? null : { oldest: Math.min(...times), newest: Math.max(...times) };
    },
    bytes: () => used,
    room: () => ({ bytes: used, limit: whole, holdsHours: rate.hoursOf(limit() * CROWDED - used) }),
    close() {
      try {
        write([]);
      } finally {
        db.close();
      }
    },
  };
}
