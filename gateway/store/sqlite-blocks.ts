/** The table of blocks: of one series and one hour of UTC each, those of a series never overlapping. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../devices/kit/log.ts';
import { decodeBlock, encodeBlock } from './sqlite-codec.ts';
import type { Columns } from './sqlite-columns.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import type { SeriesIds } from './sqlite-series.ts';

export interface Block {
  readonly id: number;
  /** Times of its first and last reading, epoch ms. */
  readonly start: number;
  readonly last: number;
  readonly readings: number;
}

export interface Blocks {
  /** Those that may hold readings of from ≤ at < to, ascending. */
  within(series: number, from: number, to: number): Block[];
  /** The oldest of those, and the one after it. */
  first(series: number, from: number, to: number): Block[];
  /** The newest one that starts before `to`, if it may hold a reading that is not before `from`. */
  newest(series: number, from: number, to: number): Block | null;
  /** Whether it is still there: one that is damaged goes when it is read. */
  has(block: Block): boolean;
  /**
   * Fills `columns` and answers the decimals of the values, null when they are no decimals. A block that is damaged is
   * set aside, with a word in the log: then there are no readings.
   */
  read(series: number, block: Block, columns: Columns): number | null;
  /** Writes readings `from` ≤ index < `to`, in place of a block or as a new one. */
  write(series: number, replaced: Block | null, columns: Columns, from: number, to: number): void;
}

export function createBlocks(db: DatabaseSync, series: SeriesIds, log: Logger | undefined): Blocks {
  const columnsOf = 'rowid AS id, start, last, readings';
  const within = db.prepare(
    `SELECT ${columnsOf} FROM block WHERE series = ? AND start >= ? AND start < ? AND last >= ? ORDER BY start`,
  );
  const first = db.prepare(
    `SELECT ${columnsOf} FROM block WHERE series = ? AND start >= ? AND start < ? AND last >= ? ORDER BY start LIMIT 2`,
  );
  const newest = db.prepare(
    `SELECT ${columnsOf} FROM block WHERE series = ? AND start >= ? AND start < ? ORDER BY start DESC LIMIT 1`,
  );
  const data = db.prepare('SELECT data FROM block WHERE rowid = ?');
  const insert = db.prepare('INSERT INTO block (series, start, last, readings, data) VALUES (?, ?, ?, ?, ?)');
  const update = db.prepare('UPDATE block SET start = ?, last = ?, readings = ?, data = ? WHERE rowid = ?');
  const setAside = db.prepare(
    "INSERT INTO damaged (of, series, start, data) SELECT 'block', series, start, data FROM block WHERE rowid = ?",
  );
  const remove = db.prepare('DELETE FROM block WHERE rowid = ?');
  /** Damaged blocks that could not be set aside: they are told once. */
  const told = new Set<number>();

  const spoilt = ({ id, start, last, readings }: Block, error: unknown, of: number): void => {
    const inTransaction = db.isTransaction;
    if (told.has(id) && !inTransaction) return;
    const span = `${new Date(start).toISOString()} to ${new Date(last).toISOString()}`;
    const fault = `a block of ${series.name(of)} (start ${start}, ${span}) cannot be read: ${(error as Error).message}`;
    try {
      setAside.run(id);
      remove.run(id);
      log?.error(`${fault}; its ${readings} readings are lost, its bytes are set aside in the table damaged`);
    } catch (err) {
      // SQLite may have taken back the transaction that is under way, or not: only whoever began it can tell.
      if (inTransaction) throw err;
      told.add(id);
      log?.error({ err }, `${fault}; its ${readings} readings are lost, it stays in its place`);
    }
  };

  return {
    within: (id, from, to) => within.all(id, hourOf(from), to, from) as unknown as Block[],
    first: (id, from, to) => first.all(id, hourOf(from), to, from) as unknown as Block[],
    newest(id, from, to) {
      const block = newest.get(id, hourOf(from), to) as Block | undefined;
      return block !== undefined && block.last >= from ? block : null;
    },
    has: ({ id }) => data.get(id) !== undefined,
    read(of, block, columns) {
      columns.count = 0;
      const row = data.get(block.id) as { data: Uint8Array } | undefined;
      if (row === undefined) return null;
      try {
        return decodeBlock(row.data, columns);
      } catch (error) {
        columns.count = 0;
        spoilt(block, error, of);
        return null;
      }
    },
    write(of, replaced, columns, from, to) {
      const start = columns.at[from] as number;
      const last = columns.at[to - 1] as number;
      const bytes = encodeBlock(columns, from, to);
      if (replaced === null) insert.run(of, start, last, to - from, bytes);
      else update.run(start, last, to - from, bytes, replaced.id);
    },
  };
}

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;
