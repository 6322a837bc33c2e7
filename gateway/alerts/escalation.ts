/** Escalation: an alert that nobody acknowledges within its level's time is told once more. Its level stays. Pure. */
import { type Alert, type Change, isWaiting } from './alert.ts';
import type { AlertSettings } from './settings.ts';

export function escalate(alert: Alert, times: AlertSettings['escalate_s'], now: number): Change | null {
  const afterS = times[alert.level];
  if (afterS === null || alert.escalated_at !== undefined || alert.announced_at === null) return null;
  if (!isWaiting(alert) || now - alert.announced_at < afterS * 1000) return null;
  return {
    alert: { ...alert, escalated_at: now },
    kind: 'escalated',
    by: null,
    reason: `nobody acknowledged it within ${afterS} s`,
  };
}
