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

test('the same reading again, or what the answer has already, does not move the mean', () => {
  const loaded = seriesOf([[at(0), 10, 1]], 150, 10, at(0) + 20_000);
  expect(append(loaded, reading('ph', { at: at(0) + 20_000, value: 40 }), 150, at(0) + 21_000)).toBe(loaded);
  const next = reading('ph', { at: at(0) + 30_000, value: 16 });
  const once = append(loaded, next, 150, at(0) + 30_000);
  expect(once.points).toEqual([[at(0), 12, 1]]);
  expect(append(once, next, 150, at(0) + 31_000)).toBe(once);
});

test('what failed or was not evaluated does not enter the mean; the worst flag is told as the gateway does', () => {
  let series = seriesOf([[at(0), 10, 1]], 150, 10, at(0) + 20_000);
  const take = (seconds: number, value: number, flag: 2 | 3 | 4) => {
    const one = reading('ph', { at: at(0) + seconds * 1000, value, flag });
    series = append(series, one, 150, one.at);
    return series.points;
  };
  expect(take(30, 900, 2)).toEqual([[at(0), 10, 1]]);
  expect(take(40, 900, 4)).toEqual([[at(0), 10, 4]]);
  expect(take(50, 16, 3)).toEqual([[at(0), 12, 4]]);
  const failed = reading('ph', { at: at(1), value: 900, flag: 4 });
  expect(append(series, failed, 150, at(1)).points.at(-1)).toEqual([at(1), null, 4]);
});

test('a live derived value is of the interval that it ends, as in the answers', () => {
  const hour = (n: number) => Date.UTC(2026, 2, 5, n);
  const series = seriesOf([[hour(1), 10, 1]], 3600, 3600, hour(2) + 30_000);
  const value = reading('pm2_5_1h', { at: hour(3), value: 20 });
  const after = append(series, value, 3600, hour(3) + 60_000);
  expect(after.points).toEqual([
    [hour(1), 10, 1],
    [hour(2), 20, 1],
  ]);
  expect(append(after, value, 3600, hour(3) + 70_000)).toBe(after);
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
  const later = { ...missing, at: at(1) + 1000 };
  expect(append(seriesOf([[at(1), 10, 1]], 150, 10, at(1)), later, 150, at(1)).points).toEqual([
    [at(1), 10, 1],
  ]);
});

test('the newest reading of a station that is silent for days is no point of the day', () => {
  const empty = seriesOf([], 150, 10, at(0));
  expect(append(empty, reading('ph', { at: at(0) - 3 * DAY_MS }), 150, at(0))).toBe(empty);
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

test('an interval counts with its mean, also where some of its values failed', () => {
  expect(
    extent([
      [at(0), 5, 1],
      [at(1), 8, 4],
      [at(2), 7, 3],
      [at(3), null, 4],
    ]),
  ).toEqual({ low: 5, high: 8 });
  expect(extent([[at(0), null, 9]])).toBeNull();
});
