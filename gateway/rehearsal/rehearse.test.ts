import { expect, test } from 'vitest';
import { type Limit, limitSchema } from '../../devices/limit.ts';
import { testStation } from '../../test/support/station.ts';
import { alertSettingsSchema } from '../alerts/settings.ts';
import type { StoredReading } from '../store/store.ts';
import { stormOf } from './outcome.ts';
import { rehearse } from './rehearse.ts';
import { limitsRule } from './rule.ts';

const T0 = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const station = {
  ...testStation({ id: 'a', parameters: [{ id: 'pm2_5', period_s: 60 }] }),
  edge: 'edge-a',
  parameterIds: new Set(['pm2_5'] as const),
};
const rule = (limits: readonly object[]) =>
  limitsRule([{ id: 'a', edge: 'edge-a', limits: limits.map((limit): Limit => limitSchema.parse(limit)) }]);
const high = (raise: number, more: object = {}) => ({
  ...{ name: 'dust', parameter: 'pm2_5', kind: 'high', level: 'warning', raise, ...more },
});
const readings = (values: readonly (number | null)[]): StoredReading[] =>
  values.flatMap((value, minute) => {
    const at = T0 + minute * MINUTE;
    // null: nothing comes.
    return value === null
      ? []
      : [{ station: 'a', parameter: 'pm2_5', at, value, flag: 1, reason: null, receivedAt: at } as const];
  });
const run = (
  values: readonly (number | null)[],
  rehearsed: readonly object[],
  present: readonly object[],
  alerts: object = {},
  progress: number[] = [],
) =>
  rehearse({
    stations: [station],
    from: T0,
    to: T0 + values.length * MINUTE,
    rehearsed: rule(rehearsed),
    present: rule(present),
    settings: alertSettingsSchema.parse(alerts),
    readings: [readings(values)],
    onProgress: (at) => progress.push(at),
  });

test('both rules are told: how many, how long, the storm and the first', async () => {
  // Above 50 in minutes 10 to 19 and 40 to 44, above 100 in minutes 40 to 44 only.
  const values = Array.from({ length: 60 }, (_, n) =>
    n >= 40 && n < 45 ? 120 : n >= 10 && n < 20 ? 60 : 20,
  );
  const progress: number[] = [];
  const { rehearsed, present } = await run(values, [high(50)], [high(100)], {}, progress);
  expect(rehearsed).toMatchObject({
    alerts: 2,
    by_limit: [{ parameter: 'pm2_5', limit: 'dust', level: 'warning', alerts: 2, total_s: 900 }],
    total_s: 900,
    longest_s: 600,
    storm: { alerts: 1, from: T0 + 10 * MINUTE },
    first_after_s: 600,
    quiet: 0,
  });
  expect(rehearsed.timeline.map(({ opened_at, cleared_at }) => [opened_at, cleared_at])).toEqual([
    [T0 + 10 * MINUTE, T0 + 20 * MINUTE],
    [T0 + 40 * MINUTE, T0 + 45 * MINUTE],
  ]);
  expect(present).toMatchObject({ alerts: 1, total_s: 300, first_after_s: 2400 });
  expect(progress.at(-1)).toBe(T0 + 60 * MINUTE);
});

test('flapping is counted as the alert book counts it: the fourth raise is the last alert', async () => {
  const values = Array.from({ length: 60 }, (_, n) => (n % 2 === 1 && n < 40 ? 60 : 20));
  const { rehearsed } = await run(values, [high(50)], []);
  expect(rehearsed.alerts).toBe(4);
  expect(rehearsed.timeline.at(-1)).toMatchObject({ flapping: true, opened_at: T0 + 7 * MINUTE });
});

test('an alert whose data stop stands to the end, unverified, and that nobody acknowledges it is no further alert', async () => {
  const values = [60, 60, 60, ...Array.from({ length: 120 }, () => null)];
  const { rehearsed } = await run(values, [high(50, { level: 'critical' })], []);
  expect(rehearsed).toMatchObject({ unverified: 1, longest_s: 123 * 60 });
  expect(rehearsed.by_limit).toContainEqual(expect.objectContaining({ limit: 'station-silent', alerts: 1 }));
  expect(rehearsed.timeline[0]).toMatchObject({ limit: 'dust', cleared_at: null });
  expect(rehearsed.storm).toMatchObject({ alerts: 1 });
});

test('a latched alert that comes back is told again and stays one', async () => {
  const values = Array.from({ length: 60 }, (_, n) => (n === 10 || n === 40 ? 60 : 20));
  const { rehearsed } = await run(values, [high(50)], [], { latch: [{ limit: 'dust' }] });
  expect(rehearsed).toMatchObject({ alerts: 1, first_after_s: 600 });
  expect(rehearsed.timeline).toHaveLength(1);
});

test('silence is timed without readings', async () => {
  const values = [20, 20, 20, ...Array.from({ length: 60 }, () => null)];
  const stale = { name: 'gone', parameter: 'pm2_5', kind: 'stale', level: 'notice', after_s: 600 };
  const { rehearsed } = await run(values, [stale], []);
  expect(rehearsed.timeline).toContainEqual(
    expect.objectContaining({ limit: 'gone', opened_at: T0 + 12 * MINUTE, told_at: null }),
  );
});

test('a rule that nobody could read is followed no further, the other one goes on', async () => {
  const noisy = Array.from({ length: 4000 }, (_, n) => (n % 2 === 1 ? 60 : 20));
  const limits = Array.from({ length: 10 }, (_, n) => high(50, { name: `dust-${n}` }));
  const { rehearsed, present } = await run(noisy, limits, [high(50)]);
  expect(rehearsed.stopped_at).toBeLessThan(T0 + 2100 * MINUTE);
  expect(rehearsed.timeline[0]).toMatchObject({ limit: 'dust-0' });
  expect(present).toMatchObject({ stopped_at: null, longest_s: (4000 - 7) * 60 });
}, 60_000);

test('the storm is the most within ten minutes', () => {
  expect(stormOf([])).toBeNull();
  expect(stormOf([0, 1, 5, 12, 13, 14, 21, 21.9, 22].map((minute) => minute * MINUTE))).toEqual({
    alerts: 5,
    from: 12 * MINUTE,
  });
  // Ten minutes later is not within ten minutes.
  expect(stormOf([0, 10 * MINUTE])).toEqual({ alerts: 1, from: 0 });
});
