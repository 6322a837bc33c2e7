/** Forgets what is older than it is to be kept, a few thousand rows at a time: a batch waits milliseconds for it. */
import type { DatabaseSync } from 'node:sqlite';
import { dayStart } from '../../devices/local-time.ts';
import type { Retention } from '../settings.ts';
import { CLASSES, type Class, type Kept } from './sqlite-kept.ts';
import type { Latest } from './sqlite-latest.ts';
import { DAY_MS } from './sqlite-levels.ts';
import type { Rollups } from './sqlite-rollups.ts';

const DAYS: Readonly<Record<Class, keyof Retention>> = {
  reading: 'raw_days',
  minute: 'minute_days',
  hour: 'hour_days',
  day: 'day_days',
};

/**
 * Where a class is, the time of its rows, and the rows of one delete: about 5 ms. No row crosses an hour, and what is
 * kept begins at a Vietnamese midnight.
 */
const ROWS: Readonly<Record<Class, readonly [table: string, time: string, rows: number]>> = {
  reading: ['block', 'start', 500],
  minute: ['minute', 'hour', 1000],
  hour: ['hour', 'at', 2000],
  day: ['day', 'at', 2000],
};

export interface Forgetting {
  /** Deletes for about so long; `deleted` are rows, of readings blocks. */
  step(now: number, budgetMs: number): { readonly state: 'done' | 'more'; readonly deleted: number };
}

export interface ForgettingParts {
  readonly keep: Retention;
  readonly kept: Kept;
  readonly rollups: Pick<Rollups, 'oldest'>;
  readonly latest: Latest;
}

export function createForgetting(
  db: DatabaseSync,
  { keep, kept, rollups, latest }: ForgettingParts,
): Forgetting {
  const nextSeries = db.prepare('SELECT min(id) AS id FROM series WHERE id > ?');
  const statements = CLASSES.map((name) => {
    const [table, time, rows] = ROWS[name];
    return {
      name,
      bound: db.prepare(
        `SELECT ${time} AS at FROM ${table} WHERE series = ? AND ${time} < ? ORDER BY ${time} LIMIT 1 OFFSET ${rows}`,
      ),
      remove: db.prepare(`DELETE FROM ${table} WHERE series = ? AND ${time} < ?`),
    };
  });
  /** What was gone through to its end: once a day is enough. */
  const swept = new Map<Class, number>();
  let cursor = 0;

  const horizon = (name: Class, now: number): number => {
    const wanted = dayStart(now - keep[DAYS[name]] * DAY_MS);
    if (wanted <= (swept.get(name) ?? 0)) return 0;
    // A clock that is years ahead must not cost years of data: time is what the newest reading says.
    const since = Math.min(wanted, dayStart((latest.newest() ?? 0) - keep[DAYS[name]] * DAY_MS));
    // An hour's rollups are made of its readings and a day's of its hours: nothing goes before they are made.
    const waiting = rollups.oldest();
    return waiting === null ? since : Math.min(since, dayStart(waiting));
  };

  return {
    step(now, budgetMs) {
      const end = performance.now() + budgetMs;
      let deleted = 0;
      for (const { name, bound, remove } of statements) {
        const since = horizon(name, now);
        if (since <= (swept.get(name) ?? 0)) continue;
        kept.advance(name, since);
        if (name === 'reading') latest.forget(since);
        for (;;) {
          const { id } = nextSeries.get(cursor) as { id: number | null };
          if (id === null) break;
          const limit = bound.get(id, since) as { at: number } | undefined;
          deleted += Number(remove.run(id, limit?.at ?? since).changes);
          if (limit === undefined) cursor = id;
          if (performance.now() >= end) return { state: 'more', deleted };
        }
        cursor = 0;
        swept.set(name, since);
      }
      return { state: 'done', deleted };
    },
  };
}
