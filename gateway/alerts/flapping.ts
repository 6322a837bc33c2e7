/** Flapping: a condition that comes and goes is one alert that says so, until it is calm. Pure. */
import { type Alert, type Change, end } from './alert.ts';
import type { AlertSettings } from './settings.ts';

/** A condition was raised again. `raisedAt`: times of its readings that raised it within the time, this one last. */
export function detectFlapping(
  alert: Alert,
  raisedAt: readonly number[],
  { raises, within_s }: AlertSettings['flapping'],
): Change | null {
  const last_at = raisedAt.at(-1);
  if (last_at === undefined || raisedAt.length < raises) return null;
  const flapping = { since: Math.min(...raisedAt), raises: raisedAt.length, last_at };
  const reason = `raised ${raisedAt.length} times within ${within_s} s`;
  return { alert: { ...alert, flapping }, kind: 'flapping', by: null, reason };
}

/** No change for long enough: it is an ordinary alert again, or over when nobody reports it any more. */
export function calm(
  alert: Alert,
  { calm_s }: AlertSettings['flapping'],
  latches: boolean,
  now: number,
): Change | null {
  if (!alert.flapping || now - alert.flapping.last_at < calm_s * 1000) return null;
  const quiet: Alert = { ...alert, flapping: undefined };
  const reason = `no change for ${calm_s} s`;
  if (alert.reporters.length > 0) return { alert: quiet, kind: 'calmed', by: null, reason };
  return { ...end(quiet, alert.flapping.last_at, latches), by: null, reason };
}
