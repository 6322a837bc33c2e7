import { expect, test } from 'vitest';
import type { Shape } from './geo.ts';
import { withinLand } from './land.ts';

const square = (west: number): Shape => ({
  type: 'Feature',
  properties: {},
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, 0],
        [west + 1, 0],
        [west + 1, 1],
        [west, 1],
        [west, 0],
      ],
    ],
  },
});
const river = (...xs: number[]) => ({
  type: 'FeatureCollection' as const,
  features: [
    {
      type: 'Feature' as const,
      properties: {},
      geometry: { type: 'LineString' as const, coordinates: xs.map((x) => [x, 0.5]) },
    },
  ],
});
const parts = (...xs: number[]) =>
  withinLand(river(...xs), [square(0), square(1)]).coordinates.map((part) => part.map(([x]) => x));

test('a river is drawn where it is in a province, also across their borders', () => {
  expect(parts(-1, -0.5, 0.2, 0.8, 1.2, 1.8, 2.5, 3)).toEqual([[0.2, 0.8, 1.2, 1.8]]);
});

test('one that leaves and comes back is drawn in parts; a single point is none', () => {
  expect(parts(0.2, 0.4, -1, 0.3, 5, 1.1, 1.3)).toEqual([
    [0.2, 0.4],
    [1.1, 1.3],
  ]);
});
