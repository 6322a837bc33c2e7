/** Months and days of Vietnam as texts, 2026-03 and 2026-03-05, for a calendar whose weeks begin on Monday. Pure. */
import { DAY_MS, dayBounds, dayOf } from '../../../../devices/local-time.ts';

export const isMonth = (text: string | undefined): text is string =>
  text !== undefined && dayBounds(`${text}-01`) !== null;

export const monthOfDay = (day: string): string => day.slice(0, 7);

export function neighbour(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by)).toISOString().slice(0, 7);
}

export const firstDay = (month: string): string => `${month}-01`;

export const lastDay = (month: string): string =>
  dayOf((dayBounds(firstDay(neighbour(month, 1)))?.from ?? 0) - DAY_MS);

/** The days of a month; before the first so many nulls that it stands below its day of the week. */
export function calendarOf(month: string): (string | null)[] {
  const start = dayBounds(firstDay(month))?.from ?? 0;
  const [year = 0, number = 1] = month.split('-').map(Number);
  const weekday = (new Date(Date.UTC(year, number - 1)).getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return [
    ...Array.from({ length: weekday }, () => null),
    ...Array.from({ length: count }, (_, index) => dayOf(start + index * DAY_MS)),
  ];
}
