/** What a Vietnamese day was, of one derived parameter at one station: counts, extremes, and the limit of its averaging time. Pure. */
import { DAY_MS, dayOf, dayStart } from '../../devices/local-time.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { judgeByQcvn05 } from '../../devices/standards/qcvn-05.ts';
import type { Derivation } from '../../devices/wire/api.ts';
import type { DerivedDay, Exceedance } from '../../devices/wire/derived.ts';
import type { Text } from '../../devices/word.ts';
import type { Point } from '../store/store.ts';

/**
 * Running means over 24 hours: of the 24 a day the one that ends with it is the calendar day's. The others would count one
 * bad day up to 24 times.
 */
const OF_CALENDAR_DAY: ReadonlySet<ParameterId> = new Set(['pm2_5_24h', 'pm10_24h', 'so2_24h', 'no2_24h']);

/** What stands for a day of hourly indices is its worst hour; of anything else that has several values a day, none. */
const WORST = { vn_aqi: 'high_at', vn_wqi: 'low_at' } as const;

type BodyAt = (at: number) => Derivation | undefined;

/** `points` ascend by their time, which is the end of what they are of; days without any are left out. */
export function daysOf(parameter: ParameterId, points: readonly Point[], bodyAt: BodyAt): DerivedDay[] {
  // A value that ends at midnight is of the day that ends there.
  const byDay = Map.groupBy(points, ([at]) => dayStart(at - 1));
  return Array.from(byDay, ([start, ofDay]) => {
    const end = start + DAY_MS;
    const own = OF_CALENDAR_DAY.has(parameter) ? ofDay.filter(([at]) => at === end) : ofDay;
    return own.length === 0 ? null : dayFrom(parameter, dayOf(start), own, bodyAt);
  }).filter((day) => day !== null);
}

function dayFrom(parameter: ParameterId, day: string, points: readonly Point[], bodyAt: BodyAt): DerivedDay {
  const values = points.flatMap(([at, value]) => (value === null ? [] : [{ at, value }]));
  const span = spanOf(values);
  const told = tellingAt(parameter, points, span);
  const { dominant, note } = (told === null ? undefined : bodyAt(told)) ?? {};
  const limit = limitOf(parameter, day, values);
  return {
    day,
    count: values.length,
    withheld: points.length - values.length,
    ...(span && { span }),
    ...(limit && { limit }),
    ...(dominant !== undefined && { dominant }),
    ...(note && { note }),
  };
}

interface Dated {
  readonly at: number;
  readonly value: number;
}

function spanOf(values: readonly Dated[]): DerivedDay['span'] {
  const [first, ...others] = values;
  if (first === undefined) return undefined;
  const low = others.reduce((least, one) => (one.value < least.value ? one : least), first);
  const high = others.reduce((most, one) => (one.value > most.value ? one : most), first);
  const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length;
  return { mean, low: low.value, low_at: low.at, high: high.value, high_at: high.at };
}

/** Whose derivation tells of the day; without a value the newest that was not published, which says why. */
function tellingAt(
  parameter: ParameterId,
  points: readonly Point[],
  span: DerivedDay['span'],
): number | null {
  if (span === undefined || points.length === 1) return points.at(-1)?.[0] ?? null;
  return parameter === 'vn_aqi' || parameter === 'vn_wqi' ? span[WORST[parameter]] : null;
}

function limitOf(parameter: ParameterId, day: string, values: readonly Dated[]): DerivedDay['limit'] {
  const judged = values.map(({ value }) => judgeByQcvn05(parameter, value, day));
  const [first] = judged;
  if (first?.kind !== 'judged') return undefined;
  const exceeded = judged.filter((one) => one.kind === 'judged' && one.exceeded).length;
  return { value: first.limit.ug_m3, exceeded };
}

/** What days of one parameter come to against the limits that were in force on them. */
export function exceedancesOf(parameter: ParameterId, days: readonly DerivedDay[]): Exceedance[] {
  const judged = days.flatMap(({ day, count, span, limit }) =>
    span && limit ? [{ day, count, span, limit }] : [],
  );
  const { unit } = parameterOf(parameter);
  return Array.from(
    Map.groupBy(judged, ({ limit }) => limit.value),
    ([value, own]) => {
      const [first] = own as [(typeof own)[number], ...typeof own];
      const worst = own.reduce((top, next) => (next.span.high > top.span.high ? next : top));
      return {
        standard: 'qcvn-05',
        ...{ parameter, unit },
        limit: { value, clause: clauseOf(parameter, first.day, value) },
        side: 'above',
        by: 'mean',
        of: own.reduce((sum, { count }) => sum + count, 0),
        exceeded: own.reduce((sum, { limit }) => sum + limit.exceeded, 0),
        days: own.filter(({ limit }) => limit.exceeded > 0).length,
        worst: worst.span.high,
        worst_at: worst.span.high_at,
      };
    },
  );
}

/** Of a limit that was judged by on this day. */
function clauseOf(parameter: ParameterId, day: string, value: number): Text {
  const judged = judgeByQcvn05(parameter, value, day);
  if (judged.kind === 'refused') throw new Error(judged.reason);
  return judged.limit.clause;
}
