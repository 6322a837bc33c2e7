import { expect, test } from 'vitest';
import { metresBetween } from './distance.ts';

test('a degree of latitude is 111.2 km, one of longitude at 60° north half of that', () => {
  const degree = (latitude: number, north: number, east: number) =>
    metresBetween({ latitude, longitude: 108 }, { latitude: latitude + north, longitude: 108 + east });
  expect(degree(16, 1, 0)).toBeCloseTo(111_195, -1);
  expect(degree(60, 0, 1)).toBeCloseTo(55_597, -2);
});
