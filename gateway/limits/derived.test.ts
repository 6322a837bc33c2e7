import { expect, test } from 'vitest';
import { type Limit, limitSchema } from '../../devices/limit.ts';
import type { Reading } from '../../devices/reading.ts';
import { createDerivedLimits } from './derived.ts';

const HOUR_MS = 3_600_000;
const T0 = Date.UTC(2026, 2, 5);
const limitOf = (fields: object): Limit =>
  limitSchema.parse({ name: 'bad-air', parameter: 'vn_aqi', kind: 'high', level: 'warning', ...fields });
const aqi = (hour: number, value: number | null): Reading => ({
  station: 'air-1',
  parameter: 'vn_aqi',
  at: T0 + hour * HOUR_MS,
  value,
  flag: value === null ? 9 : 1,
  reason: null,
});

test('a limit on an index is judged where the index is made; an hour without one changes nothing', () => {
  const limits = [
    limitOf({ raise: 150, clear: 100 }),
    limitOf({ parameter: 'pm2_5', name: 'dust', raise: 1 }),
  ];
  const judge = createDerivedLimits(() => limits);
  const told = [120, 160, null, 130, 90].flatMap((value, hour) =>
    judge('air-1', [aqi(hour, value)]).map((alarm) => [hour, alarm.limit, alarm.state, alarm.threshold]),
  );
  expect(told).toEqual([
    [1, 'bad-air', 'raised', 150],
    [4, 'bad-air', 'cleared', 100],
  ]);
});

test('a limit that was changed decides anew, and stations do not know of each other', () => {
  let limits = [limitOf({ raise: 150 })];
  const judge = createDerivedLimits(() => limits);
  expect(judge('air-1', [aqi(0, 160)])).toMatchObject([{ state: 'raised' }]);
  expect(judge('air-2', [{ ...aqi(0, 160), station: 'air-2' }])).toMatchObject([{ station: 'air-2' }]);
  expect(judge('air-1', [aqi(1, 160)])).toEqual([]);
  limits = [limitOf({ raise: 140 })];
  expect(judge('air-1', [aqi(2, 160)])).toMatchObject([{ state: 'raised', threshold: 140 }]);
  limits = [];
  expect(judge('air-1', [aqi(3, 160)])).toEqual([]);
});

test('what a regulation says of a mean is judged by the day of the mean', () => {
  const limit = limitOf({
    name: 'qcvn',
    parameter: 'pm2_5_24h',
    kind: 'standard',
    standard: 'qcvn-05',
    level: 'notice',
  });
  const judge = createDerivedLimits(() => [limit]);
  const mean = (at: number): Reading => ({ ...aqi(0, 47), parameter: 'pm2_5_24h', at });
  // Labels of midnight and of one o'clock of Vietnamese time on 1 January 2026: the last of 50, the first of 45.
  const midnight = Date.UTC(2025, 11, 31, 17);
  expect(judge('air-1', [mean(midnight)])).toMatchObject([{ state: 'cleared' }]);
  expect(judge('air-1', [mean(midnight + HOUR_MS)])).toMatchObject([
    { state: 'raised', threshold: 45, source: { en: expect.stringContaining('QCVN 05') } },
  ]);
});
