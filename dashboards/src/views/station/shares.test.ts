import { expect, test } from 'vitest';
import type { QualityDay } from '../../../../devices/wire/station.ts';
import { lookOf, percent, worstOf } from './shares.ts';

test.each([
  [1, '100 %'],
  [0.9999, '99,9 %'],
  [0.979, '97,9 %'],
  [0, '0 %'],
  [null, '–'],
])('%s is %s: what is not all is never rounded up to all', (share, text) => {
  expect(percent(share, 'vi')).toBe(text);
});

test('three quarters are less, below is poor, nothing is none', () => {
  expect([1, 0.95, 0.9499, 0.75, 0.7499, 0, null].map(lookOf)).toEqual([
    'full',
    'full',
    'less',
    'less',
    'poor',
    'poor',
    'none',
  ]);
});

test('the least of the numbers that are known stands for the day', () => {
  const day = { dung: null, du: 0, sach: null, song: 0.5 } as QualityDay;
  expect(worstOf(day)).toEqual({ id: 'du', share: 0 });
  expect(worstOf({ ...day, du: null, song: null })).toBeNull();
});
