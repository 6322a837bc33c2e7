/** Puts a group of readings into the store, however long that takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../devices/kit/log.ts';
import { type RefusedReading, RefusedReadings, StoreUnavailable } from './store/refused.ts';
import type { Store, StoredReading } from './store/store.ts';

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;

/**
 * Answers the readings that the store will never take; all others are stored. Tries again with growing pauses while
 * the store takes nothing: nothing is acknowledged meanwhile, and the clients hold their data. Null when `signal`
 * ended that.
 */
export async function commit(
  store: Store,
  readings: readonly StoredReading[],
  signal: AbortSignal,
  log: Logger,
): Promise<readonly RefusedReading[] | null> {
  for (let pause = FIRST_RETRY_MS; ; pause = Math.min(2 * pause, MAX_RETRY_MS)) {
    let retryInMs = pause;
    try {
      await store.append(readings);
      return [];
    } catch (err) {
      if (err instanceof RefusedReadings) return err.refused;
      if (err instanceof StoreUnavailable && err.retryAfterMs !== null)
        retryInMs = Math.min(Math.max(err.retryAfterMs, FIRST_RETRY_MS), MAX_RETRY_MS);
      log.error(
        { err, readings: readings.length, retryInMs },
        'store refuses readings, nothing is acknowledged',
      );
    }
    if (signal.aborted) return null;
    await sleep(retryInMs, undefined, { signal }).catch(() => {});
  }
}
