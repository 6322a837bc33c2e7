import { expect, test } from 'vitest';
import type { Flag } from '../quality.ts';
import {
  aggregate,
  flatLine,
  grossRange,
  rateOfChange,
  type Sample,
  spikeAverage,
  spikeDifferential,
} from './series.ts';

/** A series with every fault in it, every 300 s, as IOOS' ioos_qc judges it. */
const VALUES = [20.1, 20.4, 20.2, 95.0, 20.6, 20.5, null, 20.7, 20.7, 20.7, 20.7, 20.7, 20.7, -3.0, 21.0];
const series: Sample[] = VALUES.map((value, index) => ({ at: index * 300_000, value }));

const flags = {
  gross: grossRange(series, { fail: [0, 1000], suspect: [0, 80] }),
  average: spikeAverage(series, { suspect: 10, fail: 30 }),
  differential: spikeDifferential(series, { suspect: 10, fail: 30 }),
  rate: rateOfChange(series, { suspect: 0.05, fail: 0.2 }),
  flat: flatLine(series, { suspect: 900, fail: 1500 }, 0.05),
};

test.each<[string, string, readonly Flag[]]>([
  ['gross range', '111311911111141', flags.gross],
  ['spike, average', '214442921111332', flags.average],
  ['spike, differential', '211412921111132', flags.differential],
  ['rate of change', '111441911111133', flags.rate],
  ['flat line', '111111911334411', flags.flat],
  [
    'all, with the average spike',
    '114441911334443',
    aggregate([flags.gross, flags.average, flags.rate, flags.flat]),
  ],
  [
    'all, with the differential spike',
    '111441911334443',
    aggregate([flags.gross, flags.differential, flags.rate, flags.flat]),
  ],
])('%s flags as QARTOD does', (_name, expected, got) => {
  expect(got.join('')).toBe(expected);
});

test('a tolerance of nothing finds no flat line, since values must differ by less', () => {
  expect(flatLine(series, { suspect: 900 }, 0)).not.toContain(3);
});

test('the limits of a range pass', () => {
  const limits = [0, 80, 1000].map((value, at) => ({ at, value }));
  expect(grossRange(limits, { fail: [0, 1000], suspect: [0, 80] })).toEqual([1, 1, 3]);
});

test('a series without neighbours or interval has nothing to tell', () => {
  const one = [{ at: 0, value: 5 }];
  expect(spikeDifferential(one, { suspect: 1 })).toEqual([2]);
  expect(rateOfChange(one, { suspect: 1 })).toEqual([1]);
  expect(flatLine(one, { suspect: 60 }, 1)).toEqual([1]);
});
