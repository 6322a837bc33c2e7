import { expect, test } from 'vitest';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { Exceedance } from '../../../../devices/wire/derived.ts';
import { exceedanceTable } from './exceedance-rows.ts';

const row = (parameter: string, exceeded: number, of: number, worst = 100): Exceedance => ({
  ...{ standard: 'qcvn-05', side: 'above', by: 'mean' },
  ...{ parameter, unit: 'ug/m3', exceeded, of, days: exceeded, worst, worst_at: 1 },
  limit: { value: 50, clause: { vi: 'x', en: 'x' } },
});
const oxygen = (exceeded: number, of: number, worst: number): Exceedance => ({
  ...row('dissolved_oxygen', exceeded, of, worst),
  ...{ standard: 'qcvn-08', side: 'below', by: 'sample_hour' },
  limit: { value: 5, clause: { vi: 'x', en: 'x' } },
});
const station = (id: string, area: string) => ({ id, area: { vi: area, en: area } }) as StationAnswer;
const stations = new Map(
  [station('a', 'A'), station('b', 'B'), station('w', 'B')].map((one) => [one.id, one]),
);
const river = { water: 'river', class: 'B' } as const;

test('what was not met is first by its share, then by how far; the others stand apart', () => {
  const answered = [
    { station: 'a', rows: [row('so2_1h', 1, 720), row('pm2_5_24h', 3, 30), row('co_1h', 0, 720)] },
    { station: 'b', rows: [row('pm2_5_24h', 3, 30, 200)] },
    { station: 'gone', rows: [row('so2_1h', 9, 9)] },
  ];
  const { exceeded, met } = exceedanceTable(answered, stations, () => true);
  expect(exceeded.map((one) => `${one.station.id} ${one.parameter}`)).toEqual([
    'b pm2_5_24h',
    'a pm2_5_24h',
    'a so2_1h',
  ]);
  expect(met.map(({ parameter }) => parameter)).toEqual(['co_1h']);
  const only = exceedanceTable(answered, stations, ({ area }) => area.vi === 'B');
  expect(only.exceeded).toHaveLength(1);
});

test('air and water are one table: of a lowest value the lower one is the worse', () => {
  const answered = [
    { station: 'a', rows: [row('pm2_5_24h', 3, 30, 75)] },
    { station: 'w', bodies: [river], rows: [oxygen(3, 30, 4.9), oxygen(3, 30, 1)] },
  ];
  const { exceeded } = exceedanceTable(answered, stations, () => true);
  expect(exceeded.map(({ worst }) => worst)).toEqual([1, 75, 4.9]);
});

test('water stations without a class are told, those of other areas and of other kinds are not', () => {
  const answered = [
    { station: 'a', rows: [] },
    { station: 'b', rows: [], bodies: [river] },
    { station: 'w', rows: [], bodies: [] },
    { station: 'gone', rows: [], bodies: [] },
  ];
  const ids = (isIn: (one: StationAnswer) => boolean) =>
    exceedanceTable(answered, stations, isIn).unclassed.map(({ id }) => id);
  expect(ids(() => true)).toEqual(['w']);
  expect(ids(({ area }) => area.vi === 'A')).toEqual([]);
});
