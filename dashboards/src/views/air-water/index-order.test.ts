import { expect, test } from 'vitest';
import type { DerivedValueAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import type { DerivedDay } from '../../../../devices/wire/derived.ts';
import { inWorstOrder, tellingTime, valueOfDay } from './index-order.ts';
import { AIR, WATER } from './medium.ts';

const station = (id: string, name = id) => ({ id, name: { vi: name, en: name } }) as StationAnswer;
const value = (parameter: string, of: number | null) =>
  [{ parameter, value: of }] as unknown as readonly DerivedValueAnswer[];

test('the worst is first: the highest VN_AQI, the lowest VN_WQI; without an index last, by name', () => {
  const stations = ['a', 'b', 'c', 'd'].map((id) => station(id));
  const of = (parameter: string) =>
    new Map([
      ['a', value(parameter, 40)],
      ['b', value(parameter, 90)],
      ['d', value(parameter, null)],
    ]);
  const ids = (all: StationAnswer[]) => all.map(({ id }) => id).join('');
  expect(ids(inWorstOrder(stations, of('vn_aqi'), AIR, 'vi'))).toBe('bacd');
  expect(ids(inWorstOrder(stations, of('vn_wqi'), WATER, 'vi'))).toBe('abcd');
  expect(ids(inWorstOrder([station('x', 'Trạm 10'), station('y', 'Trạm 9')], new Map(), AIR, 'vi'))).toBe(
    'yx',
  );
});

const DAY: DerivedDay = {
  day: '2026-03-05',
  count: 24,
  withheld: 0,
  span: { mean: 70, low: 60, low_at: 111, high: 80, high_at: 222 },
};

test('the worst hour stands for a day of water, the index of the day for a day of air', () => {
  expect([valueOfDay(DAY, WATER), tellingTime(DAY, WATER, 999)]).toEqual([60, 111]);
  expect([valueOfDay(DAY, AIR), tellingTime(DAY, AIR, 999)]).toEqual([80, 999]);
});

test('of a day without a value its end tells why; of an unknown day nothing does', () => {
  const none: DerivedDay = { day: '2026-03-05', count: 0, withheld: 24 };
  expect([valueOfDay(none, WATER), tellingTime(none, WATER, 999)]).toEqual([null, 999]);
  expect([valueOfDay(undefined, WATER), tellingTime(undefined, WATER, 999)]).toEqual([null, null]);
});
