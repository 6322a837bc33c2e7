import { expect, test } from 'vitest';
import { LEVELS_OF_SERVICE, serviceNumber } from '../../../../devices/methods/level-of-service.ts';
import { serviceLetter } from './service.ts';
import { shadeOf } from './shade.ts';

test('each number of the gateway has its letter again', () => {
  expect(LEVELS_OF_SERVICE.map((level) => serviceLetter(serviceNumber(level)))).toEqual([
    ...LEVELS_OF_SERVICE,
  ]);
});

test('what is not published has no letter', () => {
  expect([null, undefined, 0, 7].map(serviceLetter)).toEqual([null, null, null, null]);
});

test('a tint never grows so strong that the figure on it cannot be read', () => {
  expect([shadeOf(0, 100), shadeOf(50, 100), shadeOf(100, 100), shadeOf(120, 100)]).toEqual([0, 21, 42, 42]);
  expect([shadeOf(null, 100), shadeOf(5, 0)]).toEqual([0, 0]);
});
