/** The feed for the operations centre: records numbered without holes, kept in the ledger. */
import type { FeedEntry, FeedRecord } from '../../devices/wire/feed.ts';
import type { Ledger } from '../ledger.ts';

export interface Feed {
  /** Call it within the transaction of what it tells. */
  append(entry: FeedEntry): void;
  after(number: number, limit: number): FeedRecord[];
  newest(): number;
  /** Resolves when a record may have been added since the call. */
  added(signal: AbortSignal): Promise<void>;
}

interface Row {
  readonly number: number;
  readonly at: number;
  readonly kind: string;
  readonly body: string;
}

export function createFeed(ledger: Ledger, now: () => number): Feed {
  const { db } = ledger;
  // No AUTOINCREMENT: rows are never deleted, so max + 1 leaves no hole, also after a rollback.
  const insert = db.prepare('INSERT INTO feed (at, kind, body) VALUES (?, ?, ?)');
  const select = db.prepare(
    'SELECT number, at, kind, body FROM feed WHERE number > ? ORDER BY number LIMIT ?',
  );
  const newest = db.prepare('SELECT coalesce(max(number), 0) AS number FROM feed');
  let waiters: (() => void)[] = [];
  return {
    append({ kind, ...told }) {
      insert.run(now(), kind, JSON.stringify(told));
      const woken = waiters;
      waiters = [];
      // After the transaction that is under way: a waiter that looked now would not see the record.
      setImmediate(() => {
        for (const wake of woken) wake();
      });
    },
    after: (number, limit) =>
      (select.all(number, limit) as unknown as Row[]).map(
        ({ body, ...record }) => ({ ...record, ...JSON.parse(body) }) as FeedRecord,
      ),
    newest: () => (newest.get() as { number: number }).number,
    added: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          signal.removeEventListener('abort', wake);
          waiters = waiters.filter((waiter) => waiter !== wake);
          resolve();
        };
        waiters.push(wake);
        signal.addEventListener('abort', wake);
      }),
  };
}
