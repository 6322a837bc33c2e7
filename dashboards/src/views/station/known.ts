/** What of a station is known beside its values: its limits, and what standards allow of its means. */
import { useMemo } from 'preact/hooks';
import type { DerivedValueAnswer } from '../../../../devices/wire/api.ts';
import { useAnswer } from '../../use-answer.ts';
import { derivedOf, type Limit, limitsOf, orNull } from './calls.ts';

export type Note = NonNullable<DerivedValueAnswer['note']>;

const NO_DERIVED: readonly DerivedValueAnswer[] = [];
const EVERY_MS = 60_000;

export interface Known {
  /** null: not known yet, or not to be known. */
  readonly limits: readonly Limit[] | null;
  /** What a standard allows, by parameter, in its unit. */
  readonly standards: ReadonlyMap<string, number>;
  /** What is to be shown with a derived value, by parameter. */
  readonly notes: ReadonlyMap<string, Note>;
}

export function useKnown(station: string): Known {
  const limits = useAnswer((signal) => orNull(limitsOf(station, signal)), [station], EVERY_MS).answer.value;
  const derived = useAnswer((signal) => orNull(derivedOf(station, signal)), [station], EVERY_MS).answer.value;
  const inForce = limits.kind === 'ready' ? (limits.value?.limits ?? null) : null;
  const values = (derived.kind === 'ready' ? derived.value : null) ?? NO_DERIVED;
  return useMemo(
    () => ({
      limits: inForce,
      standards: new Map(values.flatMap(({ parameter, limit }) => (limit ? [[parameter, limit.value]] : []))),
      notes: new Map(values.flatMap(({ parameter, note }) => (note ? [[parameter, note]] : []))),
    }),
    [inForce, values],
  );
}
