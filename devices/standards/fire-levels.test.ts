import { expect, test } from 'vitest';
import { FIRE_LEVELS, FIRE_TABLE_IDS, FIRE_TABLES, fireLevel, fireTable } from './fire-levels.ts';
import { fwiClass, MINNESOTA } from './fwi-classes.ts';

test.each([
  ['thua-thien-hue-33-2022', [0, 5000, 5001, 10_000, 10_001, 15_000, 15_001, 20_000, 20_001]],
  ['research', [0, 1000, 1001, 2500, 2501, 5000, 5001, 10_000, 10_001]],
] as const)('the limits of %s', (id, ps) => {
  expect(ps.map((p) => fireLevel(fireTable(id), p))).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5]);
});

test('P between two whole numbers is judged as it is shown', () => {
  const table = fireTable('thua-thien-hue-33-2022');
  expect(fireLevel(table, 5000.4)).toBe(1);
  expect(fireLevel(table, 5000.5)).toBe(2);
});

test('every table rises, names its source and says since when it holds', () => {
  expect(new Set(FIRE_TABLE_IDS).size).toBe(FIRE_TABLES.length);
  for (const { up_to, source, valid_from } of FIRE_TABLES) {
    expect([...up_to].sort((a, b) => a - b)).toEqual([...up_to]);
    expect(source).not.toBe('');
    if (valid_from !== null) expect(new Date(valid_from).toISOString().slice(0, 10)).toBe(valid_from);
  }
});

test('names and watch hours of the levels', () => {
  expect(Object.values(FIRE_LEVELS).map(({ roman, name }) => `${roman} ${name.vi}`)).toEqual([
    'I Cấp thấp',
    'II Cấp trung bình',
    'III Cấp cao',
    'IV Cấp nguy hiểm',
    'V Cấp cực kỳ nguy hiểm',
  ]);
  expect(
    Object.values(FIRE_LEVELS).map(({ watch }) => (watch === null ? null : [watch.from_hour, watch.to_hour])),
  ).toEqual([null, [10, 17], [9, 18], [8, 22], [0, 24]]);
});

test('danger classes of Minnesota begin at their bounds', () => {
  for (const [index, bounds] of Object.entries(MINNESOTA.bounds)) {
    const classOf = (value: number) => fwiClass(index as keyof typeof MINNESOTA.bounds, value);
    expect(classOf(0)).toBe('low');
    expect(bounds.map(classOf)).toEqual(['moderate', 'high', 'very_high', 'extreme']);
    expect(bounds.map((bound) => classOf(bound - 0.01))).toEqual(['low', 'moderate', 'high', 'very_high']);
  }
});
