import { expect, test } from 'vitest';
import { reading } from '../samples.ts';
import type { Point } from '../series.ts';
import { align, extentIn, factsOf, grow, missingIn, type RangeSeries, withExtremes } from './range-data.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T = 1_750_000_200_000 - (1_750_000_200_000 % HOUR);

const series = (points: readonly Point[], more: Partial<RangeSeries> = {}): RangeSeries => ({
  from: T,
  to: T + HOUR,
  everyS: null,
  points,
  low: null,
  high: null,
  cut: false,
  ...more,
});
const each = (minutes: readonly number[]): Point[] => minutes.map((n) => [T + n * MINUTE, n, 1]);
const gaps = (own: RangeSeries, periodS = 60, now = T + HOUR): [number, number][] =>
  missingIn(own, periodS, own, now).map(({ from, to }) => [(from - T) / MINUTE, (to - T) / MINUTE]);

test('a hole between values, before the first and after the last is missing', () => {
  expect(gaps(series(each([10, 11, 12, 30, 31, 32])))).toEqual([
    [0, 10],
    [12, 30],
    [32, 60],
  ]);
});

test('a value that is absent with its reason is missing as one that never came', () => {
  const points: Point[] = [...each([0, 1]), [T + 2 * MINUTE, null, 9], ...each([30, 31])];
  expect(gaps(series(points), 60, T + 31 * MINUTE)).toEqual([[1, 30]]);
});

test('what is not due yet is not missing, nor is what lies ahead', () => {
  expect(gaps(series(each([57, 58, 59]), { from: T + 57 * MINUTE }))).toEqual([]);
  expect(gaps(series(each([0, 1]), { to: T + 2 * MINUTE }), 60, T + 2 * MINUTE)).toEqual([]);
});

test('a time without any value is missing as a whole', () => {
  expect(gaps(series([]))).toEqual([[0, 60]]);
});

test('hourly means that an edge made of what had to wait are no row of holes', () => {
  const hourly: Point[] = [0, 1, 2, 3, 4, 5, 6].map((n) => [T + n * HOUR, n, 1]);
  const [to, now] = [T + 7 * HOUR, T + 6 * HOUR];
  expect(gaps(series(hourly, { to }), 300, now)).toEqual([]);
  const withHole = hourly.filter((_, index) => index !== 3);
  expect(gaps(series(withHole, { to }), 300, now)).toEqual([[120, 240]]);
});

test('an interval is missing from its own beginning on, not from that of the one before', () => {
  const own = series([...each([0, 10, 40, 50])], { everyS: 600 });
  expect(gaps(own)).toEqual([[20, 40]]);
});

test('two series stand on one axis of time; a line ends where there is a gap or a reading failed', () => {
  const { at, values } = align([
    {
      everyS: null,
      points: [
        [1, 10, 1],
        [3, 30, 4],
        [5, 50, 1],
      ],
      gaps: [{ from: 5, to: 9 }],
    },
    { everyS: null, points: [[3, 7, 1]], gaps: [] },
  ]);
  expect(at).toEqual([1, 3, 5, 7]);
  expect(values).toEqual([
    [10, null, 50, null],
    [undefined, 7, undefined, undefined],
  ]);
});

test('extremes belong to the interval of their time, whatever else has come between the answers', () => {
  const { low, high } = withExtremes(
    [
      [1, 5, 1],
      [2, 6, 1],
    ],
    [[2, 3, 1]],
    [
      [1, 8, 1],
      [2, 9, 1],
      [3, 4, 1],
    ],
  );
  expect(low).toEqual([null, 3]);
  expect(high).toEqual([8, 9]);
});

test('a live reading is a new point; a repeat or an older one changes nothing', () => {
  const own = series(each([0, 1]), { to: T + MINUTE });
  const grown = grow(own, reading('ph', { at: T + 2 * MINUTE, value: 7 }), 60);
  expect(grown.points.at(-1)).toEqual([T + 2 * MINUTE, 7, 1]);
  expect(grow(grown, reading('ph', { at: T + 2 * MINUTE, value: 9 }), 60)).toBe(grown);
  expect(grow(grown, reading('ph', { at: T + MINUTE, value: 9 }), 60)).toBe(grown);
});

test('a live reading enters the mean and the extremes of its interval once', () => {
  const own = series([[T, 10, 1]], { everyS: 600, low: [9], high: [11], to: T + 2 * MINUTE });
  const at = T + 3 * MINUTE;
  const grown = grow(own, reading('ph', { at, value: 20, flag: 3 }), 60);
  // Three values have made the mean of 10.
  expect(grown.points).toEqual([[T, 12.5, 3]]);
  expect([grown.low, grown.high]).toEqual([[9], [20]]);
  expect(grow(grown, reading('ph', { at, value: 20 }), 60)).toBe(grown);
  const next = grow(grown, reading('ph', { at: T + 11 * MINUTE, value: 4 }), 60);
  expect(next.points.at(-1)).toEqual([T + 10 * MINUTE, 4, 1]);
  expect(next.low).toEqual([9, 4]);
});

test('what failed enters neither mean nor extremes, and is told', () => {
  const own = series([[T, 10, 1]], { everyS: 600, low: [9], high: [11], to: T });
  const grown = grow(own, reading('ph', { at: T + MINUTE, value: 99, flag: 4 }), 60);
  expect(grown.points).toEqual([[T, 10, 4]]);
  expect(grown.high).toEqual([11]);
});

test('the facts are of what is in sight, with the extremes within intervals, also where some values failed', () => {
  const own = series(
    [
      [T - 1, 1, 1],
      [T, 10, 1],
      [T + 1, 30, 3],
      [T + 2, 20, 4],
      [T + 3, null, 4],
      [T + 4, null, 9],
    ],
    {
      everyS: 600,
      low: [0, 8, 29, 15, null, null],
      high: [2, 12, 31, 45, null, null],
    },
  );
  expect(factsOf(own, { from: T, to: T + 9 })).toEqual({ low: 8, high: 45, mean: 20, last: 20 });
  expect(factsOf(own, { from: T + 3, to: T + 9 })).toBeNull();
  expect(extentIn(own, { from: T, to: T + 2 })).toEqual({ low: 8, high: 45 });
  expect(align([{ ...own, gaps: [] }]).values).toEqual([[1, 10, 30, 20, null, null]]);
});

test('a reading that failed is in no fact and stretches no scale', () => {
  const own = series([
    [T, 10, 1],
    [T + 1, 65_535, 4],
    [T + 2, 30, 3],
  ]);
  expect(factsOf(own, { from: T, to: T + 9 })).toEqual({ low: 10, high: 30, mean: 20, last: 30 });
  expect(extentIn(own, { from: T, to: T + 9 })).toEqual({ low: 10, high: 30 });
});

test('a live derived value is of the interval that it ends, and counts for its period', () => {
  const begin = Date.UTC(2026, 2, 4, 17);
  const own = series([[begin, 10, 1]], {
    ...{ from: begin, to: begin + HOUR + MINUTE, everyS: 7200, low: [10], high: [10] },
  });
  const value = reading('pm2_5_1h', { at: begin + 2 * HOUR, value: 20 });
  const grown = grow(own, value, 3600);
  expect(grown.points).toEqual([[begin, 15, 1]]);
  expect(grow(grown, value, 3600)).toBe(grown);
  const next = grow(grown, reading('pm2_5_1h', { at: begin + 3 * HOUR, value: 4 }), 3600);
  expect(next.points.at(-1)).toEqual([begin + 2 * HOUR, 4, 1]);
});

test('a live reading is of its day of Vietnam', () => {
  const midnight = Date.UTC(2026, 2, 5, 17);
  const own = series([[midnight - 24 * HOUR, 10, 1]], { everyS: 86_400, to: midnight - HOUR });
  const at = (moment: number) => grow(own, reading('ph', { at: moment, value: 7 }), 60).points.at(-1)?.[0];
  expect(at(midnight - 1)).toBe(midnight - 24 * HOUR);
  expect(at(midnight)).toBe(midnight);
});

test('a while in which an instrument was read more often is not the whole of the mean', () => {
  const slow = each([0, 10, 20, 30]).map(([at]): Point => [at, 10, 1]);
  const fast = Array.from({ length: 60 }, (_, n): Point => [T + 40 * MINUTE + n * 10_000, 40, 1]);
  const mean = factsOf(series([...slow, ...fast]), { from: T, to: T + HOUR })?.mean;
  expect(mean).toBeCloseTo(16);
});
