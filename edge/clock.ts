/** Time as the edge uses it, an argument everywhere so that tests have their own. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Wall clock, epoch ms: what readings carry. */
  now(): number;
  /** Milliseconds that only ever grow, in Linux since the start of the system: what periods and pauses are counted in. A box without a battery clock jumps by years when NTP arrives. */
  ticks(): number;
  /** Resolves after the time or when the signal is aborted, never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // CLOCK_MONOTONIC: the next process of the same boot goes on with it, which performance.now() does not.
  ticks: () => Number(process.hrtime.bigint() / 1000n) / 1000,
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

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Names the boot of the system, which ticks belong to. Where the system does not tell, each process is one of its own. */
export function readBoot(file = BOOT_ID): string {
  try {
    const id = readFileSync(file, 'utf8').trim();
    return /^[\w-]{8,64}$/.test(id) ? id : randomUUID();
  } catch {
    return randomUUID();
  }
}
