/**
 * Looks at every alert again and again: one whose data stopped is not cleared, it is marked unverified until data come
 * again; what has fallen silent becomes an alert; what the time asks for is done.
 */

import type { Logger } from '../devices/kit/log.ts';
import { isDerived, type ParameterId } from '../devices/parameter.ts';
import type { AlertAnswer } from '../devices/wire/api.ts';
import type { AlertBook } from './alerts/book.ts';
import type { Silence } from './alerts/silence.ts';
import type { Catalog } from './catalog.ts';
import { derivedPeriodS } from './derive/kinds.ts';
import type { StatusRecords } from './ioc/status.ts';
import { type LiveReadings, silentAfterMs } from './live.ts';

const EVERY_MS = 5000;

export interface WatchParts {
  readonly alerts: AlertBook;
  readonly catalog: Catalog;
  readonly live: LiveReadings;
  readonly silence: Pick<Silence, 'findings'>;
  /** Tells the feed which stations report and which do not. */
  readonly status?: Pick<StatusRecords, 'look'>;
  readonly now: () => number;
}

/** Brings every alert that stands to what is known now. */
export function watchOnce({ alerts, catalog, live, silence, status, now }: WatchParts): void {
  for (const alert of alerts.standing()) {
    // Of an alert about silence that is the condition itself; of a time that is over nothing will come.
    if (alert.about || alert.no_data || alert.historical) continue;
    const verified = pointsOf(alert).some(({ station, parameter }) => {
      const announced = catalog.get(station)?.parameters.find(({ id }) => id === parameter);
      // What opened it was seen; one doubtful reading between good ones takes nothing back.
      const seenAt = Math.max(alert.opened_at, live.goodAt(station, parameter) ?? 0);
      const periodS = isDerived(parameter) ? derivedPeriodS(parameter) : (announced?.period_s ?? 0);
      return now() - seenAt <= silentAfterMs(periodS);
    });
    if (alert.unverified === verified) alerts.setUnverified(Number(alert.id), !verified);
  }
  const findings = silence.findings();
  alerts.judge(findings);
  alerts.pass();
  status?.look(catalog.all(), findings, catalog.edges);
}

/** The points whose readings decided it: of a condition of several sensors it is known as long as one of them tells. */
function pointsOf({
  station,
  parameter,
  evidence,
}: AlertAnswer): readonly { readonly station: string; readonly parameter: ParameterId }[] {
  const because = evidence.findLast(({ state }) => state === 'raised')?.because;
  return (because ?? [{ station, parameter }]) as { station: string; parameter: ParameterId }[];
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
      parts.log.error({ err }, 'alerts and stations cannot be looked at, it will be tried again');
    }
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}
