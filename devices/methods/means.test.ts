import { expect, test } from 'vitest';
import { HOUR_MS } from '../local-time.ts';
import { COMPLETENESS, hoursUpTo, meanOf, neededOf } from './means.ts';

test('three quarters: 9 of 12 five-minute values, 6 of 8 hours, 18 of 24', () => {
  expect(neededOf(12, COMPLETENESS)).toBe(9);
  expect(neededOf(8, COMPLETENESS)).toBe(6);
  expect(neededOf(24, COMPLETENESS)).toBe(18);
});

test('a share that is no whole number of values is rounded up, and one value is the least', () => {
  expect(neededOf(10, 0.75)).toBe(8);
  // 360 × 0.55 is 198.00000000000003 in floating point.
  expect(neededOf(360, 0.55)).toBe(198);
  expect(neededOf(12, 0)).toBe(1);
});

test('a mean says how many values it has', () => {
  expect(meanOf([1, null, 2, 6], 3)).toEqual({ mean: 3, have: 3, of: 4 });
});

test('one value too few is no mean', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => (hour < 18 ? 10 : null));
  expect(meanOf(hours, 18)).toEqual({ mean: 10, have: 18, of: 24 });
  expect(meanOf(hours.with(0, null), 18)).toBeNull();
  expect(meanOf([], 0)).toBeNull();
  expect(meanOf([null, null], 0)).toBeNull();
});

test('a mean of zeros is 0, and an absent value is never taken as one', () => {
  expect(meanOf([0, 0, null], 2)).toEqual({ mean: 0, have: 2, of: 3 });
  expect(meanOf([8, null, null, null], 1)?.mean).toBe(8);
});

test('the hours up to a label: that one first, what is missing is null', () => {
  const end = Date.UTC(2026, 2, 5, 17);
  const means = new Map([
    [end + HOUR_MS, 9],
    [end, 1],
    [end - 2 * HOUR_MS, 3],
    [end - 3 * HOUR_MS, 0],
    [end - 4 * HOUR_MS, 5],
  ]);
  expect(hoursUpTo(means, end, 4)).toEqual([1, null, 3, 0]);
});
