/**
 * Puts what waits in the journal into blocks. The first value of a series and time stays: a repeat changes nothing, so
 * that a fold which was cut off anywhere is simply done again.
 */
import type { DatabaseSync } from 'node:sqlite';
import { transact } from '../transaction.ts';
import { type Block, type Blocks, hourOf } from './sqlite-blocks.ts';
import { type Columns, createColumns, createGathering, merge, type Row, rowAt } from './sqlite-columns.ts';
import type { Journal } from './sqlite-journal.ts';
import type { Latest } from './sqlite-latest.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import { type Pool, placeOf } from './sqlite-pool.ts';
import type { Rollups } from './sqlite-rollups.ts';

/** Readings in memory that are in no block yet: two pools of about so many at most, 35 bytes each. */
const POOL = 500_000;
/** When blocks fall behind, a commit waits until so many more readings are in them: some 10 ms. */
const AT_LEAST = 25_000;
/** Readings of one block at most. */
const MAX_BLOCK = 4096;
/** A block that has so many is not written again for readings that come after it. */
const FULL_BLOCK = 2048;
/** Readings of an hour that are put into blocks at one go: some 10 ms. */
const MAX_GO = 4 * MAX_BLOCK;

export interface Fold {
  /**
   * Puts readings of the sealed pool into blocks, for about `budgetMs` or until `leave` of them are left. Returns
   * whether there are more of them.
   */
  step(budgetMs: number, leave?: number): 'done' | 'more';
  /**
   * Before `readings` are committed: the pool that goes into blocks shrinks at least as fast as the other one grows, so
   * that memory has a bound. Throws when there is no room and none can be made.
   */
  makeRoom(readings: number): void;
}

export interface FoldParts {
  readonly journal: Journal;
  readonly blocks: Blocks;
  readonly rollups: Pick<Rollups, 'mark'>;
  readonly latest: Latest;
}

export function createFold(db: DatabaseSync, { journal, blocks, rollups, latest }: FoldParts): Fold {
  const waiting = createGathering();
  const merged = createGathering();
  const stored = createColumns(MAX_BLOCK);
  /** The next series of the pool by its place, and how many of its readings are in blocks. */
  let cursor = { member: 0, done: 0 };

  const writePieces = (
    series: number,
    replaced: Block | null,
    columns: Columns,
    from: number,
    to: number,
  ): void => {
    const pieces = Math.ceil((to - from) / MAX_BLOCK);
    const size = Math.ceil((to - from) / pieces);
    for (let start = from; start < to; start += size)
      blocks.write(series, start === from ? replaced : null, columns, start, Math.min(start + size, to));
  };

  /** Puts what waits of one hour into the blocks before or around it. Answers whether one of the readings is new. */
  const foldHour = (series: number, hour: number): boolean => {
    const { columns } = waiting;
    const { count } = columns;
    const existing = hour > latest.stored(series) ? [] : blocks.within(series, hour, hour + HOUR_MS);
    if (existing.length === 0) {
      writePieces(series, null, columns, 0, count);
      return true;
    }
    let some = false;
    let start = 0;
    for (const [index, block] of existing.entries()) {
      const next = existing[index + 1]?.start ?? Number.POSITIVE_INFINITY;
      let end = start;
      while (end < count && (columns.at[end] as number) < next) end++;
      if (start < end && join(series, block, start, end)) some = true;
      start = end;
    }
    return some;
  };

  const join = (series: number, block: Block, from: number, to: number): boolean => {
    const { columns } = waiting;
    if (block.readings >= FULL_BLOCK && (columns.at[from] as number) > block.last) {
      writePieces(series, null, columns, from, to);
      return true;
    }
    blocks.read(series, block, stored);
    const { count } = stored;
    merged.clear();
    merge(merged, [stored, 0, count], [columns, from, to]);
    if (merged.columns.count === count) return false;
    writePieces(series, count === 0 ? null : block, merged.columns, 0, merged.columns.count);
    return true;
  };

  /** Answers where it came to when that is enough, else null: the series is done. */
  const foldSeries = (
    pool: Pool,
    series: number,
    done: number,
    enough: (done: number) => boolean,
  ): number | null => {
    const order = pool.sorted(series);
    const { columns } = pool;
    for (let from = done; from < order.length; ) {
      const hour = hourOf(columns.at[order[from] as number] as number);
      const to = Math.min(placeOf(order, columns, hour + HOUR_MS), from + MAX_GO);
      waiting.clear();
      for (let place = from; place < to; place++) waiting.push(columns, order[place] as number);
      if (foldHour(series, hour)) rollups.mark(series, hour);
      from = to;
      if (from < order.length && enough(from)) return from;
    }
    return null;
  };

  const left = (): number => (journal.sealed()?.waiting() ?? 0) - cursor.done;

  const fold: Fold = {
    makeRoom(readings) {
      const free = POOL - journal.filling().count;
      if (free <= 0) {
        fold.step(Number.POSITIVE_INFINITY);
        journal.seal();
        return;
      }
      // After a start the sealed pool may be larger than the room: then it shrinks faster than the other one grows.
      const waits = left();
      if (waits > free - readings)
        fold.step(Number.POSITIVE_INFINITY, Math.min(waits - AT_LEAST, waits * (1 - readings / free)));
    },
    step(budgetMs, leave = 0) {
      const pool = journal.sealed();
      if (pool === null) return 'done';
      const end = performance.now() + budgetMs;
      let { member, done } = cursor;
      let rest = pool.waiting();
      const enough = (done: number): boolean => performance.now() >= end || rest - done <= leave;
      const folded: { series: number; newest: Row }[] = [];
      let over = false;
      transact(db, () => {
        for (let stop = false; !stop && member < pool.members.length; ) {
          const series = pool.members[member] as number;
          const stopped = foldSeries(pool, series, done, enough);
          folded.push({ series, newest: rowAt(waiting.columns, waiting.columns.count - 1) });
          done = stopped ?? 0;
          if (stopped === null) {
            member++;
            rest -= pool.size(series);
          }
          stop = stopped !== null || enough(0);
        }
        over = member === pool.members.length;
        if (over) journal.removeSealed();
      });
      for (const { series, newest } of folded) latest.store(series, newest);
      for (const series of pool.members.slice(cursor.member, member)) pool.drop(series);
      cursor = over ? { member: 0, done: 0 } : { member, done };
      if (over) journal.forgetSealed();
      return over ? 'done' : 'more';
    },
  };
  return fold;
}
