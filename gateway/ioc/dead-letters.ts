/** What a receiver will never take: kept by number with its reason until a person sends it again or discards it. */
import type { Ledger } from '../ledger.ts';

/** More of them and the destination stops: a person must look at what is wrong before more is passed over. */
export const MOST_DEAD_LETTERS = 1000;

export interface DeadLetter {
  /** Of the item, in the destination's source. */
  readonly number: number;
  /** When it was refused last, epoch ms. */
  readonly at: number;
  readonly reason: string;
}

export interface DeadLetters {
  put(letter: DeadLetter): void;
  get(number: number): DeadLetter | undefined;
  /** Those after a number, ascending. */
  list(after: number, limit: number): DeadLetter[];
  count(): number;
  /** False when there is none. */
  remove(number: number): boolean;
}

export function createDeadLetters({ db }: Ledger, destination: string): DeadLetters {
  const put = db.prepare(
    'INSERT INTO dead_letter VALUES (?, ?, ?, ?) ON CONFLICT (destination, number) DO UPDATE SET at = excluded.at, reason = excluded.reason',
  );
  const columns = 'SELECT number, at, reason FROM dead_letter WHERE destination = ?';
  const get = db.prepare(`${columns} AND number = ?`);
  const list = db.prepare(`${columns} AND number > ? ORDER BY number LIMIT ?`);
  const count = db.prepare('SELECT count(*) AS letters FROM dead_letter WHERE destination = ?');
  const remove = db.prepare('DELETE FROM dead_letter WHERE destination = ? AND number = ?');
  return {
    put: ({ number, at, reason }) => void put.run(destination, number, at, reason),
    get: (number) => get.get(destination, number) as unknown as DeadLetter | undefined,
    list: (after, limit) => list.all(destination, after, limit) as unknown as DeadLetter[],
    count: () => (count.get(destination) as { letters: number }).letters,
    remove: (number) => remove.run(destination, number).changes > 0,
  };
}
