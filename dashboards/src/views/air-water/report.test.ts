import { expect, test } from 'vitest';
import { dayBounds, HOUR_MS } from '../../../../devices/local-time.ts';
import type { ReadingsAnswer, StationAnswer, StationQuality } from '../../../../devices/wire/api.ts';
import type { DerivedDay, DerivedDaysAnswer } from '../../../../devices/wire/derived.ts';
import { csvText, reportCsv } from './report-csv.ts';
import { columnSummary, completenessOfMonth, type Source, stationReport } from './report-data.ts';

const DAYS = ['2026-03-01', '2026-03-02'];
const station = (fields: Partial<StationAnswer>) =>
  ({
    id: 'kk-1',
    kind: 'air',
    name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
    area: { vi: 'Hải Châu', en: 'Hai Chau' },
    ...fields,
  }) as StationAnswer;
const span = (low: number, high = low) => ({ mean: (low + high) / 2, low, low_at: 1, high, high_at: 2 });
const day = (fields: Partial<DerivedDay>): DerivedDay => ({
  ...{ day: '2026-03-01', count: 1, withheld: 0 },
  ...fields,
});
const derivedOf = (id: string, series: Record<string, DerivedDay[]>): DerivedDaysAnswer => ({
  next: null,
  stations: [
    {
      station: id,
      parameters: Object.entries(series).map(([parameter, days]) => ({ parameter, unit: 'ug/m3', days })),
    },
  ],
});
const quality = (clean: number, expected: number) =>
  ({ clean, expected, du: Math.min(1, clean / expected) }) as StationQuality;

const AIR: Source = {
  station: station({}),
  days: DAYS,
  hours: [],
  quality: new Map([['2026-03-01', quality(90, 100)]]),
  derived: derivedOf('kk-1', {
    pm2_5_24h: [day({ span: span(46.25), limit: { value: 45, exceeded: 1 } })],
    so2_1h: [
      day({ count: 24, span: span(10, 400), limit: { value: 350, exceeded: 2 } }),
      day({ day: '2026-03-02', count: 24, span: span(10, 30), limit: { value: 350, exceeded: 0 } }),
    ],
    vn_aqi_day: [
      day({ span: span(110), dominant: 'pm2_5' }),
      day({ day: '2026-03-02', count: 0, withheld: 1, note: { vi: 'không công bố', en: 'not published' } }),
    ],
  }),
};
const SCALES = {
  vn_aqi: [
    { from: 0, to: 100, name: { vi: 'Tốt', en: 'Good' }, colour: '#00e400', advice: { vi: 'x', en: 'x' } },
    { from: 101, to: 150, name: { vi: 'Kém', en: 'Poor' }, colour: '#ff7e00', advice: { vi: 'x', en: 'x' } },
  ],
};

test('a day of air: the mean of the day, the highest of the hours, the index, what exceeded', () => {
  const { columns, rows } = stationReport(AIR);
  expect(columns.map(({ parameter, part }) => `${parameter} ${part}`)).toEqual([
    'pm2_5_24h value',
    'so2_1h high',
  ]);
  expect(rows[0]).toMatchObject({
    day: '2026-03-01',
    cells: [{ value: 46.25 }, { value: 400 }],
    index: 110,
    dominant: 'pm2_5',
    exceeded: [
      { parameter: 'pm2_5_24h', count: 1, of: 1 },
      { parameter: 'so2_1h', count: 2, of: 24 },
    ],
  });
  expect(rows[1]).toMatchObject({ cells: [{ value: null }, { value: 30 }], index: null, exceeded: [] });
  expect(rows[1]?.note?.vi).toBe('không công bố');
});

test('a day without any mean was held against no limit: that is not none exceeded', () => {
  const { rows } = stationReport({ ...AIR, derived: derivedOf('kk-1', {}) });
  expect(rows[0]?.exceeded).toBeNull();
});

test('a day of water: the mean of its Vietnamese hours, the lowest and the highest hour of the index', () => {
  const from = dayBounds('2026-03-01')?.from ?? 0;
  const ph: ReadingsAnswer = {
    ...{ station: 'n-1', parameter: 'ph', unit: 'pH', cut: false },
    points: [
      [from, 7, 1],
      [from + 23 * HOUR_MS, 8, 1],
      [from + 24 * HOUR_MS, 9, 1],
      [from + 25 * HOUR_MS, null, 9],
    ],
  };
  const { columns, rows } = stationReport({
    ...AIR,
    station: station({ id: 'n-1', kind: 'water' }),
    hours: [ph],
    derived: derivedOf('n-1', { vn_wqi: [day({ count: 24, span: span(51, 88) })] }),
  });
  expect(columns.map(({ parameter, part }) => `${parameter} ${part}`)).toEqual(['ph mean', 'vn_wqi high']);
  expect(rows.map(({ cells, index }) => [...cells.map(({ value }) => value), index])).toEqual([
    [7.5, 88, 51],
    [9, null, null],
  ]);
});

test('the month is complete by all of its samples; a day with too many makes up for no other', () => {
  const rows = stationReport({
    ...AIR,
    quality: new Map([
      ['2026-03-01', quality(50, 100)],
      ['2026-03-02', quality(400, 300)],
    ]),
  }).rows;
  expect(completenessOfMonth(rows)).toBe(350 / 400);
  expect(completenessOfMonth([])).toBeNull();
});

test('of the highest hours the month has extremes and no mean', () => {
  const { rows, columns } = stationReport(AIR);
  expect(columnSummary(rows, 0, columns[0] as never)).toEqual({ low: 46.25, mean: 46.25, high: 46.25 });
  expect(columnSummary(rows, 1, columns[1] as never)).toEqual({ low: 30, mean: null, high: 400 });
});

test('CSV: a mark for Excel, commas, points for decimals, CRLF; what is not there is empty', () => {
  const text = reportCsv([stationReport(AIR)], SCALES, 'vi');
  expect(text.startsWith('\uFEFFstation,station_name,area,day,pm2_5_24h [ug/m3],so2_1h_max [ug/m3],')).toBe(
    true,
  );
  expect(text.slice(1).split('\r\n').slice(1)).toEqual([
    'kk-1,Cầu Rồng,Hải Châu,2026-03-01,46.3,400.0,110,Kém,pm2_5,pm2_5_24h 1/1; so2_1h 2/24,90.0,',
    'kk-1,Cầu Rồng,Hải Châu,2026-03-02,,30.0,,,,,,không công bố',
    '',
  ]);
});

test('stations with different columns stand in one file', () => {
  const water = stationReport({
    ...AIR,
    station: station({ id: 'n-1', kind: 'water' }),
    derived: derivedOf('n-1', { vn_wqi: [day({ count: 24, span: span(51, 88) })] }),
  });
  const [head = '', first = '', , other = ''] = reportCsv([stationReport(AIR), water], SCALES, 'en').split(
    '\r\n',
  );
  const at = (line: string, name: string) => line.split(',')[head.split(',').indexOf(name)];
  expect([at(first, 'vn_aqi_day'), at(first, 'vn_wqi_min')]).toEqual(['110', '']);
  expect([at(other, 'vn_aqi_day'), at(other, 'vn_wqi_min'), at(other, 'vn_wqi_max')]).toEqual([
    '',
    '51',
    '88',
  ]);
});

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@x', "'@x"],
  ['＝1', "'＝1"],
  ['\tx', "'\tx"],
  ['a, "b"', '"a, ""b"""'],
  ['Trạm 1', 'Trạm 1'],
])('a name %j from a person runs nothing in a spreadsheet', (name, field) => {
  expect(csvText(name)).toBe(field);
});
