/** Questions to the embedded store. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { intervalStart } from '../../devices/local-time.ts';
import { type Flag, flagOfSeverity } from '../../devices/quality.ts';
import { type Row, rowAt } from './sqlite-columns.ts';
import { type CoverParts, cover, type Piece } from './sqlite-cover.ts';
import type { Class } from './sqlite-kept.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import type { Readings } from './sqlite-readings.ts';
import type { RollupRows } from './sqlite-rollup-rows.ts';
import { addSummary, type Summary, severityOfSummary, summarise, widen } from './sqlite-summary.ts';
import type { Aggregate, Point, PointsQuery } from './store.ts';

const VALUE: Readonly<Record<Aggregate, (summary: Summary) => number | null>> = {
  mean: ({ sum, usable }) => (sum === null ? null : sum / usable),
  min: ({ min }) => min,
  max: ({ max }) => max,
  count: ({ usable }) => usable,
};

/** SQLite answers on this thread: after so long what has arrived meanwhile has its turn. */
const TURN_MS = 5;

/** So much time is gone through at one go, a few milliseconds' work each, unless one interval is longer. */
const WINDOW_MS: Readonly<Record<Class, number>> = {
  reading: 50 * HOUR_MS,
  minute: 100 * HOUR_MS,
  hour: 5000 * HOUR_MS,
  day: 100_000 * HOUR_MS,
};

export interface Queries {
  raw(series: number, query: PointsQuery): Point[];
  /** The oldest `limit` readings within from ≤ at < to. */
  rows(series: number, from: number, to: number, limit: number): Row[];
  aggregated(series: number, query: PointsQuery, everyMs: number, parts: CoverParts): Promise<Point[]>;
}

export function createQueries(readings: Readings, rollups: RollupRows): Queries {
  const newest = (table: Class, series: number, from: number, to: number): number | null => {
    if (table !== 'reading') return rollups.newest(table, series, from, to);
    for (const { columns, to: end } of readings.descending(series, from, to))
      return columns.at[end - 1] as number;
    return null;
  };

  const summaries = (table: Class, series: number, from: number, to: number, everyMs: number): Summary[] => {
    if (table !== 'reading') return widen(rollups.read(table, series, from, to), everyMs);
    const found: Summary[] = [];
    for (const chunk of readings.ascending(series, from, to)) summarise(chunk, everyMs, found);
    return found;
  };

  /** The newest intervals of a piece, at most about `limit`, and where the next window ends; null when there are none. */
  const window = (
    series: number,
    { table, from }: Piece,
    to: number,
    everyMs: number,
    limit: number,
  ): { rows: Summary[]; start: number } | null => {
    const at = newest(table, series, from, to);
    if (at === null) return null;
    const intervals = Math.min(limit, Math.max(1, Math.floor(WINDOW_MS[table] / everyMs)));
    const start = Math.max(from, intervalStart(at, everyMs) - (intervals - 1) * everyMs);
    return { start, rows: summaries(table, series, start, to, everyMs).reverse() };
  };

  const newestFirst = async (
    series: number,
    pieces: readonly Piece[],
    everyMs: number,
    limit: number,
  ): Promise<Summary[]> => {
    const found: Summary[] = [];
    let turn = performance.now();
    for (const piece of pieces) {
      // An interval is whole when the one before it has begun.
      for (let end = piece.to; end > piece.from && found.length <= limit; ) {
        const next = window(series, piece, end, everyMs, limit);
        if (next === null) break;
        for (const row of next.rows) join(found, row);
        end = next.start;
        if (performance.now() - turn < TURN_MS) continue;
        await nextTurn();
        turn = performance.now();
      }
    }
    return found;
  };

  return {
    raw(series, { from, to, limit }) {
      const points: Point[] = [];
      for (const chunk of readings.descending(series, from, to)) {
        for (let index = chunk.to - 1; index >= chunk.from && points.length < limit; index--) {
          const { at, value, flag } = rowAt(chunk.columns, index);
          points.push([at, value, flag]);
        }
        if (points.length >= limit) break;
      }
      return points.reverse();
    },
    rows(series, from, to, limit) {
      const rows: Row[] = [];
      for (const chunk of readings.ascending(series, from, to)) {
        for (let index = chunk.from; index < chunk.to && rows.length < limit; index++)
          rows.push(rowAt(chunk.columns, index));
        if (rows.length >= limit) break;
      }
      return rows;
    },
    async aggregated(series, { from, to, limit, aggregate }, everyMs, parts) {
      for (;;) {
        const advances = parts.kept.advances();
        const found = await newestFirst(series, cover(from, to, everyMs, parts).reverse(), everyMs, limit);
        // What was to be read in finer rows may have been deleted meanwhile: the coarser ones answer.
        if (parts.kept.advances() !== advances) continue;
        return found
          .slice(0, limit)
          .map((row): Point => [row.at, VALUE[aggregate](row), worstOf(row)])
          .reverse();
      }
    },
  };
}

const worstOf = (row: Summary): Flag => flagOfSeverity(severityOfSummary(row));

/** Adds what an older piece knows: of the same interval as the last one, or of one before it. */
function join(found: Summary[], row: Summary): void {
  const last = found.at(-1);
  if (last?.at === row.at) addSummary(last, row);
  else found.push(row);
}
