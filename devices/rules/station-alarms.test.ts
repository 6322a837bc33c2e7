import { expect, test } from 'vitest';
import { limitSchema } from '../limit.ts';
import { FLAG } from '../quality.ts';
import type { Reading } from '../reading.ts';
import { alarmSchema } from '../wire/messages.ts';
import { createAlarms } from './station-alarms.ts';

const limit = limitSchema.parse({
  name: 'low-oxygen',
  parameter: 'dissolved_oxygen',
  kind: 'low',
  raise: 4,
  clear: 5,
  level: 'critical',
});

const reading = (at: number, value: number, over: Partial<Reading> = {}): Reading => ({
  station: 'ben-do',
  parameter: 'dissolved_oxygen',
  at,
  value,
  flag: FLAG.good,
  reason: null,
  ...over,
});

test('the first good reading decides and is reported, then every crossing with the value that was crossed', () => {
  const { step } = createAlarms('ben-do', [limit]);
  const alarms = step([reading(1, 6), reading(2, 3.9), reading(3, 4.5), reading(4, 5.1)]);
  expect(alarms.map(({ at, state, value, threshold }) => [at, state, value, threshold])).toEqual([
    [1, 'cleared', 6, 5],
    [2, 'raised', 3.9, 4],
    [4, 'cleared', 5.1, 5],
  ]);
  expect(alarms[1]).toMatchObject({ station: 'ben-do', limit: 'low-oxygen', level: 'critical' });
});

test('other parameters, missing and doubtful readings decide nothing', () => {
  const { step } = createAlarms('ben-do', [limit]);
  expect(
    step([
      reading(1, 1, { parameter: 'ph' }),
      reading(2, 1, { flag: FLAG.suspect }),
      { ...reading(3, 0), value: null, flag: FLAG.missing, reason: 'no answer' },
    ]),
  ).toEqual([]);
  expect(step([reading(4, 1)])).toHaveLength(1);
});

test('what has become stale is told as no data, with its seconds', () => {
  const stale = limitSchema.parse({
    name: 'silent',
    parameter: 'dissolved_oxygen',
    kind: 'stale',
    after_s: 20,
    level: 'warning',
  });
  const { step, tick } = createAlarms('ben-do', [stale]);
  expect(tick(1_000_000)).toEqual([]);
  expect(step([reading(1_005_000, 6)])).toMatchObject([{ state: 'cleared', value: 0 }]);
  expect(tick(1_020_000)).toEqual([]);
  const alarms = tick(1_026_000);
  expect(alarms).toEqual([
    {
      station: 'ben-do',
      parameter: 'dissolved_oxygen',
      limit: 'silent',
      state: 'raised',
      level: 'warning',
      at: 1_026_000,
      value: 21,
      threshold: 20,
      no_data: true,
    },
  ]);
  expect(alarmSchema.parse(alarms[0])).toEqual(alarms[0]);
});

test('a rate tells the change and within how many seconds', () => {
  const rate = limitSchema.parse({
    name: 'falls',
    parameter: 'dissolved_oxygen',
    kind: 'rate',
    raise: 2,
    within_s: 60,
    level: 'warning',
  });
  const alarms = createAlarms('ben-do', [rate]).step([reading(1, 6), reading(1001, 3.5)]);
  expect(alarms).toMatchObject([{ state: 'raised', value: -2.5, threshold: -2, within_s: 60 }]);
  expect(alarmSchema.safeParse(alarms[0]).success).toBe(true);
});

test('after a change of limits those that stay decide anew and say so', () => {
  const other = limitSchema.parse({ ...limit, name: 'very-low', raise: 1, clear: 2 });
  const alarms = createAlarms('ben-do', [limit]);
  expect(alarms.step([reading(1, 3)])).toMatchObject([{ state: 'raised' }]);
  alarms.replace([other, limit]);
  expect(alarms.step([reading(2, 3)])).toMatchObject([
    { limit: 'very-low', state: 'cleared' },
    { limit: 'low-oxygen', state: 'raised' },
  ]);
});

test('after the clock was set a limit decides anew, in the new time', () => {
  const alarms = createAlarms('ben-do', [limit]);
  alarms.step([reading(9_000_000, 3)]);
  expect(alarms.step([reading(1000, 3)])).toEqual([]);
  alarms.clockStepped();
  expect(alarms.step([reading(1000, 3)])).toMatchObject([{ state: 'raised' }]);
});
