import { expect, test } from 'vitest';
import { headlines, stationState } from './judge.ts';
import { alert, NOW, reading, station } from './samples.ts';

const place = station('ho-1', { kind: 'water' });
const now = (overrides = {}) => new Map([['ph', reading('ph', overrides)]]);

test('a station with fresh good values is normal', () => {
  expect(stationState(place, now(), [], NOW)).toBe('ok');
});

test.each(['critical', 'warning', 'notice'] as const)(
  'an open %s alert is worse than anything of the data',
  (level) => {
    const at = NOW - 10 * 60_000;
    expect(stationState(place, now({ at }), [alert('1', { station: 'ho-1', level })], NOW)).toBe(level);
  },
);

test('the worst of several alerts decides, acknowledged or not', () => {
  const alerts = [
    alert('1', { station: 'ho-1', level: 'notice' }),
    alert('2', { station: 'ho-1', level: 'critical', state: 'acknowledged' }),
    alert('3', { station: 'elsewhere', level: 'critical' }),
  ];
  expect(stationState(place, now(), alerts, NOW)).toBe('critical');
  expect(stationState(place, now(), alerts.slice(2), NOW)).toBe('ok');
});

test('a station whose values are all older than three periods and a minute is silent', () => {
  expect(stationState(place, now({ at: NOW - 60_001 }), [], NOW)).toBe('silent');
});

test.each([3, 4, 9] as const)('a value with flag %i makes the station one to check', (flag) => {
  expect(stationState(place, now({ flag }), [], NOW)).toBe('doubtful');
});

test('a stale value makes the station one to check before it counts as silent', () => {
  expect(stationState(place, now({ at: NOW - 31_000 }), [], NOW)).toBe('doubtful');
});

test('a value that was not evaluated says nothing against the station', () => {
  expect(stationState(place, now({ flag: 2 }), [], NOW)).toBe('ok');
});

test('a station without any reading is new', () => {
  expect(stationState({ ...place, status: 'new' }, new Map(), [], NOW)).toBe('new');
});

test('a parameter with an open alert comes first among the few that stand for a station', () => {
  const water = station('ho-2', { kind: 'water' }, ['turbidity', 'ph', 'dissolved_oxygen', 'redox']);
  expect(headlines(water, new Set(), 3)).toEqual(['dissolved_oxygen', 'ph', 'turbidity']);
  expect(headlines(water, new Set(['redox']), 3)).toEqual(['redox', 'dissolved_oxygen', 'ph']);
  expect(headlines(water, new Set(), 9)).toHaveLength(4);
});
