/** Tables of the rollups: minutes are a row an hour (sqlite-minutes.ts), hours and days a row each. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Logger } from '../../devices/kit/log.ts';
import { DAY_MS, HOUR_MS } from './sqlite-levels.ts';
import { decodeMinutes, encodeMinutes } from './sqlite-minutes.ts';
import type { SeriesIds } from './sqlite-series.ts';
import { COUNTED, type Summary } from './sqlite-summary.ts';

const FLAGS = COUNTED.map(([column]) => column).join(', ');
const VALUES = 'usable, sum, min, max';
const SUMS = `sum(usable), sum(sum), min(min), max(max), ${COUNTED.map(([column]) => `sum(${column})`).join(', ')}`;

export type RollupTable = 'minute' | 'hour' | 'day';

export interface RollupRows {
  writeMinutes(series: number, hour: number, minutes: readonly Summary[]): void;
  writeHour(series: number, hour: Summary): void;
  /** From the hours that begin within the day that begins at `day`. */
  makeDay(series: number, day: number): void;
  /** Rows that start within from ≤ at < to, ascending. */
  read(table: RollupTable, series: number, from: number, to: number): Summary[];
  /** The newest start of those, or null. */
  newest(table: RollupTable, series: number, from: number, to: number): number | null;
}

/** A row as SQLite answers it. */
type Wide = [
  at: number,
  usable: number,
  sum: number | null,
  min: number | null,
  max: number | null,
  ...counts: number[],
];

export function createRollupRows(db: DatabaseSync, series: SeriesIds, log: Logger | undefined): RollupRows {
  const putMinutes = db.prepare('INSERT OR REPLACE INTO minute VALUES (?, ?, ?)');
  const putHour = db.prepare(`INSERT OR REPLACE INTO hour VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const putDay = db.prepare(
    `INSERT OR REPLACE INTO day SELECT series, ?, ${SUMS} FROM hour WHERE series = ? AND at >= ? AND at < ? GROUP BY series`,
  );
  const hours = db.prepare(
    'SELECT hour, data FROM minute WHERE series = ? AND hour > ? AND hour < ? ORDER BY hour',
  );
  const newestHour = db.prepare(
    'SELECT hour, data FROM minute WHERE series = ? AND hour > ? AND hour < ? ORDER BY hour DESC LIMIT 1',
  );
  const wide = (table: 'hour' | 'day') => ({
    read: db.prepare(
      `SELECT at, ${VALUES}, ${FLAGS} FROM ${table} WHERE series = ? AND at >= ? AND at < ? ORDER BY at`,
    ),
    newest: db.prepare(`SELECT max(at) AS at FROM ${table} WHERE series = ? AND at >= ? AND at < ?`),
  });
  const tables = { hour: wide('hour'), day: wide('day') };
  for (const { read } of Object.values(tables)) read.setReturnArrays(true);
  const told = new Set<string>();

  const minutesOf = (of: number, hour: number, data: Uint8Array): Summary[] => {
    try {
      return decodeMinutes(hour, data);
    } catch (error) {
      const row = `${series.name(of)} at ${new Date(hour).toISOString()}`;
      if (!told.has(row)) log?.error(`the minutes of ${row} cannot be read: ${(error as Error).message}`);
      told.add(row);
      return [];
    }
  };
  const minutes = (
    of: number,
    { hour, data }: { hour: number; data: Uint8Array },
    from: number,
    to: number,
  ) => minutesOf(of, hour, data).filter(({ at }) => at >= from && at < to);

  return {
    writeMinutes: (of, hour, rows) => {
      putMinutes.run(of, hour, encodeMinutes(hour, rows));
    },
    writeHour(of, { at, usable, sum, min, max, counts }) {
      putHour.run(of, at, usable, sum, min, max, ...(counts as SQLInputValue[]));
    },
    makeDay: (of, day) => {
      putDay.run(day, of, day, day + DAY_MS);
    },
    read(table, of, from, to) {
      if (table === 'minute') {
        const rows = hours.all(of, from - HOUR_MS, to) as { hour: number; data: Uint8Array }[];
        return rows.flatMap((row) => minutes(of, row, from, to));
      }
      const rows = tables[table].read.all(of, from, to) as unknown as Wide[];
      return rows.map(([at, usable, sum, min, max, ...counts]) => ({ at, usable, sum, min, max, counts }));
    },
    newest(table, of, from, to) {
      if (table !== 'minute') return (tables[table].newest.get(of, from, to) as { at: number | null }).at;
      for (let end = to; ; ) {
        const row = newestHour.get(of, from - HOUR_MS, end) as { hour: number; data: Uint8Array } | undefined;
        if (row === undefined) return null;
        const newest = minutes(of, row, from, to).at(-1);
        if (newest !== undefined) return newest.at;
        end = row.hour;
      }
    },
  };
}
