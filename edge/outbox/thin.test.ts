import { expect, test } from 'vitest';
import { meanReason, valuesOfMean } from '../../devices/mean.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { decodeSenml, encodeSenml } from '../../devices/wire/senml.ts';
import { thin } from './thin.ts';

/** The start of an hour. */
const START = 1_800_000_000_000;
const MINUTE = 60_000;

const good = (seconds: number, value: number, parameter: ParameterId = 'ph'): Reading => ({
  station: 's1',
  parameter,
  at: START + seconds * 1000,
  value,
  flag: FLAG.good,
  reason: null,
});

const brief = (readings: readonly Reading[]) =>
  readings.map(({ at, value, reason }) => [(at - START) / 1000, value, reason]);

test('a window keeps its least and greatest at their own times, and one mean of all others', () => {
  const minute = [7, 7.2, 6.1, 7.1, 8.9, 7.3].map((value, index) => good(index * 10, value));
  expect(brief(thin([...minute, good(60, 7)], MINUTE))).toEqual([
    [0, 7.15, 'mean of 4 values in 60 s'],
    [20, 6.1, null],
    [40, 8.9, null],
    [60, 7, null],
  ]);
});

test('thinned again, a mean weighs as much as the values that went into it, and none is counted twice', () => {
  const values = Array.from(
    { length: 360 },
    (_, index) => Math.round(1000 + 500 * Math.sin(index / 7)) / 100,
  );
  const hour = values.map((value, index) => good(index * 10, value));
  const thinned = thin(thin(thin(hour, MINUTE), 10 * MINUTE), 60 * MINUTE);
  expect(thinned).toHaveLength(3);
  expect(thinned.map(({ reason }) => valuesOfMean(reason) ?? 1).reduce((sum, count) => sum + count, 0)).toBe(
    360,
  );
  const mean = thinned.find(({ reason }) => reason !== null);
  expect(mean?.reason).toBe('mean of 358 values in 3600 s');
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const sum = values.reduce((all, value) => all + value, 0) - least - greatest;
  expect(mean?.value).toBeCloseTo(sum / 358, 6);
  const measured = thinned.filter(({ reason }) => reason === null).map(({ value }) => value);
  expect(measured.toSorted((a, b) => Number(a) - Number(b))).toEqual([least, greatest]);
});

test('flagged readings stay as they are, and go into no mean', () => {
  const flagged: Reading[] = [
    { ...good(5, 3.5), flag: FLAG.suspect, reason: 'spike' },
    { ...good(15, 0), value: null, flag: FLAG.missing, reason: 'no answer' },
    { ...good(25, 15), flag: FLAG.fail, reason: 'outside 0..14' },
    { ...good(35, 7), flag: FLAG.notEvaluated, reason: 'calibration' },
    { ...good(45, 7), reason: 'by hand' },
  ];
  const thinned = thin([...flagged, ...[7, 7, 7, 7].map((value, index) => good(index * 10, value))], MINUTE);
  for (const reading of flagged) expect(thinned).toContainEqual(reading);
  expect(thinned).toHaveLength(flagged.length + 3);
  expect(thinned.find(({ reason }) => valuesOfMean(reason) !== null)?.value).toBe(7);
});

test('no two readings of a series have one time: the second would be taken for a repeat', () => {
  const readings = Array.from({ length: 1000 }, (_, index) => good(index * 7, (index * 37) % 11));
  const halves = [...thin(readings.slice(0, 503), 10 * MINUTE), ...thin(readings.slice(503), 10 * MINUTE)];
  expect(new Set(halves.map(({ at }) => at)).size).toBe(halves.length);
  const times = new Set(readings.map(({ at }) => at));
  expect(halves.every(({ at }) => times.has(at))).toBe(true);
});

test('three readings of a window stay three, and parameters do not mix', () => {
  const three = [good(0, 1), good(10, 2), good(20, 3)];
  expect(thin(three, MINUTE)).toEqual(three);
  const mixed = [good(0, 7), good(1, 20, 'salinity'), good(10, 7), good(11, 21, 'salinity')];
  expect(thin(mixed, MINUTE)).toEqual(mixed);
});

test('directions have a mean on the circle', () => {
  const wind = [350, 10, 340, 20].map((value, index) => good(index * 10, value, 'wind_direction'));
  const [mean, ...others] = thin(wind, MINUTE);
  expect(others).toEqual([]);
  expect(Math.min(mean?.value ?? 180, 360 - (mean?.value ?? 180))).toBeLessThan(1e-6);
});

test('a contact has no mean: each of its turns stays, and what repeats goes', () => {
  const smoke = [0, 0, 0, 0, 1, 1, 1, 0, 0, 0].map((value, index) => good(index, value, 'smoke'));
  expect(brief(thin(smoke, MINUTE)).map(([at, value]) => [at, value])).toEqual([
    [0, 0],
    [3, 0],
    [4, 1],
    [6, 1],
    [7, 0],
    [9, 0],
  ]);
});

test('a mean goes through SenML as good, with a reason that says what it is', () => {
  const mean = { ...good(0, 7.15), reason: meanReason(58, MINUTE) };
  const [record] = encodeSenml('s1', [mean]);
  expect(record).toMatchObject({ v: 7.15, qr: 'mean of 58 values in 60 s' });
  const decoded = decodeSenml(JSON.stringify([record]), 's1', 0);
  expect(decoded).toMatchObject({ readings: [mean], refused: [] });
});

test('of the level of a fire its turns stay, no mean of levels', () => {
  const levels = [0, 0, 1, 1, 2, 2, 2, 0, 0].map((value, index) => good(index, value, 'fire_detection'));
  expect(brief(thin(levels, MINUTE)).map(([, value]) => value)).toEqual([0, 0, 1, 1, 2, 2, 0, 0]);
});
