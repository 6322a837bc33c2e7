import { expect, test } from 'vitest';
import { type Limit, limitSchema } from '../../devices/limit.ts';
import { dayBounds, HOUR_MS } from '../../devices/local-time.ts';
import type { Point } from '../store/store.ts';
import { bodiesOf, type ClassBound, classBounds, sampleExceedances } from './sample-hours.ts';

const midnight = (day: string): number => dayBounds(day)?.from ?? Number.NaN;
const START = midnight('2026-03-05');
const hours = (...values: (number | null)[]): Point[] =>
  values.map((value, index) => [START + index * HOUR_MS, value, value === null ? 9 : 1]);

const river = { water: 'river', class: 'B' } as const;
const OXYGEN: ClassBound = { body: river, parameter: 'dissolved_oxygen', side: 'below' };
const COD: ClassBound = { body: river, parameter: 'cod', side: 'above' };

const limit = (fields: object): Limit =>
  limitSchema.parse({
    name: 'qcvn',
    kind: 'standard',
    standard: 'qcvn-08',
    level: 'notice',
    ...river,
    ...fields,
  });

test('only limits that name the class say what the water has to meet; one of two bounds is two, and none is there twice', () => {
  const limits = [
    limit({ parameter: 'dissolved_oxygen' }),
    limit({ parameter: 'dissolved_oxygen', name: 'again', hold_s: 3600 }),
    limit({ parameter: 'ph' }),
    limit({ parameter: 'cod', water: 'lake' }),
    limitSchema.parse({ name: 'low', parameter: 'ammonium', kind: 'high', raise: 1, level: 'notice' }),
    limitSchema.parse({
      ...{ name: 'air', parameter: 'o3_1h', kind: 'standard', standard: 'qcvn-05', level: 'notice' },
    }),
  ];
  expect(classBounds(limits).map(({ body, parameter, side }) => [body.water, parameter, side])).toEqual([
    ['river', 'dissolved_oxygen', 'below'],
    ['river', 'ph', 'above'],
    ['river', 'ph', 'below'],
    ['lake', 'cod', 'above'],
  ]);
  expect(bodiesOf(limits)).toEqual([river, { water: 'lake', class: 'B' }]);
  expect(bodiesOf([])).toEqual([]);
});

test('hours below a lowest value: of how many with a sample, on how many days, the lowest and the end of its hour', () => {
  const points = hours(6, 4.9, 5, null, ...Array(21).fill(7), 4.2, 4.4);
  expect(sampleExceedances(OXYGEN, points)).toEqual([
    {
      standard: 'qcvn-08',
      parameter: 'dissolved_oxygen',
      unit: 'mg/l',
      limit: { value: 5, clause: expect.objectContaining({ en: 'QCVN 08:2023/BTNMT, table 2, class B' }) },
      side: 'below',
      by: 'sample_hour',
      of: 26,
      exceeded: 3,
      days: 2,
      worst: 4.2,
      worst_at: START + 26 * HOUR_MS,
    },
  ]);
});

test('hours above a highest value; the limit itself meets it', () => {
  expect(sampleExceedances(COD, hours(15, 15.1, 30, 2))).toMatchObject([
    {
      limit: { value: 15 },
      side: 'above',
      of: 4,
      exceeded: 2,
      days: 1,
      worst: 30,
      worst_at: START + 3 * HOUR_MS,
    },
  ]);
});

test('of a band a value below it is nothing to its upper bound', () => {
  const ph = { body: river, parameter: 'ph' } as const;
  expect(sampleExceedances({ ...ph, side: 'above' }, hours(5, 9))).toMatchObject([
    { limit: { value: 8.5 }, of: 2, exceeded: 1, worst: 9 },
  ]);
  expect(sampleExceedances({ ...ph, side: 'below' }, hours(5, 9))).toMatchObject([
    { limit: { value: 6 }, of: 2, exceeded: 1, worst: 5 },
  ]);
});

test('nothing is held against a standard that was not in force, nor where there is no usable sample', () => {
  const at = midnight('2023-09-12');
  expect(sampleExceedances(COD, [[at - HOUR_MS, 99, 1]])).toEqual([]);
  expect(sampleExceedances(COD, [[at, 99, 1]])).toMatchObject([{ of: 1, exceeded: 1 }]);
  expect(sampleExceedances(COD, hours(null))).toEqual([]);
});
