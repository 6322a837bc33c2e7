import { expect, test } from 'vitest';
import { blame, CLOCK_NOT_SYNCHRONISED, doubtTime, FLAG, type Flag, isStale, missing } from './quality.ts';

const NOW = 1_790_000_000_000;

test.each<[Flag, Flag]>([
  [FLAG.good, FLAG.suspect],
  [FLAG.suspect, FLAG.suspect],
  [FLAG.fail, FLAG.fail],
  [FLAG.notEvaluated, FLAG.notEvaluated],
])('a doubtful time makes flag %i to %i, tells its reason and keeps the value', (flag, after) => {
  expect(doubtTime({ value: 5, flag, reason: null }, CLOCK_NOT_SYNCHRONISED)).toEqual({
    value: 5,
    flag: after,
    reason: 'clock not synchronised',
  });
});

test('what is missing at a doubtful time stays missing, with both reasons', () => {
  expect(doubtTime(missing('no answer within 1000 ms'), CLOCK_NOT_SYNCHRONISED)).toEqual({
    value: null,
    flag: FLAG.missing,
    reason: 'no answer within 1000 ms; clock not synchronised',
  });
});

test('of several findings the worst flag counts and all reasons are told', () => {
  const findings = [
    { flag: FLAG.fail, reason: 'flat' },
    { flag: FLAG.suspect, reason: 'spike' },
  ] as const;
  expect(findings.reduce(blame, { value: 1, flag: FLAG.good, reason: null })).toEqual({
    value: 1,
    flag: FLAG.fail,
    reason: 'flat; spike',
  });
});

test('a value is stale when it is older than three of its periods', () => {
  expect(isStale(NOW - 30_000, 10, NOW)).toBe(false);
  expect(isStale(NOW - 30_001, 10, NOW)).toBe(true);
  expect(isStale(NOW - 180_000, 60, NOW)).toBe(false);
});

test('a fast value is not called stale for the seconds that its way takes', () => {
  expect(isStale(NOW - 9_000, 1, NOW)).toBe(false);
  expect(isStale(NOW - 10_001, 1, NOW)).toBe(true);
});
