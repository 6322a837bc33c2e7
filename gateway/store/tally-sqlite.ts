/** Counting and paging in the embedded store. */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Flag } from '../../devices/quality.ts';
import { HOUR_MS, LIVE_WITHIN_MS, type Tally, type TallyQuery } from './tally.ts';

const LIVE = `value IS NOT NULL AND received_at - at <= ${LIVE_WITHIN_MS}`;
const TALLY = `SELECT at / ${HOUR_MS} * ${HOUR_MS} AS hour, flag, reason, count(*) AS count, count(value) AS "values",
  sum(${LIVE}) AS live FROM reading WHERE series = ? AND at >= ? AND at < ? GROUP BY 1, 2, 3`;

/**
 * `series` are the station's, parameter → id. SQLite answers on this thread, so it is asked for a few thousand rows
 * at a time: publishes that arrive meanwhile wait milliseconds, not seconds.
 */
export async function tallySqlite(
  db: DatabaseSync,
  series: Iterable<readonly [string, number]>,
  { from, to }: TallyQuery,
): Promise<Tally[]> {
  const statement = db.prepare(TALLY);
  const tallies: Tally[] = [];
  for (const [parameter, id] of series) {
    for (let start = from; start < to; start = nextWindow(start)) {
      for (const row of statement.all(id, start, Math.min(nextWindow(start), to))) {
        tallies.push({ parameter: parameter as ParameterId, ...(row as Omit<Tally, 'parameter'>) });
      }
      await nextTurn();
    }
  }
  return tallies;
}

/** Windows end at whole hours: an hour that two of them share would be told twice. */
const WINDOW_MS = 6 * HOUR_MS;
const nextWindow = (start: number): number => start - (start % WINDOW_MS) + WINDOW_MS;

export interface StoredRow {
  readonly at: number;
  readonly value: number | null;
  readonly flag: Flag;
  readonly reason: string | null;
  readonly receivedAt: number;
}

/** The oldest `limit` readings of a series within from ≤ at < to. */
export const rowsSqlite = (db: DatabaseSync, id: number, from: number, to: number, limit: number) =>
  db
    .prepare(
      `SELECT at, value, flag, reason, received_at AS receivedAt FROM reading
       WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?`,
    )
    .all(id, from, to, limit) as unknown as StoredRow[];
