import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Limit, limitSchema } from '../../devices/limit.ts';
import type { Reading } from '../../devices/reading.ts';
import { openDerivedStore } from '../derive/derived-store.ts';
import { published, withheld } from '../derive/derived-value.ts';
import { createDerivedLimits } from './derived.ts';

const HOUR_MS = 3_600_000;
const T0 = Date.UTC(2026, 2, 5);
const limitOf = (fields: object): Limit =>
  limitSchema.parse({ name: 'bad-air', parameter: 'vn_aqi', kind: 'high', level: 'warning', ...fields });
const aqi = (hour: number, value: number | null): Reading => ({
  station: 'air-1',
  parameter: 'vn_aqi',
  at: T0 + hour * HOUR_MS,
  value,
  flag: value === null ? 9 : 1,
  reason: null,
});

test('a limit on an index is judged where the index is made; an hour without one changes nothing', () => {
  const limits = [
    limitOf({ raise: 150, clear: 100 }),
    limitOf({ parameter: 'pm2_5', name: 'dust', raise: 1 }),
  ];
  const { step: judge } = createDerivedLimits(() => limits);
  const told = [120, 160, null, 130, 90].flatMap((value, hour) =>
    judge('air-1', [aqi(hour, value)]).map((alarm) => [hour, alarm.limit, alarm.state, alarm.threshold]),
  );
  expect(told).toEqual([
    [1, 'bad-air', 'raised', 150],
    [4, 'bad-air', 'cleared', 100],
  ]);
});

test('a limit that was changed decides anew, and stations do not know of each other', () => {
  let limits = [limitOf({ raise: 150 })];
  const { step: judge } = createDerivedLimits(() => limits);
  expect(judge('air-1', [aqi(0, 160)])).toMatchObject([{ state: 'raised' }]);
  expect(judge('air-2', [{ ...aqi(0, 160), station: 'air-2' }])).toMatchObject([{ station: 'air-2' }]);
  expect(judge('air-1', [aqi(1, 160)])).toEqual([]);
  limits = [limitOf({ raise: 140 })];
  expect(judge('air-1', [aqi(2, 160)])).toMatchObject([{ state: 'raised', threshold: 140 }]);
  limits = [];
  expect(judge('air-1', [aqi(3, 160)])).toEqual([]);
});

test('what a regulation says of a mean is judged by the day of the mean', () => {
  const limit = limitOf({
    name: 'qcvn',
    parameter: 'pm2_5_24h',
    kind: 'standard',
    standard: 'qcvn-05',
    level: 'notice',
  });
  const { step: judge } = createDerivedLimits(() => [limit]);
  const mean = (at: number): Reading => ({ ...aqi(0, 47), parameter: 'pm2_5_24h', at });
  // Labels of midnight and of one o'clock of Vietnamese time on 1 January 2026: the last of 50, the first of 45.
  const midnight = Date.UTC(2025, 11, 31, 17);
  expect(judge('air-1', [mean(midnight)])).toMatchObject([{ state: 'cleared' }]);
  expect(judge('air-1', [mean(midnight + HOUR_MS)])).toMatchObject([
    { state: 'raised', threshold: 45, source: { en: expect.stringContaining('QCVN 05') } },
  ]);
});

/** A store that holds these hours of the index, and how a gateway goes on that starts so many hours after the first. */
function gatewayWith(limit: Limit, hours: readonly (number | null)[], startedAtHour: number) {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-derived-limits-'));
  const store = openDerivedStore(folder);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const body = { method: 'vn-aqi', inputs: [], have: 1, of: 1 };
  const values = hours.map((value, hour) => {
    const where = { station: 'air-1', parameter: 'vn_aqi', at: T0 + hour * HOUR_MS } as const;
    return value === null
      ? withheld(where, { vi: 'thiếu', en: 'gaps' }, body)
      : published(where, value, body);
  });
  store.put(values, T0);
  const { step, resume } = createDerivedLimits(() => [limit]);
  const shown = ({ state, at, value }: { state: string; at: number; value: number }) => [
    state,
    (at - T0) / HOUR_MS,
    value,
  ];
  return {
    resumed: resume('air-1', store, T0 + startedAtHour * HOUR_MS).map(shown),
    next: (hour: number, value: number | null) => step('air-1', [aqi(hour, value)]).map(shown),
  };
}

test('after a start the newest value is judged at once, with the hour that it is of', () => {
  const limit = limitOf({ raise: 150, clear: 100 });
  expect(gatewayWith(limit, [90, 160], 1.9).resumed).toEqual([['raised', 1, 160]]);
  expect(gatewayWith(limit, [160, 90], 1.9).resumed).toEqual([['cleared', 1, 90]]);
  // Between the two nobody knows better than before.
  const between = gatewayWith(limit, [160, 120], 1.9);
  expect(between.resumed).toEqual([]);
  expect(between.next(2, 95)).toEqual([['cleared', 2, 95]]);
});

test('what is not the present value decides nothing after a start', () => {
  const limit = limitOf({ raise: 150 });
  expect(gatewayWith(limit, [160], 3).resumed).toHaveLength(1);
  const old = gatewayWith(limit, [160], 3.1);
  expect(old.resumed).toEqual([]);
  expect(old.next(3, 170)).toEqual([['raised', 3, 170]]);
  const unpublished = gatewayWith(limit, [160, null], 1.5);
  expect(unpublished.resumed).toEqual([]);
  expect(unpublished.next(1, 155)).toEqual([['raised', 1, 155]]);
  expect(gatewayWith(limit, [], 1).resumed).toEqual([]);
});

test('what was judged at the start is told again with the next value: its alert may have been closed meanwhile', () => {
  const { resumed, next } = gatewayWith(limitOf({ raise: 150 }), [160], 0.5);
  expect(resumed).toEqual([['raised', 0, 160]]);
  expect(next(1, 165)).toEqual([['raised', 1, 165]]);
  expect(next(2, 170)).toEqual([]);
});

test('a hold is neither cut short by a start nor begun anew', () => {
  const limit = limitOf({ raise: 150, hold_s: 3 * 3600, clear_hold_s: 2 * 3600 });
  const waits = gatewayWith(limit, [90, 160, 160, 160], 3.5);
  expect(waits.resumed).toEqual([]);
  expect(waits.next(4, 160)).toEqual([['raised', 4, 160]]);
  expect(gatewayWith(limit, [90, 160, 160, 160, 160], 4.5).resumed).toEqual([['raised', 4, 160]]);

  const clears = gatewayWith(limit, [160, 160, 160, 160, 90], 4.5);
  expect(clears.resumed).toEqual([]);
  expect(clears.next(5, 90)).toEqual([]);
  expect(clears.next(6, 90)).toEqual([['cleared', 6, 90]]);

  const interrupted = gatewayWith(limit, [160, 160, 90, 160], 3.5);
  expect(interrupted.next(4, 160)).toEqual([]);
  expect(interrupted.next(6, 160)).toEqual([['raised', 6, 160]]);
});

test('samples that spoke before a start still count, each once', () => {
  const limit = limitOf({ raise: 150, needed: 2, of: 3 });
  const { resumed, next } = gatewayWith(limit, [90, 90, 160], 2.5);
  expect(resumed).toEqual([]);
  expect(next(3, 160)).toEqual([['raised', 3, 160]]);
  expect(gatewayWith(limit, [90, 90, 160], 2.5).next(3, 90)).toEqual([['cleared', 3, 90]]);
});

test('a baseline is not learned anew after a start', () => {
  const limit = limitOf({ kind: 'deviation', raise: 50, clear: 20, direction: 'up' });
  const sixDays = Array.from({ length: 6 * 24 }, () => 60);
  const { resumed, next } = gatewayWith(limit, sixDays, sixDays.length - 0.5);
  expect(resumed).toEqual([['cleared', sixDays.length - 1, 60]]);
  expect(next(sixDays.length, 130)).toEqual([['raised', sixDays.length, 130]]);
});
