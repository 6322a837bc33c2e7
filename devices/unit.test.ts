import { expect, test } from 'vitest';
import { converter, type UnitId } from './unit.ts';

// Molar figures: domain-standards 1.7 (25 °C, 101.325 kPa).
test.each<[number, UnitId, UnitId, string | undefined, number]>([
  [1, 'ppb', 'ug/m3', 'o3', 1.9631],
  [1, 'ppb', 'ug/m3', 'no2', 1.8816],
  [1, 'ppb', 'ug/m3', 'so2', 2.6202],
  [1, 'ppm', 'ug/m3', 'co', 1145.6],
  [98.6, 'degF', 'Cel', undefined, 37],
  [-40, 'degF', 'Cel', undefined, -40],
  [101_325, 'Pa', 'hPa', undefined, 1013.25],
  [36, 'km/h', 'm/s', undefined, 10],
  [34_620, 'uS/cm', 'mS/cm', undefined, 34.62],
  [0.97, '/', '%', undefined, 97],
  [160, 'cm', 'm', undefined, 1.6],
])('%d %s in %s of %s is %d', (value, from, to, parameter, expected) => {
  const convert = converter(from, to, parameter);
  expect(convert?.(value)).toBeCloseTo(
    expected,
    1 + Math.max(0, 3 - Math.floor(Math.log10(Math.abs(expected)))),
  );
});

test('units of different dimensions do not convert, nor a volume fraction of an unknown gas', () => {
  expect(converter('m', 'Cel')).toBeNull();
  expect(converter('ppm', 'ug/m3', 'smoke')).toBeNull();
});
