/**
 * Inhibition: that an edge or a station is silent is one alert; that each of its points has no data follows from it, is
 * recorded and wakes nobody. An alert about values is never inhibited. Pure.
 */
import type { Alert, Change } from './alert.ts';

const follows = (alert: Alert): boolean => alert.no_data === true || alert.about?.kind === 'station';

/** A "no data" alarm that has just opened waits: the death of an edge is known later than the silence of its points. */
export const awaitCause = (alert: Alert, settleMs: number, now: number): Change | null =>
  alert.no_data === true
    ? {
        alert: { ...alert, inhibited: { since: now, by: null, until: now + settleMs } },
        kind: 'inhibited',
        by: null,
        reason: 'waits for its cause to be known',
      }
    : null;

/** `cause`: key of what is silent and explains this alert, null when nothing does. */
export function stepInhibition(
  alert: Alert,
  cause: string | null,
  settleMs: number,
  now: number,
): Change | null {
  if (!follows(alert)) return null;
  const { inhibited } = alert;
  if (cause !== null) {
    if (inhibited?.by === cause && inhibited.until === null) return null;
    const since = inhibited?.since ?? now;
    return {
      alert: { ...alert, inhibited: { since, by: cause, until: null } },
      kind: 'inhibited',
      by: null,
      reason: `follows from ${cause}`,
    };
  }
  if (inhibited === undefined) return null;
  if (inhibited.until === null) {
    return {
      alert: { ...alert, inhibited: { ...inhibited, until: now + settleMs } },
      kind: 'inhibited',
      by: null,
      reason: `${inhibited.by} is back: its data are waited for`,
    };
  }
  if (now < inhibited.until) return null;
  return {
    alert: { ...alert, inhibited: undefined },
    kind: 'released',
    by: null,
    reason: 'nothing explains it',
  };
}
