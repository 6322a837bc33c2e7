import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './sqlite-levels.ts';
import type { StoredReading } from './store.ts';

/** The first of January in Vietnam. */
const T0 = Date.UTC(2023, 11, 31, 17);
const DAYS = 200;
const KEEP = { raw_days: 40, minute_days: 80, hour_days: 120, day_days: 160 };
const END = T0 + DAYS * DAY_MS;
const series = { station: 'a', parameter: 'pm2_5' } as const;

let folder: string;
let store: SqliteStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-retention-'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const reading = (at: number, value: number): StoredReading => ({
  ...series,
  at,
  value,
  flag: 1,
  reason: null,
  receivedAt: at,
});

/** A reading at the start of each hour, and one half a minute later: their values are the day and 3 more. */
const past = Array.from({ length: DAYS * 24 }, (_, hour) => {
  const at = T0 + hour * HOUR_MS;
  const day = Math.floor(hour / 24);
  return [reading(at, day), reading(at + MINUTE_MS / 2, day + 3)];
}).flat();

const counts = (from: number, to: number, everyMs: number) =>
  store.points({ ...series, from, to, everyMs, aggregate: 'count', limit: 10_000 });

function forget(now: number): number {
  let all = 0;
  for (;;) {
    const { state, deleted } = store.forgetting.step(now, 0);
    all += deleted;
    if (state === 'done') return all;
  }
}

const rollAll = (now: number): void => {
  while (store.rollups.step(now, 1000) === 'more');
};

test('each class is kept for its time, and what is gone answers from the next coarser one', async () => {
  store = openSqliteStore(folder, { keep: KEEP, now: () => T0 });
  await store.append(past);
  rollAll(END);
  expect(forget(END)).toBeGreaterThan(0);
  expect(forget(END)).toBe(0);

  const start = (days: number): number => END - days * DAY_MS;
  // Newest reading is of the last day before END: what is kept is counted from it.
  const since = (days: number): number => start(days + 1);
  const raw = await store.points({ ...series, from: T0, to: END, aggregate: 'mean', limit: 10_000 });
  expect(raw).toHaveLength(41 * 48);
  expect(raw[0]?.[0]).toBe(since(40));

  const byTenSeconds = await counts(T0, END, 10_000);
  const kinds = byTenSeconds.map(([at, count]) => [at, count] as const);
  expect(kinds.filter(([at]) => at >= since(40)).every(([, count]) => count === 1)).toBe(true);
  expect(kinds.filter(([at]) => at >= since(80) && at < since(40))).toHaveLength(40 * 24);
  expect(kinds.filter(([at]) => at >= since(120) && at < since(80))).toHaveLength(40 * 24);
  expect(kinds.filter(([at]) => at < since(120))).toHaveLength(40);
  expect(byTenSeconds[0]).toEqual([since(160), 48, 1]);
  // Nothing is counted twice or left out where two classes meet.
  for (const every of [10_000, MINUTE_MS, HOUR_MS, DAY_MS]) {
    const points = await counts(T0, END, every);
    expect(points.reduce((sum, [, count]) => sum + (count ?? 0), 0)).toBe(161 * 48);
  }
  const days = { ...series, from: T0, to: END, everyMs: DAY_MS, aggregate: 'mean', limit: 1 } as const;
  expect(await store.points({ ...days, to: since(159) })).toEqual([[since(160), 40.5, 1]]);
});

test('after a new start the store knows what is gone', async () => {
  store = openSqliteStore(folder, { keep: KEEP, now: () => T0 });
  await store.append(past);
  rollAll(END);
  forget(END);
  const before = await counts(T0, END, MINUTE_MS);
  await store.close();
  store = openSqliteStore(folder, { keep: KEEP, now: () => T0 });
  expect(await counts(T0, END, MINUTE_MS)).toEqual(before);
});

test('what comes for a time whose readings are gone makes no rollup poorer, and goes too', async () => {
  store = openSqliteStore(folder, { keep: KEEP, now: () => T0 });
  await store.append(past);
  rollAll(END);
  forget(END);
  const day = END - 100 * DAY_MS;
  await store.append([reading(day + 5 * MINUTE_MS, 1000)]);
  rollAll(END);
  expect(await counts(day, day + DAY_MS, DAY_MS)).toEqual([[day, 48, 1]]);
  await store.append([reading(END + DAY_MS, 1)]);
  rollAll(END + 3 * DAY_MS);
  forget(END + 3 * DAY_MS);
  expect(await store.rows({ ...series, from: T0, to: day + DAY_MS, limit: 10 })).toEqual([]);
});

test('nothing goes before its rollups are made', async () => {
  store = openSqliteStore(folder, { keep: KEEP, now: () => T0 });
  await store.append(past);
  expect(forget(END)).toBe(0);
  expect(await counts(T0, END, DAY_MS)).toHaveLength(DAYS);
});

test('a clock that is years ahead costs no data', async () => {
  store = openSqliteStore(folder, { keep: KEEP, now: () => T0 });
  await store.append(past);
  rollAll(END);
  forget(END + 75 * 365 * DAY_MS);
  expect(await counts(T0, END, DAY_MS)).toHaveLength(161);
});

test('the store forgets by itself', async () => {
  store = openSqliteStore(folder, { keep: KEEP, now: () => END });
  await store.append(past);
  const gone = { ...series, from: T0, to: END - 41 * DAY_MS, limit: 1 };
  await vi.waitFor(
    async () => {
      expect(await store.rows(gone)).toEqual([]);
      expect(await counts(T0, END, DAY_MS)).toHaveLength(161);
    },
    { timeout: 20_000, interval: 200 },
  );
}, 30_000);
