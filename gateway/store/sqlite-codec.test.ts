import { expect, test } from 'vitest';
import type { Flag } from '../../devices/quality.ts';
import { seededBelow } from '../../devices/simulator/random.ts';
import { decodeBatch, decodeBlock, encodeBatch, encodeBlock } from './sqlite-codec.ts';
import { type Columns, createColumns, createReasons, type Row, rowAt } from './sqlite-columns.ts';
import { decodeMinutes, encodeMinutes } from './sqlite-minutes.ts';
import type { Summary } from './sqlite-summary.ts';

const T0 = Date.UTC(2026, 2, 5);
const MAX = Number.MAX_SAFE_INTEGER;

function columnsOf(rows: readonly Row[]): Columns {
  const columns = createColumns(rows.length);
  const number = createReasons(columns);
  for (const [index, { at, value, flag, reason, receivedAt }] of rows.entries()) {
    columns.at[index] = at;
    columns.value[index] = value ?? Number.NaN;
    columns.flag[index] = flag;
    columns.reason[index] = number(reason);
    columns.receivedAt[index] = receivedAt;
  }
  columns.count = rows.length;
  return columns;
}

function throughBlock(rows: readonly Row[]): Row[] {
  const columns = createColumns(0);
  decodeBlock(encodeBlock(columnsOf(rows), 0, rows.length), columns);
  return Array.from({ length: columns.count }, (_, index) => rowAt(columns, index));
}

const row = (at: number, value: number | null, extra: Partial<Row> = {}): Row => ({
  at,
  value,
  flag: 1,
  reason: null,
  receivedAt: at + 300,
  ...extra,
});

const ODD = [
  0,
  -0,
  1e308,
  -1e308,
  5e-324,
  0.1 + 0.2,
  1 / 3,
  MAX,
  -MAX,
  2 ** 53,
  1e21,
  123_456.789_012,
  -0.000_001,
  1e-7,
  Number.POSITIVE_INFINITY,
  null,
];

test.each(ODD)('%d comes back as it was, alone and among others', (value) => {
  const rows = [row(T0, 20.5), row(T0 + 1, value), row(T0 + 2, null), row(T0 + 3, -3)];
  expect(throughBlock(rows)).toEqual(rows);
  expect(throughBlock([row(T0, value)])).toEqual([row(T0, value)]);
});

test.each([
  ['0', [0, 1]],
  ['the year 285428', [MAX - 5, MAX]],
  ['all of them', [0, T0, MAX]],
])('times at %s come back as they were, and arrivals however far away', (_, times) => {
  const rows = times.flatMap((at) => [row(at, 1, { receivedAt: MAX }), row(at + 0, 2, { receivedAt: -MAX })]);
  expect(throughBlock(rows)).toEqual(rows);
});

/** Columns of all kinds, each with its own way of being odd. */
function randomRows(below: (n: number) => number): Row[] {
  const count = 1 + below([1, 3, 60, 700, 5000][below(5)] as number);
  const decimals = below(8);
  const kind = below(5);
  const step = [1, 1000, 10_000, 600_000][below(4)] as number;
  let at = below(2) === 0 ? T0 + below(1e6) : below(2) * (MAX - 1e10);
  let whole = below(1e5);
  return Array.from({ length: count }, () => {
    at += step + (kind === 1 ? below(step) : 0) + (below(200) === 0 ? below(1e6) : 0);
    whole += below(21) - 10;
    const value =
      below(20) === 0 && kind > 1
        ? (ODD[below(ODD.length)] as number | null)
        : kind === 0
          ? Math.sin(whole)
          : whole / 10 ** decimals;
    const flag = ([1, 1, 1, 2, 3, 4, 9] as const)[kind === 3 ? below(7) : 0] as Flag;
    const reason = kind >= 3 && below(3) === 0 ? `reason ${below(9)} đúng\u0000` : null;
    return { at, value, flag, reason, receivedAt: below(2) === 0 ? at + below(1e6) : T0 };
  });
}

test('whatever the columns are like, every reading comes back exactly', () => {
  const below = seededBelow(11);
  for (let round = 0; round < 300; round++) {
    const rows = randomRows(below);
    const columns = columnsOf(rows);
    expect(throughBlock(rows)).toEqual(rows);
    const from = below(rows.length);
    const series = Uint32Array.from(rows, () => below(1 + below(5000)));
    const batch = decodeBatch(encodeBatch(series, columns, from, rows.length));
    expect([...batch.series]).toEqual([...series.subarray(from)]);
    expect(Array.from(batch.series, (_, index) => rowAt(batch.columns, index))).toEqual(rows.slice(from));
  }
});

test('a series that walks in tenths every ten seconds takes less than two bytes a reading', () => {
  const below = seededBelow(3);
  let tenths = 200;
  const rows = Array.from({ length: 360 }, (_, n) => {
    tenths += below(15) - 7;
    return row(T0 + n * 10_000, tenths / 10, { receivedAt: T0 + Math.floor(n / 10 + 1) * 100_000 });
  });
  expect(encodeBlock(columnsOf(rows), 0, rows.length).length / rows.length).toBeLessThan(2);
});

test('any damage of a block is seen', () => {
  const rows = Array.from({ length: 100 }, (_, n) => row(T0 + n * 1000, n / 10));
  const bytes = encodeBlock(columnsOf(rows), 0, rows.length);
  const columns = createColumns(0);
  for (let place = 0; place < bytes.length; place++) {
    const damaged = Uint8Array.from(bytes);
    damaged[place] = (damaged[place] as number) ^ (1 + (place % 255));
    expect(() => decodeBlock(damaged, columns), String(place)).toThrow(/checksum|version/);
    expect(() => decodeBlock(bytes.subarray(0, place), columns)).toThrow();
  }
});

test('minutes come back as they were', () => {
  const below = seededBelow(5);
  for (let round = 0; round < 200; round++) {
    const one = below(3) === 0;
    const minutes = Array.from({ length: 60 }, (_, minute): Summary => {
      const usable = one ? 1 : below(70);
      const value = below(10_000) / ([10, 3, 1] as const)[below(3) as 0 | 1 | 2];
      const number = usable === 0 ? null : value;
      const counts = [below(61), below(2), 0, below(3), below(2)];
      const spread = one ? 0 : below(9);
      return {
        at: T0 + minute * 60_000,
        usable,
        sum: number,
        min: number,
        max: number === null ? null : number + spread,
        counts,
      };
    }).filter(() => below(5) > 0);
    expect(decodeMinutes(T0, encodeMinutes(T0, minutes))).toEqual(minutes);
  }
});
