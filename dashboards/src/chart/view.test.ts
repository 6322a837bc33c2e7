import { expect, test } from 'vitest';
import {
  clamp,
  DAY_MS,
  fineness,
  HOUR_MS,
  LONGEST_MS,
  move,
  SHORTEST_MS,
  spanOfView,
  suffices,
  withMargin,
  zoomAt,
} from './view.ts';

const NOW = 1_750_000_000_000;
const day = { from: NOW - DAY_MS, to: NOW };

test('zooming leaves the moment under the pointer where it is', () => {
  const at = NOW - 18 * HOUR_MS;
  const closer = zoomAt(day, at, 0.5, NOW);
  expect(spanOfView(closer)).toBe(DAY_MS / 2);
  expect((at - closer.from) / spanOfView(closer)).toBeCloseTo((at - day.from) / DAY_MS);
});

test('the future is not shown: a zoom out at the end takes all of it from the past', () => {
  const wider = zoomAt(day, NOW, 3, NOW);
  expect(wider).toEqual({ from: NOW - 3 * DAY_MS, to: NOW });
  expect(move(day, 0.5, NOW)).toEqual(day);
});

test('a zoom ends at a minute and at the longest time there can be', () => {
  expect(spanOfView(zoomAt(day, NOW - HOUR_MS, 1e-9, NOW))).toBe(SHORTEST_MS);
  expect(spanOfView(zoomAt(day, NOW - HOUR_MS, 1e9, NOW))).toBe(LONGEST_MS);
});

test('a move goes by its part of what is seen, and not before 1970', () => {
  expect(move(day, -0.5, NOW)).toEqual({ from: day.from - DAY_MS / 2, to: day.to - DAY_MS / 2 });
  expect(clamp({ from: -5 * DAY_MS, to: -4 * DAY_MS }, NOW)).toEqual({ from: 0, to: DAY_MS });
});

test.each([
  ['an hour of a value each ten seconds: each of them', HOUR_MS, 10, 800, null],
  ['a day of a value a minute: each of them', DAY_MS, 60, 800, null],
  ['a day of a value a second: minutes and a half come to two minutes', DAY_MS, 1, 800, 120],
  ['a year of a value each five minutes', 365 * DAY_MS, 300, 1200, 21_600],
  ['the same on a phone, coarser', 365 * DAY_MS, 300, 330, 86_400],
  ['never finer than the period', 90 * DAY_MS, 3600, 4000, 7200],
  ['the longest time', LONGEST_MS, 3600, 1200, 604_800],
])('%s', (_, span, period, width, everyS) => {
  expect(fineness(span, period, width)).toBe(everyS);
});

test('an answer never has more points than the API gives, however wide the screen', () => {
  for (const span of [HOUR_MS, DAY_MS, 30 * DAY_MS, 366 * DAY_MS, LONGEST_MS])
    for (const period of [1, 10, 60, 300, 3600]) {
      const everyS = fineness(span, period, 8000) ?? period;
      const asked = withMargin({ from: NOW - span, to: NOW }, NOW);
      expect(spanOfView(asked) / 1000 / everyS).toBeLessThan(11_000);
    }
});

test('what is held is enough for less of it, and neither for more nor for something finer', () => {
  const held = { ...withMargin(day, NOW), everyS: 60 };
  const within = { from: NOW - 20 * HOUR_MS, to: NOW - 10 * HOUR_MS };
  expect(suffices(held, within, 60, NOW)).toBe(true);
  expect(suffices(held, within, 10, NOW)).toBe(false);
  expect(suffices(held, within, null, NOW)).toBe(false);
  expect(suffices(held, { from: held.from - 1, to: NOW }, 60, NOW)).toBe(false);
  expect(suffices(null, within, 60, NOW)).toBe(false);
});

test('time that goes on asks for nothing: it comes live', () => {
  const held = { from: day.from - DAY_MS, to: NOW, everyS: null };
  expect(suffices(held, { from: NOW - HOUR_MS, to: NOW + 30_000 }, null, NOW + 20_000)).toBe(true);
});
