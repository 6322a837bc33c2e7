/**
 * The sending cycles that are over: the items of a destination for station files. Each is numbered by its end, in seconds since
 * 1970: a cursor says up to when all was sent, whatever the period was then. Cycles begin on the hour, in Viet Nam too.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, dayBounds } from '../../../devices/local-time.ts';
import type { Item, Source } from '../destination.ts';
import type { StationFileSettings } from './settings.ts';

/** Timers of Node.js are no longer than this. */
const MOST_SLEEP_MS = 3_600_000;

/** Where the first cycle begins that is still sent, seconds since 1970. */
export function oldestCycle({ period_s, since, resend_days }: StationFileSettings, now: number): number {
  const from = Math.max(dayBounds(since)?.from ?? 0, now - resend_days * DAY_MS);
  return Math.ceil(from / 1000 / period_s) * period_s;
}

/** Number of the newest cycle that is due. */
export const newestCycle = ({ period_s, delay_s }: StationFileSettings, now: number): number =>
  Math.floor((now / 1000 - delay_s) / period_s) * period_s;

export interface CycleItem extends Item {
  /** All up to it is not for this receiver: a new destination begins after it. */
  readonly before: boolean;
}

export function cycles(settings: StationFileSettings, now: () => number): Source<CycleItem> {
  const { period_s, delay_s } = settings;
  /** After this number; a day in the future is not waited for as if it were over. */
  const start = (): number => Math.min(oldestCycle(settings, now()), newestCycle(settings, now()));
  const following = (number: number): number => (Math.floor(number / period_s) + 1) * period_s;
  const count = (number: number): number =>
    Math.max(0, (newestCycle(settings, now()) - following(number)) / period_s + 1);
  return {
    newest: () => Math.floor(now() / 1000),
    behind: (number) => count(Math.max(number, start())),
    after(number, limit) {
      if (number < start()) return [{ number: start(), before: true }];
      const first = following(number);
      return Array.from({ length: Math.min(limit, count(number)) }, (_, index) => ({
        number: first + index * period_s,
        before: false,
      }));
    },
    async added(signal) {
      const dueAt = (newestCycle(settings, now()) + period_s + delay_s) * 1000;
      await sleep(Math.min(dueAt - now(), MOST_SLEEP_MS), undefined, { signal }).catch(() => {});
    },
  };
}
