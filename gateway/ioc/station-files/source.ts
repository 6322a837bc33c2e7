/** The sending cycles that are over, by their number since 1970: the items of a destination for station files. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, dayBounds } from '../../../devices/local-time.ts';
import type { Item, Source } from '../destination.ts';
import type { StationFileSettings } from './settings.ts';

/** Timers of Node.js are no longer than this. */
const MOST_SLEEP_MS = 3_600_000;

/** The first cycle that is still sent. */
export function oldestCycle({ period_s, since, resend_days }: StationFileSettings, now: number): number {
  const from = Math.max(dayBounds(since)?.from ?? 0, now - resend_days * DAY_MS);
  return Math.ceil(from / (period_s * 1000));
}

export interface CycleItem extends Item {
  /** It and all before it are not for this receiver: a new destination begins after it. */
  readonly before: boolean;
}

export function cycles(settings: StationFileSettings, now: () => number): Source<CycleItem> {
  const periodMs = settings.period_s * 1000;
  const newest = (): number => Math.floor((now() - settings.delay_s * 1000) / periodMs) - 1;
  return {
    newest,
    after(number, limit) {
      const first = oldestCycle(settings, now());
      if (number < first - 1) return [{ number: first - 1, before: true }];
      const count = Math.max(0, Math.min(limit, newest() - number));
      return Array.from({ length: count }, (_, index) => ({ number: number + 1 + index, before: false }));
    },
    async added(signal) {
      const dueAt = (newest() + 2) * periodMs + settings.delay_s * 1000;
      await sleep(Math.min(dueAt - now(), MOST_SLEEP_MS), undefined, { signal }).catch(() => {});
    },
  };
}
