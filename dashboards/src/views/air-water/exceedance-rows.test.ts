import { expect, test } from 'vitest';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { Exceedance } from '../../../../devices/wire/derived.ts';
import { exceedanceTable } from './exceedance-rows.ts';

const row = (parameter: string, exceeded: number, of: number, high = 100): Exceedance => ({
  ...{ parameter, unit: 'ug/m3', exceeded, of, days: exceeded, high, high_at: 1 },
  limit: { value: 50, clause: { vi: 'x', en: 'x' } },
});
const station = (id: string, area: string) => ({ id, area: { vi: area, en: area } }) as StationAnswer;
const stations = new Map([station('a', 'A'), station('b', 'B')].map((one) => [one.id, one]));

test('what exceeded is first by its share, then by how far; the others stand apart', () => {
  const answer = {
    next: null,
    stations: [
      { station: 'a', rows: [row('so2_1h', 1, 720), row('pm2_5_24h', 3, 30), row('co_1h', 0, 720)] },
      { station: 'b', rows: [row('pm2_5_24h', 3, 30, 200)] },
      { station: 'gone', rows: [row('so2_1h', 9, 9)] },
    ],
  };
  const { above, below } = exceedanceTable(answer, stations, () => true);
  expect(above.map((one) => `${one.station.id} ${one.parameter}`)).toEqual([
    'b pm2_5_24h',
    'a pm2_5_24h',
    'a so2_1h',
  ]);
  expect(below.map(({ parameter }) => parameter)).toEqual(['co_1h']);
  const only = exceedanceTable(answer, stations, ({ area }) => area.vi === 'B');
  expect(only.above).toHaveLength(1);
});
