import { expect, test } from 'vitest';
import { reading } from './samples.ts';
import {
  append,
  DAY_MS,
  everyFor,
  extent,
  gapsOf,
  type Point,
  seriesOf,
  spanOf,
  withGaps,
} from './series.ts';

const START = Math.floor(1_750_000_000_000 / 150_000) * 150_000;
const at = (intervals: number) => START + intervals * 150_000;

test.each([0.2, 1, 10, 60, 150, 151, 600, 901, 3600])(
  'a day of a series with period %d s has at most 600 points',
  (period) => {
    const every = everyFor(period);
    expect(DAY_MS / 1000 / every).toBeLessThanOrEqual(600);
    expect(every).toBeGreaterThanOrEqual(period);
    expect((DAY_MS / 1000) % every).toBe(0);
  },
);

test('a series that began a short while ago is shown from its beginning on, in finer steps', () => {
  const now = at(0) + 20 * 60_000;
  expect(spanOf([[at(0), 1, 1]], now)).toBe(20 * 60_000);
  expect(spanOf([[now - 5000, 1, 1]], now)).toBe(10 * 60_000);
  expect(spanOf([[now - 7 * 3_600_000, 1, 1]], now)).toBe(DAY_MS);
  expect(spanOf([], now)).toBe(DAY_MS);
  expect(everyFor(1, 20 * 60_000)).toBe(2);
  expect(everyFor(10, 20 * 60_000)).toBe(10);
});

test('the line breaks where an interval is absent', () => {
  const points: Point[] = [
    [at(0), 1, 1],
    [at(1), 2, 1],
    [at(3), 3, 1],
  ];
  expect(withGaps(points, 150, 10)).toEqual([points[0], points[1], [at(1) + 1, null, 9], points[2]]);
});

test('a gap reaches from value to value, over absent intervals and over those without a value', () => {
  const points: Point[] = [
    [at(0), 1, 1],
    [at(1), null, 9],
    [at(2), 2, 1],
    [at(3), 3, 4],
    [at(6), 4, 1],
  ];
  expect(gapsOf(points, 150, 10, at(7))).toEqual([
    { from: at(0), to: at(2) },
    { from: at(3), to: at(6) },
  ]);
});

test('a series that has ended has a gap up to now', () => {
  expect(gapsOf([[at(0), 1, 1]], 150, 10, at(2))).toEqual([]);
  expect(gapsOf([[at(0), 1, 1]], 150, 10, at(3))).toEqual([{ from: at(0), to: at(3) }]);
  expect(gapsOf([], 150, 10, at(3))).toEqual([]);
});

test('the line of a slow series holds together over three of its periods', () => {
  const points: Point[] = [
    [at(0), 1, 1],
    [at(2), 2, 1],
  ];
  expect(withGaps(points, 150, 100)).toEqual(points);
});

test('a live reading of the interval under way moves its mean', () => {
  const series = seriesOf([[at(0), 10, 1]], 150, 10, at(0) + 20_000);
  const after = append(
    series,
    reading('ph', { at: at(0) + 30_000, value: 16, flag: 3 }),
    150,
    at(0) + 30_000,
  );
  expect(after.points).toEqual([[at(0), 12, 3]]);
});

test('a live reading of a new interval opens a point', () => {
  const series = seriesOf([[at(0), 10, 1]], 150, 10, at(0) + 149_000);
  const after = append(series, reading('ph', { at: at(1) + 1000, value: 4 }), 150, at(1) + 1000);
  expect(after.points).toEqual([
    [at(0), 10, 1],
    [at(1), 4, 1],
  ]);
});

test('a reading older than the last interval changes nothing', () => {
  const series = seriesOf([[at(5), 10, 1]], 150, 10, at(5));
  expect(append(series, reading('ph', { at: at(4) }), 150, at(5))).toBe(series);
});

test('a reading without a value breaks the line unless its interval has one already', () => {
  const missing = reading('ph', { at: at(1), value: null, flag: 9 });
  expect(append(seriesOf([[at(0), 10, 1]], 150, 10, at(0)), missing, 150, at(1)).points.at(-1)).toEqual([
    at(1),
    null,
    9,
  ]);
  expect(append(seriesOf([[at(1), 10, 1]], 150, 10, at(1)), missing, 150, at(1)).points).toEqual([
    [at(1), 10, 9],
  ]);
});

test('what is older than a day is let go', () => {
  const series = seriesOf(
    [
      [at(0) - DAY_MS, 1, 1],
      [at(0), 2, 1],
    ],
    150,
    10,
    at(0),
  );
  expect(append(series, reading('ph', { at: at(1), value: 3 }), 150, at(1)).points).toHaveLength(2);
});

test('a failed value does not stretch the scale', () => {
  expect(
    extent([
      [at(0), 5, 1],
      [at(1), 65_535, 4],
      [at(2), 7, 3],
      [at(3), null, 9],
    ]),
  ).toEqual({ low: 5, high: 7 });
  expect(extent([[at(0), null, 9]])).toBeNull();
});
