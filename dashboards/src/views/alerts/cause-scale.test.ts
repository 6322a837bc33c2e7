import { expect, test } from 'vitest';
import { pathOf, scaleOf, spanAround } from './cause-scale.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const BOX = { width: 100, height: 50 };

test('the time before is as long as it lasted, at least half an hour; a long one is shown by its beginning', () => {
  expect(spanAround(NOW - 10 * MINUTE, null, NOW)).toEqual({ from: NOW - 40 * MINUTE, to: NOW });
  expect(spanAround(NOW - 10 * HOUR, NOW - 8 * HOUR, NOW)).toEqual({
    from: NOW - 12 * HOUR,
    to: NOW - 7 * HOUR,
  });
  expect(spanAround(NOW - 80 * HOUR, null, NOW)).toEqual({ from: NOW - 86 * HOUR, to: NOW - 56 * HOUR });
});

test('values and threshold are in sight', () => {
  const scale = scaleOf(
    [
      [0, 10, 1],
      [50, null, 9],
      [100, 20, 1],
    ],
    30,
    { from: 0, to: 100 },
    BOX,
  );
  expect([scale?.low, scale?.high]).toEqual([10, 20]);
  for (const value of [10, 20, 30]) {
    expect(scale?.y(value)).toBeGreaterThan(0);
    expect(scale?.y(value)).toBeLessThan(50);
  }
  expect(scaleOf([[0, null, 9]], 30, { from: 0, to: 100 }, BOX)).toBeNull();
});

test('a value that never changes lies in the middle', () => {
  const scale = scaleOf([[0, 0, 1]], null, { from: 0, to: 100 }, BOX);
  expect(scale?.y(0)).toBe(25);
});

test('the line breaks where a value is missing or absent', () => {
  const same = { x: (at: number) => at / 1000, y: (value: number) => value };
  const path = pathOf(
    [
      [0, 1, 1],
      [1000, 2, 1],
      [2000, null, 9],
      [3000, 3, 1],
      [9000, 4, 1],
    ],
    1,
    same,
  );
  expect(path).toBe('M0.0 1.0l0 0L1.0 2.0M3.0 3.0l0 0M9.0 4.0l0 0');
});
