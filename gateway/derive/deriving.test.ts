/** Late data, restarts, incomplete hours: over the real embedded store. */
import { expect, test } from 'vitest';
import { HOUR_MS } from '../../devices/local-time.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { createRig, type Rig, STATION } from './test-rig.ts';

/** 09:00 in Vietnam. */
const T0 = Date.UTC(2026, 2, 5, 2, 0, 0);
const MINUTE = 60_000;
const AIR = { kind: 'air', parameters: [{ id: 'pm2_5', period_s: 300 }] } as const;

/** Twelve five-minute values from `start` on. */
const hourOf = (start: number, value: number, values = 12) =>
  Array.from(
    { length: values },
    (_, index) => ['pm2_5', start + index * 5 * MINUTE, value] as ['pm2_5', number, number],
  );
const pm = (rig: Rig, at: number) => rig.value('pm2_5_1h', at)?.value;

test('an hour is derived once it has ended and waited, under the label of its end', async () => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  rig.now = T0 + HOUR_MS + 59_000;
  await rig.take(...hourOf(T0, 10));
  await rig.settle();
  expect(pm(rig, T0 + HOUR_MS)).toBeUndefined();
  rig.now += 1000;
  await rig.settle();
  expect(rig.value('pm2_5_1h', T0 + HOUR_MS)).toMatchObject({
    value: 10,
    flag: 1,
    body: { method: 'mean-1h', have: 12, of: 12, inputs: [{ parameter: 'pm2_5', from: T0, value: 10 }] },
  });
});

test.each([
  ['nine of twelve values make an hour', 9, 10],
  ['eight of twelve do not', 8, null],
])('%s', async (_, values, mean) => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  rig.now = T0 + 2 * HOUR_MS;
  await rig.take(...hourOf(T0, 10, values));
  await rig.settle();
  const hour = rig.value('pm2_5_1h', T0 + HOUR_MS);
  expect(hour).toMatchObject({ value: mean, flag: mean === null ? 9 : 1, body: { have: values, of: 12 } });
  expect(hour?.body.note?.vi).toBe(mean === null ? 'chưa đủ số liệu: có 8 trên 12 giá trị' : undefined);
});

test('only what is flagged good enters, and a thinned mean stands for as many values as it was made of', async () => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  rig.now = T0 + 2 * HOUR_MS;
  await rig.take(
    ...hourOf(T0, 10, 6),
    ['pm2_5', T0 + 31 * MINUTE, 500, { flag: 3, reason: 'spike' }],
    ['pm2_5', T0 + 32 * MINUTE, 7000, { flag: 4, reason: 'outside 0..2000' }],
    ['pm2_5', T0 + 33 * MINUTE, null, { flag: 9, reason: 'no answer' }],
    ['pm2_5', T0 + 40 * MINUTE, 40, { reason: 'mean of 6 values in 1800 s' }],
  );
  await rig.settle();
  expect(rig.value('pm2_5_1h', T0 + HOUR_MS)).toMatchObject({ value: 25, body: { have: 12 } });
});

test('late data derive the hours they touch again, and all that is made of them', async () => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  for (const hour of [0, 1, 2, 4]) await rig.take(...hourOf(T0 + hour * HOUR_MS, 20));
  rig.now = T0 + 5 * HOUR_MS + 2 * MINUTE;
  await rig.settle();
  const end = T0 + 5 * HOUR_MS;
  expect(pm(rig, T0 + 4 * HOUR_MS)).toBeNull();
  expect(rig.value('vn_aqi', end)).toMatchObject({ value: 40, body: { dominant: 'pm2_5' } });
  const told = rig.live.length;

  await rig.take(...hourOf(T0 + 3 * HOUR_MS, 200));
  expect(await rig.settle()).toBe(0);
  rig.now += MINUTE;
  expect(await rig.settle()).toBe(1);
  expect(pm(rig, T0 + 4 * HOUR_MS)).toBe(200);
  expect(rig.value('pm2_5_nowcast', end)?.body).toMatchObject({ have: 5, of: 12 });
  expect(rig.value('vn_aqi', end)?.value).toBeGreaterThan(100);
  // Of hours that were told already, or are long past, nothing is news.
  expect(rig.live.slice(told).filter(({ at }) => at === end)).toEqual([]);
});

test('a step that is touched while it is derived is derived once more', async () => {
  let meanwhile: (() => Promise<void>) | null = null;
  const openStore = (folder: string): Store => {
    const store = openSqliteStore(folder);
    return {
      ...store,
      async rows(query) {
        const rows = await store.rows(query);
        // A question for one row only asks where a station's readings begin.
        const work = query.limit > 1 ? meanwhile : null;
        if (work !== null) meanwhile = null;
        await work?.();
        return rows;
      },
    };
  };
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] }, {}, openStore);
  await rig.take(...hourOf(T0, 10, 9));
  rig.now = T0 + 2 * HOUR_MS;
  meanwhile = () => rig.take(['pm2_5', T0 + 46 * MINUTE, 20]);
  await rig.settle();
  expect(pm(rig, T0 + HOUR_MS)).toBe(10);
  rig.now += MINUTE;
  meanwhile = () => rig.take(['pm2_5', T0 + 51 * MINUTE, 65]);
  await rig.settle();
  expect(pm(rig, T0 + HOUR_MS)).toBe(11);
  rig.now += MINUTE;
  await rig.settle();
  expect(pm(rig, T0 + HOUR_MS)).toBeCloseTo((90 + 20 + 65) / 11, 9);
});

test('a restart forgets no mark and catches up what was missed', async () => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  await rig.take(...hourOf(T0, 10), ...hourOf(T0 + HOUR_MS, 10, 3));
  rig.now = T0 + 2 * HOUR_MS + 2 * MINUTE;
  await rig.settle();
  await rig.take(...hourOf(T0 + HOUR_MS, 30));
  for (let hour = 2; hour < 50; hour++) await rig.take(...hourOf(T0 + hour * HOUR_MS, hour));
  rig.restart();
  rig.now = T0 + 50 * HOUR_MS + 2 * MINUTE;
  expect(await rig.settle()).toBe(3);
  expect(pm(rig, T0 + 2 * HOUR_MS)).toBe(25);
  expect(pm(rig, T0 + 50 * HOUR_MS)).toBe(49);
  // Of two days only the last hour is for screens and flows to act on.
  const told = new Set(rig.live.filter(({ parameter }) => parameter === 'pm2_5_1h').map(({ at }) => at));
  expect([...told]).toEqual([T0 + HOUR_MS, T0 + 2 * HOUR_MS, T0 + 49 * HOUR_MS, T0 + 50 * HOUR_MS]);
});

test('a failure in the middle leaves nothing half: it is done again as a whole', async () => {
  let fails = true;
  const openStore = (folder: string): Store => {
    const store = openSqliteStore(folder);
    return {
      ...store,
      rows: (query) =>
        fails && query.limit > 1 ? Promise.reject(new Error('the disk is gone')) : store.rows(query),
    };
  };
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] }, {}, openStore);
  await rig.take(...hourOf(T0, 10));
  rig.now = T0 + 2 * HOUR_MS;
  await expect(rig.settle()).rejects.toThrow('the disk is gone');
  // What comes for the hour meanwhile is not lost between the failure and the next attempt.
  await rig.take(['pm2_5', T0 + MINUTE, 23]);
  fails = false;
  rig.now += MINUTE;
  await rig.settle();
  expect(pm(rig, T0 + HOUR_MS)).toBe(11);
});

test('a file that was deleted is derived anew from the readings that are kept', async () => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  for (let hour = 0; hour < 30; hour++) await rig.take(...hourOf(T0 + hour * HOUR_MS, hour));
  rig.now = T0 + 30 * HOUR_MS + 2 * MINUTE;
  await rig.settle();
  const all = () => rig.derived.db.prepare('SELECT station, parameter, at, value, body FROM value').all();
  const before = all();
  rig.derived.db.exec('DELETE FROM value; DELETE FROM progress; DELETE FROM mark');
  rig.restart();
  await rig.settle();
  expect(before.length).toBeGreaterThan(100);
  expect(all()).toEqual(before);
});

test('points are answered as those of readings; a value is in the interval that it ends', async () => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  for (let hour = 0; hour < 4; hour++)
    if (hour !== 2) await rig.take(...hourOf(T0 + hour * HOUR_MS, 10 * hour));
  rig.now = T0 + 4 * HOUR_MS + 2 * MINUTE;
  await rig.settle();
  const query = {
    station: STATION,
    parameter: 'pm2_5_1h',
    from: T0,
    to: rig.now,
    aggregate: 'mean',
  } as const;
  expect(rig.derived.points({ ...query, limit: 3 })).toEqual([
    [T0 + 2 * HOUR_MS, 10, 1],
    [T0 + 3 * HOUR_MS, null, 9],
    [T0 + 4 * HOUR_MS, 30, 1],
  ]);
  // Two hours each, from midnight in Vietnam on: 08:00 to 10:00, 10:00 to 12:00, 12:00 to 14:00.
  const every = { ...query, everyMs: 2 * HOUR_MS, limit: 10 };
  expect(rig.derived.points(every)).toEqual([
    [T0 - HOUR_MS, 0, 1],
    [T0 + HOUR_MS, 10, 1],
    [T0 + 3 * HOUR_MS, 30, 1],
  ]);
  expect(rig.derived.points({ ...every, aggregate: 'count', limit: 1 })).toEqual([[T0 + 3 * HOUR_MS, 1, 1]]);
  // As rows: what was published, the oldest first.
  const [first] = rig.derived.rows({ ...query, limit: 1 });
  expect(first).toMatchObject({ parameter: 'pm2_5_1h', at: T0 + HOUR_MS, value: 0, flag: 1, reason: null });
  expect(rig.derived.rows({ ...query, limit: 10 }).map(({ value }) => value)).toEqual([0, 10, 30]);
  expect(first?.receivedAt).toBeGreaterThan(T0 + HOUR_MS);
});

test('what is older than it is kept is forgotten', async () => {
  await using rig = createRig({ ...AIR, parameters: [...AIR.parameters] });
  for (let hour = 0; hour < 3; hour++) await rig.take(...hourOf(T0 + hour * HOUR_MS, hour));
  rig.now = T0 + 3 * HOUR_MS + 2 * MINUTE;
  await rig.settle();
  expect(rig.derived.forget(STATION, T0 + 3 * HOUR_MS, 1)).toBeGreaterThan(0);
  expect(rig.value('pm2_5_1h', T0 + HOUR_MS)).toBeNull();
  expect(pm(rig, T0 + 2 * HOUR_MS)).toBe(1);
});
