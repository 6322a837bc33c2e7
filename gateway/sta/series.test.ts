/** What memory is believed about the newest row of a Datastream, over a real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDerivedStore } from '../derive/derived-store.ts';
import { createLiveReadings } from '../live.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { StoredReading } from '../store/store.ts';
import { createDerivedRows } from './derived-rows.ts';
import { createSeriesRows } from './series.ts';

const PH = { station: 'song-han', parameter: 'ph' } as const;
const EVER = { from: 0, to: 1e15 };
const reading = (at: number, value: number): StoredReading => ({
  ...PH,
  ...{ at, value, flag: 1, reason: 'checked', receivedAt: at + 5 },
});

function rig() {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-sta-series-'));
  const store = openSqliteStore(folder);
  const derived = openDerivedStore(folder);
  onTestFinished(async () => {
    derived.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const clock = { now: 0 };
  const live = createLiveReadings();
  const derivedRows = createDerivedRows(derived.db);
  return {
    store,
    derived,
    live,
    clock,
    series: createSeriesRows({ store, derivedRows, live, now: () => clock.now }),
  };
}

test('the live value counts while it is fresh; once it is stale, what came late since may be newer', async () => {
  const { store, live, clock, series } = rig();
  expect(series.newest(PH, 60)).toBeUndefined();
  live.update([reading(1_000_000, 1)]);
  await store.append([reading(1_000_000, 1), reading(1_500_000, 2)]);
  clock.now = 1_100_000;
  expect(series.newest(PH, 60)?.value).toBe(1);
  clock.now = 1_600_000;
  expect(series.newest(PH, 60)).toBeUndefined();
  const [newest] = await series.descending(PH, { ...EVER, limit: 1 });
  expect(newest).toMatchObject({ at: 1_500_000, value: 2, reason: 'checked', receivedAt: 1_500_005 });
});

test('rows come whole from both sides, and are counted to a limit', async () => {
  const { store, series } = rig();
  await store.append(Array.from({ length: 50 }, (_, index) => reading(index * 1000, index)));
  const values = async (rows: Promise<readonly { readonly value: number | null }[]>) =>
    (await rows).map(({ value }) => value);
  expect(await values(series.ascending(PH, { from: 2000, to: 9000, limit: 3 }))).toEqual([2, 3, 4]);
  expect(await values(series.descending(PH, { from: 2000, to: 9000, limit: 3 }))).toEqual([8, 7, 6]);
  expect(await series.count(PH, { ...EVER, limit: 1000 })).toBe(50);
  expect(await series.count(PH, { ...EVER, limit: 20 })).toBe(20);
});

test('a derived value is of all that its inputs are of', async () => {
  const { derived, series, live } = rig();
  const name = { station: 'song-han', parameter: 'pm2_5_1h' } as const;
  const value = { ...name, at: 7_200_000, value: 9, flag: 1 } as const;
  const input = { parameter: 'pm2_5', from: 3_600_000, at: 7_200_000, value: 9 };
  derived.put([{ ...value, body: { method: 'mean', inputs: [input] } }], 7_300_000);
  derived.put([{ ...value, at: 10_800_000, body: { method: 'mean', inputs: [] } }], 10_900_000);
  const rows = await series.descending(name, { ...EVER, limit: 5 });
  expect(rows.map(({ from, at, receivedAt }) => [from, at, receivedAt])).toEqual([
    [7_200_000, 10_800_000, 10_900_000],
    [3_600_000, 7_200_000, 7_300_000],
  ]);
  live.update([{ ...name, at: 10_800_000, value: 9, flag: 1, reason: null, receivedAt: 10_900_000 }]);
  expect(series.newest(name, 3600)?.derivation?.method).toBe('mean');
  expect(await series.count(name, { ...EVER, limit: 9 })).toBe(2);
});
