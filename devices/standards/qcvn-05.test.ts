import { expect, test } from 'vitest';
import { meanOf } from '../methods/means.ts';
import { isDerived, PARAMETER_IDS } from '../parameter.ts';
import { type AveragingTime, judgeByQcvn05, QCVN_05, qcvn05At } from './qcvn-05.ts';

/** Table 1 as the regulation has it, µg/m³: 1 h, 8 h, 24 h, year; PM2.5 of 24 hours as of 2026. */
const TABLE_1: Record<string, (number | null)[]> = {
  so2: [350, null, 125, 50],
  co: [30_000, 10_000, null, null],
  no2: [200, null, 100, 40],
  o3: [200, 120, null, null],
  tsp: [300, null, 200, 100],
  pm10: [null, null, 100, 50],
  pm2_5: [null, null, 45, 25],
};
const TIMES: AveragingTime[] = ['1h', '8h', '24h', 'year'];

const tableAt = (day: string) =>
  Object.fromEntries(
    Object.keys(TABLE_1).map((pollutant) => [
      pollutant,
      TIMES.map((averaging) => {
        const rows = qcvn05At(day).filter((r) => r.pollutant === pollutant && r.averaging === averaging);
        expect(rows.length).toBeLessThanOrEqual(1);
        return rows[0]?.ug_m3 ?? null;
      }),
    ]),
  );

test('table 1 from 2026 on', () => {
  expect(tableAt('2026-01-01')).toEqual(TABLE_1);
  expect(tableAt('2031-07-15')).toEqual(TABLE_1);
});

test('until the end of 2025 the limit of PM2.5 of 24 hours was 50', () => {
  const before = { ...TABLE_1, pm2_5: [null, null, 50, 25] };
  expect(tableAt('2023-09-12')).toEqual(before);
  expect(tableAt('2025-12-31')).toEqual(before);
});

test('before it was in force it has no limit', () => {
  expect(qcvn05At('2023-09-11')).toEqual([]);
});

test('each row names its clause', () => {
  for (const { clause } of QCVN_05)
    expect(clause).toEqual({ vi: 'QCVN 05:2023/BTNMT, bảng 1', en: 'QCVN 05:2023/BTNMT, table 1' });
});

test('the same mean on the last day of the old limit and the first of the new one', () => {
  const of = (day: string) => {
    const judgement = judgeByQcvn05('pm2_5_24h', 48, day);
    return judgement.kind === 'judged' ? [judgement.limit.ug_m3, judgement.exceeded] : judgement.reason;
  };
  expect(of('2025-12-31')).toEqual([50, false]);
  expect(of('2026-01-01')).toEqual([45, true]);
});

test('the limit itself is not exceeded, whatever the arithmetic of the mean makes of it', () => {
  const exceeded = (ug_m3: number) => judgeByQcvn05('pm2_5_24h', ug_m3, '2026-03-05');
  expect(exceeded(45)).toMatchObject({ exceeded: false });
  expect(exceeded(45.1)).toMatchObject({ exceeded: true });
  const hours = [
    47.1, 41.3, 45.5, 47.8, 46.9, 46.9, 49.2, 46.7, 42.1, 47.9, 44.9, 40.7, 44.9, 42, 41.6, 43.5, 47.2, 41.2,
    45.7, 44.2, 47, 44.4, 40.1, 51.2,
  ];
  const mean = meanOf(hours, 18)?.mean ?? Number.NaN;
  expect(mean).toBeGreaterThan(45);
  expect(mean).toBeCloseTo(45, 9);
  expect(exceeded(mean)).toMatchObject({ exceeded: false });
});

test('each of our means is held against the limit of its own averaging time', () => {
  const judged = PARAMETER_IDS.flatMap((id) => {
    const judgement = judgeByQcvn05(id, 1, '2026-03-05');
    if (judgement.kind === 'refused') return [];
    const { pollutant, averaging, ug_m3 } = judgement.limit;
    expect(`${pollutant}_${averaging}`).toBe(id);
    return [[id, ug_m3]];
  });
  expect(Object.fromEntries(judged)).toEqual({
    pm2_5_24h: 45,
    pm10_24h: 100,
    so2_1h: 350,
    so2_24h: 125,
    no2_1h: 200,
    no2_24h: 100,
    o3_1h: 200,
    o3_8h: 120,
    co_1h: 30_000,
    co_8h: 10_000,
  });
});

test('a reading is never an exceedance, however high', () => {
  for (const id of PARAMETER_IDS) {
    if (!isDerived(id)) expect(judgeByQcvn05(id, 1e9, '2026-03-05').kind).toBe('refused');
  }
  expect(judgeByQcvn05('pm2_5', 60, '2026-03-05')).toEqual({
    kind: 'refused',
    reason: 'pm2_5 is a value of a moment: the limits of QCVN 05:2023 hold for means (pm2_5_24h)',
  });
});

test.each([
  ['pm2_5_1h', 60, '2026-03-05', 'QCVN 05:2023 has no limit of pm2_5_1h'],
  ['pm2_5_nowcast', 60, '2026-03-05', 'QCVN 05:2023 has no limit of pm2_5_nowcast'],
  ['water_level', 3, '2026-03-05', 'QCVN 05:2023 has no limit of water_level'],
  ['pm2_5_24h', 60, '2023-09-11', 'QCVN 05:2023 has no 24h limit of pm2_5 on 2023-09-11'],
  ['pm2_5_24h', Number.NaN, '2026-03-05', 'pm2_5_24h has no value'],
] as const)('%s %d on %s is refused', (parameter, ug_m3, day, reason) => {
  expect(judgeByQcvn05(parameter, ug_m3, day)).toEqual({ kind: 'refused', reason });
});
