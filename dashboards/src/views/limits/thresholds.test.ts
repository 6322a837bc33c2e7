import { expect, test } from 'vitest';
import type { Limit } from './calls.ts';
import { movedTo, thresholdsOf } from './thresholds.ts';

const common = {
  name: 'a',
  parameter: 'ph',
  level: 'warning',
  quality: 'good',
  hold_s: 0,
  clear_hold_s: 0,
} as const;
const high: Limit = { ...common, kind: 'high', raise: 9, clear: 8 };
const low: Limit = { ...common, kind: 'low', raise: 5, clear: 6 };
const outside: Limit = { ...common, kind: 'outside', low: 6, high: 9, clear_low: 6.2, clear_high: 8.8 };

test('a value that is moved takes along those that it passes, and no others', () => {
  expect(movedTo(high, 'raise', 8.5)).toEqual({ raise: 8.5 });
  expect(movedTo(high, 'raise', 7)).toEqual({ raise: 7, clear: 7 });
  expect(movedTo(high, 'clear', 10)).toEqual({ clear: 10, raise: 10 });
  expect(movedTo(low, 'raise', 7)).toEqual({ raise: 7, clear: 7 });
  expect(movedTo(outside, 'low', 8.9)).toEqual({ low: 8.9, clear_low: 8.9, clear_high: 8.9 });
  expect(movedTo(outside, 'clear_high', 6.1)).toEqual({ clear_high: 6.1, clear_low: 6.1 });
});

test('what is no value of the parameter is no line on its scale', () => {
  expect(thresholdsOf({ ...common, kind: 'rate', raise: 8, within_s: 60, direction: 'up' })).toEqual([]);
  expect(thresholdsOf({ ...common, kind: 'high', raise: 9 })).toEqual([
    { field: 'raise', value: 9, kind: 'raise' },
  ]);
  expect(thresholdsOf(null)).toEqual([]);
});
