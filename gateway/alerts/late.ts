/**
 * Late alarms: what a backlog tells is historical and wakes nobody. But an alarm that was late and that its reporter does
 * not clear is of a condition that stands: it is told then. Pure.
 */
import type { Alert, Change } from './alert.ts';
import type { AlertSettings } from './settings.ts';

type Late = Pick<AlertSettings, 'late_after_s' | 'late_settle_s'>;

/** Not told yet, and of readings long ago. */
export const isLate = (at: number, { late_after_s }: Late, now: number): boolean =>
  now - at > late_after_s * 1000;

export const awaitStanding = (alert: Alert, { late_settle_s }: Late, now: number): Alert => ({
  ...alert,
  historical: true,
  settles_at: now + late_settle_s * 1000,
});

export const foundToStand = (alert: Alert, reason: string): Change => ({
  alert: { ...alert, historical: undefined, settles_at: undefined },
  kind: 'found to stand',
  by: null,
  reason,
});

export function stepLate(alert: Alert, now: number): Change | null {
  const { settles_at } = alert;
  if (settles_at === undefined || now < settles_at || alert.reporters.length === 0) return null;
  return foundToStand(alert, 'late, and its reporter has not cleared it');
}
