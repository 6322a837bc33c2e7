import { expect, test } from 'vitest';
import { createLineWriter, escapeString, escapeTag } from './influx-line.ts';
import type { StoredReading } from './store.ts';

const reading: StoredReading = {
  station: 'cau-rong',
  parameter: 'pm2_5',
  at: 1_772_690_400_123,
  value: 30.5,
  flag: 1,
  reason: null,
  receivedAt: 1_772_690_401_000,
};
const line = (extra: Partial<StoredReading>) => createLineWriter()([{ ...reading, ...extra }]);

test('a reading is one line: sorted tags, value as float, the others as integers, time in milliseconds', () => {
  expect(line({})).toBe(
    'reading,parameter=pm2_5,station=cau-rong value=30.5,flag=1i,severity=2i,received_at=1772690401000i 1772690400123\n',
  );
});

test('an absent value is an absent field', () => {
  expect(line({ value: null, flag: 9, reason: 'no answer' })).toBe(
    'reading,parameter=pm2_5,station=cau-rong flag=9i,severity=0i,received_at=1772690401000i,reason="no answer" 1772690400123\n',
  );
});

test.each([
  [0, 'value=0,'],
  [-0.5, 'value=-0.5,'],
  [3, 'value=3,'],
  [1e-7, 'value=1e-7,'],
  [1e21, 'value=1e+21,'],
  [1.797e308, 'value=1.797e+308,'],
])('%d is written as a float', (value, text) => {
  expect(line({ value })).toContain(` ${text}`);
});

test.each([
  ['a b', 'a\\ b'],
  ['a,b=c', 'a\\,b\\=c'],
  ['a"b\\c', 'a"b\\c'],
])('as a tag %s is %s', (value, escaped) => {
  expect(escapeTag(value)).toBe(escaped);
});

test.each([
  ['exception 2 "quoted"', 'exception 2 \\"quoted\\"'],
  ['back\\slash, a = b', 'back\\\\slash, a = b'],
  ['two\nlines', 'two\nlines'],
])('as a string %j is %j', (value, escaped) => {
  expect(escapeString(value)).toBe(escaped);
});

test('lines of many series keep apart', () => {
  const write = createLineWriter();
  const text = write([reading, { ...reading, station: 'an-hai' }, { ...reading, parameter: 'o3' }, reading]);
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((one) => one.split(' ')[0]),
  ).toEqual([
    'reading,parameter=pm2_5,station=cau-rong',
    'reading,parameter=pm2_5,station=an-hai',
    'reading,parameter=o3,station=cau-rong',
    'reading,parameter=pm2_5,station=cau-rong',
  ]);
});
