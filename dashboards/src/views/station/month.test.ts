import { expect, test } from 'vitest';
import { calendarOf, firstDay, isMonth, lastDay, neighbour } from './month.ts';

test('the weeks of a month begin on Monday', () => {
  // 1 March 2026 is a Sunday.
  const days = calendarOf('2026-03');
  expect(days.slice(0, 7)).toEqual([null, null, null, null, null, null, '2026-03-01']);
  expect(days.filter(Boolean)).toHaveLength(31);
  expect(days.at(-1)).toBe('2026-03-31');
});

test.each([
  ['2026-02', '2026-02-28'],
  ['2028-02', '2028-02-29'],
  ['2026-12', '2026-12-31'],
])('%s ends with %s', (month, day) => {
  expect([firstDay(month), lastDay(month)]).toEqual([`${month}-01`, day]);
  expect(calendarOf(month).at(-1)).toBe(day);
});

test('months go on over a new year', () => {
  expect(neighbour('2026-12', 1)).toBe('2027-01');
  expect(neighbour('2026-01', -1)).toBe('2025-12');
});

test('what is no month is none', () => {
  expect([undefined, '', '2026-13', '2026-1', 'x'].map(isMonth)).toEqual(Array(5).fill(false));
  expect(isMonth('2026-03')).toBe(true);
});
