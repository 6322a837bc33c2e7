import { expect, test } from 'vitest';
import { BASELINE_DAYS, baselineSchema, emptyBaseline, learn, learned, normalAt } from './baseline.ts';
import { DAY_MS, HOUR_MS } from './local-time.ts';

const SETTINGS = { days: 14, leastDays: 5 };
const MINUTE_MS = 60_000;
/** 1 March 2026, 8 o'clock in Viet Nam. */
const EIGHT = Date.parse('2026-03-01T08:00:00+07:00');

function taught(days: readonly (readonly number[])[]) {
  const baseline = emptyBaseline();
  for (const [day, values] of days.entries())
    for (const [index, value] of values.entries())
      learn(baseline, EIGHT + day * DAY_MS + index * 10 * MINUTE_MS, value);
  return baseline;
}

test('median and MAD of the same hour of the days before', () => {
  const baseline = taught([[1, 2], [3, 4], [5, 6], [7, 8], [100]]);
  // Of 1 2 3 4 5 6 7 8 100: median 5, deviations 4 3 2 1 0 1 2 3 95.
  expect(normalAt(baseline, EIGHT + 5 * DAY_MS, SETTINGS)).toEqual({ median: 5, mad: 2, days: 5 });
  expect(normalAt(taught([[1], [2], [3], [4], [5], [6]]), EIGHT + 6 * DAY_MS, SETTINGS)).toEqual({
    median: 3.5,
    mad: 1.5,
    days: 6,
  });
});

test('it learns until five days before have had this hour; today and other hours do not count', () => {
  const baseline = taught([[1], [1], [1], [1], [1]]);
  expect(normalAt(baseline, EIGHT + 4 * DAY_MS + 30 * MINUTE_MS, SETTINGS)).toBeNull();
  expect(normalAt(baseline, EIGHT + 5 * DAY_MS, SETTINGS)).not.toBeNull();
  expect(normalAt(baseline, EIGHT + 5 * DAY_MS - 1, SETTINGS)).toBeNull();
  expect(normalAt(baseline, EIGHT + 5 * DAY_MS + HOUR_MS, SETTINGS)).toBeNull();
});

test('what is older than its days is forgotten', () => {
  const baseline = taught([[1], [1], [1], [1], [1]]);
  expect(normalAt(baseline, EIGHT + 14 * DAY_MS, SETTINGS)).toMatchObject({ days: 5 });
  expect(normalAt(baseline, EIGHT + 15 * DAY_MS, SETTINGS)).toBeNull();
  expect(normalAt(baseline, EIGHT + 8 * DAY_MS, { days: 7, leastDays: 4 })).toMatchObject({ days: 4 });
});

test('of ten minutes the first value stands for all, and the same again changes nothing', () => {
  const once = learned(emptyBaseline(), EIGHT, 5);
  expect(learned(once, EIGHT + 9 * MINUTE_MS, 99)).toBe(once);
  expect(learned(once, EIGHT + 10 * MINUTE_MS, 99)).not.toBe(once);
});

test('a point keeps no more than its bound, plain JSON, whatever the period and how long it runs', () => {
  const baseline = emptyBaseline();
  for (let at = EIGHT; at < EIGHT + 40 * DAY_MS; at += 5 * MINUTE_MS) learn(baseline, at, at % 7);
  const text = JSON.stringify(baseline);
  expect(baseline.hours.map((days) => days.length)).toEqual(
    Array.from({ length: 24 }, () => BASELINE_DAYS + 1),
  );
  expect(text.length).toBeLessThan(40_000);
  expect(baselineSchema.parse(JSON.parse(text))).toEqual(baseline);
});

test('a clock that is wrong for a while, by years, does not cost the baseline', () => {
  const baseline = taught(Array.from({ length: 15 }, () => [5]));
  learn(baseline, Date.parse('1970-01-01T08:00:00+07:00'), 900);
  learn(baseline, Date.parse('2036-01-01T08:00:00+07:00'), 900);
  expect(normalAt(baseline, EIGHT + 14 * DAY_MS, SETTINGS)?.days).toBeGreaterThanOrEqual(12);
  expect(normalAt(baseline, EIGHT + 14 * DAY_MS, SETTINGS)?.median).toBe(5);
});
