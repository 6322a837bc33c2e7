/**
 * Steps the limits on derived parameters: their author is the gateway, so that it judges them where they are made, also
 * with the flows away. Their past is in `derived.db`: after a start they go on from there.
 */
import { isDeepStrictEqual } from 'node:util';
import { BASELINE_DAYS } from '../../devices/baseline.ts';
import type { Limit } from '../../devices/limit.ts';
import { DAY_MS } from '../../devices/local-time.ts';
import { isDerived } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { createAlarms, type StationAlarms } from '../../devices/rules/station-alarms.ts';
import { type Alarm, limitKey } from '../../devices/wire/messages.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import { asReading } from '../derive/derived-value.ts';
import { derivedPeriodS } from '../derive/kinds.ts';
import { silentAfterMs } from '../live.ts';

export interface DerivedLimits {
  /** Live derived values of one station in, the alarms that they decide out. */
  step(station: string, values: readonly Reading[]): Alarm[];
  /**
   * After a start or a change of its limits: brings those of one station to what is known of its past, and judges the newest value of each
   * parameter if it is still the present one at `now`, epoch ms. Its first decision is reported, and the first one of
   * `step`, too: the alert book ignores what it knows.
   */
  resume(station: string, past: Pick<DerivedStore, 'newest' | 'between'>, now: number): Alarm[];
}

interface Stepped {
  readonly limit: Limit;
  readonly alarms: StationAlarms;
}

/** What a hold and the window of a rate reach back together. */
const HELD_MS = 2 * DAY_MS;
/** As many as may vote. */
const SAMPLES = 20;

export function createDerivedLimits(limitsOf: (station: string) => readonly Limit[]): DerivedLimits {
  /** Each limit by itself: one that is changed decides anew, its neighbours go on. */
  const stations = new Map<string, ReadonlyMap<string, Stepped>>();
  const derivedLimitsOf = (station: string): Limit[] =>
    limitsOf(station).filter(({ parameter }) => isDerived(parameter));
  const keep = (station: string, stepped: readonly Stepped[]): void => {
    if (stepped.length === 0) stations.delete(station);
    else stations.set(station, new Map(stepped.map((one) => [limitKey(one.limit), one])));
  };

  return {
    step(station, values) {
      const before = stations.get(station);
      const stepped = derivedLimitsOf(station).map((limit) => {
        const known = before?.get(limitKey(limit));
        const same = known !== undefined && isDeepStrictEqual(known.limit, limit);
        return same ? known : { limit, alarms: createAlarms(station, [limit]) };
      });
      keep(station, stepped);
      return stepped.flatMap(({ alarms }) => alarms.step(values));
    },
    resume(station, past, now) {
      const limits = derivedLimitsOf(station);
      const newest = limits.length === 0 ? [] : past.newest(station);
      const told: Alarm[] = [];
      const stepped = limits.map((limit) => {
        const alarms = createAlarms(station, [limit]);
        const last = newest.find(({ parameter }) => parameter === limit.parameter);
        if (last === undefined) return { limit, alarms };
        alarms.step(publishedBefore(past, station, limit, last.at));
        const present = doubted(station, limit, alarms);
        const decided = present.step([asReading(last, last.derivedAt)]);
        if (now - last.at <= silentAfterMs(derivedPeriodS(limit.parameter))) told.push(...decided);
        return { limit, alarms: doubted(station, limit, present) };
      });
      keep(station, stepped);
      return told;
    },
  };
}

/** The published values before `at` that a limit may remember, oldest first. */
function publishedBefore(
  past: Pick<DerivedStore, 'between'>,
  station: string,
  { kind, parameter }: Limit,
  at: number,
): Reading[] {
  const reachMs = kind === 'deviation' ? (BASELINE_DAYS + 1) * DAY_MS : HELD_MS;
  const from = at - reachMs - SAMPLES * derivedPeriodS(parameter) * 1000;
  return Array.from(past.between(station, parameter, from, at - 1), ([time, value]) => ({
    ...{ station, parameter, at: time, value },
    flag: FLAG.good,
    reason: null,
  }));
}

/**
 * With all that it remembers but its phase: whether that was reported, the past does not say. Holds under way and samples
 * stay, so that nothing is decided sooner than it may be.
 */
function doubted(station: string, limit: Limit, alarms: StationAlarms): StationAlarms {
  const known = Object.entries(alarms.kept()).map(([key, { kind, state }]) => [
    key,
    { kind, state: { ...state, phase: 'unknown' as const } },
  ]);
  return createAlarms(station, [limit], Object.fromEntries(known));
}
