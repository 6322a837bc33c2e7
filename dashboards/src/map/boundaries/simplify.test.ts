import { expect, test } from 'vitest';
import { type Point, type Ring, simplify } from './simplify.ts';

/** From a to b in steps, wavy by up to `wave` degrees. */
const line = ([ax, ay]: Point, [bx, by]: Point, steps: number, wave: number): Point[] =>
  Array.from({ length: steps }, (_, i): Point => {
    const off = wave * Math.sin(i * 1.7);
    return [
      ax + ((bx - ax) * i) / steps + (by === ay ? 0 : off),
      ay + ((by - ay) * i) / steps + (by === ay ? off : 0),
    ];
  });

/** Two squares that share the line between (1,0) and (1,1), point for point, in opposite directions. */
function neighbours(): [Ring, Ring] {
  const shared = [...line([1, 0], [1, 1], 200, 0.0004), [1, 1] as Point];
  const west: Ring = [
    [0, 0],
    ...line([0, 0], [1, 0], 50, 0).slice(1),
    ...shared,
    ...line([1, 1], [0, 1], 50, 0).slice(1),
    [0, 1],
    [0, 0],
  ];
  const east: Ring = [[2, 0], [2, 1], ...shared.toReversed(), [2, 0]];
  return [west, east];
}

const pointsBetween = (ring: Ring) => ring.filter(([x, y]) => Math.abs(x - 1) < 0.01 && y > 0 && y < 1);

test('neighbours keep the same points on the border that they share', () => {
  const [west, east] = simplify(neighbours(), 0.0002) as [Ring, Ring];
  const keys = (ring: Ring) => pointsBetween(ring).map(String).sort();
  expect(keys(west)).toEqual(keys(east));
  expect(keys(west).length).toBeGreaterThan(2);
  expect(keys(west).length).toBeLessThan(150);
});

test('points on a straight line go, corners and the points where borders meet stay', () => {
  const [west] = simplify(neighbours(), 0.001) as [Ring];
  expect(west.map(String)).toEqual(expect.arrayContaining(['0,0', '1,0', '1,1', '0,1']));
  expect(west.length).toBeLessThan(10);
});

test('no point that is left out is farther from the line than the tolerance', () => {
  const [west] = neighbours();
  const [thin] = simplify([west], 0.0002) as [Ring];
  const distance = ([x, y]: Point) =>
    Math.min(
      ...thin.slice(1).map((b, i) => {
        const a = thin[i] as Point;
        const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
        const along = Math.min(
          1,
          Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1)),
        );
        return Math.hypot(x - a[0] - along * dx, y - a[1] - along * dy);
      }),
    );
  expect(Math.max(...west.map(distance))).toBeLessThanOrEqual(0.0002 + 1e-9);
});

test('rings stay closed, and an island smaller than the tolerance is not lost', () => {
  const island: Ring = [
    [111.9, 8.6],
    [111.90003, 8.6],
    [111.90003, 8.60003],
    [111.9, 8.6],
  ];
  const all = simplify([...neighbours(), island], 0.001);
  for (const ring of all) expect(ring[0]).toEqual(ring.at(-1));
  expect(all[2]).toEqual(island);
});

test('an island far from others does not depend on where its ring begins', () => {
  const circle = Array.from(
    { length: 360 },
    (_, i): Point => [Math.cos((i * Math.PI) / 180), Math.sin((i * Math.PI) / 180)],
  );
  const from = (start: number): Ring => {
    const turned = [...circle.slice(start), ...circle.slice(0, start)];
    return [...turned, turned[0] as Point];
  };
  const keys = (ring: Ring) => [...new Set(ring.map(String))].sort();
  expect(keys(simplify([from(0)], 0.01)[0] as Ring)).toEqual(keys(simplify([from(77)], 0.01)[0] as Ring));
});
