/** One hour of one station, from what the store holds and what was derived of it. */
import canonicalize from 'canonicalize';
import { meanDirection } from '../../devices/methods/direction.ts';
import {
  isDerived,
  isParameter,
  PARAMETER_IDS,
  type ParameterId,
  parameterOf,
} from '../../devices/parameter.ts';
import { FLAG, flagOfSeverity, isUsable, severityOf } from '../../devices/quality.ts';
import type { Observations } from '../../devices/wire/feed.ts';
import { expectedWithin, type Span } from '../books/periods.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import { short } from '../derive/derived-value.ts';
import type { Aggregate, Store } from '../store/store.ts';
import { HOUR_MS, type Tally } from '../store/tally.ts';

export interface HourSources {
  readonly store: Pick<Store, 'points' | 'tally'>;
  readonly derived: Pick<DerivedStore, 'points' | 'get' | 'publishedAt'>;
  periodsOf(station: string): ReadonlyMap<ParameterId, readonly Span[]>;
}

type Measured = Observations['measured'][number];
type Derived = Observations['derived'][number];

const DERIVED_IDS = PARAMETER_IDS.filter(isDerived);
/** More than any method gives in an hour. */
const MOST_DERIVED = 3600;

/** From `from`, epoch ms, a whole hour. Throws when the store does not answer. */
export async function observationsOf(
  sources: HourSources,
  station: string,
  from: number,
): Promise<Observations> {
  const to = from + HOUR_MS;
  const tallies = Map.groupBy(await sources.store.tally({ station, from, to }), ({ parameter }) => parameter);
  const periods = sources.periodsOf(station);
  const measured: Measured[] = [];
  for (const parameter of [...new Set([...periods.keys(), ...tallies.keys()])].sort()) {
    if (!isParameter(parameter)) continue;
    const spans = periods.get(parameter);
    const expected = spans === undefined ? null : expectedWithin(spans, from, to);
    const own = tallies.get(parameter) ?? [];
    if (own.length === 0 && !expected) continue;
    measured.push(await measuredOf(sources.store, { station, parameter, from, to }, own, expected));
  }
  return { station, from, to, measured, derived: derivedOf(sources.derived, station, from) };
}

const isDirection = (parameter: ParameterId): boolean => parameterOf(parameter).unit === 'deg';

/** Five readings a second are the most that an edge makes. */
const MOST_DIRECTIONS = 5 * 3600;

async function meanDirectionOf(
  store: HourSources['store'],
  range: { station: string; parameter: ParameterId; from: number; to: number },
): Promise<number | null> {
  const points = await store.points({ ...range, aggregate: 'mean', limit: MOST_DIRECTIONS });
  const mean = meanDirection(
    points.flatMap(([, value, flag]) => (isUsable(flag) && value !== null ? value : [])),
  );
  return mean === null ? null : short(mean);
}

async function measuredOf(
  store: HourSources['store'],
  range: { station: string; parameter: ParameterId; from: number; to: number },
  tallies: readonly Tally[],
  expected: number | null,
): Promise<Measured> {
  const usable = tallies.filter(({ flag }) => isUsable(flag));
  const has = usable.some(({ values }) => values > 0);
  const figure = async (aggregate: Aggregate): Promise<number | null> => {
    if (!has) return null;
    const [point] = await store.points({ ...range, everyMs: HOUR_MS, aggregate, limit: 1 });
    // Readings and their rollups give means that differ in the last digits: that is no correction.
    return point === undefined || point[1] === null ? null : short(point[1]);
  };
  const mean = isDirection(range.parameter) ? await meanDirectionOf(store, range) : await figure('mean');
  const severities = tallies.map(({ flag }) => severityOf(flag));
  return {
    parameter: range.parameter,
    unit: parameterOf(range.parameter).unit,
    mean,
    // Of directions none is the least.
    min: isDirection(range.parameter) ? null : await figure('min'),
    max: isDirection(range.parameter) ? null : await figure('max'),
    readings: tallies.reduce((sum, { count }) => sum + count, 0),
    values: usable.reduce((sum, { values }) => sum + values, 0),
    expected,
    flag: severities.length === 0 ? FLAG.missing : flagOfSeverity(Math.max(...severities)),
  };
}

/** A derived value belongs to the hour in which what it is of ends: that of 12:00 to 13:00 has 13:00. */
function derivedOf(store: HourSources['derived'], station: string, from: number): Derived[] {
  const published = store.publishedAt(station);
  return DERIVED_IDS.filter((id) => published.has(id)).flatMap((parameter) =>
    store
      .points({
        ...{ station, parameter, from: from + 1, to: from + HOUR_MS + 1 },
        ...{ aggregate: 'mean' as const, limit: MOST_DERIVED },
      })
      .flatMap(([at]): Derived[] => {
        const kept = store.get(station, parameter, at);
        if (kept === null) return [];
        const { method, have, of } = kept.body;
        return [
          {
            ...{ parameter, unit: parameterOf(parameter).unit, at, value: kept.value, method },
            completeness: have === undefined || !of ? null : short(Math.min(1, have / of)),
          },
        ];
      }),
  );
}

/** The hour to which a derived value belongs, its start in epoch ms. */
export const hourOfDerived = (at: number): number => at - 1 - ((at - 1) % HOUR_MS);

export const isEmpty = ({ measured, derived }: Observations): boolean =>
  measured.length === 0 && derived.length === 0;

export const isSame = (one: Observations, other: Observations): boolean =>
  canonicalize(one) === canonicalize(other);
