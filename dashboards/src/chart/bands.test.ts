import { expect, test } from 'vitest';
import type { Limit } from '../../../devices/limit.ts';
import { bandsOf, beyond, frameOf } from './bands.ts';

const common = { level: 'warning', quality: 'good', hold_s: 0, clear_hold_s: 0 } as const;
const limits = [
  { ...common, name: 'high', parameter: 'ph', kind: 'high', raise: 9 },
  { ...common, name: 'low', parameter: 'ph', kind: 'low', raise: 5 },
  { ...common, name: 'band', parameter: 'ph', kind: 'outside', low: 4, high: 10 },
  { ...common, name: 'fast', parameter: 'ph', kind: 'rate', raise: 1, within_s: 60, direction: 'both' },
  { ...common, name: 'other', parameter: 'cod', kind: 'high', raise: 30 },
  { ...common, name: 'norm', parameter: 'o3_1h', kind: 'standard', standard: 'qcvn-05' },
] as unknown as Limit[];
const [UP, DOWN] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test('limits for values are bands on the side of their alarm; a change has no place in a chart', () => {
  expect(bandsOf(limits, 'ph', null).map(({ name, low, high }) => [name, low, high])).toEqual([
    ['high', 9, UP],
    ['low', DOWN, 5],
    ['band', DOWN, 4],
    ['band', 10, UP],
  ]);
});

test('a standard is a band where it is known what it allows', () => {
  expect(bandsOf(limits, 'o3_1h', null)).toEqual([]);
  expect(bandsOf(limits, 'o3_1h', 200)).toMatchObject([{ low: 200, high: UP, edgeAllowed: true }]);
  expect(bandsOf(limits, 'ph', null).some(({ edgeAllowed }) => edgeAllowed)).toBe(false);
});

const at = (value: number) => bandsOf([{ ...limits[0], raise: value } as Limit], 'ph', null);

test('a limit that is near is in the frame, one that is far would press the values flat', () => {
  const values = { low: 6, high: 8 };
  expect(frameOf(values, at(9), 0.01, 0).high).toBeGreaterThan(9);
  expect(beyond(values, at(9), 0.01)).toEqual([]);
  expect(frameOf(values, at(100), 0.01, 0).high).toBeLessThan(9);
  expect(beyond(values, at(100), 0.01)).toHaveLength(1);
});

test('a value that never changes has a frame around it, and none goes below what cannot be', () => {
  const { low, high } = frameOf({ low: 0, high: 0 }, [], 0.1, 0);
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(0);
  expect(frameOf({ low: -3, high: -3 }, [], 0.1, 0).low).toBeLessThan(-3);
});

test('without values the limits make the frame', () => {
  expect(frameOf(null, at(9), 0.01, 0)).toMatchObject({
    low: expect.closeTo(8.98),
    high: expect.closeTo(9.02),
  });
  expect(frameOf(null, [], 1, 0)).toEqual({ low: 0, high: 3 });
});
