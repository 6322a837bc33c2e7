/** From version 1 to 2 of the embedded store: rollups are to be made of everything. */
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../devices/kit/log.ts';
import { HOUR_MS } from './sqlite-levels.ts';

const TELL_EVERY_MS = 2000;

/**
 * Marks every hour that has readings for the rollups; they are built while the gateway works. One seek an hour and
 * series, not one a reading: a file of many million readings is ready in seconds.
 */
export function markAll(db: DatabaseSync, log: Logger | undefined): void {
  const next = db.prepare('SELECT min(at) AS at FROM reading WHERE series = ? AND at >= ?');
  const mark = db.prepare('INSERT INTO unrolled VALUES (?, ?)');
  const series = db.prepare('SELECT id FROM series ORDER BY id').all() as { id: number }[];
  let hours = 0;
  let told = performance.now();
  for (const [done, { id }] of series.entries()) {
    let from = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const { at } = next.get(id, from) as { at: number | null };
      if (at === null) break;
      const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
      mark.run(id, hour);
      from = hour + HOUR_MS;
      hours++;
    }
    if (performance.now() - told > TELL_EVERY_MS) {
      told = performance.now();
      log?.info({ done: done + 1, of: series.length, hours }, 'store marks series for rollups');
    }
  }
  if (series.length > 0) log?.info({ series: series.length, hours }, 'rollups will be built meanwhile');
}
