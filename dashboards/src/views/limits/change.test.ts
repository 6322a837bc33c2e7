import { expect, test } from 'vitest';
import type { Limit } from './calls.ts';
import { changesBetween, sameLimit } from './change.ts';

const limit = (name: string, raise = 9): Limit => ({
  ...{ name, parameter: 'ph', kind: 'high', level: 'warning', quality: 'good', hold_s: 0, clear_hold_s: 0 },
  raise,
});

test('a version is told by what was added, removed and changed; order and spelling are no change', () => {
  const before = [limit('a'), limit('b'), limit('c')];
  const after = [limit('c'), limit('b', 8.5), limit('d')];
  expect(changesBetween(before, after)).toEqual([
    { kind: 'changed', from: limit('b'), to: limit('b', 8.5) },
    { kind: 'added', from: null, to: limit('d') },
    { kind: 'removed', from: limit('a'), to: null },
  ]);
  expect(changesBetween(before, [...before].reverse())).toEqual([]);
});

test('the order of fields is no difference, a value within is', () => {
  const a = { ...limit('a'), when: { hours: { from: 1, to: 2 } } } as Limit;
  const b = { when: { hours: { to: 2, from: 1 } }, ...limit('a') } as Limit;
  expect(sameLimit(a, b)).toBe(true);
  expect(sameLimit(a, { ...b, when: { hours: { from: 1, to: 3 } } } as Limit)).toBe(false);
});
