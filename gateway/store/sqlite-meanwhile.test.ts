/** Questions that take several turns, while readings are committed, put into blocks, rolled up and deleted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './sqlite-levels.ts';
import type { StoredReading } from './store.ts';

const T0 = Date.UTC(2024, 0, 1);
const DAYS = 80;
const END = T0 + DAYS * DAY_MS;
const series = { station: 'a', parameter: 'pm2_5' } as const;
const KEEP = { raw_days: 20, minute_days: 1000, hour_days: 1000, day_days: 1000 };

let folder: string;
let store: SqliteStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-meanwhile-'));
  store = openSqliteStore(folder, { keep: KEEP, now: () => T0 });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const reading = (at: number): StoredReading => ({
  ...series,
  at,
  value: 1,
  flag: 1,
  reason: null,
  receivedAt: at,
});

/** A reading every ten minutes. */
const past = Array.from({ length: DAYS * 144 }, (_, n) => reading(T0 + n * 10 * MINUTE_MS));

const finish = (): void => {
  while (store.rollups.step(END + DAY_MS, 1000) === 'more');
};

/** Does `work` at each turn until the question is answered. Returns the answer, and how many turns it took. */
async function during<T>(question: Promise<T>, work: () => unknown): Promise<[T, number]> {
  let answered = false;
  let turns = 0;
  const answer = question.finally(() => {
    answered = true;
  });
  // Its failure is told where it is awaited at last.
  answer.catch(() => null);
  while (!answered) {
    await work();
    await nextTurn();
    turns++;
  }
  return [await answer, turns];
}

const total = (points: readonly (readonly [number, number | null, number])[]): number =>
  points.reduce((sum, [, count]) => sum + (count ?? 0), 0);

const counts = async (everyMs: number): Promise<number> =>
  total(
    await store.points({ ...series, from: T0, to: END + 1, everyMs, aggregate: 'count', limit: 1_000_000 }),
  );

const tallied = async (): Promise<number> =>
  (await store.tally({ station: series.station, from: T0, to: END })).reduce(
    (sum, { count }) => sum + count,
    0,
  );

test('what goes into blocks and rollups meanwhile is counted once', async () => {
  await store.append(past);
  for (const question of [() => counts(10_000), () => counts(HOUR_MS), tallied]) {
    // Repeats and late readings: the next question finds everything in the journal again.
    await store.append(past.map(({ at }) => reading(at)));
    const [answer, turns] = await during(question(), () => store.rollups.step(END + DAY_MS, 0));
    expect(turns).toBeGreaterThan(1);
    expect(answer).toBe(past.length);
  }
});

test('what is committed meanwhile is counted once or not at all', async () => {
  await store.append(past);
  let stored = past.length;
  let round = 0;
  for (const question of [() => counts(10_000), () => counts(HOUR_MS), tallied, () => counts(HOUR_MS)]) {
    round++;
    const before = stored;
    let day = 0;
    const [count] = await during(question(), async () => {
      const late = past.slice(day * 144, ++day * 144).map(({ at }) => reading(at + round * 1000));
      await store.append([...late, ...late]);
      stored += late.length;
      store.rollups.step(END + DAY_MS, day % 2);
    });
    expect(count).toBeGreaterThanOrEqual(before);
    expect(count).toBeLessThanOrEqual(stored);
    expect(await counts(HOUR_MS)).toBe(stored);
    if (round === 2) finish();
  }
  finish();
  expect(await counts(DAY_MS)).toBe(stored);
});

test('readings that are deleted meanwhile are answered from their rollups', async () => {
  await store.append(past);
  finish();
  let deleted = 0;
  const [answer, turns] = await during(counts(10_000), () => {
    deleted += store.forgetting.step(END, 0).deleted;
  });
  expect(turns).toBeGreaterThan(1);
  expect(deleted).toBeGreaterThan(0);
  expect(answer).toBe(past.length);
});
