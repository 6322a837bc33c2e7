/** Vectors N1 to N7: N1 is the example of Decision 1459/QD-TCMT, the others are worked out from its formula, normalised. */
import { expect, test } from 'vitest';
import { seededRandom } from '../simulator/random.ts';
import { nowcast, nowcastWeight } from './nowcast.ts';

type Hours = (number | null)[];
const _ = null;

const N1: Hours = [20.6, 19.6, 22.4, 20.3, 16.5, 19.0, 16.5, 19.5, 23.5, 20.5, 24.7, 26.9];
const N2: Hours = [30, _, 28, _, 26, 27, 29, _, 31, 30, 28, 27];
const N3: Hours = [100, 90, 80, 70, 60, 50, 40, 30, 25, 20, 20, 20];
const N4: Hours = [100, _, 80, 70, 60, 50, 40, _, 25, 20, 20, 20];
const N5: Hours = [30, _, _, 25, 25, 25, 25, 25, 25, 25, 25, 25];
const N6: Hours = Array(12).fill(42);
const N7: Hours = Array(12).fill(0);

test.each([
  ['N1', N1, 0.61338, 20.26577],
  ['N2', N2, 0.83871, 28.52149],
  ['N3', N3, 0.5, 90.06593],
  ['N4', N4, 0.5, 90.40262],
  ['N6', N6, 1, 42],
  ['N7', N7, 1, 0],
])('%s', (_id, hours, weight, value) => {
  expect(nowcastWeight(hours)).toBeCloseTo(weight, 5);
  expect(nowcast(hours)).toBeCloseTo(value, 5);
});

test('N5: with one of the newest three hours there is none', () => {
  expect(nowcast(N5)).toBeNull();
  expect(nowcast([])).toBeNull();
});

test('two of the newest three are enough, whichever they are', () => {
  expect(nowcast([30, 20, _])).toBeCloseTo((30 + 20 * (2 / 3)) / (1 + 2 / 3), 9);
  expect(nowcast([30, _, 20])).toBeCloseTo((30 + 20 * (2 / 3) ** 2) / (1 + (2 / 3) ** 2), 9);
  expect(nowcast([_, 30, 20])).toBeCloseTo((30 * (2 / 3) + 20 * (2 / 3) ** 2) / (2 / 3 + (2 / 3) ** 2), 9);
});

test('an hour older than twelve counts for nothing', () => {
  expect(nowcast([...N3, 0, 500])).toBe(nowcast(N3));
  expect(nowcast([...N1, 0, 500])).toBe(nowcast(N1));
});

test('an hour of 0 among others is an hour, not a missing one', () => {
  expect(nowcast([0, 40, 40])).toBeCloseTo((0.5 * 40 + 0.25 * 40) / 1.75, 9);
});

test('it lies between the smallest and the greatest hour and grows in proportion', () => {
  const next = seededRandom(5);
  for (let round = 0; round < 500; round++) {
    const hours: Hours = Array.from({ length: 12 }, () => (next() < 0.2 ? null : 300 * next()));
    const value = nowcast(hours);
    const newest = hours.slice(0, 3).filter((mean) => mean !== null).length;
    expect(value === null).toBe(newest < 2);
    if (value === null) continue;
    const present = hours.filter((mean) => mean !== null);
    expect(value).toBeGreaterThanOrEqual(Math.min(...present) - 1e-9);
    expect(value).toBeLessThanOrEqual(Math.max(...present) + 1e-9);
    expect(nowcast(hours.map((mean) => mean && mean * 3))).toBeCloseTo(value * 3, 6);
  }
});
