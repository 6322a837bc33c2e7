import { expect, test } from 'vitest';
import { dayBounds } from '../../../devices/local-time.ts';
import { timeTicks } from './time-axis.ts';

const MIDNIGHT = dayBounds('2026-03-05')?.from ?? 0;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const local = (at: number): string => new Date(at + 7 * HOUR).toISOString().slice(0, 16);

test.each([
  ['minutes of an hour', HOUR, 'hour', ['2026-03-05T00:00', '2026-03-05T00:10']],
  ['hours of a day', DAY, 'hour', ['2026-03-05T00:00', '2026-03-05T03:00']],
  ['Mondays of a month', 30 * DAY, 'day', ['2026-03-09T00:00', '2026-03-16T00:00']],
  ['months of a year', 365 * DAY, 'month', ['2026-05-01T00:00', '2026-07-01T00:00']],
] as const)('%s begin at round times of Vietnam', (_, span, grain, first) => {
  const ticks = timeTicks(MIDNIGHT, MIDNIGHT + span, 8);
  expect(ticks.grain).toBe(grain);
  expect(ticks.at.slice(0, 2).map(local)).toEqual(first);
});

test('there are never more than there is room for, and one at least within the longest time', () => {
  for (const span of [60_000, HOUR, DAY, 7 * DAY, 40 * DAY, 400 * DAY, 20 * 366 * DAY])
    for (const room of [2, 5, 12]) {
      const { at } = timeTicks(MIDNIGHT + 1, MIDNIGHT + 1 + span, room);
      expect(at.length).toBeLessThanOrEqual(room + 1);
    }
  expect(timeTicks(MIDNIGHT, MIDNIGHT + 20 * 366 * DAY, 6).at.length).toBeGreaterThan(1);
});
