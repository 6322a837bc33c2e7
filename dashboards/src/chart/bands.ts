/** Limits as parts of a chart's height: where a value would be an alarm. Pure. */

import type { Limit } from '../../../devices/limit.ts';
import type { LatestReading } from '../../../devices/wire/api.ts';
import type { Extent } from '../series.ts';

type Level = NonNullable<LatestReading['level']>;

/** What is beyond its edge is an alarm, and the edge itself unless it is allowed; one side has no end. */
export interface Band {
  readonly name: string;
  readonly level: Level;
  readonly low: number;
  readonly high: number;
  /** A standard is kept by what it names; people's limits begin with it. */
  readonly edgeAllowed: boolean;
}

/** The side that is seen: the value at which the alarm begins. */
export const edgeOf = ({ low, high }: Band): number => (Number.isFinite(low) ? low : high);

const above = (limit: Limit, low: number): Band => ({
  name: limit.name,
  level: limit.level,
  low,
  high: Number.POSITIVE_INFINITY,
  edgeAllowed: limit.kind === 'standard',
});
const below = (limit: Limit, high: number): Band => ({
  name: limit.name,
  level: limit.level,
  low: Number.NEGATIVE_INFINITY,
  high,
  edgeAllowed: false,
});

/** Of limits for values; a change, a distance from what is normal and a silence have no place in a chart. `standard`: what it allows, where that is known. */
export function bandsOf(limits: readonly Limit[], parameter: string, standard: number | null): Band[] {
  return limits
    .filter((limit) => limit.parameter === parameter)
    .flatMap((limit) => {
      if (limit.kind === 'high') return [above(limit, limit.raise)];
      if (limit.kind === 'low') return [below(limit, limit.raise)];
      if (limit.kind === 'outside') return [below(limit, limit.low), above(limit, limit.high)];
      if (limit.kind === 'standard' && standard !== null) return [above(limit, standard)];
      return [];
    });
}

/** Farther from the values than so many times their own spread a limit would press them flat. */
const NEAR = 1.5;

/** Limits that are much higher or lower than the values: they would be off the chart, and are told in words. */
export function beyond<B extends Band>(values: Extent | null, bands: readonly B[], step: number): B[] {
  const known = values ?? nearTo(bands);
  const reach = NEAR * Math.max(known.high - known.low, step * 4);
  return bands.filter((band) => edgeOf(band) < known.low - reach || edgeOf(band) > known.high + reach);
}

/**
 * What of the values' axis is shown: the values, and the limits that are near. `step`: what one digit of them is worth,
 * `floor`: what the parameter is never below.
 */
export function frameOf(
  values: Extent | null,
  bands: readonly Band[],
  step: number,
  floor: number | null,
): Extent {
  const known = values ?? nearTo(bands);
  const far = beyond(values, bands, step);
  const edges = bands.filter((band) => !far.includes(band)).map(edgeOf);
  const low = Math.min(known.low, ...edges);
  const high = Math.max(known.high, ...edges);
  const room = Math.max((high - low) * 0.1, step * 2);
  const lowest = low - room;
  return { low: floor !== null && low >= floor ? Math.max(floor, lowest) : lowest, high: high + room };
}

function nearTo(bands: readonly Band[]): Extent {
  const edges = bands.map(edgeOf);
  return edges.length === 0 ? { low: 0, high: 1 } : { low: Math.min(...edges), high: Math.max(...edges) };
}
