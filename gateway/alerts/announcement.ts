/** Who is told of a change: when an alert becomes news, and as what it goes into the feed. Pure. */
import type { AlertEntry } from '../../devices/wire/feed.ts';
import { type Alert, type Change, isQuiet, isWorse } from './alert.ts';

/** The alert as it is written: it is news when it opens awake, wakes up, or asks for a person anew. */
export function announced(before: Alert | null, after: Alert, now: number): Alert {
  if (after.state === 'cleared' || isQuiet(after)) return after;
  const wakes = before !== null && isQuiet(before);
  const worse =
    before !== null &&
    (isWorse(after.level, before.level) || before.state === 'latched') &&
    after.state === 'active';
  if (after.announced_at !== null && !wakes && !worse) return after;
  return { ...after, announced_at: now, escalated_at: undefined };
}

/** null: nobody outside is told. Of what was never announced not even the end is news. */
export function feedKind(
  before: Alert | null,
  after: Alert,
  changes: readonly Change[],
): AlertEntry['kind'] | null {
  if (after.announced_at === null) return null;
  if ((before?.announced_at ?? null) === null) return 'alert.raised';
  if (after.retracted) return 'alert.retracted';
  if (changes.some(({ kind }) => kind === 'corrected')) return 'alert.corrected';
  if (after.state === 'cleared') return 'alert.cleared';
  if (changes.some(({ kind }) => kind === 'escalated')) return 'alert.escalated';
  // It said that it comes and goes: each time would be the storm again.
  return changes.every(({ kind }) => kind === 'flapped') ? null : 'alert.changed';
}
