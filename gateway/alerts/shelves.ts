/** The shelves, by condition: they outlast the alert that they were made for. */
import type { Ledger } from '../ledger.ts';
import type { Shelf } from './shelving.ts';

export interface Shelves {
  of(key: string): Shelf | null;
  put(key: string, shelf: Shelf): void;
  remove(key: string): void;
  removeExpired(now: number): void;
}

export function createShelves({ db }: Ledger): Shelves {
  const select = db.prepare('SELECT by, reason, since, until FROM alert_shelf WHERE key = ?');
  const upsert = db.prepare(
    `INSERT INTO alert_shelf (key, by, reason, since, until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET by = excluded.by, reason = excluded.reason, since = excluded.since, until = excluded.until`,
  );
  const removeExpired = db.prepare('DELETE FROM alert_shelf WHERE until <= ?');
  const remove = db.prepare('DELETE FROM alert_shelf WHERE key = ?');
  return {
    of: (key) => (select.get(key) as unknown as Shelf | undefined) ?? null,
    put: (key, { by, reason, since, until }) => void upsert.run(key, by, reason, since, until),
    remove: (key) => void remove.run(key),
    removeExpired: (now) => void removeExpired.run(now),
  };
}
