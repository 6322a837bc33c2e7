import { expect, test } from 'vitest';
import type { Shape } from '../../map/geo.ts';
import { provinceOf } from './province.ts';

const square = (name_2025: string, west: number): Shape => ({
  type: 'Feature',
  properties: { name_2025 },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, 10],
        [west + 1, 10],
        [west + 1, 11],
        [west, 11],
        [west, 10],
      ],
    ],
  },
});
const island: Shape = {
  ...square('Biển', 110),
  geometry: {
    type: 'MultiPolygon',
    coordinates: [square('', 110), square('', 112)].map(({ geometry }) => geometry.coordinates as never),
  },
};
const provinces = [square('Núi', 105), square('Đồng', 106), island];
const at = (longitude: number, latitude = 10.5) => ({ latitude, longitude });

test('the province that most stations are in gives its name', () => {
  expect(provinceOf(provinces, [at(105.5), at(106.5), at(106.2)])).toBe('Đồng');
});

test('each part of a province counts', () => {
  expect(provinceOf(provinces, [at(112.5)])).toBe('Biển');
});

test('stations outside of all, or none at all, give no name', () => {
  expect(provinceOf(provinces, [at(105.5, 9.9), at(111.5)])).toBeNull();
  expect(provinceOf(provinces, [])).toBeNull();
});

test('of thousands a part is asked, from all over the list', () => {
  const places = Array.from({ length: 3000 }, (_, index) => at(index < 900 ? 105.5 : 106.5));
  expect(provinceOf(provinces, places)).toBe('Đồng');
});
