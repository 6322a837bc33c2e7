/** A clock for an edge of this process: it begins in the past, runs fast, and goes on with the real one when it has caught up. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../../edge/clock.ts';

export interface FastClock extends Clock {
  /** How many times faster than the real one it runs from now on, until it has caught up. */
  speed(times: number): void;
  hasCaughtUp(): boolean;
}

/** Of the real clock at once: while a busy machine holds this process up, no minutes may pass in it. */
const LONGEST_STEP_MS = 4;

/** No timer is longer, so that a change of speed counts soon. */
const LONGEST_WAIT_MS = 20;

/** Begins so many ms ago. */
export function createFastClock(agoMs: number, times: number): FastClock {
  const start = Date.now() - agoMs;
  let rate = times;
  let caughtUp = false;
  let fast = 0;
  let last = performance.now();
  const pump = setInterval(() => {
    const real = performance.now();
    fast += Math.min(real - last, LONGEST_STEP_MS) * rate;
    last = real;
    if (start + fast < Date.now()) return;
    caughtUp = true;
    clearInterval(pump);
  }, 1).unref();
  const ticks = () => (caughtUp ? Date.now() - start : fast);
  return {
    ticks,
    now: () => Math.floor(start + ticks()),
    hasCaughtUp: () => caughtUp,
    speed(faster) {
      rate = faster;
    },
    async sleep(ms, signal) {
      const until = ticks() + ms;
      for (let left = ms; left > 0 && !signal.aborted; left = until - ticks()) {
        const wait = Math.min(LONGEST_WAIT_MS, caughtUp ? left : left / rate);
        await delay(wait, undefined, { signal }).catch(() => {});
      }
    },
  };
}
