import { expect, test } from 'vitest';
import { createProgress, duration, progressLine } from './progress.ts';
import { formatTable } from './table.ts';

test('columns are as wide as their widest cell, and Vietnamese letters count once', () => {
  const rows = [
    ['nhiệt độ'.normalize('NFD'), '1'],
    ['pH', '1008.4'],
  ];
  expect(formatTable([{ title: 'point' }, { title: 'value', align: 'right' }, { title: '' }], rows)).toEqual([
    'point      value',
    '--------  ------',
    `${'nhiệt độ'.normalize('NFD')}       1`,
    'pH        1008.4',
  ]);
});

test('the progress line shows how far it is and how long it still takes', () => {
  expect(progressLine(25, 100, 5000, 'unit 25')).toBe(
    '[######..................] 25/100, 15 s left  unit 25',
  );
  expect(progressLine(0, 100, 0, 'x')).toBe('[........................] 0/100  x');
  expect(duration(61_500)).toBe('1 min 2 s');
});

test('nothing is shown within two seconds; then a terminal gets one line that is cleared at the end', () => {
  let ticks = 0;
  const written: string[] = [];
  const progress = createProgress({ isTTY: true, write: (text) => written.push(text) }, () => ticks);
  ticks = 1999;
  progress.update(1, 10, 'a');
  expect(written).toEqual([]);
  ticks = 2000;
  progress.update(2, 10, 'b');
  progress.end();
  expect(written).toEqual(['\r\x1b[K[#####...................] 2/10, 8 s left  b', '\r\x1b[K']);
});

test('a log file gets a line every five seconds', () => {
  let ticks = 0;
  const written: string[] = [];
  const progress = createProgress({ write: (text) => written.push(text) }, () => ticks);
  for (ticks = 0; ticks <= 12_000; ticks += 1000) progress.update(1, 2, `${ticks}`);
  progress.end();
  expect(written.map((line) => line.trim().split('  ').at(-1))).toEqual(['2000', '7000', '12000']);
});
