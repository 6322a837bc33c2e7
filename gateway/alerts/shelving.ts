/** Shelving (ISA-18.2): a person sets a condition aside until a time; it comes back by itself. Pure. */
import type { Alert, Change } from './alert.ts';

export type Shelf = NonNullable<Alert['shelved']>;

/** The shelf is of the condition, not of this occurrence: an alert that opens meanwhile is on it too. */
export const shelve = (alert: Alert, shelf: Shelf): Change => ({
  alert: { ...alert, shelved: shelf },
  kind: 'shelved',
  by: shelf.by,
  reason: shelf.reason,
});

export const unshelve = (alert: Alert, by: string, reason: string | undefined): Change => ({
  alert: { ...alert, shelved: undefined },
  kind: 'unshelved',
  by,
  reason,
});

/** What the time does to it. `shelf` is that of its condition, null when there is none. */
export function stepShelf(alert: Alert, shelf: Shelf | null, now: number): Change | null {
  const valid = shelf !== null && shelf.until > now ? shelf : null;
  if (alert.shelved === undefined) return valid && shelve(alert, valid);
  if (valid !== null) return null;
  return { alert: { ...alert, shelved: undefined }, kind: 'unshelved', by: null, reason: 'its time is over' };
}
