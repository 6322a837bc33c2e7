/** Keeps the book of CAP messages up to date while the gateway runs: with each record of the feed, and with the time. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../devices/kit/log.ts';
import { startRepeating } from '../../repeating.ts';
import type { Feed } from '../feed.ts';
import type { CapBook } from './book.ts';

/** As often as the book of alerts looks at the time. */
const LOOK_MS = 5000;
/** Some of what is too old goes each time. */
const REMOVE_MS = 60_000;
/** After a fault, such as a full disk. */
const PAUSE_MS = 5000;

export function startCap(book: CapBook, feed: Pick<Feed, 'added'>, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** One step after the other until there is no more to do; between them others have their turn. */
  const attempt = async (step: () => boolean): Promise<boolean> => {
    try {
      while (!signal.aborted && step()) await nextTurn();
      return true;
    } catch (err) {
      log.error({ err }, 'CAP messages could not be made, will be tried again');
      return false;
    }
  };
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      // Asked first: what is added while the book looks must wake the next look.
      const added = feed.added(signal);
      if (await attempt(book.follow)) await added;
      else await pause(PAUSE_MS);
    }
  };
  const repeat = (step: () => boolean, everyMs: number) =>
    startRepeating(async () => {
      await attempt(step);
      return everyMs;
    });
  const removeOld = (): boolean => {
    book.removeOld();
    return false;
  };
  const following = follow();
  const repeated = [repeat(book.pass, LOOK_MS), repeat(removeOld, REMOVE_MS)];
  return {
    async stop() {
      stopping.abort();
      await Promise.all([following, ...repeated.map((one) => one.stop())]);
    },
  };
}
