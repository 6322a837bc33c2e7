/** The way of readings through journal and blocks: whatever happens on it, each is there once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Flag } from '../../devices/quality.ts';
import { seededBelow } from '../../devices/simulator/random.ts';
import { hasProgram } from '../../test/support/programs.ts';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { encodeBatch } from './sqlite-codec.ts';
import { createColumns } from './sqlite-columns.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import type { StoredReading } from './store.ts';
import { createTally } from './tally.ts';

const T0 = Date.UTC(2026, 2, 5);
const PARAMETER = 'pm2_5';
const ALL = { parameter: PARAMETER, from: 0, to: T0 * 2, limit: 10_000_000 } as const;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-fold-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The store's clock stands, so that it does nothing by itself. */
const open = (folder: string): SqliteStore => openSqliteStore(folder, { now: () => T0 });

/** Everything into blocks and rollups. */
const finish = ({ rollups }: SqliteStore): void => {
  while (rollups.step(T0 + 1000 * HOUR_MS, 1000) === 'more');
};

function count(folder: string, table: string): number {
  const db = new DatabaseSync(join(folder, 'readings.db'), { readOnly: true });
  const row = db.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number };
  db.close();
  return row.count;
}

function sumOf(folder: string, column: string): number {
  const db = new DatabaseSync(join(folder, 'readings.db'), { readOnly: true });
  const row = db.prepare(`SELECT total(${column}) AS sum FROM block`).get() as { sum: number };
  db.close();
  return row.sum;
}

const reading = (at: number, value: number | null, extra: Partial<StoredReading> = {}): StoredReading => ({
  station: 'a',
  parameter: PARAMETER,
  at,
  value,
  flag: 1,
  reason: null,
  receivedAt: at + 300,
  ...extra,
});

/** In order, late, repeated with another value, dense and sparse. */
function randomBatch(below: (n: number) => number, clock: { at: number }): StoredReading[] {
  const size = 1 + below([5, 300, 6000][below(3)] as number);
  const step = [1, 250, 10_000][below(3)] as number;
  const late = below(3) === 0;
  let at = late ? T0 + below(30) * HOUR_MS + below(5) * 700_000 : clock.at;
  const batch = Array.from({ length: size }, () => {
    at += below(4) === 0 ? 0 : step;
    const value = below(30) === 0 ? null : below(1000) / 8;
    const flag = ([1, 1, 1, 3, 9] as const)[below(5)] as Flag;
    const reason = below(4) === 0 ? `reason ${below(3)}` : null;
    return reading(at, value, {
      station: 'ab'[below(2)] as string,
      flag,
      reason,
      receivedAt: at + below(2e6),
    });
  });
  if (!late) clock.at = at;
  return below(5) === 0 ? batch.reverse() : batch;
}

/** toEqual, which takes seconds for as many readings as are compared here, only to tell the difference. */
function expectSame(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}

test.each([1, 2, 3])(
  'any mixture of commits, folds and starts answers as a plain list would (%d)',
  async (seed) => {
    const below = seededBelow(seed * 7919);
    const folder = newFolder();
    let store = open(folder);
    const model = { a: new Map<number, StoredReading>(), b: new Map<number, StoredReading>() };
    const clock = { at: T0 };
    for (let round = 0; round < 50; round++) {
      const batch = randomBatch(below, clock);
      await store.append(batch);
      for (const item of batch) {
        const series = model[item.station as 'a' | 'b'];
        if (!series.has(item.at)) series.set(item.at, item);
      }
      for (let steps = below(6); steps > 0; steps--) store.rollups.step(T0 + below(60) * HOUR_MS, 0);
      if (below(8) === 0) {
        await store.close();
        store = open(folder);
      }
      const station = 'ab'[below(2)] as 'a' | 'b';
      const expected = [...model[station].values()].sort((a, b) => a.at - b.at);
      const from = T0 + below(20 * HOUR_MS);
      const to = from + below(20 * HOUR_MS);
      const limit = [1, 700, 1e6][below(3)] as number;
      const within = expected.filter(({ at }) => at >= from && at < to);
      const query = { station, parameter: PARAMETER, from, to, limit } as const;
      expectSame(await store.rows(query), within.slice(0, limit));
      const points = await store.points({ ...query, aggregate: 'mean' });
      expectSame(
        points,
        within.slice(-limit).map(({ at, value, flag }) => [at, value, flag]),
      );
      const tally = createTally();
      for (const item of within) tally.add(item);
      const key = (item: object) => JSON.stringify(Object.entries(item).sort());
      expect((await store.tally(query)).map(key).sort()).toEqual(tally.result().map(key).sort());
      const latest = (await store.latest()).find((item) => item.station === station);
      expect(latest).toEqual(expected.at(-1));
    }
    finish(store);
    expect(count(folder, 'batch')).toBe(0);
    for (const station of ['a', 'b'] as const) {
      const expected = [...model[station].values()].sort((a, b) => a.at - b.at);
      expectSame(await store.rows({ ...ALL, station }), expected);
    }
    await store.close();
  },
  60_000,
);

test('blocks lie within their hour, never overlap, hold a few thousand readings, and small ones do not remain', async () => {
  const below = seededBelow(12);
  const folder = newFolder();
  const store = open(folder);
  const clock = { at: T0 };
  for (let round = 0; round < 40; round++) {
    await store.append(randomBatch(below, clock));
    if (below(3) === 0) finish(store);
  }
  finish(store);
  const db = new DatabaseSync(join(folder, 'readings.db'), { readOnly: true });
  const blocks = db.prepare('SELECT * FROM block ORDER BY series, start').all() as unknown as {
    series: number;
    start: number;
    last: number;
    readings: number;
  }[];
  db.close();
  expect(blocks.length).toBeGreaterThan(20);
  const hourOf = (at: number): number => Math.floor(at / HOUR_MS);
  for (const [index, block] of blocks.entries()) {
    expect(hourOf(block.start)).toBe(hourOf(block.last));
    expect(block.readings).toBeLessThanOrEqual(4096);
    const before = blocks[index - 1];
    if (before?.series !== block.series) continue;
    expect(block.start).toBeGreaterThan(before.last);
    if (hourOf(before.start) === hourOf(block.start)) expect(before.readings).toBeGreaterThanOrEqual(1024);
  }
  await store.close();
});

test('a store that gets far more than it keeps in memory puts it into blocks meanwhile', async () => {
  const folder = newFolder();
  const store = open(folder);
  const batches = 60;
  const size = 20_000;
  let most = 0;
  for (let n = 0; n < batches; n++) {
    const batch = Array.from({ length: size }, (_, i) =>
      reading(T0 + (n * 100 + (i % 100)) * 1000, i % 10, { station: `s${Math.floor(i / 100)}` }),
    );
    await store.append(batch);
    most = Math.max(most, count(folder, 'batch'));
  }
  // Two pools of half a million.
  expect(most).toBeLessThanOrEqual(51);
  expect(count(folder, 'block')).toBeGreaterThan(0);
  const asked = { parameter: PARAMETER, from: T0, to: T0 + 100 * HOUR_MS, limit: 10 } as const;
  for (const station of ['s0', 's117', 's199']) {
    const points = await store.points({ ...asked, station, everyMs: 100 * HOUR_MS, aggregate: 'count' });
    expect(points.reduce((sum, [, value]) => sum + (value ?? 0), 0)).toBe(batches * 100);
  }
  await store.close();
}, 60_000);

test('after a start with a long journal no commit waits for all of it', async () => {
  const folder = newFolder();
  let store = open(folder);
  let n = 0;
  const append = async (): Promise<void> => {
    const at = T0 + n++ * 1000;
    await store.append(
      Array.from({ length: 20_000 }, (_, i) => reading(at, i % 10, { station: `s${i % 1000}` })),
    );
  };
  await append();
  await store.close();
  // As it is after a kill when two pools are nearly full.
  const db = new DatabaseSync(join(folder, 'readings.db'));
  const insert = db.prepare('INSERT INTO batch VALUES (?, ?)');
  const series = Uint32Array.from({ length: 20_000 }, (_, i) => 1 + (i % 1000));
  const columns = createColumns(20_000);
  columns.flag.fill(1);
  for (; n < 47; n++) {
    columns.at.fill(T0 + n * 1000);
    insert.run(n + 1, encodeBatch(series, columns, 0, 20_000));
  }
  db.close();
  store = open(folder);
  let before = 0;
  for (let batch = 0; batch < 24; batch++) {
    await append();
    const after = sumOf(folder, 'readings');
    // Twice as much waits as there is room for, a time of each series.
    expect(after - before).toBeLessThan(4000);
    before = after;
  }
  expect(count(folder, 'batch')).toBeLessThanOrEqual(47 + 24);
  await append();
  await append();
  expect(count(folder, 'batch')).toBeLessThanOrEqual(26);
  await store.close();
}, 60_000);

test('readings of one series that are very many an hour are each there once, in blocks of their hour', async () => {
  const folder = newFolder();
  let store = open(folder);
  const many = Array.from({ length: 60_000 }, (_, n) => reading(T0 + n * 59, n % 100));
  await store.append(many.filter((_, n) => n % 3 !== 0).reverse());
  while (store.rollups.step(T0 + 48 * HOUR_MS, 0) === 'more');
  await store.append(many);
  // Cut off in the middle of the hour.
  store.rollups.step(T0 + 48 * HOUR_MS, 0);
  store.rollups.step(T0 + 48 * HOUR_MS, 0);
  expect(count(folder, 'batch')).toBe(1);
  await store.close();
  store = open(folder);
  finish(store);
  expect(count(folder, 'batch')).toBe(0);
  expect(sumOf(folder, 'readings')).toBe(many.length);
  expect(await store.rows({ ...ALL, station: 'a' })).toHaveLength(many.length);
  await store.close();
}, 60_000);

const STORE = JSON.stringify(join(import.meta.dirname, 'sqlite.ts'));
const WRITER = `
  import { writeSync } from 'node:fs';
  import { openSqliteStore } from ${STORE};
  const [folder, start] = process.argv.slice(1);
  const store = openSqliteStore(folder, { now: () => ${T0} });
  for (let n = Number(start); ; n++) {
    await store.append(Array.from({ length: 60 }, (_, i) => {
      const at = ${T0} + ((n * 7 + i) % 50) * 400_000 + n;
      return { station: 's' + (i % 3), parameter: '${PARAMETER}', at, value: n + i / 100, flag: 1, reason: null, receivedAt: at };
    }));
    writeSync(1, n + '\\n');
    if (n % 3 === 0) store.rollups.step(${T0 + 48 * HOUR_MS}, n % 2);
  }`;

test('after kill -9 at any moment of commit and fold what was acknowledged is there once', {
  timeout: 120_000,
}, async () => {
  const folder = newFolder();
  const acknowledged: number[] = [];
  const below = seededBelow(77);
  for (let round = 0; round < 8; round++) {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', WRITER, '--', folder, String(round * 1000)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    await once(child.stdout, 'data');
    await sleep(20 + below(250));
    child.kill('SIGKILL');
    await once(child, 'close');
    acknowledged.push(...said.split('\n').slice(0, -1).map(Number));
    const store = open(folder);
    if (round % 3 === 2) finish(store);
    const found = new Map<string, number>();
    for (const station of ['s0', 's1', 's2'])
      for (const { at, value } of await store.rows({ ...ALL, station })) {
        const key = `${station} ${at} ${value}`;
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    expect(Math.max(...found.values())).toBe(1);
    const lost = acknowledged.flatMap((n) =>
      Array.from({ length: 60 }, (_, i) => {
        const at = T0 + ((n * 7 + i) % 50) * 400_000 + n;
        return `s${i % 3} ${at} ${n + i / 100}`;
      }).filter((key) => !found.has(key)),
    );
    expect(lost).toEqual([]);
    // At most the commit that was under way was not acknowledged any more.
    expect(found.size).toBeLessThanOrEqual((acknowledged.length + round + 1) * 60);
    await store.close();
  }
});

const FILLER = `
  import { once } from 'node:events';
  import { openSqliteStore } from ${STORE};
  const store = openSqliteStore(process.argv[1], { now: () => ${T0} });
  let at = ${T0};
  const append = () => store.append(Array.from({ length: 2000 }, () => {
    at += 7;
    return { station: 'a', parameter: '${PARAMETER}', at, value: at / 7, flag: 1, reason: null, receivedAt: at };
  }));
  const stored = async () => (await store.rows({ station: 'a', parameter: '${PARAMETER}', from: 0, to: 1e15, limit: 1e7 })).length;
  let acknowledged = 0;
  let refused = 0;
  while (refused < 3) await append().then(() => (acknowledged += 2000), () => refused++);
  try { while (store.rollups.step(${T0 + 48 * HOUR_MS}, 1000) === 'more'); } catch {}
  console.log(JSON.stringify([acknowledged, await stored(), (await store.latest())[0].at < at]));
  await once(process.stdin, 'data');
  await append();
  while (store.rollups.step(${T0 + 48 * HOUR_MS}, 1000) === 'more');
  console.log(JSON.stringify([acknowledged + 2000, await stored(), (await store.latest())[0].at === at]));
  process.exit();`;

test.skipIf(!hasProgram('prlimit'))(
  'a full disk refuses commits, leaves nothing half stored, and is survived',
  async () => {
    const folder = newFolder();
    // A bound on the size of files stands for the disk; without the signal a write beyond it fails as on a full one.
    const child = spawn(
      'sh',
      [
        '-c',
        'trap "" XFSZ; ulimit -S -f 4000; exec "$@"',
        'sh',
        process.execPath,
        '--input-type=module',
        '-e',
        FILLER,
        '--',
        folder,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const line = async (): Promise<[number, number, boolean]> =>
      JSON.parse(String((await once(child.stdout, 'data'))[0]));
    const [acknowledged, stored, before] = await line();
    expect(acknowledged).toBeGreaterThan(10_000);
    expect([stored, before]).toEqual([acknowledged, true]);
    await once(spawn('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:']), 'exit');
    child.stdin.write('go\n');
    const [all, found, newest] = await line();
    expect([found, newest]).toEqual([all, true]);
    await once(child, 'exit');
    const store = open(folder);
    expect(await store.rows({ ...ALL, station: 'a' })).toHaveLength(all);
    await store.close();
  },
  60_000,
);
