/** The limits on derived parameters of all stations: what they decide goes into the alert book. */
import { GATEWAY } from '../alerts/alert.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Catalog } from '../catalog.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import { createDerivedLimits, type DerivedLimits } from './derived.ts';
import type { StationLimits } from './limits.ts';

export interface DerivedAlarmParts {
  readonly catalog: Pick<Catalog, 'get' | 'all'>;
  readonly limits: Pick<StationLimits, 'inForce'>;
  readonly derived: Pick<DerivedStore, 'newest' | 'between'>;
  readonly alerts: Pick<AlertBook, 'report'>;
  readonly now: () => number;
}

export interface DerivedAlarms {
  step(...live: Parameters<DerivedLimits['step']>): void;
  /** After a change of the limits of this station. */
  resume(station: string): void;
  /** After a start. */
  resumeAll(): void;
}

export function createDerivedAlarms({
  catalog,
  limits,
  derived,
  alerts,
  now,
}: DerivedAlarmParts): DerivedAlarms {
  const stepped = createDerivedLimits((station) => {
    const known = catalog.get(station);
    return known === undefined ? [] : limits.inForce(known).limits;
  });
  const report = (alarms: ReturnType<DerivedLimits['step']>): void => {
    for (const alarm of alarms) alerts.report(alarm, GATEWAY);
  };
  const resume = (station: string): void => report(stepped.resume(station, derived, now()));
  return {
    step: (station, values) => report(stepped.step(station, values)),
    resume,
    resumeAll() {
      for (const { id } of catalog.all()) resume(id);
    },
  };
}
