import { expect, test } from 'vitest';
import { type Label, placeLabels } from './place-labels.ts';

const label = (key: string, x: number, overrides: Partial<Label> = {}): Label => ({
  key,
  text: key,
  kind: 'place',
  at: [0, x],
  minZoom: 0,
  maxZoom: 20,
  ...overrides,
});
const box = (x: number, top = 0) => ({ left: x, right: x + 40, top, bottom: top + 12 });
const window = { width: 300, height: 200 };
const keys = (labels: Label[], zoom = 10, taken: Parameters<typeof placeLabels>[4] = []) =>
  placeLabels(labels, zoom, window, ({ at: [, x] }) => [box(x)], taken).map((placed) => placed.label.key);

test('a name that would cover a more important one is left out', () => {
  expect(keys([label('first', 0), label('second', 30), label('third', 41)])).toEqual(['first', 'third']);
});

test('a name is shown between its zooms only', () => {
  const labels = [label('far', 0, { maxZoom: 8 }), label('near', 50, { minZoom: 9 })];
  expect(keys(labels, 8)).toEqual(['far']);
  expect(keys(labels, 9)).toEqual(['near']);
});

test('names outside the window are left out', () => {
  expect(keys([label('left', -41), label('edge', -20), label('right', 301)])).toEqual(['edge']);
});

test('a place where the whole name is in the window is better than one where it is cut', () => {
  const placed = placeLabels([label('a', 280)], 10, window, ({ at: [, x] }) => [box(x), box(x - 60)]);
  expect(placed.map((one) => one.box.left)).toEqual([220]);
});

test('no place covers the mark of a station, but the name of a station may touch its own', () => {
  const marks = [{ key: 'station', box: { left: 0, right: 20, top: 0, bottom: 20 } }];
  expect(keys([label('place', 0), label('station', 10)], 10, marks)).toEqual(['station']);
});

test('a name takes the next best place when the best is taken', () => {
  const placed = placeLabels([label('a', 0), label('b', 0)], 10, window, ({ at: [, x] }) => [
    box(x),
    box(x, 20),
  ]);
  expect(placed.map((one) => [one.label.key, one.box.top])).toEqual([
    ['a', 0],
    ['b', 20],
  ]);
});
