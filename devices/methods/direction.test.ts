import { expect, test } from 'vitest';
import { meanDirection } from './direction.ts';

test.each([
  [[350, 10], 0],
  [[10, 350, 10], 3.4],
  [[90, 90, 180], 116.6],
  [[270], 270],
])('the mean of %j is %d degrees', (degrees, mean) => {
  const found = meanDirection(degrees) ?? Number.NaN;
  expect(Math.min(Math.abs(found - mean), 360 - Math.abs(found - mean))).toBeLessThan(0.05);
});

test('what goes round has no direction', () => {
  expect(meanDirection([0, 120, 240])).toBeNull();
  expect(meanDirection([90, 270])).toBeNull();
  expect(meanDirection([])).toBeNull();
});
