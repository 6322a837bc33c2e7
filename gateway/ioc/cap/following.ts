/** Keeps the book of CAP messages up to date while the gateway runs: with each record of the feed, and with the time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../devices/kit/log.ts';
import type { Feed } from '../feed.ts';
import type { CapBook } from './book.ts';

/** As often as the book of alerts looks at the time. */
const LOOK_MS = 5000;
/** After a fault, such as a full disk. */
const PAUSE_MS = 5000;

export function startCap(book: CapBook, feed: Pick<Feed, 'added'>, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const attempt = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (err) {
      log.error({ err }, 'CAP messages could not be made, will be tried again');
      return false;
    }
  };
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      // Asked first: what is added while the book looks must wake the next look.
      const added = feed.added(signal);
      if (attempt(book.follow)) await added;
      else await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  };
  const following = follow();
  const timer = setInterval(() => attempt(book.pass), LOOK_MS);
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await following;
    },
  };
}
