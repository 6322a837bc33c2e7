/** Air stations over the embedded store: Decision 1459's examples, and days of the Hanoi recording. */
import { expect, test } from 'vitest';
import { HOUR_MS, VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { openRecordings } from '../../devices/simulator/recordings.ts';
import { createRig } from './test-rig.ts';

const hourly = (...ids: ParameterId[]) => ids.map((id) => ({ id, period_s: 3600 }));
/** Hourly values of which the last is of the hour that ends at `end`. */
const upTo = (end: number, parameter: ParameterId, values: readonly number[]) =>
  values.map((value, index): [ParameterId, number, number] => [
    parameter,
    end - (values.length - index) * HOUR_MS + 1000,
    value,
  ]);
const at = (text: string) => Date.parse(`${text}+07:00`);

test('the hour of the decision: NowCast of PM2.5 20.3, index 59, dominant NO2', async () => {
  const end = at('2026-03-05T20:00:00');
  await using rig = createRig({ kind: 'air', parameters: hourly('pm2_5', 'o3', 'no2') });
  const pm = [26.9, 24.7, 20.5, 23.5, 19.5, 16.5, 19, 16.5, 20.3, 22.4, 19.6, 20.6];
  await rig.take(...upTo(end, 'pm2_5', pm), ...upTo(end, 'o3', [136.1]), ...upTo(end, 'no2', [118.7]));
  rig.now = end + 2 * 60_000;
  await rig.settle();
  expect(rig.value('pm2_5_nowcast', end)?.value).toBeCloseTo(20.26577, 5);
  expect(rig.value('vn_aqi', end)).toMatchObject({
    value: 59,
    flag: 1,
    body: {
      method: 'vn-aqi-1459-2019',
      dominant: 'no2',
      parts: { pm2_5: 41, o3_1h: 43, no2: 59 },
      inputs: [
        { parameter: 'pm2_5_nowcast', at: end, value: 20.265765 },
        { parameter: 'no2_1h', from: end - HOUR_MS, at: end, value: 118.7 },
        { parameter: 'o3_1h', value: 136.1 },
      ],
    },
  });
  // 20.2 of 9.1 to 35.4, which stand for 51 to 100: 71.7.
  expect(rig.value('us_aqi', end)?.value).toBe(72);
});

test('the 8-hour means of the decision, with hours of the day before, and the day they belong to', async () => {
  const midnight = at('2026-03-06T00:00:00');
  const o3 = [
    ...[15.7, 14.2, 17.7, 18.9, 19.3, 15.7, 19.7, 22.6, 27.1, 29, 31.9, 25.3, 34.7, 35.2, 41.6, 45.7],
    ...[49.2, 55.8, 69.6, 78.3, 91.5, 97.7, 81.2, 71.8, 43.5, 34.3, 21.5, 20.5, 19.4, 20.4, 21.3],
  ];
  await using rig = createRig({ kind: 'air', parameters: hourly('pm2_5', 'o3', 'no2') });
  await rig.take(
    ...upTo(midnight, 'o3', o3),
    ...upTo(midnight, 'pm2_5', Array(24).fill(55.7)),
    ...upTo(midnight, 'no2', [...Array(23).fill(20), 130.8]),
  );
  rig.now = midnight + 2 * 60_000;
  await rig.settle();
  expect(rig.value('o3_8h', at('2026-03-05T17:00:00'))?.value).toBeCloseTo(74.3875, 6);
  expect(rig.value('o3_8h', at('2026-03-05T01:00:00'))?.value).toBeCloseTo(18, 1);
  expect(rig.value('vn_aqi_day', midnight)).toMatchObject({
    value: 110,
    body: { dominant: 'pm2_5', parts: { pm2_5: 110, no2: 65, o3_1h: 31, o3_8h: 37 } },
  });
  expect(rig.value('pm2_5_24h', midnight)?.value).toBeCloseTo(55.7, 9);
});

test('a mean tells the limit of QCVN 05 on its day; an hour of PM2.5, which has none, does not', async () => {
  const midnight = at('2026-01-01T00:00:00');
  await using rig = createRig({ kind: 'air', parameters: hourly('pm2_5', 'o3') });
  await rig.take(
    ...upTo(midnight + HOUR_MS, 'pm2_5', Array(25).fill(47)),
    ...upTo(midnight + HOUR_MS, 'o3', Array(25).fill(130)),
  );
  rig.now = midnight + HOUR_MS + 2 * 60_000;
  await rig.settle();
  const clause = { vi: 'QCVN 05:2023/BTNMT, bảng 1', en: 'QCVN 05:2023/BTNMT, table 1' };
  const limitOf = (parameter: ParameterId, end: number) => rig.value(parameter, end)?.body.limit;
  // The mean that ends at midnight is of the last day of 2025.
  expect(limitOf('pm2_5_24h', midnight)).toEqual({ value: 50, clause, exceeded: false });
  expect(limitOf('pm2_5_24h', midnight + HOUR_MS)).toEqual({ value: 45, clause, exceeded: true });
  expect(limitOf('o3_1h', midnight)).toEqual({ value: 200, clause, exceeded: false });
  expect(limitOf('o3_8h', midnight)).toEqual({ value: 120, clause, exceeded: true });
  expect(rig.value('pm2_5_1h', midnight)?.value).toBe(47);
  expect(limitOf('pm2_5_1h', midnight)).toBeUndefined();
});

test('without dust there is no index, and it says so', async () => {
  const end = at('2026-03-05T20:00:00');
  await using rig = createRig({ kind: 'air', parameters: hourly('o3', 'no2') });
  await rig.take(...upTo(end, 'o3', [136.1]), ...upTo(end, 'no2', [118.7]));
  rig.now = end + 2 * 60_000;
  await rig.settle();
  expect(rig.value('vn_aqi', end)).toMatchObject({
    value: null,
    flag: 9,
    body: { note: { vi: 'không công bố: thiếu cả PM2.5 và PM10' } },
  });
  expect(rig.derived.publishedAt('tram-thu')).toEqual(new Set(['no2_1h', 'o3_1h', 'us_aqi']));
});

test('a day with 17 hours of dust is not published', async () => {
  const midnight = at('2026-03-06T00:00:00');
  await using rig = createRig({ kind: 'air', parameters: hourly('pm2_5') });
  await rig.take(...upTo(midnight, 'pm2_5', Array(17).fill(30)));
  rig.now = midnight + 2 * 60_000;
  await rig.settle();
  expect(rig.value('vn_aqi_day', midnight)).toMatchObject({
    value: null,
    body: { inputs: [{ parameter: 'pm2_5_1h', value: 30, have: 17, of: 24 }] },
  });
  await rig.take(...upTo(midnight - 17 * HOUR_MS, 'pm2_5', [30]));
  rig.now += 60_000;
  await rig.settle();
  expect(rig.value('vn_aqi_day', midnight)?.value).toBe(60);
});

test('the PM2.5 episode of the Hanoi recording', async () => {
  const recording = openRecordings()('air-hanoi');
  const column = (name: string) => recording.columns.get(name) ?? new Float64Array();
  const values = column('pm2_5');
  await using rig = createRig({ kind: 'air', parameters: hourly('pm2_5') });
  const rows = Array.from(
    recording.times,
    (time, row) =>
      ['pm2_5', time - VIETNAM_AHEAD_MS, values[row] ?? Number.NaN] as [ParameterId, number, number],
  ).filter(([, , value]) => Number.isFinite(value) && value >= 0);
  await rig.take(...rows);
  rig.now = at('2019-01-02T00:00:00');
  await rig.settle();
  // Mean 124.08 of 24 hours, and 100.18 of the 22 that are valid.
  expect(rig.value('vn_aqi_day', at('2018-11-25T00:00:00'))).toMatchObject({
    value: 181,
    body: { inputs: [{ value: 124.08333, have: 24, of: 24 }] },
  });
  expect(rig.value('vn_aqi_day', at('2018-11-29T00:00:00'))).toMatchObject({
    value: 164,
    body: { inputs: [{ have: 22 }] },
  });
  // The recording has the NowCast that AirNow published, cut to 0.1, under the beginning of the hour.
  const nowcasts = column('pm2_5_nowcast');
  let compared = 0;
  let equal = 0;
  for (const [row, time] of recording.times.entries()) {
    const theirs = nowcasts[row] ?? Number.NaN;
    const ours = rig.value('pm2_5_nowcast', time - VIETNAM_AHEAD_MS + HOUR_MS)?.value ?? null;
    if (row < 12 || ours === null || !(theirs > 0)) continue;
    compared++;
    if (Math.abs(Math.floor(ours * 10 + 1e-6) / 10 - theirs) < 0.11) equal++;
  }
  expect(compared).toBeGreaterThan(1000);
  expect(equal / compared).toBeGreaterThan(0.99);
});
