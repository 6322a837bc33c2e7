/** Questions to the embedded store. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAGS, type Flag, flagOfSeverity, severityOf } from '../../devices/quality.ts';
import { type CoverParts, cover, type Piece } from './sqlite-cover.ts';
import { CLASSES, type Class } from './sqlite-kept.ts';
import { USABLE, WORST } from './sqlite-levels.ts';
import type { SeriesIds } from './sqlite-series.ts';
import type { Aggregate, Point, PointsQuery, StoredReading } from './store.ts';

/** What is known of an interval. */
interface Summary {
  at: number;
  usable: number;
  sum: number | null;
  min: number | null;
  max: number | null;
  severity: number;
}

const VALUE: Readonly<Record<Aggregate, (summary: Summary) => number | null>> = {
  mean: ({ sum, usable }) => (sum === null ? null : sum / usable),
  min: ({ min }) => min,
  max: ({ max }) => max,
  count: ({ usable }) => usable,
};

const SEVERITY = `CASE flag ${FLAGS.map((flag) => `WHEN ${flag} THEN ${severityOf(flag)}`).join(' ')} END`;

const summarise = (table: Class): string => {
  const columns =
    table === 'reading'
      ? `count(${USABLE}) AS usable, sum(${USABLE}) AS sum, min(${USABLE}) AS min, max(${USABLE}) AS max, max(${SEVERITY}) AS severity`
      : `sum(usable) AS usable, sum(sum) AS sum, min(min) AS min, max(max) AS max, max(${WORST}) AS severity`;
  return `SELECT at / CAST(? AS INTEGER) * CAST(? AS INTEGER) AS at, ${columns} FROM ${table}
    WHERE series = ? AND at >= ? AND at < ? GROUP BY 1 ORDER BY 1 DESC`;
};

export interface Queries {
  latest(): StoredReading[];
  raw(series: number, query: PointsQuery): Point[];
  aggregated(series: number, query: PointsQuery, everyMs: number, parts: CoverParts): Promise<Point[]>;
}

export function createQueries(db: DatabaseSync, ids: SeriesIds): Queries {
  const perTable = (sql: (table: Class) => string) =>
    Object.fromEntries(CLASSES.map((table) => [table, db.prepare(sql(table))])) as Record<
      Class,
      StatementSync
    >;
  const summaries = perTable(summarise);
  const before = perTable(
    (table) => `SELECT max(at) AS at FROM ${table} WHERE series = ? AND at >= ? AND at < ?`,
  );
  const newest = db.prepare(
    'SELECT at, value, flag, reason, received_at AS receivedAt FROM reading WHERE series = ? ORDER BY at DESC LIMIT 1',
  );
  const readings = db.prepare(
    'SELECT at, value, flag FROM reading WHERE series = ? AND at >= ? AND at < ? ORDER BY at DESC LIMIT ?',
  );

  /** The newest intervals of a piece, at most about `limit`, and where the next window ends; null when there are none. */
  const window = (
    series: number,
    { table, from }: Piece,
    to: number,
    everyMs: number,
    limit: number,
  ): { rows: Summary[]; start: number } | null => {
    const { at } = before[table].get(series, from, to) as { at: number | null };
    if (at === null) return null;
    const start = Math.max(from, (Math.floor(at / everyMs) - limit + 1) * everyMs);
    return { start, rows: summaries[table].all(everyMs, everyMs, series, start, to) as unknown as Summary[] };
  };

  return {
    latest: () =>
      [...ids.all].flatMap(([station, parameters]) =>
        [...parameters].flatMap(([parameter, id]) => {
          const row = newest.get(id) as Omit<StoredReading, 'station' | 'parameter'> | undefined;
          return row ? [{ station, parameter: parameter as ParameterId, ...row }] : [];
        }),
      ),
    raw: (series, { from, to, limit }) =>
      (readings.all(series, from, to, limit) as { at: number; value: number | null; flag: Flag }[])
        .map(({ at, value, flag }): Point => [at, value, flag])
        .reverse(),
    async aggregated(series, { from, to, limit, aggregate }, everyMs, parts) {
      const found: Summary[] = [];
      for (const piece of cover(from, to, everyMs, parts).reverse()) {
        let end = piece.to;
        // An interval is whole when the one before it has begun.
        while (end > piece.from && found.length <= limit) {
          const next = window(series, piece, end, everyMs, limit);
          if (next === null) break;
          for (const row of next.rows) join(found, row);
          end = next.start;
          // SQLite answers on this thread: what arrives meanwhile has its turn between two windows.
          if (end > piece.from) await nextTurn();
        }
      }
      return found
        .slice(0, limit)
        .map((row): Point => [row.at, VALUE[aggregate](row), flagOfSeverity(row.severity)])
        .reverse();
    },
  };
}

/** Adds what an older piece knows: of the same interval as the last one, or of one before it. */
function join(found: Summary[], row: Summary): void {
  const last = found.at(-1);
  if (last?.at !== row.at) {
    found.push(row);
    return;
  }
  if (row.usable > 0) {
    last.sum = (last.sum ?? 0) + (row.sum ?? 0);
    last.min = Math.min(last.min ?? Number.POSITIVE_INFINITY, row.min ?? Number.POSITIVE_INFINITY);
    last.max = Math.max(last.max ?? Number.NEGATIVE_INFINITY, row.max ?? Number.NEGATIVE_INFINITY);
    last.usable += row.usable;
  }
  last.severity = Math.max(last.severity, row.severity);
}
