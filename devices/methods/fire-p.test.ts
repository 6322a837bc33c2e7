import { expect, test } from 'vitest';
import { type FIRE_TABLES, fireLevel, fireTable } from '../standards/fire-levels.ts';
import { type FirePDay, type FirePState, startFireP, stepFireP } from './fire-p.ts';
import { saturationDeficit, saturationPressure } from './humid-air.ts';

const R0 = { rain_threshold_mm: 5 };

const day = (t13: number | null, rh13: number | null, rain: number | null = 0): FirePDay => ({
  t13,
  rh13,
  rain,
});
const DRY = day(30, 50);
const DRYING = 30 * saturationDeficit(30, 50);
const UNKNOWN = day(null, null);

/** The states after each day. */
function run(days: readonly FirePDay[], start: FirePState = startFireP(0), settings = R0): FirePState[] {
  let state = start;
  return days.map((one) => {
    state = stepFireP(state, one, settings);
    return state;
  });
}

test('eight days of the worked example, by both tables', () => {
  const days = [
    day(31, 55),
    day(33, 48),
    day(34, 45),
    day(35, 40, 2),
    day(36, 38),
    day(30, 80, 12),
    day(33, 50),
    day(35, 42),
  ];
  const ps = run(days).map(({ p }) => p ?? Number.NaN);
  expect(ps.map((p) => Number(p.toFixed(1)))).toEqual([
    625.4, 1486.9, 2479.7, 3658.4, 4982.3, 0, 828.4, 1967.8,
  ]);
  const levels = (id: (typeof FIRE_TABLES)[number]['id']) => ps.map((p) => fireLevel(fireTable(id), p));
  expect(levels('thua-thien-hue-33-2022')).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  expect(levels('research')).toEqual([1, 2, 2, 3, 3, 1, 1, 2]);
});

test.each([
  [31, 55, 44.83, 20.174],
  [33, 48, 50.203, 26.106],
  [36, 38, 59.313, 36.774],
  [30, 80, 42.337, 8.467],
])('saturation at %d °C and deficit at %d %%', (t, rh, pressure, deficit) => {
  expect(saturationPressure(t)).toBeCloseTo(pressure, 3);
  expect(saturationDeficit(t, rh)).toBeCloseTo(deficit, 3);
});

test('rain sets it back from the threshold of the zone on', () => {
  const [below] = run([day(30, 50, 4.9)], startFireP(7000));
  expect(below?.p).toBeCloseTo(7000 + DRYING, 6);
  expect(run([day(30, 50, 5)], startFireP(7000))[0]?.p).toBe(0);
  expect(run([day(30, 50, 5)], startFireP(7000), { rain_threshold_mm: 7 })[0]?.p).toBeGreaterThan(7000);
});

test('a day without its 13:00 value counts as the mean of the two measured last, and marks the index until it rains', () => {
  const states = run([DRY, day(36, 38), UNKNOWN, DRY, day(30, 80, 12), DRY]);
  const hot = 36 * saturationDeficit(36, 38);
  expect(states[2]?.p).toBeCloseTo(DRYING + hot + (DRYING + hot) / 2, 6);
  expect(states.map(({ estimated }) => estimated)).toEqual([false, false, true, true, false, false]);
});

test('one of the two values is no 13:00 value', () => {
  const [, , third] = run([DRY, DRY, day(39, null)]);
  expect(third).toMatchObject({ estimated: true, missing: 1 });
  expect(third?.p).toBeCloseTo(3 * DRYING, 6);
});

test('two days are bridged, after them there is no index until it rains', () => {
  const states = run([DRY, DRY, UNKNOWN, UNKNOWN, UNKNOWN, DRY, day(30, 80, 5), DRY]);
  expect(states.map(({ p }) => p !== null)).toEqual([true, true, true, true, false, false, true, true]);
  expect(states[3]?.p).toBeCloseTo(4 * DRYING, 6);
  expect(states[4]?.estimated).toBe(false);
  expect(states[7]).toMatchObject({ estimated: false, missing: 0 });
  expect(states[7]?.p).toBeCloseTo(DRYING, 6);
});

test('days that were measured between missing ones count them anew', () => {
  const states = run([DRY, DRY, UNKNOWN, UNKNOWN, DRY, UNKNOWN, UNKNOWN]);
  expect(states.at(-1)?.p).toBeCloseTo(7 * DRYING, 6);
});

test('rain that nobody measured is taken as none, and is missing all the same', () => {
  const states = run([DRY, DRY, day(30, 50, null), day(30, 50, null), day(30, 50, null)]);
  expect(states[2]).toMatchObject({ estimated: true });
  expect(states[2]?.p).toBeCloseTo(3 * DRYING, 6);
  expect(states[4]?.p).toBeNull();
});

test('rain counts on a day without its 13:00 value', () => {
  expect(run([DRY, day(null, null, 20)])[1]).toMatchObject({ p: 0, estimated: false, missing: 0 });
});

test('an unknown beginning is no 0: the index waits for rain', () => {
  const states = run([DRY, DRY, day(30, 80, 6), DRY], startFireP(null));
  expect(states.map(({ p }) => p !== null)).toEqual([false, false, true, true]);
});

test('with less than two days measured there is nothing to take a mean of', () => {
  expect(run([DRY, UNKNOWN])[1]?.p).toBeNull();
});

test('air beyond saturation and frost take nothing away', () => {
  expect(run([day(30, 100.4)], startFireP(100))[0]?.p).toBe(100);
  expect(run([day(-3, 50)], startFireP(100))[0]?.p).toBe(100);
});
