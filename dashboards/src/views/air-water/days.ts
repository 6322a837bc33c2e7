/** Days and months as the calendar and the report count them: Vietnamese ones. Pure. */
import { DAY_MS, dayBounds, dayOf, dayStart } from '../../../../devices/local-time.ts';

const midnight = (day: string): number => dayBounds(day)?.from ?? Number.NaN;

/** The days up to and without the one of `now`, ascending: today is not over. */
export const lastDays = (now: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => dayOf(dayStart(now) - (count - index) * DAY_MS));

/** The end of a day, which is the label of what is of it. */
export const dayEnd = (day: string): number => midnight(day) + DAY_MS;

/** 0 for Monday to 6 for Sunday. */
export const weekday = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The months up to the present one, newest first: `2026-03`. */
export function lastMonths(now: number, count: number): string[] {
  const [year = 0, month = 1] = dayOf(now).split('-').map(Number);
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  );
}

/** Its days that are over, ascending; none for what is no month or has not begun. */
export function daysOfMonth(month: string, now: number): string[] {
  const first = dayBounds(`${month}-01`);
  if (first === null) return [];
  const days: string[] = [];
  for (let at = first.from; dayOf(at).startsWith(month) && at + DAY_MS <= now; at += DAY_MS)
    days.push(dayOf(at));
  return days;
}

export const isWholeMonth = (month: string, now: number): boolean => {
  const days = daysOfMonth(month, now);
  return days.length > 0 && !dayOf(dayEnd(days.at(-1) as string)).startsWith(month);
};

/** `05/03` and `05/03/2026`, as people write days in both languages. */
export const shortDay = (day: string): string => `${day.slice(8)}/${day.slice(5, 7)}`;
export const longDay = (day: string): string => `${shortDay(day)}/${day.slice(0, 4)}`;
export const monthName = (month: string): string => `${month.slice(5)}/${month.slice(0, 4)}`;
