import { expect, test } from 'vitest';
import type { ParameterId } from '../parameter.ts';
import { type Judged, judgeGrossRange, missing } from '../quality.ts';
import { createJudge, type Judge } from './judge.ts';
import type { TestSettings } from './settings.ts';

const HOUR_S = 3600;

/** Gives values every so many seconds and returns their flags; null is an absent value. */
function feed(
  judge: Judge,
  parameter: ParameterId,
  values: readonly (number | null)[],
  everyS = 10,
  fromS = 1000,
) {
  return values.map((value, index): Judged => {
    const judged = value === null ? missing('no answer within 1000 ms') : judgeGrossRange(parameter, value);
    return judge(judged, (fromS + index * everyS) * 1000);
  });
}

const flagsOf = (
  parameter: ParameterId,
  values: readonly (number | null)[],
  settings: TestSettings = {},
  everyS = 10,
) => feed(createJudge(parameter, settings), parameter, values, everyS).map(({ flag }) => flag);

const NO_RATE = { rate_per_min: 'off' } as const;

test('a spike is suspect at once and the value after it, back again, is good', () => {
  const judged = feed(createJudge('pm2_5'), 'pm2_5', [12, 13, 500, 14, 12]);
  expect(judged.map(({ flag }) => flag)).toEqual([1, 1, 3, 1, 1]);
  expect(judged[2]).toEqual({
    value: 500,
    flag: 3,
    reason: 'spike: more than 200 µg/m³ from the last good value',
  });
  expect(judged[3]?.reason).toBeNull();
});

test('a jump that stays was a change: only its first value is suspect', () => {
  expect(flagsOf('water_level', [1.2, 1.2, 2.9, 2.9, 3.0])).toEqual([1, 1, 3, 1, 1]);
});

test('of a rise by jumps in one direction every second value is believed', () => {
  expect(flagsOf('pm2_5', [12, 250, 500, 750, 990])).toEqual([1, 3, 1, 3, 1]);
});

test('a value that jumps to and fro is suspect each time', () => {
  expect(flagsOf('ph', [7, 10, 4, 10, 4.1, 7])).toEqual([1, 3, 3, 3, 3, 1]);
});

test('a value that comes half the way back from a spike is suspect too', () => {
  expect(flagsOf('pm2_5', [12, 700, 300, 12])).toEqual([1, 3, 3, 1]);
});

test('what is absent or impossible says nothing about the values after it', () => {
  expect(flagsOf('air_temperature', [25, null, 200, 25.1, 25.2])).toEqual([1, 9, 4, 1, 1]);
});

test('garbage after an interruption is told from the last good value', () => {
  expect(flagsOf('dissolved_oxygen', [7.2, null, 0, 7.1])).toEqual([1, 9, 3, 1]);
});

test('after 20 minutes without a good value a step is no longer told', () => {
  expect(flagsOf('air_temperature', [35, 24], {}, 1200)).toEqual([1, 3]);
  expect(flagsOf('air_temperature', [35, 24], {}, 1201)).toEqual([1, 1]);
});

test('a change too fast is suspect until as much time has gone by since the last good value', () => {
  // 9 degrees at 3 a minute: 180 s.
  const judged = feed(
    createJudge('air_temperature', { spike: 'off' }),
    'air_temperature',
    [30, ...Array(7).fill(39)],
    30,
  );
  expect(judged.map(({ flag }) => flag)).toEqual([1, 3, 3, 3, 3, 3, 1, 1]);
  expect(judged[1]?.reason).toBe('rate: more than 3 °C a minute from the last good value');
});

test('the value after a fault is not blamed: it is compared with the last good one', () => {
  expect(flagsOf('air_temperature', [30, 39, 30.1])).toEqual([1, 3, 1]);
});

test('noise of what is read each second is no rate', () => {
  expect(flagsOf('air_temperature', [30, 30.4, 29.9, 30.3], {}, 1)).toEqual([1, 1, 1, 1]);
});

test('both reasons are told', () => {
  const [, judged] = feed(createJudge('air_temperature'), 'air_temperature', [30, 39]);
  expect(judged?.reason).toBe(
    'spike: more than 5 °C from the last good value; rate: more than 3 °C a minute from the last good value',
  );
});

test('what stands still is suspect after the time, fails after four times as long, and is good when it moves', () => {
  const judge = createJudge('wind_speed');
  const judged = feed(judge, 'wind_speed', [...Array(49).fill(0), 0.4], HOUR_S);
  const flags = judged.map(({ flag }) => flag);
  expect(flags.slice(0, 12)).not.toContain(3);
  expect(flags.slice(12, 48)).toEqual(Array(36).fill(3));
  expect(judged[12]?.reason).toBe('flat: no change for 12 h');
  expect(judged[48]).toEqual({ value: 0, flag: 4, reason: 'flat: no change for 48 h' });
  expect(judged[49]).toEqual({ value: 0.4, flag: 1, reason: null });
});

test('absent values do not end a flat line, a silence of more than two hours does', () => {
  const settings = { flat: { seconds: 6 * HOUR_S, tolerance: 0.05 } };
  expect(flagsOf('wind_speed', [0, null, 0, 0, null, 0, 0], settings, HOUR_S)).toEqual([1, 9, 1, 1, 9, 1, 3]);
  expect(flagsOf('wind_speed', [0, 0, 0, 0], settings, 2 * HOUR_S + 1)).toEqual([1, 1, 1, 1]);
});

test('noise within less than the tolerance is still', () => {
  const settings = { flat: { seconds: 60, tolerance: 0.5 } };
  expect(flagsOf('wind_speed', [2, 2.2, 1.9, 2, 2.1, 2, 2], settings)).toEqual([1, 1, 1, 1, 1, 1, 3]);
  expect(flagsOf('wind_speed', [2, 2.25, 1.75, 2, 2.1, 2, 2], settings)).toEqual([1, 1, 1, 1, 1, 1, 1]);
});

test('saturated air, night and clean air may stand still', () => {
  for (const [parameter, value] of [
    ['relative_humidity', 100],
    ['solar_radiation', 0],
    ['o3', 2],
  ] as const) {
    expect(flagsOf(parameter, Array(100).fill(value), {}, HOUR_S)).not.toContain(3);
  }
  expect(flagsOf('relative_humidity', Array(13).fill(60), {}, HOUR_S).at(-1)).toBe(3);
});

test('a vane that is stuck beside north stands still, though it shows 359 and 2', () => {
  const values = Array.from({ length: 25 }, (_, index) => [359, 2, 0, 358][index % 4] ?? 0);
  expect(flagsOf('wind_direction', values, {}, HOUR_S).at(-1)).toBe(3);
  expect(
    flagsOf(
      'wind_direction',
      values.map((value, index) => (index === 12 ? 90 : value)),
      {},
      HOUR_S,
    ).at(-1),
  ).toBe(1);
});

test.each(['smoke', 'flame', 'rain_total', 'rain_rate', 'traffic_flow'] as const)(
  '%s jumps and stands still as it likes',
  (parameter) => {
    const values = [...Array(60).fill(0), 1, 0, 1, ...Array(60).fill(1)];
    expect(new Set(flagsOf(parameter, values, {}, HOUR_S))).toEqual(new Set([1]));
    expect(flagsOf(parameter, [0, 1, 1, 0, 1], {}, 1)).toEqual([1, 1, 1, 1, 1]);
  },
);

test('a clock that is set back or jumps ahead by years blames no value', () => {
  const judge = createJudge('wind_speed', { flat: { seconds: 60, tolerance: 0.05 } });
  const at = (year: number) => Date.UTC(year, 0, 1);
  const flags = [
    [1970, 3],
    [2026, 3],
    [2025, 33],
  ].map(([year = 0, value = 0]) => judge(judgeGrossRange('wind_speed', value), at(year)).flag);
  expect(flags).toEqual([1, 1, 1]);
});

test('an instrument has settings of its own, and off leaves a test out', () => {
  expect(flagsOf('pm2_5', [12, 160], { range: [0, 150] })).toEqual([1, 3]);
  expect(flagsOf('pm2_5', [12, 40], { spike: 20 })).toEqual([1, 3]);
  expect(flagsOf('air_temperature', [30, 39], { spike: 'off', ...NO_RATE })).toEqual([1, 1]);
  expect(flagsOf('wind_speed', Array(20).fill(0), { flat: 'off' }, HOUR_S)).not.toContain(3);
});

test('a reason that the value already had comes first, and a worse flag stays', () => {
  const judge = createJudge('pm2_5');
  const judged = feed(judge, 'pm2_5', [12, 1500]);
  expect(judged[1]).toEqual({
    value: 1500,
    flag: 3,
    reason: 'unusual: outside 0..1000; spike: more than 200 µg/m³ from the last good value',
  });
});

test('values of a calibration are passed on and never become the measure of others', () => {
  const judge = createJudge('o3');
  const calibration = { value: 400, flag: 2, reason: 'calibration' } as const;
  expect(judge({ value: 60, flag: 1, reason: null }, 0).flag).toBe(1);
  expect(judge(calibration, 10_000)).toBe(calibration);
  expect(judge({ value: 61, flag: 1, reason: null }, 20_000).flag).toBe(1);
});

test('a forest fire beside the post, 25 degrees and 900 µg/m³ in ten minutes, is not doubted', () => {
  const rise = Array.from({ length: 61 }, (_, index) => index / 60);
  for (const [parameter, from, added] of [
    ['air_temperature', 33, 25],
    ['pm2_5', 12, 900],
    ['co', 230, 22_900],
    ['relative_humidity', 70, -55],
  ] as const) {
    const values = rise.map((part) => from + added * part);
    expect([parameter, new Set(flagsOf(parameter, values))]).toEqual([parameter, new Set([1])]);
  }
});
