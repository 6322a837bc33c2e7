import { expect, test } from 'vitest';
import { FLAG, type Flag, type Judged, judgeGrossRange, missing } from '../quality.ts';
import { openRecordings } from '../simulator/recordings.ts';
import { createJudge } from './judge.ts';
import {
  aggregate,
  flatLine,
  grossRange,
  rateOfChange,
  type Sample,
  spikeAverage,
  spikeDifferential,
} from './qartod.ts';

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

/** The judge over the same series with the same figures: gross range is its caller's, a flat line fails after four times. */
const judged = (() => {
  const judge = createJudge('air_temperature', {
    range: [0, 80],
    spike: 10,
    rate_per_min: 0.05 * 60,
    flat: { seconds: 900, tolerance: 0.05 },
  });
  const gross = (value: number): Judged =>
    value < 0
      ? { value, flag: FLAG.fail, reason: 'outside 0..1000' }
      : { value, flag: FLAG.good, reason: null };
  return series.map(({ value, at }) => judge(value === null ? missing('no answer') : gross(value), at));
})();

test('the judge blames the values that QARTOD blames, but for those that it knows better', () => {
  const qartod = aggregate([flags.gross, flags.differential, flags.rate, flags.flat]);
  const blamed = (of: readonly Flag[]) =>
    of.flatMap((flag, index) => (flag === 3 || flag === 4 ? [index] : []));
  expect(blamed(qartod)).toEqual([3, 4, 9, 10, 11, 12, 13, 14]);
  // 4 and 14 are good values after a fault: they are compared with the last good one. At 9 the three values in hand have
  // stood still for 600 s of the 900: the gap before them is no standing still.
  expect(blamed(judged.map(({ flag }) => flag))).toEqual([3, 10, 11, 12, 13]);
});

test('each flag of the judge over the vector has its reason', () => {
  expect(
    judged.flatMap(({ flag, reason }, index) => (reason === null ? [] : [[index, flag, reason]])),
  ).toEqual([
    [
      3,
      3,
      'unusual: outside 0..80; spike: more than 10 °C from the last good value; rate: more than 3 °C a minute from the last good value',
    ],
    [6, 9, 'no answer'],
    [10, 3, 'flat: no change for 15 min'],
    [11, 3, 'flat: no change for 15 min'],
    [12, 3, 'flat: no change for 15 min'],
    [13, 4, 'outside 0..1000'],
  ]);
});

/** Thresholds low enough that the recordings have spikes. */
const SPIKES = [
  ['water-apalachicola', 'turbidity', 'turbidity', 100],
  ['water-apalachicola', 'dissolved_oxygen', 'dissolved_oxygen', 1],
  ['weather-apalachicola', 'wind_speed', 'wind_speed', 2],
] as const;

test.each(SPIKES)(
  'of %s %s, each spike that QARTOD tells afterwards the judge has told at once, it or the one beside it',
  (id, column, parameter, spike) => {
    const { times, columns } = openRecordings()(id);
    const values: Sample[] = [...(columns.get(column) ?? [])].map((value, index) => ({
      at: times[index] ?? 0,
      value: Number.isNaN(value) ? null : value,
    }));
    const judge = createJudge(parameter, { spike, rate_per_min: 'off', flat: 'off' });
    const told = values.map(({ value, at }) => {
      const { flag } = judge(value === null ? missing('none') : judgeGrossRange(parameter, value), at);
      return flag === FLAG.suspect || flag === FLAG.fail;
    });
    const peaks = [...spikeDifferential(values, { suspect: spike }).entries()].flatMap(([index, flag]) =>
      flag === FLAG.suspect ? [index] : [],
    );
    expect(peaks.length).toBeGreaterThan(5);
    // Of two that contradict each other QARTOD may take the one that is back where the last good value was.
    expect(peaks.filter((index) => !told[index] && !told[index - 1] && !told[index + 1])).toEqual([]);
    expect(peaks.filter((index) => told[index]).length / peaks.length).toBeGreaterThan(0.75);
  },
);
