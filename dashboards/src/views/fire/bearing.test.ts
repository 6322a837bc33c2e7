import { expect, test } from 'vitest';
import { bearing, beaufort, compass, leeward } from './bearing.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });

test('a bearing goes from north over east', () => {
  const post = at(16, 108);
  expect(bearing(post, at(16.01, 108))).toBeCloseTo(0);
  expect(bearing(post, at(16, 108.01))).toBeCloseTo(90, 1);
  expect(bearing(post, at(15.99, 108))).toBeCloseTo(180);
  expect(bearing(post, at(16, 107.99))).toBeCloseTo(270, 1);
  // Baghdad to Osaka, the example of Movable Type Scripts: 60° at the start.
  expect(bearing(at(35, 45), at(35, 135))).toBeCloseTo(60.16, 1);
});

test('directions have eight names, north on both ends of the circle', () => {
  expect([0, 22, 23, 45, 90, 180, 270, 315, 337, 338, 360].map(compass)).toEqual([
    0, 0, 1, 1, 2, 4, 6, 7, 7, 0, 0,
  ]);
});

test('wind from the east blows to the west', () => {
  expect(leeward(90)).toBe(270);
  expect(leeward(350)).toBe(170);
});

test('Beaufort begins each force at its lower bound', () => {
  expect([0, 0.2, 0.3, 3.3, 3.4, 17.1, 17.2, 32.7, 60].map(beaufort)).toEqual([0, 0, 1, 2, 3, 7, 8, 12, 12]);
});
