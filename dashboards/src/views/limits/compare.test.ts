import { expect, test } from 'vitest';
import type { RehearsalOutcome, RehearsedAlert } from '../../../../devices/wire/rehearsal.ts';
import { daysOf, pairs, rehearsedSpan, toldBy } from './compare.ts';

const HOUR = 3_600_000;
/** Midnight in Vietnam. */
const START = Date.UTC(2026, 2, 1) - 7 * HOUR;
const span = { from: START, to: START + 72 * HOUR };

const alert = (from: number, to: number | null, over: Partial<RehearsedAlert> = {}): RehearsedAlert => ({
  ...{ station: 's', parameter: 'ph', limit: 'a', level: 'warning', flapping: false },
  ...{ opened_at: START + from * HOUR, cleared_at: to === null ? null : START + to * HOUR },
  told_at: START + from * HOUR,
  ...over,
});
const outcome = (timeline: RehearsedAlert[]): RehearsalOutcome => ({
  ...{ alerts: 0, quiet: 0, unverified: 0, by_limit: [], total_s: 0, longest_s: 0, storm: null },
  ...{ first_at: null, first_after_s: null, timeline, cut: false, stopped_at: null },
});
const key = { parameter: 'ph', name: 'a' };

test('of one limit within the time: told ones, quiet ones, how long in all and at the longest', () => {
  const told = toldBy(
    outcome([
      alert(-10, -5),
      alert(-2, 1),
      alert(5, 7),
      alert(8, 9, { told_at: null }),
      alert(70, null),
      alert(20, 30, { limit: 'b' }),
      alert(20, 30, { parameter: 'pm2_5' }),
    ]),
    key,
    span,
  );
  expect(told).toEqual({ alerts: 3, quiet: 1, totalS: (1 + 2 + 1 + 2) * 3600, longestS: 2 * 3600 });
});

test('each Vietnamese day has what began in it and how long something stood', () => {
  const days = daysOf([alert(23, 25), alert(25, 26), alert(70, null)], span);
  expect(days.map(({ opened, stoodS }) => [opened, stoodS / 3600])).toEqual([
    [1, 1],
    [1, 2],
    [1, 2],
  ]);
  expect(days[1]?.at).toBe(START + 24 * HOUR);
});

test('a day that is over the end counts to the end only', () => {
  const days = daysOf([alert(60, null)], { from: START + 12 * HOUR, to: START + 66 * HOUR });
  expect(days.map(({ stoodS }) => stoodS / 3600)).toEqual([0, 0, 6]);
});

test('alerts of the same time belong together, others are new or gone; the newest is first', () => {
  const present = [alert(1, 2), alert(10, 20), alert(40, 41)];
  const tried = [alert(11, 15), alert(16, 18), alert(50, null)];
  expect(pairs(tried, present)).toEqual([
    { tried: tried[2], present: null },
    { tried: null, present: present[2] },
    { tried: tried[1], present: null },
    { tried: tried[0], present: present[1] },
    { tried: null, present: present[0] },
  ]);
});

test('thirty days are counted; what learns begins its baseline before them', () => {
  expect(rehearsedSpan(START, false)).toMatchObject({
    asked: { from: START - 720 * HOUR },
    counted: { to: START },
  });
  expect(rehearsedSpan(START, true).asked.from).toBe(START - 1056 * HOUR);
  expect(rehearsedSpan(START, true).counted.from).toBe(START - 720 * HOUR);
});
