import { expect, test } from 'vitest';
import { limitSchema } from '../devices/limit.ts';
import { doubtTime } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import { createAlarms } from '../devices/rules/station-alarms.ts';
import { type ClockSource, createClockTrust, RELEASED_AT, stepText } from './trust.ts';

const NOW = Date.UTC(2026, 9, 3, 8);
const MINUTE = 60_000;

/** A clock with its trust: `run` lets time go by, `set` sets the wall clock only. */
function rig(wall: number, source: ClockSource, known: number | null = null) {
  const trust = createClockTrust(known);
  let ticks = 5000;
  const look = () => trust.look({ wall, ticks, source });
  look();
  return {
    ...trust,
    run(ms: number) {
      wall += ms;
      ticks += ms;
      return look();
    },
    set(to: number) {
      wall = to;
      return look();
    },
    hear(now: ClockSource) {
      source = now;
      return look();
    },
    /** What is said of a time of now, or of another; "untimed" with the ticks where only they are known. */
    doubt(at = wall) {
      const timing = trust.timing(at);
      return timing.kind === 'untimed' ? `untimed ${timing.ticks}` : timing.reason;
    },
  };
}

test('with a time server that was reached nothing is said', () => {
  const clock = rig(NOW, 'network');
  expect(clock.state()).toEqual({ trusted: true, source: 'network', reason: null });
  expect(clock.doubt()).toBeNull();
});

test.each<[ClockSource, boolean, RegExp]>([
  ['battery', true, /battery clock counts/],
  ['unknown', true, /does not tell/],
  ['assumed', true, /edge file says/],
  ['none', false, /no time server reached/],
])('kept right by %s it is trusted: %s, and the status says why', (source, trusted, reason) => {
  const clock = rig(NOW, source);
  expect(clock.state()).toEqual({ trusted, source, reason: expect.stringMatching(reason) });
  expect(clock.doubt()).toBe(trusted ? null : 'untimed 5000');
});

test.each<ClockSource>(['network', 'battery', 'unknown', 'assumed', 'none'])(
  'nobody makes 1970 or 2000 trusted: %s',
  (source) => {
    for (const wall of [12_000, Date.UTC(2000, 0, 1), RELEASED_AT - 1]) {
      const clock = rig(wall, source);
      expect(clock.state().trusted).toBe(false);
      expect(clock.doubt()).toBe('untimed 5000');
    }
    expect(rig(12_000, source).state().reason).toBe(
      'the clock says 1970-01-01T00:00:12Z, before this program was made',
    );
  },
);

test('a clock that shows less than this edge has seen before is not trusted until it shows more', () => {
  const clock = rig(NOW - MINUTE, 'unknown', NOW);
  expect(clock.state()).toMatchObject({
    trusted: false,
    reason: 'the clock says 2026-10-03T07:59:00Z, and this edge has already seen 2026-10-03T08:00:00Z',
  });
  clock.run(2 * MINUTE);
  expect(clock.state().trusted).toBe(true);
});

test('a time server that was reached is right even against what was seen before', () => {
  const clock = rig(NOW - MINUTE, 'network', NOW);
  expect(clock.state().trusted).toBe(true);
  expect(clock.newest()).toBe(NOW - MINUTE);
  expect(clock.doubt()).toBe('clock was set back');
  clock.run(2 * MINUTE);
  expect(clock.doubt()).toBeNull();
});

test('a step from 1970 to today is told with its size and brings trust', () => {
  const clock = rig(12_000, 'unknown');
  expect(clock.run(1000)).toBe(0);
  expect(clock.set(NOW)).toBe(NOW - 13_000);
  expect(clock.state().trusted).toBe(true);
  expect(clock.doubt()).toBeNull();
});

test('what was read just before trust arrived keeps the ticks at which it was read', () => {
  const clock = rig(NOW - 3 * 3600_000, 'none');
  clock.run(1000);
  clock.set(NOW);
  expect(clock.state().trusted).toBe(false);
  clock.run(1000);
  clock.hear('network');
  // Under the first wall clock, under the one that was set and not yet confirmed, and now.
  expect(clock.doubt(NOW - 3 * 3600_000 + 900)).toBe('untimed 5900');
  expect(clock.doubt(NOW + 900)).toBe('untimed 6900');
  expect(clock.doubt(NOW + 1000)).toBeNull();
  expect(clock.offset()).toBe(NOW - 6000);
  clock.run(2 * MINUTE);
  // An instrument that keeps its own time may deliver older values later.
  expect(clock.doubt(NOW - 3 * 3600_000 + 900)).toBeNull();
});

test('without trust the time of an instrument with its own clock stays, in doubt', () => {
  const clock = rig(12_000, 'unknown');
  clock.run(MINUTE);
  expect(clock.doubt(12_500)).toBe('untimed 5500');
  expect(clock.doubt(NOW)).toBe('clock not synchronised');
});

test('what is told afterwards of a time before a step is counted back with the clock as it is', () => {
  const clock = rig(NOW, 'none');
  clock.run(2 * MINUTE);
  clock.set(60_000);
  // Two minutes on: of the time between, a minute before the step.
  expect(clock.doubt(60_000 - MINUTE)).toBe(`untimed ${5000 + MINUTE}`);
});

test('a step back while nobody trusts the clock uses up no times', () => {
  const clock = rig(NOW + 86_400_000, 'none');
  clock.run(MINUTE);
  expect(clock.set(NOW)).toBe(-86_400_000 - MINUTE);
  expect(clock.doubt(NOW + 86_400_000 + 30_000)).toBe('untimed 35000');
  clock.hear('network');
  expect(clock.doubt()).toBeNull();
});

test('after a step back readings say so until the times are new again, and the clock stays trusted', () => {
  const clock = rig(NOW, 'unknown');
  clock.run(MINUTE);
  expect(clock.set(NOW - MINUTE)).toBe(-2 * MINUTE);
  expect(clock.state().trusted).toBe(true);
  expect(clock.doubt()).toBe('clock was set back');
  clock.run(2 * MINUTE);
  expect(clock.doubt()).toBe('clock was set back');
  clock.run(1);
  expect(clock.doubt()).toBeNull();
  // The time of an instrument's own clock, which was never set back.
  expect(clock.doubt(NOW)).toBeNull();
});

test('who sets a running clock back below what was seen before this start is believed', () => {
  const clock = rig(NOW + 86_400_000, 'unknown', NOW + 86_000_000);
  clock.set(NOW);
  expect(clock.state().trusted).toBe(true);
  expect(clock.newest()).toBe(NOW);
});

test('corrections of less than a second are no steps', () => {
  const clock = rig(NOW, 'unknown');
  expect(clock.set(NOW - 900)).toBe(0);
  expect(clock.doubt()).toBeNull();
  expect(clock.set(NOW + 100)).toBe(0);
});

test('a fire limit takes a reading of doubtful time', () => {
  const smoke = limitSchema.parse({
    name: 'smoke',
    parameter: 'smoke',
    kind: 'high',
    raise: 1,
    level: 'critical',
    quality: 'suspect',
  });
  const reason = rig(12_000, 'unknown').doubt(NOW) ?? 'none';
  const seen = doubtTime(
    { station: 'post-1', parameter: 'smoke', at: 12_000, value: 1, flag: 1, reason: null } satisfies Reading,
    reason,
  );
  expect(seen.flag).toBe(3);
  expect(createAlarms('post-1', [smoke]).step([seen])).toMatchObject([{ state: 'raised' }]);
});

test.each([
  [1500, 'ahead by 1.5 seconds'],
  [-90_000, 'back by 90 seconds'],
  [-3 * 3_600_000, 'back by 3 hours'],
  [20_364 * 86_400_000, 'ahead by 20364 days'],
])('a step of %i ms is told as "%s"', (ms, text) => {
  expect(stepText(ms)).toBe(text);
});
