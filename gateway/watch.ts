/** Watches for silence: an alert whose data stopped is not cleared, it is marked unverified until data come again. */

import type { Logger } from '../devices/kit/log.ts';
import type { ParameterId } from '../devices/parameter.ts';
import type { AlertBook } from './alerts/book.ts';
import type { Catalog } from './catalog.ts';
import { type LiveReadings, silentAfterMs } from './live.ts';

const EVERY_MS = 5000;

export interface WatchParts {
  readonly alerts: AlertBook;
  readonly catalog: Catalog;
  readonly live: LiveReadings;
  readonly now: () => number;
}

/** Marks or unmarks every open alert by what is known now. */
export function watchOnce({ alerts, catalog, live, now }: WatchParts): void {
  for (const alert of alerts.open()) {
    const parameter = alert.parameter as ParameterId;
    const announced = catalog.get(alert.station)?.parameters.find(({ id }) => id === parameter);
    // What opened it was seen; one doubtful reading between good ones takes nothing back.
    const seenAt = Math.max(alert.opened_at, live.goodAt(alert.station, parameter) ?? 0);
    const verified = now() - seenAt <= silentAfterMs(announced?.period_s ?? 0);
    if (alert.unverified === verified) alerts.setUnverified(Number(alert.id), !verified);
  }
}

export function startWatch(
  parts: WatchParts & { readonly log: Logger },
  everyMs = EVERY_MS,
): { stop(): void } {
  const timer = setInterval(() => {
    try {
      watchOnce(parts);
    } catch (err) {
      // A full disk, say: the next look finds the same.
      parts.log.error({ err }, 'alerts cannot be marked unverified, it will be tried again');
    }
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}
