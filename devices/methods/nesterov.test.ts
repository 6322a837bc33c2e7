import { expect, test } from 'vitest';
import { type NesterovDay, nesterovClass, stepNesterov } from './nesterov.ts';

test('eight days of the worked example', () => {
  const days: NesterovDay[] = [
    { t15: 31, rh15: 55, rain: 0 },
    { t15: 33, rh15: 48, rain: 0 },
    { t15: 34, rh15: 45, rain: 0 },
    { t15: 35, rh15: 40, rain: 2 },
    { t15: 36, rh15: 38, rain: 0 },
    { t15: 30, rh15: 80, rain: 12 },
    { t15: 33, rh15: 50, rain: 0 },
    { t15: 35, rh15: 42, rain: 0 },
  ];
  let index = 0;
  const indices = days.map((day) => {
    index = stepNesterov(index, day);
    return Number(index.toFixed(1));
  });
  expect(indices).toEqual([313.1, 724.7, 1187.5, 1734.1, 2330.0, 0, 389.7, 908.7]);
});

test('only more than 3 mm of rain set it back', () => {
  const day = { t15: 30, rh15: 50 };
  expect(stepNesterov(500, { ...day, rain: 3 })).toBeGreaterThan(500);
  expect(stepNesterov(500, { ...day, rain: 3.1 })).toBe(0);
});

test('saturated, bone dry and freezing air', () => {
  expect(stepNesterov(500, { t15: 30, rh15: 100.4, rain: 0 })).toBeCloseTo(500, 6);
  expect(stepNesterov(500, { t15: 30, rh15: 0, rain: 0 })).toBeGreaterThan(500);
  expect(stepNesterov(500, { t15: -5, rh15: 50, rain: 0 })).toBe(500);
});

test.each([
  [0, 'none'],
  [299.9, 'none'],
  [300, 'low'],
  [1000, 'moderate'],
  [4000, 'high'],
  [10_000, 'high'],
  [10_000.1, 'extreme'],
])('%d is %s', (index, name) => {
  expect(nesterovClass(index)).toBe(name);
});
