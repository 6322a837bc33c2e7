import { expect, test } from 'vitest';
import { initialLimitState, type Limit, limitSchema, stepLimit } from './limit.ts';
import type { Reading } from './reading.ts';

const limit = (fields: Partial<Limit> = {}): Limit =>
  limitSchema.parse({
    name: 'high',
    parameter: 'pm2_5',
    kind: 'high',
    raise: 100,
    clear: 80,
    level: 'warning',
    ...fields,
  });

const reading = (second: number, value: number | null, flag: Reading['flag'] = 1): Reading => ({
  station: 's',
  parameter: 'pm2_5',
  at: second * 1000,
  value,
  flag,
  reason: null,
});

/** What a series of [second, value, flag] makes the limit report. */
function run(of: Limit, series: readonly (readonly [number, number | null, Reading['flag']?])[]): string[] {
  let state = initialLimitState;
  return series.map(([second, value, flag]) => {
    const step = stepLimit(of, state, reading(second, value, flag));
    state = step.state;
    return step.kind === 'refused' ? step.reason : step.kind;
  });
}

test('it raises at the raise value, not again, and clears only at the clear value', () => {
  expect(
    run(limit(), [
      [1, 50],
      [2, 100],
      [3, 150],
      [4, 90],
      [5, 81],
      [6, 80],
      [7, 60],
    ]),
  ).toEqual(['cleared', 'raised', 'none', 'none', 'none', 'cleared', 'none']);
});

test('the first decision is always reported, and a value in the deadband decides nothing', () => {
  expect(
    run(limit(), [
      [1, 90],
      [2, 70],
    ]),
  ).toEqual(['none', 'cleared']);
  expect(
    run(limit(), [
      [1, 90],
      [2, 120],
    ]),
  ).toEqual(['none', 'raised']);
});

test('a low limit works the other way round', () => {
  const low = limit({ kind: 'low', raise: 4, clear: 4.5 });
  expect(
    run(low, [
      [1, 6],
      [2, 4],
      [3, 4.2],
      [4, 4.5],
    ]),
  ).toEqual(['cleared', 'raised', 'none', 'cleared']);
});

test('hold counts time of readings, and one value within starts it anew', () => {
  const held = limit({ hold_s: 10 });
  expect(
    run(held, [
      [1, 50],
      [2, 120],
      [11, 120],
      [12, 120],
    ]),
  ).toEqual(['cleared', 'none', 'none', 'raised']);
  expect(
    run(held, [
      [1, 50],
      [2, 120],
      [9, 90],
      [10, 120],
      [19, 120],
      [20, 120],
    ]),
  ).toEqual(['cleared', 'none', 'none', 'none', 'none', 'raised']);
});

test('flagged, missing and late readings are refused and change nothing', () => {
  expect(
    run(limit(), [
      [1, 50],
      [2, 120, 3],
      [3, null, 9],
      [4, 120],
      [3, 10],
      [4, 10],
    ]),
  ).toEqual(['cleared', 'not good', 'not good', 'raised', 'out of order', 'out of order']);
});

test('a limit that takes suspect readings still refuses failed and missing ones', () => {
  const fire = limit({ quality: 'suspect' });
  expect(
    run(fire, [
      [1, 50],
      [2, 120, 4],
      [3, null, 9],
      [4, 120, 3],
    ]),
  ).toEqual(['cleared', 'not good', 'not good', 'raised']);
});

test('a clear value on the wrong side is refused by name', () => {
  const wrong = { name: 'x', parameter: 'pm2_5', kind: 'high', raise: 100, clear: 120, level: 'notice' };
  expect(limitSchema.safeParse(wrong).error?.issues[0]?.message).toContain(
    'clear value 120 is on the wrong side',
  );
  expect(limitSchema.safeParse({ ...wrong, kind: 'low', clear: 80 }).success).toBe(false);
  expect(limitSchema.safeParse({ ...wrong, clear: 90, hold_s: -1 }).success).toBe(false);
  expect(
    limitSchema.safeParse({ ...wrong, clear: 90, parameter: 'pm3' }).error?.issues[0]?.message,
  ).toContain('"pm3"');
});
