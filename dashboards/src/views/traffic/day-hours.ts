/** A day of a road by its 24 hours of Vietnamese time, and what is usual for that weekday. Pure. */
import { DAY_MS, dayBounds, dayOf, HOUR_MS } from '../../../../devices/local-time.ts';
import type { Point } from '../../series.ts';

export const METRICS = ['traffic_flow', 'traffic_speed', 'occupancy', 'level_of_service'] as const;
export type Metric = (typeof METRICS)[number];

/** By hour, 0 to 23; null: nothing is known of it. */
export type Hours = readonly (number | null)[];

const NO_HOURS: Hours = Array.from({ length: 24 }, () => null);

/** Of hourly means labelled by the start of their hour. */
export function hoursOf(points: readonly Point[], dayFrom: number): Hours {
  const hours = [...NO_HOURS];
  for (const [at, value] of points) {
    const hour = Math.floor((at - dayFrom) / HOUR_MS);
    if (hour >= 0 && hour < 24) hours[hour] = value;
  }
  return hours;
}

/** Five-minute values that an hour has, and of those as many as must be there: the completeness of all derived hours. */
const OF_AN_HOUR = 12;
const NEEDED = 0.75 * OF_AN_HOUR;

/**
 * Level of service of each hour: the median of its five-minute levels, labelled by their end; of two in the middle the worse.
 * A mean of levels would be none.
 */
export function serviceHours(points: readonly Point[], dayFrom: number): Hours {
  const byHour = Map.groupBy(points, ([at]) => Math.ceil((at - dayFrom) / HOUR_MS) - 1);
  return NO_HOURS.map((_, hour) => {
    const levels = (byHour.get(hour) ?? []).flatMap(([, value]) => (value === null ? [] : [value]));
    if (levels.length < NEEDED) return null;
    return levels.toSorted((one, other) => one - other)[Math.floor(levels.length / 2)] ?? null;
  });
}

export const WEEKS = 4;
/** With a single week it would be a comparison with one day and no usual one. */
const LEAST_WEEKS = 2;

/** By hour the median of the same weekday of the weeks before; `points` are hourly means labelled by their start. */
export function usualHours(points: readonly Point[], dayFrom: number): Hours {
  const weeks = Array.from({ length: WEEKS }, (_, week) =>
    hoursOf(points, dayFrom - (week + 1) * 7 * DAY_MS),
  );
  return NO_HOURS.map((_, hour) => {
    const values = weeks.flatMap((hours) => hours[hour] ?? []);
    return values.length < LEAST_WEEKS ? null : median(values);
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

/** The day of an address, today where it names none or one that has not come. */
export function dayFromQuery(
  text: string | undefined,
  now: number,
): { readonly day: string; readonly from: number } {
  const today = dayOf(now);
  const day = text !== undefined && dayBounds(text) !== null && text <= today ? text : today;
  return { day, from: dayBounds(day)?.from ?? 0 };
}

/** The day so many days on, `2026-03-05`. */
export const dayAfter = (from: number, days: number): string => dayOf(from + days * DAY_MS);

/** -12 for 12 % less than usual; null where there is nothing to compare with. */
export const percentOff = (value: number | null, usual: number | null): number | null =>
  // `+ 0` makes 0 of what rounds to -0.
  value === null || usual === null || usual === 0 ? null : Math.round((100 * (value - usual)) / usual) + 0;
