import { expect, test } from 'vitest';
import type { Point } from '../../series.ts';
import { dayAfter, dayFromQuery, hoursOf, percentOff, serviceHours, usualHours } from './day-hours.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight of 20 November 2026 in Vietnam. */
const FROM = Date.UTC(2026, 10, 19, 17);

const point = (at: number, value: number | null): Point => [at, value, 1];
/** So many five-minute levels of an hour, labelled by their end. */
const levels = (hour: number, values: readonly (number | null)[]): Point[] =>
  values.map((value, index) => point(FROM + hour * HOUR_MS + (index + 1) * 300_000, value));

test('an hour stands in its place, and one without a value has none', () => {
  const hours = hoursOf(
    [point(FROM, 100), point(FROM + 7 * HOUR_MS, 1400), point(FROM + 8 * HOUR_MS, null)],
    FROM,
  );
  expect([hours.length, hours[0], hours[7], hours[8], hours[9]]).toEqual([24, 100, 1400, null, null]);
  expect(
    hoursOf([point(FROM - HOUR_MS, 5), point(FROM + DAY_MS, 5)], FROM).every((hour) => hour === null),
  ).toBe(true);
});

test('the level of an hour is the median of its five-minute levels, of two the worse', () => {
  const twelve = [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 6, 6];
  expect(serviceHours(levels(7, twelve), FROM)[7]).toBe(2);
  // The last of them is labelled with the end of the hour, which begins the next one.
  expect(serviceHours(levels(7, twelve), FROM)[8]).toBeNull();
});

test('an hour with fewer than nine levels has none', () => {
  expect(serviceHours(levels(3, [...Array(8).fill(2), null, null, null, null]), FROM)[3]).toBeNull();
  expect(serviceHours(levels(3, [...Array(9).fill(2), null, null, null]), FROM)[3]).toBe(2);
});

test('usual is the median of the same weekday of four weeks, and nothing by one week alone', () => {
  const week = (n: number, value: number) => point(FROM - n * 7 * DAY_MS + 7 * HOUR_MS, value);
  const others = [point(FROM - DAY_MS + 7 * HOUR_MS, 9999), point(FROM + 7 * HOUR_MS, 9999), week(5, 9999)];
  expect(usualHours([week(1, 10), week(2, 40), week(3, 20), week(4, 30), ...others], FROM)[7]).toBe(25);
  expect(usualHours([week(1, 10), week(3, 20)], FROM)[7]).toBe(15);
  expect(usualHours([week(2, 40)], FROM)[7]).toBeNull();
});

test('the day of the address counts when it is one that has come', () => {
  const now = FROM + 10 * HOUR_MS;
  expect(dayFromQuery('2026-11-18', now)).toEqual({ day: '2026-11-18', from: FROM - 2 * DAY_MS });
  for (const text of [undefined, '2026-11-21', '2026-02-30', 'hôm qua', ''])
    expect(dayFromQuery(text, now)).toEqual({ day: '2026-11-20', from: FROM });
  expect(dayAfter(FROM, -1)).toBe('2026-11-19');
  expect(dayAfter(FROM, 1)).toBe('2026-11-21');
});

test('a share of the usual is a whole number with its sign, and 0 is never -0', () => {
  expect(percentOff(88, 100)).toBe(-12);
  expect(percentOff(999, 1000)).toBe(0);
  expect(percentOff(null, 100)).toBeNull();
  expect(percentOff(5, 0)).toBeNull();
});
