/** Steps the limits of one station, which must work with the line to the centre down. Pure. */
import { initialLimitState, type Limit, type LimitState, stepLimit } from '../devices/limit.ts';
import type { Reading } from '../devices/reading.ts';
import type { Alarm } from '../devices/wire/messages.ts';

/** Readings in, the alarms that they decide out. */
export function createAlarms(limits: readonly Limit[]): (readings: readonly Reading[]) => Alarm[] {
  const states = limits.map((limit) => ({ limit, state: initialLimitState }));
  return (readings) => readings.flatMap((reading) => states.flatMap((entry) => step(entry, reading)));
}

function step(entry: { readonly limit: Limit; state: LimitState }, reading: Reading): Alarm[] {
  const { limit } = entry;
  if (limit.parameter !== reading.parameter) return [];
  const outcome = stepLimit(limit, entry.state, reading);
  entry.state = outcome.state;
  if (outcome.kind !== 'raised' && outcome.kind !== 'cleared') return [];
  // A refused reading has no value; one that decided has.
  if (reading.value === null) return [];
  return [
    {
      station: reading.station,
      parameter: reading.parameter,
      limit: limit.name,
      state: outcome.kind,
      level: limit.level,
      at: reading.at,
      value: reading.value,
      threshold: outcome.kind === 'raised' ? limit.raise : (limit.clear ?? limit.raise),
    },
  ];
}
