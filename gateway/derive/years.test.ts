import { expect, test } from 'vitest';
import { yearMeanOf } from './years.ts';

const DAY = '2026-11-21';
const days = (count: number, value: number): number[] => Array(count).fill(value);

test('with three quarters of its days a mean of a year is held against its limit, with one less it says how many there are', () => {
  expect(yearMeanOf('pm2_5_24h', [...days(137, 20), ...days(137, 31)], DAY, 0.75)).toEqual({
    ...{ parameter: 'pm2_5_24h', unit: 'ug/m3', mean: 25.5, days: 274, exceeded: true },
    limit: { value: 25, clause: expect.objectContaining({ en: 'QCVN 05:2023/BTNMT, table 1' }) },
  });
  expect(yearMeanOf('pm2_5_24h', days(273, 90), DAY, 0.75)).toMatchObject({ days: 273, exceeded: null });
});

test('the limit itself is not exceeded, and each pollutant has its own', () => {
  expect(yearMeanOf('no2_24h', days(365, 40), DAY, 0.75)).toMatchObject({
    limit: { value: 40 },
    exceeded: false,
  });
  expect(yearMeanOf('so2_24h', days(365, 50.1), DAY, 0.75)).toMatchObject({
    limit: { value: 50 },
    exceeded: true,
  });
  expect(yearMeanOf('pm10_24h', days(365, 50), DAY, 0.75)).toMatchObject({
    limit: { value: 50 },
    exceeded: false,
  });
});

test('of no day nothing is said, nor where no limit was in force', () => {
  expect(yearMeanOf('pm10_24h', [], DAY, 0.75)).toBeNull();
  expect(yearMeanOf('pm10_24h', days(365, 99), '2023-09-11', 0.75)).toBeNull();
});
