import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDerivedStore } from '../derive/derived-store.ts';
import { published } from '../derive/derived-value.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { StoredReading } from '../store/store.ts';
import { storedReadings } from './stored-readings.ts';

const T0 = Date.UTC(2026, 2, 1);
const DAY = 86_400_000;

test('several series, measured and derived, come once and in the order of time over all pages', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-rehearsal-'));
  const store = openSqliteStore(folder, { now: () => T0 });
  const derived = openDerivedStore(folder);
  onTestFinished(async () => {
    derived.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  // More than one page of the fast series, less of the slow one.
  const every = (station: string, minutes: number, shiftMs: number): StoredReading[] =>
    Array.from({ length: Math.floor((20 * 1440) / minutes) }, (_, n) => {
      const at = T0 + n * minutes * 60_000 + shiftMs;
      return { station, parameter: 'ph', at, value: n, flag: 1, reason: null, receivedAt: at + 5_000_000 };
    });
  await store.append([...every('fast', 1, 0), ...every('slow', 60, 500)]);
  const values = Array.from({ length: 20 }, (_, n) =>
    published({ station: 'slow', parameter: 'vn_wqi', at: T0 + (n + 1) * DAY }, n, {
      method: 'x',
      inputs: [],
    }),
  );
  derived.put(values, T0);

  const series = [
    { station: 'fast', parameter: 'ph' },
    { station: 'slow', parameter: 'ph' },
    { station: 'slow', parameter: 'vn_wqi' },
  ] as const;
  const got: StoredReading[] = [];
  for await (const batch of storedReadings({ store, derived }, series, T0 + DAY, T0 + 19 * DAY))
    got.push(...batch);
  const times = got.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const count = (station: string, parameter: string) =>
    got.filter((one) => one.station === station && one.parameter === parameter).length;
  expect([count('fast', 'ph'), count('slow', 'ph'), count('slow', 'vn_wqi')]).toEqual([
    18 * 1440,
    18 * 24,
    18,
  ]);
  // As if each had come at once: when it was heard of says nothing about the rule.
  expect(got.every(({ at, receivedAt }) => at === receivedAt)).toBe(true);
});
