import { expect, test } from 'vitest';
import { DAY_MS, dayBounds, HOUR_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Point } from '../store/store.ts';
import { daysOf, exceedancesOf } from './days.ts';

const midnight = (day: string): number => dayBounds(day)?.from ?? Number.NaN;
const START = midnight('2026-03-05');
/** Hourly values from the label 01:00 of 5 March on. */
const hours = (...values: (number | null)[]): Point[] =>
  values.map((value, index) => [START + (index + 1) * HOUR_MS, value, value === null ? 9 : 1]);
const days = (parameter: ParameterId, points: readonly Point[]) => daysOf(parameter, points, () => undefined);

test('a day has the labels 01:00 to 24:00, and the next one begins at 01:00', () => {
  const [first, second, ...more] = days('so2_1h', hours(...Array(24).fill(10), 20));
  expect(first).toMatchObject({ day: '2026-03-05', count: 24, span: { low: 10, high: 10 } });
  expect(second).toMatchObject({ day: '2026-03-06', count: 1, span: { mean: 20 } });
  expect(more).toEqual([]);
});

test('extremes say when they were, and what was not published is counted beside them', () => {
  expect(days('so2_1h', hours(10, 40, null, 5, 40))).toEqual([
    {
      day: '2026-03-05',
      count: 4,
      withheld: 1,
      span: { mean: 23.75, low: 5, low_at: START + 4 * HOUR_MS, high: 40, high_at: START + 2 * HOUR_MS },
      limit: { value: 350, exceeded: 0 },
    },
  ]);
});

test.each<[ParameterId, number[], number, number]>([
  ['so2_1h', [350, 350.1, 400], 2, 3],
  ['o3_8h', [121, 119, 122], 2, 3],
])('every mean of %s over its own time counts', (parameter, values, exceeded, count) => {
  const [day] = days(parameter, hours(...values));
  expect(day).toMatchObject({ count, limit: { exceeded } });
});

test('of the running 24-hour means the one that ends the calendar day counts, and no other', () => {
  const day: Point[] = hours(...Array(23).fill(99), 46);
  expect(days('pm2_5_24h', day)).toMatchObject([
    { count: 1, withheld: 0, span: { high: 46, high_at: START + DAY_MS }, limit: { value: 45, exceeded: 1 } },
  ]);
  expect(days('pm2_5_24h', hours(99, 99))).toEqual([]);
});

test('an hourly mean of dust has no limit', () => {
  expect(days('pm2_5_1h', hours(900))[0]).not.toHaveProperty('limit');
});

test('the worst hour stands for a day: of VN_AQI the highest, of VN_WQI the lowest', () => {
  const told = (parameter: ParameterId) =>
    daysOf(parameter, hours(60, 20, 90), (at) => ({
      method: 'm',
      inputs: [],
      dominant: `hour ${(at - START) / HOUR_MS}`,
    }))[0]?.dominant;
  expect(told('vn_aqi')).toBe('hour 3');
  expect(told('vn_wqi')).toBe('hour 2');
  expect(told('so2_1h')).toBeUndefined();
});

test('a day without a value tells why', () => {
  const note = { vi: 'không công bố', en: 'not published' };
  const point: Point = [START + DAY_MS, null, 9];
  expect(daysOf('vn_aqi_day', [point], () => ({ method: 'm', inputs: [], note }))).toEqual([
    { day: '2026-03-05', count: 0, withheld: 1, note },
  ]);
});

test('exceedances of several days: of how many, on how many days, the worst and when', () => {
  const points = [...hours(...Array(24).fill(100), 500, 360), ...hours()];
  expect(exceedancesOf('so2_1h', days('so2_1h', points))).toEqual([
    {
      standard: 'qcvn-05',
      parameter: 'so2_1h',
      unit: 'ug/m3',
      limit: { value: 350, clause: expect.objectContaining({ en: 'QCVN 05:2023/BTNMT, table 1' }) },
      side: 'above',
      by: 'mean',
      of: 26,
      exceeded: 2,
      days: 1,
      worst: 500,
      worst_at: START + 25 * HOUR_MS,
    },
  ]);
});

test('a limit that changes has a row for each of its values', () => {
  const end = (day: string): Point => [midnight(day) + DAY_MS, 48, 1];
  const rows = exceedancesOf('pm2_5_24h', days('pm2_5_24h', [end('2025-12-31'), end('2026-01-01')]));
  expect(rows.map(({ limit, of, exceeded }) => [limit.value, of, exceeded])).toEqual([
    [50, 1, 0],
    [45, 1, 1],
  ]);
});
