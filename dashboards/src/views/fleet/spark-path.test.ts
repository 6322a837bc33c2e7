import { expect, test } from 'vitest';
import { sparkOf } from './spark-path.ts';

const box = { from: 0, to: 100, width: 100, height: 10, fromZero: true };

test('a line from zero to the greatest value, with what was least, most and last', () => {
  expect(
    sparkOf(
      [
        [0, 5],
        [10, 10],
        [20, 0],
      ],
      box,
    ),
  ).toEqual({ line: 'M0.0 5.0h.1L10.0 0.0L20.0 10.0', low: 0, high: 10, last: 0 });
});

test('where nothing was told, or no row came, the line breaks', () => {
  const line = (points: readonly (readonly [number, number | null])[]) => sparkOf(points, box)?.line ?? '';
  const parts = (text: string) => text.split('M').length - 1;
  expect(
    parts(
      line([
        [0, 1],
        [10, null],
        [20, 1],
      ]),
    ),
  ).toBe(2);
  expect(
    parts(
      line([
        [0, 1],
        [10, 1],
        [20, 1],
        [60, 1],
        [70, 1],
      ]),
    ),
  ).toBe(2);
  expect(
    parts(
      line([
        [0, 1],
        [10, 1],
        [20, 1],
      ]),
    ),
  ).toBe(1);
});

test('nothing told is no line; a value that never moves is one', () => {
  expect(sparkOf([[0, null]], box)).toBeNull();
  expect(sparkOf([], box)).toBeNull();
  expect(
    sparkOf(
      [
        [0, 3],
        [50, 3],
      ],
      { ...box, fromZero: false },
    ),
  ).toMatchObject({ low: 3, high: 3, last: 3 });
});
