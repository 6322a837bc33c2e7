import { expect, test } from 'vitest';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { YearMean } from '../../../../devices/wire/derived.ts';
import { yearTable } from './year-rows.ts';

const row = (mean: number, most: number, days: number, exceeded: boolean | null): YearMean => ({
  ...{ parameter: 'pm2_5_24h', unit: 'ug/m3', mean, days, exceeded },
  limit: { value: most, clause: { vi: 'x', en: 'x' } },
});
const station = (id: string, area: string) => ({ id, area: { vi: area, en: area } }) as StationAnswer;
const stations = new Map([station('a', 'A'), station('b', 'B')].map((one) => [one.id, one]));

test('what is judged is first by its share of the limit; what has too few days stands apart, and stations of no view are left out', () => {
  const answered = [
    { station: 'a', rows: [row(30, 50, 300, false), row(80, 50, 12, null), row(26, 25, 365, true)] },
    { station: 'b', rows: [row(45, 50, 300, false), row(1, 40, 40, null)] },
    { station: 'gone', rows: [row(99, 25, 365, true)] },
  ];
  const means = (isIn: (one: StationAnswer) => boolean) => {
    const { judged, incomplete } = yearTable(answered, stations, isIn);
    return [judged.map(({ mean }) => mean), incomplete.map(({ mean }) => mean)];
  };
  expect(means(() => true)).toEqual([
    [26, 45, 30],
    [1, 80],
  ]);
  expect(means(({ area }) => area.vi === 'B')).toEqual([[45], [1]]);
});
