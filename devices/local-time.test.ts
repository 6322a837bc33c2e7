import { expect, test } from 'vitest';
import { DAY_MS, dayStart, HOUR_MS, intervalOffset, intervalStart } from './local-time.ts';

/** Monday, 9 March 2026, 0:00 in Vietnam. */
const MONDAY = Date.UTC(2026, 2, 8, 17);
const text = (at: number) => new Date(at).toISOString();

test.each([1, 2, 3, 4, 6, 8, 12, 24])('intervals of %d hours begin at midnight of Vietnam', (hours) => {
  for (let day = 0; day < 5; day++)
    expect(intervalStart(MONDAY + day * DAY_MS, hours * HOUR_MS)).toBe(MONDAY + day * DAY_MS);
  expect(text(intervalStart(MONDAY - 1, hours * HOUR_MS))).toBe(text(MONDAY - hours * HOUR_MS));
});

test('a day is that of the calendar, a week begins on Monday', () => {
  for (const at of [0, 1, MONDAY - 1, MONDAY, MONDAY + 5 * HOUR_MS, MONDAY + DAY_MS - 1])
    expect(intervalStart(at, DAY_MS)).toBe(dayStart(at));
  expect(intervalStart(MONDAY + 7 * DAY_MS - 1, 7 * DAY_MS)).toBe(MONDAY);
  expect(intervalStart(MONDAY - 1, 7 * DAY_MS)).toBe(MONDAY - 7 * DAY_MS);
});

test('what divides an hour is counted as everywhere', () => {
  for (const seconds of [1, 10, 60, 90, 150, 600, 1800, 3600]) {
    expect(intervalOffset(seconds * 1000)).toBe(0);
    const at = MONDAY + 12_345_678;
    expect(intervalStart(at, seconds * 1000)).toBe(at - (at % (seconds * 1000)));
  }
});
