import { expect, test } from 'vitest';
import type { BooksAnswer } from '../../../../devices/wire/api.ts';
import { byHour, byParameter, causesOf, sumOf, whole } from './book-sums.ts';

type Hour = BooksAnswer['hours'][number];
const hour = (parameter: string, at: number, more: Partial<Hour>): Hour => ({
  parameter,
  hour: at,
  expected: 12,
  extra: 0,
  good: 12,
  flagged: 0,
  missed: 0,
  queued: 0,
  quarantined: 0,
  flagged_why: [],
  missed_why: [],
  quarantined_why: [],
  ...more,
});
const HOURS = [
  hour('cod', 7200, { good: 10, missed: 2, missed_why: [{ cause: 'timeout', count: 2 }] }),
  hour('ph', 3600, { good: 11, flagged: 1, flagged_why: [{ flag: 3, reason: 'spike', count: 1 }] }),
  hour('ph', 7200, { good: 7, missed: 5, missed_why: [{ cause: 'timeout', count: 5 }] }),
];

test('the day is added up by parameter and by hour, in the order of time', () => {
  expect(sumOf(HOURS)).toMatchObject({ expected: 36, good: 28, flagged: 1, missed: 7 });
  expect(byParameter(HOURS).get('ph')).toMatchObject({ expected: 24, good: 18, missed: 5 });
  expect(byHour(HOURS).map(({ hour: at, sums }) => [at, sums.missed])).toEqual([
    [3600, 0],
    [7200, 7],
  ]);
  expect(whole(sumOf(HOURS))).toBe(36);
});

test('causes are told with the most first, each with the parameters that it concerns', () => {
  expect(causesOf(HOURS)).toEqual([
    { fate: 'missed', flag: null, text: 'timeout', count: 7, parameters: ['cod', 'ph'] },
    { fate: 'flagged', flag: 3, text: 'spike', count: 1, parameters: ['ph'] },
  ]);
});
