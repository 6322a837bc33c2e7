import { expect, test } from 'vitest';
import { dayEnd, daysOfMonth, isWholeMonth, lastDays, lastMonths, longDay, weekday } from './days.ts';
import { hourSpan } from './times.ts';

/** 00:30 of 1 March in Vietnam, the day before in UTC. */
const NOW = Date.UTC(2026, 1, 28, 17, 30);

test('the last days end with yesterday, by Vietnamese time', () => {
  expect(lastDays(NOW, 3)).toEqual(['2026-02-26', '2026-02-27', '2026-02-28']);
});

test('the end of a day is the midnight that its values are labelled with', () => {
  expect(dayEnd('2026-02-28')).toBe(Date.UTC(2026, 1, 28, 17));
});

test('a week begins on Monday', () => {
  expect(['2026-03-02', '2026-03-08'].map(weekday)).toEqual([0, 6]);
});

test('months go back over the new year, from the Vietnamese one of now', () => {
  expect(lastMonths(NOW, 4)).toEqual(['2026-03', '2026-02', '2026-01', '2025-12']);
});

test('a month has the days of it that are over', () => {
  expect(daysOfMonth('2026-02', NOW)).toHaveLength(28);
  expect(daysOfMonth('2026-03', NOW)).toEqual([]);
  expect(daysOfMonth('2026-03', NOW + 24 * 3_600_000)).toEqual(['2026-03-01']);
  expect(daysOfMonth('2026-13', NOW)).toEqual([]);
  expect([isWholeMonth('2026-02', NOW), isWholeMonth('2026-02', NOW - 3_600_000)]).toEqual([true, false]);
});

test('days and hours are written as people do; the last hour of a day is of that day', () => {
  expect(longDay('2026-03-05')).toBe('05/03/2026');
  const midnight = dayEnd('2026-02-28');
  expect(hourSpan(midnight, midnight - 1)).toBe('23:00–24:00');
  expect(hourSpan(midnight, NOW)).toBe('23:00–24:00 28/02');
  expect(hourSpan(midnight + 3_600_000, NOW)).toBe('00:00–01:00');
});
