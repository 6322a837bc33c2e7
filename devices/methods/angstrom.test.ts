import { expect, test } from 'vitest';
import { angstrom, angstromClass } from './angstrom.ts';

test.each([
  [20, 60, 3.7],
  [27, 50, 2.5],
  [30, 40, 1.7],
  [35, 30, 0.7],
  [38, 20, -0.1],
])('%d °C, %d %%', (t, rh, index) => {
  expect(angstrom(t, rh)).toBeCloseTo(index, 9);
});

test.each([
  [4.1, 'unlikely'],
  [4, 'unfavourable'],
  [2.6, 'unfavourable'],
  [2.5, 'favourable'],
  [2, 'favourable'],
  [1.9, 'very_likely'],
])('%d is %s', (index, name) => {
  expect(angstromClass(index)).toBe(name);
});
