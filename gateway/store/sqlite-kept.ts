/** Since when the embedded store keeps readings and each rollup. What is older is deleted, or will be soon. */
import type { DatabaseSync } from 'node:sqlite';
import type { Level } from './sqlite-levels.ts';

/** Classes of data that are kept for different times, the finest first. */
export const CLASSES = ['reading', 'minute', 'hour', 'day'] as const satisfies readonly (
  | Level['table']
  | 'reading'
)[];
export type Class = (typeof CLASSES)[number];

export interface Kept {
  /** Epoch ms; -Infinity when nothing was ever deleted. */
  since(table: Class): number;
  /** Says it before anything is deleted; it never goes back. */
  advance(table: Class, since: number): void;
  /** How often it has advanced: a question that it did so under is asked again. */
  advances(): number;
}

export function createKept(db: DatabaseSync): Kept {
  const rows = db.prepare('SELECT class, since FROM kept').all() as { class: Class; since: number }[];
  const times = new Map(rows.map((row) => [row.class, row.since]));
  const upsert = db.prepare(
    'INSERT INTO kept VALUES (?, ?) ON CONFLICT (class) DO UPDATE SET since = excluded.since',
  );
  let advances = 0;
  return {
    advances: () => advances,
    since: (table) => times.get(table) ?? Number.NEGATIVE_INFINITY,
    advance(table, since) {
      if (since <= (times.get(table) ?? Number.NEGATIVE_INFINITY)) return;
      upsert.run(table, since);
      times.set(table, since);
      advances++;
    },
  };
}
