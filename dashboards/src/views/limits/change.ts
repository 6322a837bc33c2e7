/** What one version of a station's limits changed against the one before. Pure. */
import type { Limit } from './calls.ts';
import { keyOf } from './draft.ts';

export interface LimitChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly from: Limit | null;
  readonly to: Limit | null;
}

/** Values that mean the same are the same, in whatever order their fields come. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

export const sameLimit = (a: Limit, b: Limit): boolean => canonical(a) === canonical(b);

export function changesBetween(before: readonly Limit[], after: readonly Limit[]): LimitChange[] {
  const old = new Map(before.map((limit) => [keyOf(limit), limit]));
  const next = new Map(after.map((limit) => [keyOf(limit), limit]));
  return [
    ...after.flatMap((to): LimitChange[] => {
      const from = old.get(keyOf(to));
      if (from === undefined) return [{ kind: 'added', from: null, to }];
      return sameLimit(from, to) ? [] : [{ kind: 'changed', from, to }];
    }),
    ...before
      .filter((limit) => !next.has(keyOf(limit)))
      .map((from): LimitChange => ({ kind: 'removed', from, to: null })),
  ];
}
