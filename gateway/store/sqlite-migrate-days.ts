/** From version 3 to 4 of the embedded store: days are those of Vietnam, and no more of UTC. */
import type { DatabaseSync } from 'node:sqlite';
import { DAY_MS, intervalStart, VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';

/** When the Vietnamese day of a row began; the remainder of SQLite has the sign of what is divided. */
const DAY_OF = `at - ((at + ${VIETNAM_AHEAD_MS}) % ${DAY_MS} + ${DAY_MS}) % ${DAY_MS}`;
const SUMS =
  'sum(usable), sum(sum), min(min), max(max), sum(good), sum(not_evaluated), sum(suspect), sum(fail), sum(missing)';

/**
 * Days are made anew from their hours. Where the hours are deleted already a day stays what it was, 7:00 to 7:00 of
 * Vietnam, under the date that it begins on. The day in which the hours begin has less than a day of them: all before
 * midnight is answered from days from now on, so that nothing is counted twice.
 */
export function makeVietnameseDays(db: DatabaseSync): void {
  const kept = db.prepare("SELECT since FROM kept WHERE class = 'hour'").get() as
    | { since: number }
    | undefined;
  const since = kept?.since ?? Number.MIN_SAFE_INTEGER;
  db.prepare('DELETE FROM day WHERE at >= ?').run(since);
  db.prepare('UPDATE day SET at = at - ?').run(VIETNAM_AHEAD_MS);
  const make = db.prepare(
    `INSERT INTO day SELECT series, ${DAY_OF} AS start, ${SUMS} FROM hour WHERE series = ? AND at >= ? GROUP BY series, start`,
  );
  for (const { id } of db.prepare('SELECT id FROM series ORDER BY id').all() as { id: number }[])
    make.run(id, since);
  if (kept === undefined) return;
  const midnight = intervalStart(since + DAY_MS - 1, DAY_MS);
  // Nothing that is finer may be made into an hour whose day can no more be made from all of its hours.
  db.prepare("UPDATE kept SET since = max(since, ?) WHERE class IN ('reading', 'minute', 'hour')").run(
    midnight,
  );
}
