import { expect, test } from 'vitest';
import { fireIntensity, withFire } from './fire.ts';

const minutes = (count: number) => count * 60_000;

test.each([
  [-5, 0],
  [0, 0],
  [5, 0.5],
  [10, 1],
  [20, 1],
  [27.5, 0.5],
  [35, 0],
  [500, 0],
])('after %s minutes the fire has intensity %s', (elapsed, intensity) => {
  expect(fireIntensity(minutes(elapsed), 1)).toBeCloseTo(intensity);
});

test('at speed 60 it grows for ten seconds, stands for ten and dies down over fifteen', () => {
  const seconds = [5, 10, 20, 27.5, 35].map((second) => fireIntensity(second * 1000, 60));
  expect(seconds).toEqual([0.5, 1, 1, 0.5, 0]);
});

test('a full fire heats and dries the air and fills it with smoke', () => {
  expect(withFire('air_temperature', 30, 1)).toBe(55);
  expect(withFire('relative_humidity', 75, 1)).toBe(15);
  expect(withFire('pm2_5', 10, 0.5)).toBe(460);
  expect(withFire('co', 200, 1)).toBe(23_100);
  expect(withFire('pressure', 1010, 1)).toBe(1010);
});

test('smoke is seen before flames, and both end with the fire', () => {
  const seen = (intensity: number) => [withFire('smoke', 0, intensity), withFire('flame', 0, intensity)];
  expect(seen(0.3)).toEqual([0, 0]);
  expect(seen(0.31)).toEqual([1, 0]);
  expect(seen(0.61)).toEqual([1, 1]);
  expect(seen(0)).toEqual([0, 0]);
});

test('air that is drier than the fire makes it stays so, and no value stays no value', () => {
  expect(withFire('relative_humidity', 10, 1)).toBe(10);
  expect(withFire('air_temperature', null, 1)).toBeNull();
});
