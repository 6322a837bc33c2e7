import { expect, test } from 'vitest';
import { fireLevel, fireTable } from '../../../../devices/standards/fire-levels.ts';
import type { Point } from '../../series.ts';
import { bandsOf, courseDays, dryDays, levelAt, topOf } from './course.ts';

const DAY_MS = 86_400_000;
/** 13:00 of 22 November 2026 in Vietnam. */
const ONE = Date.UTC(2026, 10, 22, 6);
const HUE = fireTable('thua-thien-hue-33-2022');

const point = (daysAgo: number, value: number | null): Point => [
  ONE - daysAgo * DAY_MS,
  value,
  value === null ? 9 : 1,
];
const courseOf = (...values: (number | null)[]) =>
  values.map((p, index) => ({ day: ONE + index * DAY_MS, p }));

test('a course has one entry a day of Vietnam up to today, without a value where none was published', () => {
  // Before 13:00 today's value is not there yet; midnight in Vietnam is 17:00 UTC.
  const before = courseDays([point(2, 800), point(1, null)], ONE - 3_600_000, 4);
  expect(before.map(({ p }) => p)).toEqual([null, 800, null, null]);
  expect(before.at(-1)?.day).toBe(Date.UTC(2026, 10, 21, 17));
  expect(courseDays([point(0, 900)], ONE, 2).map(({ p }) => p)).toEqual([null, 900]);
});

test('dry days are counted from the rain that set P to 0', () => {
  expect(dryDays(courseOf(900, 0, 400, 800))).toEqual({ days: 2, atLeast: false });
  expect(dryDays(courseOf(900, 0, 400, null))).toEqual({ days: 1, atLeast: false });
  expect(dryDays(courseOf(400, 0))).toEqual({ days: 0, atLeast: false });
});

test('of a drought that is older than the course only the least is known', () => {
  expect(dryDays(courseOf(9000, 9400, 9800))).toEqual({ days: 3, atLeast: true });
  expect(dryDays(courseOf(null, null))).toBeNull();
});

test('bands of the levels lie above each other up to the top', () => {
  expect(bandsOf(HUE.up_to, 10_000)).toEqual([
    { level: 1, from: 0, to: 5000 },
    { level: 2, from: 5000, to: 10_000 },
  ]);
  expect(bandsOf(HUE.up_to, 23_000).map(({ level }) => level)).toEqual([1, 2, 3, 4, 5]);
  expect(bandsOf([], 500)).toEqual([]);
});

test('the scale ends with the band of the greatest P, and above the last bound with some room', () => {
  expect(topOf(courseOf(400, 5200), HUE.up_to)).toBe(10_000);
  expect(topOf(courseOf(30_000), HUE.up_to)).toBeCloseTo(34_500);
});

test('a P has the level that the gateway gives it', () => {
  for (const p of [0, 5000, 5000.4, 5000.5, 5001, 10_000, 15_001, 20_000, 20_001, 90_000])
    expect(levelAt(p, HUE.up_to)).toBe(fireLevel(HUE, p));
  expect(levelAt(400, [])).toBeNull();
});
