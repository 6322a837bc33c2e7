/** What every kind of station is derived from, and the stretch of time that is derived at a time. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Span } from '../books/periods.ts';
import type { KnownStation } from '../catalog.ts';
import type { Store } from '../store/store.ts';
import type { DerivedStore } from './derived-store.ts';
import type { DerivedValue } from './derived-value.ts';
import type { DeriveSettings } from './settings.ts';

export interface Sources {
  readonly store: Pick<Store, 'rows'>;
  readonly derived: DerivedStore;
  readonly settings: DeriveSettings;
  /** The periods that the station announced. */
  periodsOf(station: string): ReadonlyMap<ParameterId, readonly Span[]>;
}

export interface Stretch {
  /** What came anew is within from ≤ at < to: whole steps. */
  readonly from: number;
  readonly to: number;
  /** Up to where the station is derived already, at least `to`: what depends on the stretch is derived again as far. */
  readonly until: number;
}

export interface Kind {
  readonly stepMs: number;
  /** Parameters whose late readings make a step be derived again. */
  readonly inputs: readonly ParameterId[];
  /** Asks the store and works out; `derived` is written by the caller, in one transaction with its progress. */
  derive(sources: Sources, station: KnownStation, stretch: Stretch): Promise<Derived>;
}

export interface Derived {
  readonly values: readonly DerivedValue[];
  /** What else is to be written with them. */
  readonly keep?: () => void;
}
