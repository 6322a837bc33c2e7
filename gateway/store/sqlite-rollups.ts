/**
 * Rollups of the embedded store. A batch only marks the hours that it touches, in its own transaction; from readings
 * of a marked hour its rows are made anew, so that late data and repeats need no case of their own. Until then, and
 * after a kill, whoever asks about a marked hour is answered from its readings (sqlite-cover.ts).
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Kept } from './sqlite-kept.ts';
import {
  DAY_MS,
  FROM_READINGS,
  FROM_ROLLUP,
  HOUR_MS,
  LEVELS,
  type Level,
  MINUTE_MS,
} from './sqlite-levels.ts';

/** An hour is rolled up when it is over for so long: most of what belongs to it is there. */
const SETTLE_MS = 5 * MINUTE_MS;
/** Marks that are known to be in the file, so that they aren't written with each batch. Nobody else writes to it. */
const MAX_KNOWN = 500_000;

export interface Rollups {
  /** Within the transaction that writes the reading. */
  mark(series: number, at: number): void;
  /** After a transaction that was taken back. */
  forget(): void;
  /** Makes rows of hours that are over, the oldest first, for about so long. Returns whether there is more to do. */
  step(now: number, budgetMs: number): 'done' | 'more';
  /** Starts of the marked hours of a series within from ≤ hour < to, ascending. */
  marked(series: number, from: number, to: number): number[];
  /** The oldest mark, or null. */
  oldest(): number | null;
  waiting(): number;
}

export function createRollups(db: DatabaseSync, kept: Kept): Rollups {
  const insertMark = db.prepare('INSERT OR IGNORE INTO unrolled VALUES (?, ?)');
  const deleteMark = db.prepare('DELETE FROM unrolled WHERE series = ? AND hour = ?');
  const nextMarks = db.prepare('SELECT series, hour FROM unrolled WHERE hour <= ? ORDER BY hour LIMIT 200');
  const markedHours = db.prepare(
    'SELECT hour FROM unrolled WHERE series = ? AND hour >= ? AND hour < ? ORDER BY hour',
  );
  const oldestMark = db.prepare('SELECT min(hour) AS hour FROM unrolled');
  const countMarks = db.prepare('SELECT count(*) AS count FROM unrolled');
  const [day, hour, minute] = LEVELS.map((level) => rolling(db, level)) as [Roll, Roll, Roll];

  const known = new Map<number, Set<number>>();
  let knownCount = 0;
  let lastSeries = Number.NaN;
  let lastHour = Number.NaN;
  const forget = (): void => {
    known.clear();
    knownCount = 0;
    lastSeries = Number.NaN;
  };

  const rollUp = (series: number, start: number): void => {
    minute(series, start, start + HOUR_MS);
    hour(series, start, start + HOUR_MS);
    const midnight = Math.floor(start / DAY_MS) * DAY_MS;
    day(series, midnight, midnight + DAY_MS);
    deleteMark.run(series, start);
  };

  return {
    mark(series, at) {
      if (series === lastSeries && at >= lastHour && at < lastHour + HOUR_MS) return;
      lastSeries = series;
      lastHour = Math.floor(at / HOUR_MS) * HOUR_MS;
      // What is older than the readings that are kept would be rolled up from a part of its hour.
      if (lastHour < kept.since('reading')) return;
      let hours = known.get(series);
      if (hours?.has(lastHour)) return;
      if (knownCount >= MAX_KNOWN) {
        known.clear();
        knownCount = 0;
        hours = undefined;
      }
      if (hours === undefined) {
        hours = new Set();
        known.set(series, hours);
      }
      hours.add(lastHour);
      knownCount++;
      insertMark.run(series, lastHour);
    },
    forget,
    step(now, budgetMs) {
      const marks = nextMarks.all(now - HOUR_MS - SETTLE_MS) as { series: number; hour: number }[];
      if (marks.length === 0) return 'done';
      const end = performance.now() + budgetMs;
      const rolled: typeof marks = [];
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const mark of marks) {
          rollUp(mark.series, mark.hour);
          rolled.push(mark);
          if (performance.now() >= end) break;
        }
        db.exec('COMMIT');
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
      // Only now: what comes for these hours from here on has to mark them again.
      for (const mark of rolled) {
        if (known.get(mark.series)?.delete(mark.hour)) knownCount--;
        if (known.get(mark.series)?.size === 0) known.delete(mark.series);
      }
      lastSeries = Number.NaN;
      return 'more';
    },
    marked: (series, from, to) =>
      (markedHours.all(series, from, to) as { hour: number }[]).map((row) => row.hour),
    oldest: () => (oldestMark.get() as { hour: number | null }).hour,
    waiting: () => (countMarks.get() as { count: number }).count,
  };
}

type Roll = (series: number, from: number, to: number) => void;

const SOURCE = { minute: 'reading', hour: 'minute', day: 'hour' } as const;

/** Minutes are made of readings, hours of minutes, days of hours: what is finer is kept at least as long. */
function rolling(db: DatabaseSync, { table, ms }: Level): Roll {
  const source = SOURCE[table];
  const columns = source === 'reading' ? FROM_READINGS : FROM_ROLLUP;
  const statement = db.prepare(
    `INSERT OR REPLACE INTO ${table} SELECT series, at / ${ms} * ${ms}, ${columns} FROM ${source}
     WHERE series = ? AND at >= ? AND at < ? GROUP BY at / ${ms}`,
  );
  return (series, from, to) => {
    statement.run(series, from, to);
  };
}
