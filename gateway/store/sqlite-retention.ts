/** Forgets what is older than it is to be kept, a few thousand rows at a time: a batch waits milliseconds for it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Retention } from '../settings.ts';
import { CLASSES, type Class, type Kept } from './sqlite-kept.ts';
import { DAY_MS } from './sqlite-levels.ts';
import type { Rollups } from './sqlite-rollups.ts';

/** Rows of one delete: about 5 ms. */
const ROWS = 2000;

const DAYS: Readonly<Record<Class, keyof Retention>> = {
  reading: 'raw_days',
  minute: 'minute_days',
  hour: 'hour_days',
  day: 'day_days',
};

export interface Forgetting {
  /** Deletes for about so long. */
  step(now: number, budgetMs: number): { readonly state: 'done' | 'more'; readonly deleted: number };
}

export interface ForgettingParts {
  readonly keep: Retention;
  readonly kept: Kept;
  readonly rollups: Rollups;
}

export function createForgetting(db: DatabaseSync, { keep, kept, rollups }: ForgettingParts): Forgetting {
  const nextSeries = db.prepare('SELECT min(id) AS id FROM series WHERE id > ?');
  const newest = db.prepare('SELECT max((SELECT max(at) FROM reading WHERE series = id)) AS at FROM series');
  const statements = CLASSES.map((table) => ({
    table,
    bound: db.prepare(
      `SELECT at FROM ${table} WHERE series = ? AND at < ? ORDER BY at LIMIT 1 OFFSET ${ROWS}`,
    ),
    remove: db.prepare(`DELETE FROM ${table} WHERE series = ? AND at < ?`),
  }));
  /** What was gone through to its end: once a UTC day is enough. */
  const swept = new Map<Class, number>();
  let cursor = 0;

  const horizon = (table: Class, now: number): number => {
    const midnight = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;
    const wanted = midnight(now - keep[DAYS[table]] * DAY_MS);
    if (wanted <= (swept.get(table) ?? 0)) return 0;
    // A clock that is years ahead must not cost years of data: time is what the newest reading says.
    const { at } = newest.get() as { at: number | null };
    const since = Math.min(wanted, midnight((at ?? 0) - keep[DAYS[table]] * DAY_MS));
    // An hour's rollups are made of its readings and a day's of its hours: nothing goes before they are made.
    const waiting = rollups.oldest();
    return waiting === null ? since : Math.min(since, midnight(waiting));
  };

  return {
    step(now, budgetMs) {
      const end = performance.now() + budgetMs;
      let deleted = 0;
      for (const { table, bound, remove } of statements) {
        const since = horizon(table, now);
        if (since <= (swept.get(table) ?? 0)) continue;
        kept.advance(table, since);
        for (;;) {
          const { id } = nextSeries.get(cursor) as { id: number | null };
          if (id === null) break;
          const limit = bound.get(id, since) as { at: number } | undefined;
          deleted += Number(remove.run(id, limit?.at ?? since).changes);
          if (limit === undefined) cursor = id;
          if (performance.now() >= end) return { state: 'more', deleted };
        }
        cursor = 0;
        swept.set(table, since);
      }
      return { state: 'done', deleted };
    },
  };
}
