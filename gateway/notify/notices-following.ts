/** Tells people while the gateway runs: with each record of the feed, and with the time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import type { Feed } from '../ioc/feed.ts';
import { startRepeating } from '../repeating.ts';
import type { Notices } from './notices.ts';

const LOOK_MS = 1000;
/** After a fault, such as a full disk. */
const PAUSE_MS = 5000;

export function startNotices(
  notices: Pick<Notices, 'recover' | 'follow' | 'pass' | 'pump' | 'stop'>,
  feed: Pick<Feed, 'added'>,
  log: Logger,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let recovered = false;
  /** null: it could not be done. */
  const attempt = <T>(work: () => T): T | null => {
    try {
      // Before anything is sent: what is being sent then is of this start.
      if (!recovered) notices.recover();
      recovered = true;
      const result = work();
      notices.pump();
      return result;
    } catch (err) {
      log.error({ err }, 'people could not be told, will be tried again');
      return null;
    }
  };

  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      const looked = new AbortController();
      // Asked first: what is added while this looks must wake the next look.
      const added = feed.added(AbortSignal.any([signal, looked.signal]));
      const more = attempt(notices.follow);
      if (more === false) await added;
      looked.abort();
      await sleep(more === null ? PAUSE_MS : 0, undefined, { signal }).catch(() => {});
    }
  };

  const following = follow();
  const passing = startRepeating(async () => (attempt(notices.pass) ? 0 : LOOK_MS));
  return {
    async stop() {
      stopping.abort();
      await Promise.all([following, passing.stop()]);
      await notices.stop();
    },
  };
}
