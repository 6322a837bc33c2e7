import { expect, test } from 'vitest';
import type { DerivedAnswer, DerivedValueAnswer } from '../../../../devices/wire/api.ts';
import { completenessOf, inputsOf, meansOf, subIndices } from './derivation-rows.ts';
import { AIR, WATER } from './medium.ts';
import { pollutantName } from './names.ts';

const value = (fields: Partial<DerivedValueAnswer>) =>
  ({ parameter: 'vn_aqi', at: 1, value: 1, inputs: [], method: 'm', ...fields }) as DerivedValueAnswer;

test('the dominant sub-index is first, then the worst', () => {
  const air = value({ parts: { co: 10, pm2_5: 90, o3_1h: 90, so2: 40 }, dominant: 'o3_1h' });
  expect(subIndices(air, AIR).map(({ id }) => id)).toEqual(['o3_1h', 'pm2_5', 'so2', 'co']);
  const water = value({ parts: { ph: 100, cod: 40 } });
  expect(subIndices(water, WATER).map(({ id }) => id)).toEqual(['cod', 'ph']);
});

test('an input that does not say how complete it is has it from the value of its name and time', () => {
  const index = value({
    inputs: [
      { parameter: 'pm2_5_nowcast', from: 0, at: 1, value: 20 },
      { parameter: 'so2_1h', from: 0, at: 1, value: 5, have: 9, of: 12 },
      { parameter: 'o3_1h', from: 0, at: 1, value: 5 },
    ],
  });
  const answer: DerivedAnswer = {
    station: 'a',
    values: [
      index,
      value({ parameter: 'pm2_5_nowcast', at: 1, have: 11, of: 12 }),
      value({ parameter: 'o3_1h', at: 2, have: 3, of: 12 }),
    ],
  };
  expect(inputsOf(answer, index).map(({ have, of }) => [have, of])).toEqual([
    [11, 12],
    [9, 12],
    [undefined, undefined],
  ]);
});

test('completeness is rounded down, so that 100 means all of it', () => {
  expect(completenessOf({ have: 719, of: 720 })).toBe(99);
  expect(completenessOf({ have: 13, of: 12 })).toBe(100);
  expect(completenessOf({ have: 0, of: 12 })).toBe(0);
  expect(completenessOf({})).toBeNull();
});

test('means are told with their limits, but for the hour of dust, which has none', () => {
  const values = [
    value({ parameter: 'pm2_5_1h', method: 'mean-1h' }),
    value({ parameter: 'so2_1h', method: 'mean-1h' }),
    value({ parameter: 'pm2_5_24h', method: 'mean-24h' }),
    value({ method: 'vn-aqi-1459-2019' }),
  ];
  expect(meansOf({ station: 'a', values }).map(({ parameter }) => parameter)).toEqual([
    'so2_1h',
    'pm2_5_24h',
  ]);
});

test('pollutants have their short names, with the averaging time', () => {
  expect(pollutantName('pm2_5', 'vi')).toBe('PM2.5');
  expect(pollutantName('o3_8h', 'en')).toBe('O₃\u00a0(8\u00a0h)');
  expect(pollutantName('ph', 'vi')).toBe('pH');
  expect(pollutantName('no-such', 'vi')).toBe('no-such');
});
