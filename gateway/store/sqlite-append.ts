/** The way of readings into the embedded store. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Rollups } from './sqlite-rollups.ts';
import type { SeriesIds } from './sqlite-series.ts';
import type { StoredReading } from './store.ts';

/** Rows of one statement: each call into SQLite costs about as much as a row. */
const ROWS = 50;
const COLUMNS = 6;

/** The first value of a series and time stays: a repeat changes nothing. */
const insertRows = (rows: number): string =>
  `INSERT OR IGNORE INTO reading VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?, ?, ?)').join(', ')}`;

/** Returns a function that commits a batch with the marks of the hours whose rollups it changes, or nothing of it. */
export function createAppend(
  db: DatabaseSync,
  series: SeriesIds,
  rollups: Rollups,
): (readings: readonly StoredReading[]) => void {
  const many = db.prepare(insertRows(ROWS));
  const one = db.prepare(insertRows(1));
  const values: SQLInputValue[] = new Array(ROWS * COLUMNS);

  const write = (readings: readonly StoredReading[]): void => {
    // Sorted by series and time the rows of a batch fall into neighbouring pages: several times faster.
    const rows = readings.map((reading) => ({ id: series.of(reading), reading }));
    rows.sort((a, b) => a.id - b.id || a.reading.at - b.reading.at);
    let filled = 0;
    for (const { id, reading } of rows) {
      rollups.mark(id, reading.at);
      values[filled++] = id;
      values[filled++] = reading.at;
      values[filled++] = reading.value;
      values[filled++] = reading.flag;
      values[filled++] = reading.reason;
      values[filled++] = reading.receivedAt;
      if (filled === values.length) {
        many.run(...values);
        filled = 0;
      }
    }
    for (let start = 0; start < filled; start += COLUMNS) {
      one.run(...values.slice(start, start + COLUMNS));
    }
  };

  return (readings) => {
    db.exec('BEGIN IMMEDIATE');
    try {
      write(readings);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      series.load();
      rollups.forget();
      throw error;
    }
  };
}
