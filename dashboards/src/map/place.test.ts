import { expect, test } from 'vitest';
import { isPlaced } from './place.ts';

test.each([
  ['Trường Sa', 8.65, 111.92, true],
  ['Lũng Cú', 23.37, 105.32, true],
  ['no place at all', 0, 0, false],
  ['swapped where both are valid', 20, 10, false],
])('%s', (_, latitude, longitude, placed) => {
  expect(isPlaced({ latitude, longitude })).toBe(placed);
});

test('an answer without a place has none', () => {
  expect(isPlaced({} as never)).toBe(false);
});
