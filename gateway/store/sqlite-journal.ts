/**
 * The way of readings into the embedded store: a commit is one row of the journal. What no block holds yet is also kept
 * in memory, in two pools: one is filled, the other one, which is full, goes into blocks (sqlite-fold.ts).
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../devices/kit/log.ts';
import { transact } from '../transaction.ts';
import { RefusedReadings } from './refused.ts';
import { hourOf } from './sqlite-blocks.ts';
import { decodeBatch, encodeBatch } from './sqlite-codec.ts';
import { createReasons } from './sqlite-columns.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import { createPool, type Pool, placeOf } from './sqlite-pool.ts';
import type { SeriesIds } from './sqlite-series.ts';
import type { StoredReading } from './store.ts';

export interface Journal {
  /** Commits readings. Throws RefusedReadings when all others are stored; otherwise nothing of them is when it throws. */
  append(readings: readonly StoredReading[]): void;
  /** What is in no block, the older pool first: of one series and time the first one counts. */
  pools(): readonly Pool[];
  /** The pool that goes into blocks; null when there is none. */
  sealed(): Pool | null;
  /** Where what is committed from now on goes into a pool of its own. False while there is a sealed one. */
  seal(): boolean;
  /** Within the transaction that puts the last of the sealed pool into blocks. */
  removeSealed(): void;
  /** After that transaction. */
  forgetSealed(): void;
  /** The oldest hour that has readings which are in no block and not before `since`; null when there is none. */
  oldestHour(since: number): number | null;
  /** The same of a series: all hours within from ≤ hour < to, ascending. */
  hours(series: number, from: number, to: number): number[];
  /** When the oldest reading of the pool that is filled was committed (performance.now), and the times it spans. */
  filling(): { readonly count: number; readonly since: number; readonly oldest: number };
}

interface Filling {
  readonly pool: Pool;
  readonly reasonNumber: (reason: string | null) => number;
  since: number;
  oldest: number;
  last: number;
}

/** A pool that is emptied is filled again: megabytes that come and go would not all go back to the system. */
const createFilling = (pool = createPool()): Filling => {
  pool.clear();
  return {
    pool,
    reasonNumber: createReasons(pool.columns),
    since: 0,
    oldest: Number.POSITIVE_INFINITY,
    last: 0,
  };
};

export interface JournalParts {
  readonly series: SeriesIds;
  readonly log: Logger | undefined;
}

/** Reads what the last process left. A batch that is damaged is set aside, with a word in the log. */
export function createJournal(db: DatabaseSync, { series, log }: JournalParts): Journal {
  const insert = db.prepare('INSERT INTO batch VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM batch WHERE seq <= ?');
  let filling = createFilling();
  let sealed: Filling | null = null;
  let spare: Pool | undefined;
  let seq = 0;

  const accept = (count: number): void => {
    const { pool } = filling;
    const { columns } = pool;
    const from = columns.count;
    if (from === 0) filling.since = performance.now();
    pool.accept(count);
    for (let index = from; index < columns.count; index++)
      if ((columns.at[index] as number) < filling.oldest) filling.oldest = columns.at[index] as number;
    filling.last = seq;
  };

  /** Beyond what is committed in the pool: whatever goes wrong, it belongs to nobody. */
  const fill = (readings: readonly StoredReading[]): void => {
    const { pool, reasonNumber } = filling;
    const { columns } = pool;
    let index = columns.count;
    pool.reserve(index + readings.length);
    const { at, value, flag, reason, receivedAt } = columns;
    for (const reading of readings) {
      pool.series[index] = series.of(reading);
      at[index] = reading.at;
      value[index] = reading.value === null ? Number.NaN : reading.value;
      flag[index] = reading.flag;
      reason[index] = reading.reason === null ? 0 : reasonNumber(reading.reason);
      receivedAt[index] = reading.receivedAt;
      index++;
    }
  };

  const rebuild = (): void => {
    for (const row of db.prepare('SELECT seq, data FROM batch ORDER BY seq').iterate()) {
      const { seq: number, data } = row as { seq: number; data: Uint8Array };
      seq = number;
      let batch: ReturnType<typeof decodeBatch>;
      try {
        batch = decodeBatch(data);
      } catch (error) {
        const fault = `batch ${seq} of the journal cannot be read (${(error as Error).message})`;
        log?.error(`${fault}: its readings are lost, its bytes are set aside in the table damaged`);
        damaged.push(seq);
        continue;
      }
      const { pool, reasonNumber } = filling;
      const { columns } = pool;
      const { count } = batch.columns;
      pool.reserve(columns.count + count);
      pool.series.set(batch.series, columns.count);
      for (const name of ['at', 'value', 'flag', 'receivedAt'] as const)
        columns[name].set(batch.columns[name], columns.count);
      for (let i = 0; i < count; i++) {
        const text = batch.columns.reasons[batch.columns.reason[i] as number] ?? null;
        columns.reason[columns.count + i] = reasonNumber(text);
      }
      accept(count);
    }
  };
  const damaged: number[] = [];
  rebuild();
  const setAside = db.prepare(
    "INSERT INTO damaged (of, series, start, data) SELECT 'batch', NULL, seq, data FROM batch WHERE seq = ?",
  );
  const removeOne = db.prepare('DELETE FROM batch WHERE seq = ?');
  for (const number of damaged)
    transact(db, () => {
      setAside.run(number);
      removeOne.run(number);
    });

  const pools = (): readonly Pool[] => (sealed === null ? [filling.pool] : [sealed.pool, filling.pool]);
  const hoursOf = (of: number, from: number, to: number): Set<number> => {
    const hours = new Set<number>();
    for (const { sorted, columns } of pools()) {
      const order = sorted(of);
      const end = placeOf(order, columns, to);
      for (let place = placeOf(order, columns, from); place < end; ) {
        const hour = hourOf(columns.at[order[place] as number] as number);
        hours.add(hour);
        place = placeOf(order, columns, hour + HOUR_MS);
      }
    }
    return hours;
  };

  const commit = (readings: readonly StoredReading[]): void => {
    const { pool } = filling;
    let committed = false;
    try {
      transact(db, () => {
        // A series that is new gets its number in the transaction of its first reading.
        fill(readings);
        const { count } = pool.columns;
        insert.run(seq + 1, encodeBatch(pool.series, pool.columns, count, count + readings.length));
      });
      committed = true;
    } finally {
      series.settle(committed);
    }
    seq++;
    accept(readings.length);
  };

  return {
    append(all) {
      const refused = all.filter((reading) => !isSound(reading));
      const readings = refused.length === 0 ? all : all.filter(isSound);
      if (readings.length > 0) commit(readings);
      if (refused.length > 0)
        throw new RefusedReadings(refused.map((reading) => ({ reading, reason: faultOf(reading) })));
    },
    pools,
    oldestHour(since) {
      let oldest = Number.POSITIVE_INFINITY;
      for (const pool of pools()) {
        const { at } = pool.columns;
        for (const of of pool.members) {
          if (pool.size(of) === 0) continue;
          const order = pool.sorted(of);
          const index = order[placeOf(order, pool.columns, since)];
          if (index !== undefined) oldest = Math.min(oldest, at[index] as number);
        }
      }
      return oldest === Number.POSITIVE_INFINITY ? null : hourOf(oldest);
    },
    hours: (of, from, to) => [...hoursOf(of, from, to)].sort((a, b) => a - b),
    sealed: () => sealed?.pool ?? null,
    seal() {
      if (sealed !== null) return false;
      if (filling.pool.columns.count === 0) return true;
      sealed = filling;
      filling = createFilling(spare);
      spare = undefined;
      return true;
    },
    removeSealed() {
      if (sealed !== null) remove.run(sealed.last);
    },
    forgetSealed() {
      spare = sealed?.pool;
      sealed = null;
    },
    filling: () => ({
      count: filling.pool.columns.count,
      since: filling.since,
      oldest: filling.oldest,
    }),
  };
}

/** The last moment that a calendar has, and the negative of the first one; epoch ms. */
const MAX_TIME = 8.64e15;
const isTime = (at: unknown): boolean => Number.isSafeInteger(at) && Math.abs(at as number) <= MAX_TIME;

/** What cannot be written must not be in memory either. */
function isSound({ at, value, flag, reason, receivedAt }: StoredReading): boolean {
  return (
    isTime(at) &&
    (value === null || typeof value === 'number') &&
    Number.isInteger(flag) &&
    flag >= 0 &&
    flag <= 255 &&
    (reason === null || typeof reason === 'string') &&
    isTime(receivedAt)
  );
}

const faultOf = (reading: StoredReading): string =>
  `no reading that can be stored: ${JSON.stringify(reading)}`;
