/** Limits that a station had once and has no more: an alert of one must not stay open for ever. Pure. */
import type { Limit } from '../../devices/limit.ts';
import { limitKey } from '../../devices/wire/messages.ts';
import type { LimitVersion } from './versions.ts';

/** Who took a limit away, and the words that its alert keeps of it. */
export interface Removal {
  readonly by: string;
  readonly text: string;
}

/** By key of the limit. */
export type Removed = ReadonlyMap<string, Removal>;

/** What is removed after the change from `before` to `after`; a limit that is back is removed no more. */
export function removedAfter(
  removed: Removed,
  before: readonly Limit[],
  after: readonly Limit[],
  removal: Removal,
): Removed {
  const next = new Map(removed);
  for (const limit of before) next.set(limitKey(limit), removal);
  for (const limit of after) next.delete(limitKey(limit));
  return next;
}

export const removalBy = ({ by, reason }: Pick<LimitVersion, 'by' | 'reason'>): Removal => ({
  by: by ?? 'unknown',
  text: `limit removed by ${by ?? 'unknown'}: ${reason}`,
});

/** The same of all versions, ascending. */
export function removedIn(versions: readonly LimitVersion[]): Removed {
  let removed: Removed = new Map();
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1]?.limits ?? [];
    removed = removedAfter(removed, before, version.limits, removalBy(version));
  }
  return removed;
}
