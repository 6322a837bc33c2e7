import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { intervalStart } from '../../devices/local-time.ts';
import { type Flag, flagOfSeverity, isUsable, severityOf } from '../../devices/quality.ts';
import { seededBelow } from '../../devices/simulator/random.ts';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { DAY_MS, HOUR_MS, LEVELS, MINUTE_MS } from './sqlite-levels.ts';
import { decodeMinutes } from './sqlite-minutes.ts';
import { COUNTED } from './sqlite-summary.ts';
import { AGGREGATES, type Aggregate, type Point, type Store, type StoredReading } from './store.ts';

/** 5 March in Vietnam begins. */
const T0 = Date.UTC(2026, 2, 4, 17);
const PARAMETER = 'pm2_5';
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-rollups-'));
  folders.push(folder);
  return folder;
}

/** Makes the rollups when it is told to: the store's clock stands at T0, so that it makes none by itself. */
const rollAll = ({ rollups }: SqliteStore, now: number): void => {
  while (rollups.step(now, 1000) === 'more');
};

const VALUE: Record<Aggregate, (values: readonly number[]) => number | null> = {
  count: (values) => values.length,
  mean: (values) => (values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length),
  min: (values) => (values.length === 0 ? null : Math.min(...values)),
  max: (values) => (values.length === 0 ? null : Math.max(...values)),
};

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly everyMs: number;
  readonly aggregate: Aggregate;
  readonly limit: number;
}

/** The answer that is right, from every reading. */
function expected(
  readings: Iterable<StoredReading>,
  { from, to, everyMs, aggregate, limit }: Asked,
): Point[] {
  const groups = new Map<number, StoredReading[]>();
  for (const reading of readings) {
    if (reading.at < from || reading.at >= to) continue;
    const start = intervalStart(reading.at, everyMs);
    groups.set(start, [...(groups.get(start) ?? []), reading]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .slice(-limit)
    .map(([at, group]) => {
      const values = group.flatMap(({ value, flag }) => (value !== null && isUsable(flag) ? [value] : []));
      const worst = Math.max(...group.map(({ flag }) => severityOf(flag)));
      return [at, VALUE[aggregate](values), flagOfSeverity(worst)];
    });
}

const FLAGS: readonly Flag[] = [1, 1, 1, 1, 1, 2, 3, 4, 9];

function randomReading(below: (n: number) => number, station: string): StoredReading {
  const flag = FLAGS[below(FLAGS.length)] as Flag;
  // Eighths add up without rounding, in whatever order: sums can be compared exactly.
  const value = flag === 9 ? null : below(8000) / 8;
  const at = T0 + below(4) * DAY_MS + below(6) * 4 * HOUR_MS + below(500) * 10_000;
  return { station, parameter: PARAMETER, at, value, flag, reason: null, receivedAt: at };
}

const EVERY = [10_000, 90_000, MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, DAY_MS, 7 * DAY_MS];

test('whatever was late, repeated, rolled up or not, each answer is that of the readings', async () => {
  const below = seededBelow(4);
  const folder = newFolder();
  const store = openSqliteStore(folder, { now: () => T0 });
  const stations = ['a', 'b'];
  const first = new Map(stations.map((station) => [station, new Map<number, StoredReading>()]));
  for (let round = 0; round < 60; round++) {
    const batch = Array.from({ length: 1 + below(300) }, () => {
      const station = stations[below(2)] as string;
      return randomReading(below, station);
    });
    for (const reading of batch) {
      const series = first.get(reading.station);
      if (!series?.has(reading.at)) series?.set(reading.at, reading);
    }
    await store.append(batch);
    if (below(2) === 0) await store.append(batch);
    if (below(4) === 0) rollAll(store, T0 + below(6) * DAY_MS);
    else if (below(2) === 0) store.rollups.step(T0 + 6 * DAY_MS, 0);
    for (const station of stations) {
      const from = T0 - DAY_MS + below(5 * 24 * 60) * MINUTE_MS + (below(3) === 0 ? below(60_000) : 0);
      const asked: Asked = {
        from,
        to: from + below(72 * 60) * MINUTE_MS + (below(3) === 0 ? below(60_000) : 1),
        everyMs: EVERY[below(EVERY.length)] as number,
        aggregate: AGGREGATES[below(AGGREGATES.length)] as Aggregate,
        limit: [1, 3, 1000][below(3)] as number,
      };
      const points = await store.points({ ...asked, station, parameter: PARAMETER });
      expect(points, JSON.stringify(asked)).toEqual(expected(first.get(station)?.values() ?? [], asked));
    }
  }
  await store.close();
});

const reading = (at: number, value: number | null, flag: Flag = 1): StoredReading => ({
  station: 'a',
  parameter: PARAMETER,
  at,
  value,
  flag,
  reason: null,
  receivedAt: at,
});

test('a rollup counts, sums, bounds and counts each flag; late data and repeats change it as they change the readings', async () => {
  const folder = newFolder();
  const store = openSqliteStore(folder, { now: () => T0 });
  await store.append([
    reading(T0, 10),
    reading(T0 + 1000, 30, 3),
    reading(T0 + 2000, 9000, 4),
    reading(T0 + MINUTE_MS, null, 9),
  ]);
  rollAll(store, T0 + DAY_MS);
  await store.append([
    reading(T0, 99),
    reading(T0 + 3000, 2),
    reading(T0 + 4000, 5, 2),
    reading(T0 + HOUR_MS, 4),
  ]);
  rollAll(store, T0 + DAY_MS);
  const row = {
    series: 1,
    at: T0,
    usable: 3,
    sum: 42,
    min: 2,
    max: 30,
    good: 2,
    not_evaluated: 1,
    suspect: 1,
    fail: 1,
    missing: 0,
  };
  const later = {
    series: 1,
    at: T0 + HOUR_MS,
    usable: 1,
    sum: 4,
    min: 4,
    max: 4,
    good: 1,
    not_evaluated: 0,
    suspect: 0,
    fail: 0,
    missing: 0,
  };
  const absent = {
    ...later,
    at: T0 + MINUTE_MS,
    usable: 0,
    sum: null,
    min: null,
    max: null,
    good: 0,
    missing: 1,
  };
  const file = new DatabaseSync(join(folder, 'readings.db'), { readOnly: true });
  const rows = (table: string) => file.prepare(`SELECT * FROM ${table} ORDER BY series, at`).all();
  const hours = file.prepare('SELECT series, hour, data FROM minute ORDER BY series, hour').all();
  const minutes = hours.flatMap(({ series, hour, data }) =>
    decodeMinutes(Number(hour), data as Uint8Array).map(({ counts, ...minute }) => ({
      series,
      ...minute,
      ...Object.fromEntries(COUNTED.map(([column], place) => [column, counts[place]])),
    })),
  );
  expect(minutes).toEqual([row, absent, later]);
  expect(rows('hour')).toEqual([{ ...row, missing: 1 }, later]);
  expect(rows('day')).toEqual([{ ...row, usable: 4, sum: 46, good: 3, missing: 1 }]);
  expect(store.rollups.waiting()).toBe(0);
  file.close();
  await store.close();
});

test('a batch that fails leaves nothing, and its hours are marked when they come again', async () => {
  const folder = newFolder();
  const store = openSqliteStore(folder, { now: () => T0 });
  const full = new DatabaseSync(join(folder, 'readings.db'));
  full.exec("CREATE TRIGGER full BEFORE INSERT ON batch BEGIN SELECT RAISE(FAIL, 'disk is full'); END");
  await expect(store.append([reading(T0, 10)])).rejects.toThrow('disk is full');
  full.exec('DROP TRIGGER full');
  full.close();
  expect(await store.latest()).toEqual([]);
  expect(store.rollups.waiting()).toBe(0);
  await store.append([reading(T0, 20)]);
  rollAll(store, T0 + DAY_MS);
  const file = new DatabaseSync(join(folder, 'readings.db'), { readOnly: true });
  expect(file.prepare('SELECT usable, sum FROM day').all()).toEqual([{ usable: 1, sum: 20 }]);
  file.close();
  await store.close();
});

test('the store makes the rollups by itself when an hour is over, and answers whole hours from them', async () => {
  const folder = newFolder();
  const store = openSqliteStore(folder, { now: () => T0 + HOUR_MS + 5 * MINUTE_MS });
  await store.append([reading(T0, 10), reading(T0 + MINUTE_MS, 20), reading(T0 + HOUR_MS, 30)]);
  const file = new DatabaseSync(join(folder, 'readings.db'));
  const left = file.prepare('SELECT hour FROM unrolled');
  await vi.waitFor(() => expect(left.all()).toEqual([{ hour: T0 + HOUR_MS }]), 5000);
  // What only the rollup says shows that it was asked.
  file.exec(`UPDATE hour SET max = 77 WHERE at = ${T0}`);
  const query = { station: 'a', parameter: PARAMETER, from: T0, to: T0 + 2 * HOUR_MS, limit: 10 } as const;
  expect(await store.points({ ...query, everyMs: 2 * HOUR_MS, aggregate: 'max' })).toEqual([[T0, 77, 1]]);
  expect(await store.points({ ...query, everyMs: 30 * MINUTE_MS, aggregate: 'max' })).toEqual([
    [T0, 20, 1],
    [T0 + HOUR_MS, 30, 1],
  ]);
  file.close();
  await store.close();
});

const WRITER = `
  import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'sqlite.ts'))};
  const [folder, start] = process.argv.slice(1);
  const store = openSqliteStore(folder, { now: () => ${T0} });
  for (let n = Number(start); ; n++) {
    const batch = Array.from({ length: 200 }, (_, i) => {
      const at = ${T0} + ((n * 7 + i * 13) % 864) * 100_000 + n;
      return { station: 's' + (i % 3), parameter: '${PARAMETER}', at, value: n % 100, flag: 1, reason: null, receivedAt: at };
    });
    await store.append(batch);
    store.rollups.step(${T0 + 2 * DAY_MS}, 1);
    if (n % 20 === 0) process.stdout.write(n + '\\n');
  }`;

test('after kill -9 at any moment rollups and readings say the same', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  for (let round = 0; round < 4; round++) {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', WRITER, '--', folder, String(round * 1_000_000)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    await sleep(37 * round);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = openSqliteStore(folder, { now: () => T0 });
    await sameAsReadings(store);
    rollAll(store, T0 + 2 * DAY_MS);
    await sameAsReadings(store);
    await store.close();
  }
});

async function sameAsReadings(store: Store): Promise<void> {
  for (const station of ['s0', 's1', 's2']) {
    const range = { station, parameter: PARAMETER, from: T0, to: T0 + 2 * DAY_MS } as const;
    const rows = await store.rows({ ...range, limit: 10_000_000 });
    for (const { ms } of LEVELS) {
      const counts = new Map<number, number>();
      for (const { at } of rows)
        counts.set(intervalStart(at, ms), (counts.get(intervalStart(at, ms)) ?? 0) + 1);
      const points = await store.points({ ...range, everyMs: ms, limit: 10_000, aggregate: 'count' });
      expect(points, `${station} ${ms}`).toEqual([...counts].map(([at, count]) => [at, count, 1]));
    }
  }
}
