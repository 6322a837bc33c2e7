/**
 * Steps the limits on derived parameters: their author is the gateway, so that it judges them where they are made, also
 * with the flows away. After a start each decides anew with its next value; the alert book ignores what it knows.
 */
import { isDeepStrictEqual } from 'node:util';
import { initialLimitState, type Limit, type LimitState, stepLimit } from '../../devices/limit.ts';
import { isDerived } from '../../devices/parameter.ts';
import type { Reading } from '../../devices/reading.ts';
import { alarmOf } from '../../devices/wire/limit-alarm.ts';
import { type Alarm, limitKey } from '../../devices/wire/messages.ts';

/** Live derived values of one station in, the alarms that they decide out. */
export type DerivedLimits = (station: string, values: readonly Reading[]) => Alarm[];

export function createDerivedLimits(limitsOf: (station: string) => readonly Limit[]): DerivedLimits {
  const stations = new Map<string, Map<string, { readonly limit: Limit; state: LimitState }>>();

  return (station, values) => {
    const limits = limitsOf(station).filter(({ parameter }) => isDerived(parameter));
    const before = stations.get(station);
    const stepped = new Map<string, { readonly limit: Limit; state: LimitState }>();
    for (const limit of limits) {
      const known = before?.get(limitKey(limit));
      const same = known !== undefined && isDeepStrictEqual(known.limit, limit);
      stepped.set(limitKey(limit), same ? known : { limit, state: initialLimitState });
    }
    if (stepped.size === 0) stations.delete(station);
    else stations.set(station, stepped);

    const alarms: Alarm[] = [];
    for (const entry of stepped.values())
      for (const value of values) {
        if (value.parameter !== entry.limit.parameter) continue;
        const step = stepLimit(entry.limit, entry.state, value);
        entry.state = step.state;
        if (step.kind === 'raised' || step.kind === 'cleared')
          alarms.push(alarmOf(station, entry.limit, step));
      }
    return alarms;
  };
}
