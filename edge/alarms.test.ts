import { expect, test } from 'vitest';
import { limitSchema } from '../devices/limit.ts';
import { FLAG } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import { createAlarms } from './alarms.ts';

const limit = limitSchema.parse({
  name: 'low-oxygen',
  parameter: 'dissolved_oxygen',
  side: 'low',
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
  const step = createAlarms([limit]);
  const alarms = step([reading(1, 6), reading(2, 3.9), reading(3, 4.5), reading(4, 5.1)]);
  expect(alarms.map(({ at, state, value, threshold }) => [at, state, value, threshold])).toEqual([
    [1, 'cleared', 6, 5],
    [2, 'raised', 3.9, 4],
    [4, 'cleared', 5.1, 5],
  ]);
  expect(alarms[1]).toMatchObject({ station: 'ben-do', limit: 'low-oxygen', level: 'critical' });
});

test('other parameters, missing and doubtful readings decide nothing', () => {
  const step = createAlarms([limit]);
  expect(
    step([
      reading(1, 1, { parameter: 'ph' }),
      reading(2, 1, { flag: FLAG.suspect }),
      { ...reading(3, 0), value: null, flag: FLAG.missing, reason: 'no answer' },
    ]),
  ).toEqual([]);
  expect(step([reading(4, 1)])).toHaveLength(1);
});
