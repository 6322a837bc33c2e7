/** How long records of the feed are kept. What remains has no holes, and its first record still follows on a known hash. */
import type { Logger } from '../../devices/kit/log.ts';
import { DAY_MS } from '../../devices/local-time.ts';
import type { Ledger } from '../ledger.ts';
import type { Feed } from './feed.ts';

const AT_ONCE = 500;
const EVERY_MS = 3_600_000;
const RETRY_MS = 60_000;

interface Numbered {
  readonly number: number;
  readonly hash: string;
}

export interface Removal {
  /** The last record that was removed; number 0 and hash '' while none was. */
  last(): Numbered;
  removeBefore(at: number, limit: number): number;
}

export function createRemoval({ db, transaction }: Ledger): Removal {
  const selectLast = db.prepare('SELECT number, hash FROM feed_removed');
  const newest = db.prepare('SELECT max(number) AS number FROM feed');
  const select = db.prepare('SELECT number, at, hash FROM feed ORDER BY number LIMIT ?');
  const remove = db.prepare('DELETE FROM feed WHERE number <= ?');
  const removeHours = db.prepare('DELETE FROM feed_hour WHERE number <= ?');
  const remember = db.prepare(
    'INSERT INTO feed_removed VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number, hash = excluded.hash',
  );
  return {
    last: () => (selectLast.get() as Numbered | undefined) ?? { number: 0, hash: '' },
    removeBefore: (at, limit) =>
      transaction(() => {
        const kept = newest.get()?.number;
        const oldest = select.all(limit) as unknown as (Numbered & { readonly at: number })[];
        // A clock that was set back must not make a hole: up to the first that stays.
        const stays = oldest.findIndex((row) => row.at >= at || row.number === kept);
        const removed = stays < 0 ? oldest : oldest.slice(0, stays);
        const last = removed.at(-1);
        if (last === undefined) return 0;
        remove.run(last.number);
        removeHours.run(last.number);
        remember.run(last.number, last.hash);
        return removed.length;
      }),
  };
}

export function startFeedRetention(parts: {
  readonly feed: Pick<Feed, 'removeBefore'>;
  readonly keepDays: number;
  readonly now: () => number;
  readonly log: Logger;
}): { stop(): void } {
  const { feed, keepDays, now, log } = parts;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    let pause = EVERY_MS;
    try {
      // The next part after others had their turn: a month of records must hold nobody up.
      if (feed.removeBefore(now() - keepDays * DAY_MS, AT_ONCE) === AT_ONCE) pause = 100;
    } catch (err) {
      pause = RETRY_MS;
      log.error({ err, retryInMs: pause }, 'old records of the feed cannot be removed now');
    }
    timer = setTimeout(look, pause);
  };
  look();
  return { stop: () => clearTimeout(timer) };
}
