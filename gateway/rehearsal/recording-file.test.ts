import { expect, test } from 'vitest';
import { csvExport, senmlExport } from '../api/export-text.ts';
import type { StoredReading } from '../store/store.ts';
import { readingsOfText } from './recording-file.ts';

const T0 = Date.UTC(2026, 2, 1);
const reading = (station: string, minutes: number, fields: Partial<StoredReading> = {}): StoredReading => ({
  ...{ station, parameter: 'pm2_5', at: T0 + minutes * 60_000, value: 12.5, flag: 1, reason: null },
  receivedAt: T0 + minutes * 60_000,
  ...fields,
});
const READINGS = [
  reading('a', 0),
  reading('a', 1, { value: null, flag: 9, reason: 'no answer, "line" dead' }),
  reading('b', 2, { parameter: 'ph', value: 7, flag: 3, reason: 'unusual' }),
];

test.each([
  ['CSV', csvExport('bom')],
  ['SenML', senmlExport],
])('what was exported as %s is read again', (_name, text) => {
  const pages = [text.page(READINGS.slice(0, 2), true), text.page(READINGS.slice(2), false)];
  expect(readingsOfText(text.head + pages.join('') + text.foot, 'x')).toEqual(READINGS);
});

test('readings are sorted by their arrival', () => {
  const csv = `station,parameter,time,value,received_at
a,ph,2026-03-01T01:00:00Z,7,2026-03-01T05:00:00Z
a,ph,2026-03-01T04:00:00Z,8,
`;
  expect(readingsOfText(csv, 'x').map(({ value }) => value)).toEqual([8, 7]);
});

test.each([
  ['station,parameter,time\n', 'x.csv:1: there is no column "value"'],
  [
    'station,parameter,time,value\na,dragon,2026-03-01T00:00:00Z,1',
    'x.csv:2: "dragon" is no known parameter',
  ],
  ['station,parameter,time,value\n\na,ph,soon,1', 'x.csv:3: "soon" is no time'],
  ['station,parameter,time,value\na,ph,2026-03-01T00:00:00Z,high', 'x.csv:2: "high" is no number'],
  ['station,parameter,time,value,flag\na,ph,2026-03-01T00:00:00Z,1,7', 'x.csv:2: "7" is no flag'],
  ['station,parameter,time,value,unit\na,ph,2026-03-01T00:00:00Z,1,mV', 'unit "mV"'],
  ['[{', 'neither CSV with a head nor SenML'],
])('a fault is told with its place: %#', (text, fault) => {
  expect(() => readingsOfText(text, 'x.csv')).toThrow(fault);
});
