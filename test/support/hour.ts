import { setTimeout as delay } from 'node:timers/promises';
import { HOUR_MS } from '../../devices/local-time.ts';

/** Longer than a test that asks for it runs. */
const ENOUGH_MS = 30_000;

/** The end of the last whole hour. Waits when the next one is about to end: a gateway would work that one out, too. */
export async function lastWholeHour(): Promise<number> {
  const left = HOUR_MS - (Date.now() % HOUR_MS);
  if (left < ENOUGH_MS) await delay(left);
  return Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
}
