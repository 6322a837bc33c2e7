/** Time as the edge uses it, an argument everywhere so that tests have their own. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Wall clock, epoch ms: what readings carry. */
  now(): number;
  /** Milliseconds that only ever grow: what periods and pauses are counted in. A box without a battery clock jumps by years when NTP arrives. */
  ticks(): number;
  /** Resolves after the time or when the signal is aborted, never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  sleep: (ms, signal) => delay(Math.max(0, ms), undefined, { signal }).catch(() => {}),
};

/** Runs a task again and again with a pause between, until the signal is aborted. */
export async function every(clock: Clock, ms: number, signal: AbortSignal, task: () => void): Promise<void> {
  for (;;) {
    await clock.sleep(ms, signal);
    if (signal.aborted) return;
    task();
  }
}
