/** What time it is here: ticks each second, corrected by the gateway's clock when the browser's is wrong. */
import { signal } from '@preact/signals';

/** HTTP's Date header has whole seconds and travels a while: below this the browser's clock is left alone. */
const TOLERATED_MS = 5000;

/** By how much the browser's clock must be moved to agree with an answer's Date header. */
export function clockOffset(dateHeader: string | null, sentAt: number, receivedAt: number): number | null {
  const served = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (!Number.isFinite(served)) return null;
  const offset = served + 500 - (sentAt + receivedAt) / 2;
  return Math.abs(offset) <= TOLERATED_MS ? 0 : Math.round(offset);
}

let offsetMs = 0;

export const currentTime = (): number => Date.now() + offsetMs;

export const now = signal(currentTime());

/** Until the next tick everything would have the age that the wrong clock gives it. */
export const setClockOffset = (offset: number): void => {
  if (offset === offsetMs) return;
  offsetMs = offset;
  now.value = currentTime();
};

/** Ticks until stopped. */
export function startClock(): () => void {
  const timer = setInterval(() => {
    now.value = currentTime();
  }, 1000);
  return () => clearInterval(timer);
}
