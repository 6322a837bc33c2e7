import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { mqttInstrumentSchemas } from '../../devices/mqtt-instrument.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { createIntake, type Intake } from './intake.ts';
import type { Sample } from './message.ts';

const NOW = Date.UTC(2026, 10, 21, 5, 0, 0);
const MIN = 60_000;
const schema = z.discriminatedUnion('format', mqttInstrumentSchemas);

const instrument = schema.parse({
  id: 'one',
  line: 'lora',
  model: 'Any',
  period_s: 600,
  format: 'json',
  topic: 'a',
  values: {
    air_temperature: { path: 't', unit: 'degF' },
    water_level: { path: 'l', unit: 'mm', scale: -1, offset: 5000, range: [0, 4000] },
    smoke: { path: 's', unit: '/' },
    pressure: { path: 'p', unit: 'hPa' },
  },
});

let intake: Intake;
beforeEach(() => {
  intake = createIntake('mast', instrument);
});

const sample = (
  parameter: ParameterId,
  raw: unknown,
  at: number | null = null,
  more: object = {},
): Sample => ({
  parameter,
  raw,
  stamp: at === null ? null : { at, present: false },
  ...more,
});

const one = (given: Sample, now = NOW, retained = false) => intake.accept([given], now, retained)[0];

test('a value is scaled, converted into the unit of its parameter and judged', () => {
  expect(one(sample('air_temperature', 86))).toEqual({
    station: 'mast',
    parameter: 'air_temperature',
    at: NOW,
    value: 30,
    flag: 1,
    reason: null,
  });
  // 5 m of post less 3.2 m of distance.
  expect(one(sample('water_level', 3200))).toMatchObject({ value: 1.8, flag: 1 });
  expect(one(sample('water_level', 500), NOW + 60 * MIN)).toMatchObject({
    value: 4.5,
    flag: 3,
    reason: "outside the instrument's range 0..4000 mm",
  });
  expect(one(sample('pressure', 5000))).toMatchObject({ value: 5000, flag: 4 });
});

test('the unit that a message names goes before that of the mapping, and one that does not fit gives no value', () => {
  expect(one(sample('air_temperature', 30, null, { unit: 'Cel' }))).toMatchObject({ value: 30 });
  expect(one(sample('pressure', 740, null, { unit: 'mmHg' }))).toMatchObject({
    value: null,
    flag: 9,
    reason: 'unit "mmHg" is not known',
  });
  expect(one(sample('pressure', 740, null, { unit: 'Cel' }))).toMatchObject({ value: null, flag: 9 });
});

test.each([
  [true, 1],
  [false, 0],
  ['ON', 1],
  ['off', 0],
  [1, 1],
  ['1', 1],
])('a contact says %j', (raw, value) => {
  expect(one(sample('smoke', raw))).toMatchObject({ value, flag: 1 });
});

test.each([
  [true, 'true is no number'],
  ['ON', '"ON" is no number'],
  ['12abc', '"12abc" is no number'],
  ['', '"" is no number'],
  [null, 'the instrument has no value (null)'],
  [[1], 'a list is no number'],
  [Number.POSITIVE_INFINITY, 'not a number'],
  ['NaN', '"NaN" is no number'],
])('%j is no temperature: missing with a reason', (raw, reason) => {
  expect(one(sample('air_temperature', raw))).toMatchObject({ value: null, flag: 9, reason });
});

test('a number in a text is a number', () => {
  expect(one(sample('pressure', ' 1008.4 '))).toMatchObject({ value: 1008.4 });
});

test('each reading has the time that its message says, stored ones their own', () => {
  const readings = intake.accept(
    [
      sample('pressure', 1003, NOW),
      sample('pressure', 1001, NOW - 120 * MIN),
      sample('pressure', 1002, NOW - 60 * MIN),
    ],
    NOW,
    false,
  );
  expect(readings.map(({ at, value, flag }) => [NOW - at, value, flag])).toEqual([
    [120 * MIN, 1001, 1],
    [60 * MIN, 1002, 1],
    [0, 1003, 1],
  ]);
});

test('what was stored and comes late does not disturb the tests of what is new', () => {
  one(sample('pressure', 1000, NOW));
  one(sample('pressure', 990, NOW - 300 * MIN), NOW + MIN);
  expect(one(sample('pressure', 1020, NOW + MIN), NOW + MIN)).toMatchObject({
    flag: 3,
    reason: expect.stringContaining('spike'),
  });
});

test.each([
  ['an hour ahead', NOW + 60 * MIN, 'the clock of the instrument is 60 min ahead: time of arrival'],
  ['of 1970', 12_000, 'the clock of the instrument is not set: time of arrival'],
])('a clock %s: the time of arrival counts, and the value stays good', (_, at, reason) => {
  expect(one(sample('smoke', 1, at))).toMatchObject({ at: NOW, value: 1, flag: 1, reason });
});

test('a clock that is a little ahead is believed', () => {
  expect(one(sample('smoke', 1, NOW + 20_000))).toMatchObject({ at: NOW + 20_000, reason: null });
});

test('where only the present can be meant, a time of hours ago is a wrong zone or clock', () => {
  const stamp = { at: NOW - 7 * 60 * MIN, present: true };
  expect(one({ parameter: 'smoke', raw: 1, stamp })).toMatchObject({
    at: NOW,
    reason: 'the clock of the instrument is 7 h behind: time of arrival',
  });
});

test('a retained message is used by its own time, once, and never by its arrival', () => {
  expect(one(sample('pressure', 1000), NOW, true)).toBeUndefined();
  expect(one(sample('pressure', 1000, NOW - 30 * MIN), NOW, true)).toMatchObject({ at: NOW - 30 * MIN });
  expect(one(sample('pressure', 1000, NOW - 30 * MIN), NOW + MIN, true)).toBeUndefined();
  one(sample('pressure', 1001, NOW + MIN), NOW + MIN);
  expect(one(sample('pressure', 999, NOW - 10 * MIN), NOW + 2 * MIN, true)).toBeUndefined();
  expect(
    one({ parameter: 'pressure', raw: 1, stamp: { at: NOW - 5 * MIN, present: true } }, NOW, true),
  ).toBeUndefined();
});

test('a repeat is dropped: of the same time, or with the same key', () => {
  expect(one(sample('pressure', 1000, NOW))).toBeDefined();
  expect(one(sample('pressure', 1000, NOW), NOW + 5000)).toBeUndefined();
  expect(intake.repeated('abc 7', NOW)).toBe(false);
  expect(intake.repeated('abc 7', NOW + 5000)).toBe(true);
  expect(intake.repeated('abc 8', NOW + 5000)).toBe(false);
  expect(intake.repeated(null, NOW)).toBe(false);
  expect(intake.repeated(null, NOW)).toBe(false);
});

test('a frame counter that begins again after a restart is no repeat', () => {
  expect(intake.repeated('27000020 0', NOW)).toBe(false);
  expect(intake.repeated('27000020 0', NOW + 11 * MIN)).toBe(false);
});

test('equal values at other times are no repeats', () => {
  for (let index = 0; index < 5; index++)
    expect(one(sample('pressure', 1000), NOW + index * 10_000)).toBeDefined();
});
