import { expect, test } from 'vitest';
import { AQI_CATEGORIES } from '../../../../devices/methods/vn-aqi.ts';
import { WQI_CLASSES } from '../../../../devices/methods/vn-wqi-tables.ts';
import { contrast, heightOf, inkOn, type Scale, stepOf, topOf } from './scale.ts';

const text = { vi: 'x', en: 'x' };
const step = (from: number, to: number) => ({ from, to, name: text, colour: '#00e400', advice: text });
const SCALE: Scale = [step(0, 50), step(51, 100), step(101, 150), step(151, 200)];

test.each([
  [0, 0],
  [50, 0],
  [51, 51],
  [200, 151],
])('%d is in the category from %d on', (value, from) => {
  expect(stepOf(SCALE, value)?.from).toBe(from);
});

test('what is above the scale is in no category', () => {
  expect(stepOf(SCALE, 201)).toBeNull();
});

test('ink can be read on every official colour', () => {
  for (const { colour } of [...AQI_CATEGORIES, ...WQI_CLASSES])
    expect(contrast(colour, inkOn(colour)), colour).toBeGreaterThanOrEqual(4.5);
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});

test('a higher value stands higher, every category has as much room, and the room ends at the top', () => {
  expect(topOf(SCALE, [10, 20])).toBe(3);
  expect(topOf(SCALE, [10, 160])).toBe(4);
  expect(topOf(SCALE, [])).toBe(3);
  expect(heightOf(SCALE, 100, 4)).toBeCloseTo(0.5);
  expect(heightOf(SCALE, 60, 4)).toBeLessThan(heightOf(SCALE, 61, 4));
  expect(heightOf(SCALE, 200, 3)).toBe(1);
  expect(heightOf(SCALE, 900, 3)).toBe(0);
});
