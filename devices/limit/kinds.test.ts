import { expect, test } from 'vitest';
import {
  initialLimitState,
  type Limit,
  type LimitState,
  limitSchema,
  stepLimit,
  tickLimit,
} from '../limit.ts';
import { HOUR_MS } from '../local-time.ts';
import { FLAG } from '../quality.ts';

const MINUTE = 60;

const limitOf = (fields: object): Limit =>
  limitSchema.parse({ name: 'x', parameter: 'air_temperature', level: 'warning', ...fields });

/** What a series of [second, value] makes the limit report, with what was compared. */
function run(limit: Limit, series: readonly (readonly [number, number])[], from = initialLimitState) {
  let state: LimitState = from;
  const told = series.map(([second, value]) => {
    const step = stepLimit(limit, state, { at: second * 1000, value, flag: FLAG.good });
    state = step.state;
    if (step.kind === 'raised' || step.kind === 'cleared') return [step.kind, step.value, step.threshold];
    return step.kind === 'refused' ? step.reason : step.kind;
  });
  return { told, state };
}

test('a band raises on both sides, and says which side was crossed', () => {
  const band = limitOf({ kind: 'outside', low: 6, high: 9, clear_low: 6.5, clear_high: 8.5 });
  const series = [7, 9, 8.8, 8.5, 6, 6.4, 6.5].map((value, second) => [second + 1, value] as const);
  expect(run(band, series).told).toEqual([
    ['cleared', 7, 6.5],
    ['raised', 9, 9],
    'none',
    ['cleared', 8.5, 8.5],
    ['raised', 6, 6],
    'none',
    ['cleared', 6.5, 6.5],
  ]);
});

test('a rate raises on the change within its window, whatever the value, and tells the change', () => {
  const rise = limitOf({ kind: 'rate', raise: 8, clear: 4, within_s: 10 * MINUTE, direction: 'up' });
  const { told } = run(
    rise,
    [
      [0, 30],
      [4 * MINUTE, 33],
      [10 * MINUTE, 38],
      [11 * MINUTE, 38],
      [14 * MINUTE, 38],
      [21 * MINUTE, 39],
    ].map(([second = 0, value = 0]) => [second + 1, value] as const),
  );
  expect(told).toEqual(['none', 'none', ['raised', 8, 8], 'none', 'none', ['cleared', 1, 4]]);
});

test('a slow rise of the same size is no rate', () => {
  const rise = limitOf({ kind: 'rate', raise: 8, within_s: 10 * MINUTE, direction: 'up' });
  const slow = Array.from({ length: 60 }, (_, minute) => [minute * MINUTE + 1, 20 + minute * 0.5] as const);
  expect(run(rise, slow).told.filter((told) => told[0] === 'raised')).toEqual([]);
});

test('a fall is told with its sign, and only who asks for it hears of it', () => {
  const fall = [
    [1, 20],
    [61, 11],
  ] as const;
  const of = (direction: string) =>
    run(limitOf({ kind: 'rate', raise: 8, within_s: 600, direction }), fall).told[1];
  expect(of('down')).toEqual(['raised', -9, -8]);
  expect(of('both')).toEqual(['raised', -9, -8]);
  expect(of('up')).toBe('none');
});

test('the window of a rate is bounded at any period', () => {
  const rate = limitOf({ kind: 'rate', raise: 1000, within_s: 86_400 });
  const { state } = run(
    rate,
    Array.from({ length: 5000 }, (_, i) => [i * 20 + 1, i % 7] as const),
  );
  expect(state.window?.length).toBeLessThanOrEqual(62);
});

test('after a hole a rate does not clear before a whole window was seen', () => {
  const rate = limitOf({ kind: 'rate', raise: 8, within_s: 600 });
  const before = run(rate, [
    [1, 30],
    [61, 30],
    [121, 40],
  ]);
  expect(before.told.at(-1)).toEqual(['raised', 10, 8]);
  const after = Array.from({ length: 12 }, (_, minute) => [7200 + minute * 60, 40] as const);
  const { told } = run(rate, after, before.state);
  expect(told.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'none'));
  expect(told[10]).toEqual(['cleared', 0, 8]);
});

const day = (count: number): number => (count * 24 * HOUR_MS) / 1000;
/** Every quarter of an hour: 20 °C by night, 30 °C by day, one more in every other quarter. */
const usual = (days: number) =>
  Array.from({ length: days * 96 }, (_, quarter) => {
    const hour = Math.floor(quarter / 4) % 24;
    return [1 + quarter * 900, (hour < 12 ? 30 : 20) + (quarter % 2)] as const;
  });

test('a deviation learns for five days, then knows what is normal at this hour', () => {
  const hot = limitOf({ kind: 'deviation', raise: 12, clear: 6, direction: 'up' });
  const { told, state } = run(hot, usual(7));
  expect(told.indexOf('learning')).toBe(0);
  expect(told.lastIndexOf('learning')).toBe(5 * 96 - 1);
  expect(told[5 * 96]).toEqual(['cleared', 30, 36.5]);
  // 33 °C is nothing by day and a fire by night: what was compared is the normal of that hour.
  expect(run(hot, [[day(7) + 900, 33]], state).told).toEqual(['none']);
  const night = run(hot, [[day(7) + 13 * 3600, 33]], state);
  expect(night.told).toEqual([['raised', 33, 32.5]]);
  expect(run(hot, [[day(7) + 13 * 3600 + 900, 27]], night.state).told).toEqual(['none']);
  expect(run(hot, [[day(7) + 13 * 3600 + 900, 26.5]], night.state).told).toEqual([['cleared', 26.5, 26.5]]);
});

test('where values scatter, a deviation asks for more, to raise and to clear', () => {
  const hot = limitOf({ kind: 'deviation', raise: 0.5, clear: 0.25, mads: 8, direction: 'up' });
  const { state } = run(hot, usual(7));
  const noon = day(7) + 900;
  // Median 30.5, MAD 0.5: the distance is 4, cleared at half of it.
  expect(run(hot, [[noon, 34.4]], state).told).toEqual(['none']);
  const raised = run(hot, [[noon, 34.5]], state);
  expect(raised.told).toEqual([['raised', 34.5, 34.5]]);
  expect(run(hot, [[noon + 60, 32.5]], raised.state).told).toEqual([['cleared', 32.5, 32.5]]);
});

test('what is suspect may decide, but it does not teach what is normal', () => {
  const hot = limitOf({ kind: 'deviation', raise: 12, quality: 'suspect' });
  let state: LimitState = initialLimitState;
  for (const [second, value] of usual(6))
    ({ state } = stepLimit(hot, state, { at: second * 1000, value, flag: FLAG.suspect }));
  expect(state.baseline?.hours.every((days) => days.length === 0)).toBe(true);
});

test('2 of 3 samples: one in between does not matter, one alone neither raises nor clears', () => {
  const smoke = limitOf({ kind: 'high', raise: 100, clear: 80, needed: 2, of: 3 });
  const series = [50, 50, 120, 50, 120, 120, 50, 90, 50, 50];
  expect(
    run(
      smoke,
      series.map((value, second) => [second + 1, value] as const),
    ).told,
  ).toEqual([
    'none',
    ['cleared', 50, 80],
    'none',
    'none',
    ['raised', 120, 100],
    'none',
    'none',
    'none',
    ['cleared', 50, 80],
    'none',
  ]);
});

test('across a hole in the data no hold counts and no sample votes', () => {
  const seconds = [1, 2, 3, 4, 5, 60, 61, 65];
  const held = limitOf({ kind: 'high', raise: 100, hold_s: 5 });
  const series = seconds.map((second, index) => [second, index < 2 ? 50 : 120] as const);
  expect(run(held, series).told.slice(2)).toEqual([
    'none',
    'none',
    'none',
    'none',
    'none',
    ['raised', 120, 100],
  ]);

  const votes = limitOf({ kind: 'high', raise: 100, needed: 2, of: 3 });
  const broken = [1, 2, 3, 60, 61].map((second, index) => [second, index < 2 ? 50 : 120] as const);
  expect(run(votes, broken).told.slice(2)).toEqual(['none', 'none', ['raised', 120, 100]]);

  const clearing = limitOf({ kind: 'high', raise: 100, clear_hold_s: 5 });
  const back = [1, 2, 3, 60, 64, 65].map((second, index) => [second, index < 2 ? 120 : 50] as const);
  expect(run(clearing, back).told.slice(1)).toEqual(['none', 'none', 'none', 'none', ['cleared', 50, 100]]);
});

test('a slow instrument has no holes in its own pace', () => {
  const held = limitOf({ kind: 'high', raise: 100, hold_s: 1800 });
  const series = Array.from({ length: 5 }, (_, i) => [1 + i * 600, 120] as const);
  expect(run(held, series).told).toEqual(['none', 'none', 'none', ['raised', 120, 100], 'none']);
});

test('a limit of the night is not in force by day: what it had raised is over with the first reading then', () => {
  const night = limitOf({ kind: 'high', raise: 55, clear: 50, when: { hours: { from: 22, to: 6 } } });
  // Vietnamese hours of 1 March 2026.
  const at = (hour: number): number => Date.parse('2026-03-01T00:00:00+07:00') / 1000 + hour * 3600;
  expect(
    run(night, [
      [at(21), 60],
      [at(22), 60],
      [at(29.9), 60],
      [at(30), 60],
      [at(40), 60],
    ]).told,
  ).toEqual([['cleared', 60, 50], ['raised', 60, 55], 'none', ['cleared', 60, 50], 'none']);
});

test('a season may go over New Year', () => {
  const dry = limitOf({ kind: 'high', raise: 30, when: { months: { from: 11, to: 4 } } });
  const inMonth = (month: string) =>
    run(dry, [[Date.parse(`2026-${month}-15T12:00:00+07:00`) / 1000, 35]]).told[0]?.[0];
  expect(['01', '04', '05', '10', '11', '12'].map(inMonth)).toEqual([
    'raised',
    'raised',
    'cleared',
    'cleared',
    'raised',
    'raised',
  ]);
  // 31 October, 17:30 UTC is 1 November in Viet Nam.
  expect(run(dry, [[Date.parse('2026-10-31T17:30:00Z') / 1000, 35]]).told[0]?.[0]).toBe('raised');
});

/** Ticks each second over a stretch; what they report. */
function wait(limit: Limit, state: LimitState, from: number, to: number) {
  const told: [number, number, number][] = [];
  for (let second = from; second <= to; second += 1) {
    const step = tickLimit(limit, state, second * 1000);
    state = step.state;
    if (step.kind === 'raised') told.push([second, step.value, step.threshold]);
  }
  return { told, state };
}

test('what has brought no reading for so long is stale once, and a reading that may decide ends it', () => {
  const stale = limitOf({ kind: 'stale', after_s: 30 });
  const watched = wait(stale, initialLimitState, 1000, 1010);
  const fed = run(stale, [[1010, 20]], watched.state);
  expect(fed.told).toEqual([['cleared', 0, 30]]);
  const silent = wait(stale, fed.state, 1011, 1100);
  expect(silent.told).toEqual([[1040, 30, 30]]);
  const bad = stepLimit(stale, silent.state, { at: 1_101_000, value: 20, flag: FLAG.fail });
  expect(bad).toMatchObject({ kind: 'refused', reason: 'not good' });
  expect(run(stale, [[1102, 20]], silent.state).told).toEqual([['cleared', 0, 30]]);
});

test('an instrument that has never answered is stale too, and who did not look starts to count anew', () => {
  const stale = limitOf({ kind: 'stale', after_s: 30 });
  expect(wait(stale, initialLimitState, 1000, 1100).told).toEqual([[1030, 30, 30]]);
  const before = wait(stale, initialLimitState, 1000, 1020);
  expect(wait(stale, before.state, 5000, 5040).told).toEqual([[5030, 30, 30]]);
});

test('silence out of its hours is none, and counts from their beginning', () => {
  const stale = limitOf({ kind: 'stale', after_s: 30, when: { hours: { from: 6, to: 22 } } });
  const six = Date.parse('2026-03-01T06:00:00+07:00') / 1000;
  expect(wait(stale, initialLimitState, six - 100, six + 40).told).toEqual([[six + 30, 30, 30]]);
});

test('time alone does nothing to other kinds', () => {
  const high = limitOf({ kind: 'high', raise: 5 });
  expect(tickLimit(high, initialLimitState, 1e12)).toEqual({ kind: 'none', state: initialLimitState });
});
