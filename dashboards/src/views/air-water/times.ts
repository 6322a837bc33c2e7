/** Hours and days of derived values in words: their time is the end of what they are of. */
import { dayOf, HOUR_MS, hourOfDay } from '../../../../devices/local-time.ts';
import { shortDay } from './days.ts';

/** `13:00–14:00`, with the day when that is not today's; the hour that ends at midnight is `23:00–24:00` of the day before. */
export function hourSpan(end: number, now: number): string {
  const from = hourOfDay(end - HOUR_MS);
  const two = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
  const day = dayOf(end - 1);
  const span = `${two(from)}–${two(from + 1)}`;
  return day === dayOf(now) ? span : `${span} ${shortDay(day)}`;
}
