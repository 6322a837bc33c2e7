/**
 * Steps the limits on derived parameters: their author is the gateway, so that it judges them where they are made, also
 * with the flows away. After a start each decides anew with its next value; the alert book ignores what it knows.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Limit } from '../../devices/limit.ts';
import { isDerived } from '../../devices/parameter.ts';
import type { Reading } from '../../devices/reading.ts';
import { createAlarms, type StationAlarms } from '../../devices/rules/station-alarms.ts';
import { type Alarm, limitKey } from '../../devices/wire/messages.ts';

/** Live derived values of one station in, the alarms that they decide out. */
export type DerivedLimits = (station: string, values: readonly Reading[]) => Alarm[];

interface Stepped {
  readonly limit: Limit;
  readonly alarms: StationAlarms;
}

export function createDerivedLimits(limitsOf: (station: string) => readonly Limit[]): DerivedLimits {
  /** Each limit by itself: one that is changed decides anew, its neighbours go on. */
  const stations = new Map<string, ReadonlyMap<string, Stepped>>();

  return (station, values) => {
    const before = stations.get(station);
    const stepped = new Map<string, Stepped>();
    for (const limit of limitsOf(station)) {
      if (!isDerived(limit.parameter)) continue;
      const known = before?.get(limitKey(limit));
      const same = known !== undefined && isDeepStrictEqual(known.limit, limit);
      stepped.set(limitKey(limit), same ? known : { limit, alarms: createAlarms(station, [limit]) });
    }
    if (stepped.size === 0) stations.delete(station);
    else stations.set(station, stepped);
    return [...stepped.values()].flatMap(({ alarms }) => alarms.step(values));
  };
}
