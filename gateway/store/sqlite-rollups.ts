/**
 * Rollups of the embedded store. Whoever puts readings into blocks only marks the hours that they touch, in the same
 * transaction; from all readings of a marked hour its rows are made anew, so that late data and repeats need no case of
 * their own. Until then, and after a kill, whoever asks about a marked hour is answered from its readings
 * (sqlite-cover.ts). Hours of readings that are still in the journal count as marked.
 */
import type { DatabaseSync } from 'node:sqlite';
import { intervalStart } from '../../devices/local-time.ts';
import { transact } from '../transaction.ts';
import type { Blocks } from './sqlite-blocks.ts';
import { createColumns } from './sqlite-columns.ts';
import type { Journal } from './sqlite-journal.ts';
import type { Kept } from './sqlite-kept.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './sqlite-levels.ts';
import type { RollupRows } from './sqlite-rollup-rows.ts';
import { type Summary, summarise, widen } from './sqlite-summary.ts';
import { atDecimals } from './sqlite-values.ts';

/** An hour is rolled up when it is over for so long: most of what belongs to it is there. */
export const SETTLE_MS = 5 * MINUTE_MS;

export interface Rollups {
  /** Within the transaction that puts readings of that hour into a block. */
  mark(series: number, hour: number): void;
  /** Makes rows of hours that are over, the oldest first, for about so long. Returns whether there is more to do. */
  step(now: number, budgetMs: number): 'done' | 'more';
  /** Starts of the marked hours of a series within from ≤ hour < to, ascending. */
  marked(series: number, from: number, to: number): number[];
  /** The oldest mark, or null. */
  oldest(): number | null;
  /** Marks in the file. */
  waiting(): number;
}

export interface RollupParts {
  readonly blocks: Blocks;
  readonly journal: Journal;
  readonly kept: Kept;
  readonly rows: RollupRows;
}

export function createRollups(db: DatabaseSync, { blocks, journal, kept, rows }: RollupParts): Rollups {
  const insertMark = db.prepare('INSERT OR IGNORE INTO unrolled VALUES (?, ?)');
  const deleteMark = db.prepare('DELETE FROM unrolled WHERE series = ? AND hour = ?');
  const nextMarks = db.prepare('SELECT series, hour FROM unrolled WHERE hour <= ? ORDER BY hour LIMIT 200');
  const markedHours = db.prepare(
    'SELECT hour FROM unrolled WHERE series = ? AND hour >= ? AND hour < ? ORDER BY hour',
  );
  const oldestMark = db.prepare('SELECT min(hour) AS hour FROM unrolled');
  const countMarks = db.prepare('SELECT count(*) AS count FROM unrolled');
  const columns = createColumns(4096);

  const minutesOf = (series: number, hour: number): { minutes: Summary[]; decimals: number | null } => {
    const minutes: Summary[] = [];
    let decimals: number | null = 0;
    for (const block of blocks.within(series, hour, hour + HOUR_MS)) {
      const own = blocks.read(series, block, columns);
      decimals = own === null || decimals === null ? null : Math.max(own, decimals);
      summarise({ columns, from: 0, to: columns.count }, MINUTE_MS, minutes);
    }
    return { minutes, decimals };
  };

  const rollUp = (series: number, start: number): void => {
    const { minutes, decimals } = minutesOf(series, start);
    // Nothing is left of an hour whose blocks were damaged: its rows stay as they are.
    if (minutes.length > 0) {
      const exact = (summary: Summary): void => {
        if (summary.sum !== null) summary.sum = atDecimals(summary.sum, decimals);
      };
      minutes.forEach(exact);
      const hours = widen(minutes, HOUR_MS);
      hours.forEach(exact);
      rows.writeMinutes(series, start, minutes);
      for (const hour of hours) rows.writeHour(series, hour);
      rows.makeDay(series, intervalStart(start, DAY_MS));
    }
    deleteMark.run(series, start);
  };

  return {
    mark(series, hour) {
      // What is older than the readings that are kept would be rolled up from a part of its hour.
      if (hour >= kept.since('reading')) insertMark.run(series, hour);
    },
    step(now, budgetMs) {
      const marks = nextMarks.all(now - HOUR_MS - SETTLE_MS) as { series: number; hour: number }[];
      if (marks.length === 0) return 'done';
      const end = performance.now() + budgetMs;
      transact(db, () => {
        for (const { series, hour } of marks) {
          rollUp(series, hour);
          if (performance.now() >= end) break;
        }
      });
      return 'more';
    },
    marked(series, from, to) {
      const inFile = (markedHours.all(series, from, to) as { hour: number }[]).map((row) => row.hour);
      const waiting = journal.hours(series, Math.max(from, kept.since('reading')), to);
      if (waiting.length === 0) return inFile;
      return [...new Set([...inFile, ...waiting])].sort((a, b) => a - b);
    },
    oldest() {
      const { hour } = oldestMark.get() as { hour: number | null };
      const waiting = journal.oldestHour(kept.since('reading'));
      return hour === null || (waiting !== null && waiting < hour) ? waiting : hour;
    },
    waiting: () => (countMarks.get() as { count: number }).count,
  };
}
