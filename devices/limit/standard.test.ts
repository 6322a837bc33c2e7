import { expect, test } from 'vitest';
import { initialLimitState, type Limit, limitSchema, stepLimit } from '../limit.ts';
import type { ParameterId } from '../parameter.ts';
import { FLAG } from '../quality.ts';
import { alarmOf } from '../wire/limit-alarm.ts';

const limitOf = (fields: object): Limit =>
  limitSchema.parse({ name: 'qcvn', level: 'notice', kind: 'standard', ...fields });
const airOf = (parameter: ParameterId): Limit => limitOf({ parameter, standard: 'qcvn-05' });
const river = (parameter: ParameterId, of: string): Limit =>
  limitOf({ parameter, standard: 'qcvn-08', water: 'river', class: of });

/** What readings [Vietnamese time, value] make the limit tell, of one that tells nothing why. */
function run(limit: Limit, series: readonly (readonly [string, number])[]) {
  let state = initialLimitState;
  return series.map(([time, value]) => {
    const step = stepLimit(limit, state, { at: Date.parse(`${time}+07:00`), value, flag: FLAG.good });
    state = step.state;
    if (step.kind === 'refused') return step.reason;
    if (step.kind === 'none') return null;
    const { state: told, threshold, source } = alarmOf('cau-rong', limit, step);
    return [told, threshold, source?.en];
  });
}

const TABLE = 'QCVN 05:2023/BTNMT, table 1';

test('PM2.5 of 24 hours goes from 50 to 45 by itself with the first mean of 2026', () => {
  const told = run(airOf('pm2_5_24h'), [
    ['2025-12-31T22:00', 50.1],
    ['2025-12-31T23:00', 47],
    // The mean that ends at midnight is of the last day of 2025.
    ['2026-01-01T00:00', 47],
    ['2026-01-01T01:00', 47],
    ['2026-01-01T02:00', 45],
  ]);
  expect(told).toEqual([
    ['raised', 50, TABLE],
    ['cleared', 50, TABLE],
    null,
    ['raised', 45, TABLE],
    ['cleared', 45, TABLE],
  ]);
});

test('the averaging time is that of the parameter', () => {
  expect(run(airOf('o3_1h'), [['2026-03-05T12:00', 190]])).toEqual([['cleared', 200, TABLE]]);
  expect(run(airOf('o3_8h'), [['2026-03-05T12:00', 190]])).toEqual([['raised', 120, TABLE]]);
});

test('on a day without a row in force nothing is decided, and the reason says so', () => {
  expect(
    run(airOf('pm2_5_24h'), [
      ['2023-09-12T00:00', 300],
      ['2023-09-12T01:00', 300],
    ]),
  ).toEqual(['no row in force', ['raised', 50, TABLE]]);
  expect(
    run(river('cod', 'B'), [
      ['2023-09-11T23:59', 300],
      ['2023-09-12T00:00', 300],
    ]),
  ).toEqual(['no row in force', ['raised', 15, 'QCVN 08:2023/BTNMT, table 2, class B']]);
});

test('pH has two sides, and the one that was crossed is told', () => {
  const table = 'QCVN 08:2023/BTNMT, table 2, class B';
  const told = run(river('ph', 'B'), [
    ['2026-03-05T12:00', 7],
    ['2026-03-05T12:01', 8.6],
    ['2026-03-05T12:02', 8.5],
    ['2026-03-05T12:03', 5.9],
    ['2026-03-05T12:04', 6],
  ]);
  expect(told).toEqual([
    ['cleared', 6, table],
    ['raised', 8.5, table],
    ['cleared', 8.5, table],
    ['raised', 6, table],
    ['cleared', 6, table],
  ]);
});

test.each([
  ['A', 6],
  ['B', 5],
  ['C', 4],
  ['D', 2],
] as const)('oxygen of a river of class %s must be at least %d mg/l', (of, least) => {
  const told = run(river('dissolved_oxygen', of), [
    ['2026-03-05T12:00', least],
    ['2026-03-05T12:01', least - 0.1],
  ]);
  expect(told.map((one) => one?.slice(0, 2))).toEqual([
    ['cleared', least],
    ['raised', least],
  ]);
});

test('it is held, and neither clears nor raises by what is flagged, as other limits', () => {
  const held = limitOf({ parameter: 'cod', standard: 'qcvn-08', water: 'lake', class: 'A', hold_s: 60 });
  const told = run(held, [
    ['2026-03-05T12:00', 11],
    ['2026-03-05T12:01', 11],
  ]);
  expect(told).toEqual([null, ['raised', 10, 'QCVN 08:2023/BTNMT, table 3, class A']]);
  const reading = { at: Date.parse('2026-03-05T12:00Z'), value: 11, flag: FLAG.suspect };
  expect(stepLimit(held, initialLimitState, reading)).toMatchObject({ kind: 'refused', reason: 'not good' });
});
