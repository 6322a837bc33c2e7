/**
 * The embedded store by itself: batches in, beside the least that stores them (one statement a row, no rollups), with all
 * blocks and rollups made, what a file of version 1 takes to be opened, and how long questions take.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Command } from 'commander';
import type { ParameterId } from '../../devices/parameter.ts';
import { seededBelow } from '../../devices/simulator/random.ts';
import { openSqliteStore, type SqliteStore } from '../../gateway/store/sqlite.ts';
import type { StoredReading } from '../../gateway/store/store.ts';
import { percentile } from './support/percentile.ts';
import { median, printTable } from './support/table.ts';

const options = new Command('store')
  .description('The embedded store: readings in, rollups, migration, questions')
  .option('--readings <number>', 'of each run of appending', Number, 1_000_000)
  .option('--runs <number>', 'of appending, the median counts', Number, 3)
  .option('--short', 'a tenth of the readings, one run, a month for a year')
  .addHelpText('after', '\nExample:\n  node test/bench/store.ts')
  .parse()
  .opts<{ readings: number; runs: number; short?: true }>();
const READINGS = options.short ? options.readings / 10 : options.readings;
const RUNS = options.short ? 1 : options.runs;

const DAY = 86_400_000;
const T0 = Date.UTC(2025, 0, 1);
const END = T0 + (options.short ? 30 : 365) * DAY;
const SERIES = 1000;
const STATIONS = Array.from({ length: SERIES }, (_, n) => `station-${n}`);

const root = mkdtempSync(join(tmpdir(), 'quantrac-bench-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
let folders = 0;
function newFolder(): string {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  return folder;
}

/** Numbers that are the same in each run. */
const below = seededBelow(1);

/** With the decimals that instruments give them. */
const PARAMETERS: readonly (readonly [ParameterId, decimals: number])[] = [
  ['pm2_5', 1],
  ['pm10', 1],
  ['o3', 1],
  ['no2', 1],
  ['so2', 1],
  ['co', 2],
  ['air_temperature', 1],
  ['relative_humidity', 1],
  ['ph', 2],
  ['water_level', 3],
];
const walks = new Map<string, number>();
/** A value that walks: of each series and parameter its own way. */
function walk(station: string, parameter: ParameterId, decimals: number): number {
  const key = `${station}/${parameter}`;
  const next = (walks.get(key) ?? 500 + below(500)) + below(7) + below(7) - 6;
  walks.set(key, next);
  return next / 10 ** decimals;
}

const reading = (
  station: string,
  at: number,
  [parameter, decimals]: readonly [ParameterId, number],
  receivedAt: number,
): StoredReading => ({
  station,
  parameter,
  at,
  value: walk(station, parameter, decimals),
  flag: 1,
  reason: null,
  receivedAt,
});

const PERIOD_MS = 10_000;
const FIRST = PARAMETERS[0] as readonly [ParameterId, number];

/** Readings in the order in which a gateway gets them. */
type Shape = Generator<StoredReading, void>;

/** Each comes by itself, by turns, in an order of their own. */
function* byTurns(): Shape {
  for (let n = 0; ; n++) {
    const at = T0 + Math.floor(n / SERIES) * PERIOD_MS;
    yield reading(STATIONS[((n % SERIES) * 617) % SERIES] as string, at, FIRST, at + 200 + below(200));
  }
}

/** 20 stations of 10 parameters, whose payloads hold 10 times of each. */
function* payloads(): Shape {
  for (let first = T0; ; first += 10 * PERIOD_MS) {
    for (const station of STATIONS.slice(0, 20)) {
      const receivedAt = first + 9 * PERIOD_MS + 200 + below(200);
      for (let n = 0; n < 10; n++)
        for (const parameter of PARAMETERS)
          yield reading(station, first + n * PERIOD_MS, parameter, receivedAt);
    }
  }
}

const SHAPES = [
  ['1,000 series by turns', byTurns],
  ['20 stations, payloads of 10 × 10', payloads],
] as const;

function* batches(size: number, shape: () => Shape): Generator<StoredReading[]> {
  let batch: StoredReading[] = [];
  let n = 0;
  for (const next of shape()) {
    batch.push(next);
    n++;
    if (batch.length < size && n < READINGS) continue;
    yield batch;
    batch = [];
    if (n >= READINGS) return;
  }
}

interface Target {
  append(readings: readonly StoredReading[]): void | Promise<void>;
}

/** Seconds in `append`, without the time to make up the readings. */
async function appendAll(store: Target, size: number, shape = byTurns): Promise<number> {
  let ms = 0;
  for (const batch of batches(size, shape)) {
    const began = performance.now();
    await store.append(batch);
    ms += performance.now() - began;
  }
  return ms / 1000;
}

function openPlain(folder: string): Target & { close(): void } {
  const db = new DatabaseSync(join(folder, 'readings.db'));
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE series (id INTEGER PRIMARY KEY, station TEXT NOT NULL, parameter TEXT NOT NULL, UNIQUE (station, parameter)) STRICT;
    CREATE TABLE reading (series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL, reason TEXT,
      received_at INTEGER NOT NULL, PRIMARY KEY (series, at)) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 1`);
  const series = db.prepare('INSERT INTO series VALUES (?, ?, ?)');
  const ids = new Map<string, number>();
  const idOf = ({ station, parameter }: StoredReading): number => {
    const key = `${station}/${parameter}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, ids.size + 1);
    series.run(ids.size, station, parameter);
    return ids.size;
  };
  const insert = db.prepare('INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?, ?, ?)');
  return {
    append(readings) {
      db.exec('BEGIN IMMEDIATE');
      const rows = readings.map((row) => ({ id: idOf(row), row }));
      rows.sort((a, b) => a.id - b.id || a.row.at - b.row.at);
      for (const { id, row } of rows) insert.run(id, row.at, row.value, row.flag, row.reason, row.receivedAt);
      db.exec('COMMIT');
    },
    close: () => db.close(),
  };
}

const sizeOf = (folder: string): number => statSync(join(folder, 'readings.db')).size;

/** The store that is measured makes its rollups when it is told to. */
const open = (folder: string): SqliteStore => openSqliteStore(folder, { now: () => T0 });

/** Seconds until everything is in blocks and rolled up. */
function rollAll(store: SqliteStore): number {
  const began = performance.now();
  while (store.rollups.step(END + DAY, 1000) === 'more');
  return (performance.now() - began) / 1000;
}

const appended: (string | number)[][] = [];
for (const [name, shape] of SHAPES) {
  for (const size of [5000, 20_000, 50_000]) {
    const runs = { plain: [] as number[], store: [] as number[], rolled: [] as number[] };
    let bytes = 0;
    let plainBytes = 0;
    for (let run = 0; run < RUNS; run++) {
      const before = newFolder();
      const plain = openPlain(before);
      runs.plain.push(READINGS / (await appendAll(plain, size, shape)));
      plain.close();
      plainBytes = sizeOf(before) / READINGS;
      const folder = newFolder();
      const store = open(folder);
      const seconds = await appendAll(store, size, shape);
      runs.store.push(READINGS / seconds);
      runs.rolled.push(READINGS / (seconds + rollAll(store)));
      await store.close();
      bytes = sizeOf(folder) / READINGS;
    }
    const [plain, store, rolled] = [median(runs.plain), median(runs.store), median(runs.rolled)];
    appended.push([name, size, plain, store, rolled, rolled / plain, plainBytes, bytes]);
  }
}
printTable(
  'Readings a second, one of each series in 10 s',
  [
    '',
    'commits of',
    'plain rows',
    'store: commits',
    'and all blocks and rollups',
    'ratio to rows',
    'bytes a reading: rows',
    'store, with rollups',
  ],
  appended,
);

const old = newFolder();
const plain = openPlain(old);
await appendAll(plain, 50_000);
plain.close();
const sizeBefore = sizeOf(old);
const began = performance.now();
const migrated = open(old);
const opened = performance.now() - began;
printTable(
  'A file of version 1',
  ['readings', 'series', 'MB before', 'opened after ms', 'MB then', 'all rollups after s'],
  [[READINGS, SERIES, sizeBefore / 1e6, opened, sizeOf(old) / 1e6, rollAll(migrated)]],
);

const year = open(newFolder());
const handful = STATIONS.slice(0, 5);
for (let day = T0; day < END; day += DAY) {
  await year.append(
    handful.flatMap((station) =>
      Array.from({ length: 1440 }, (_, minute) =>
        reading(station, day + minute * 60_000, FIRST, day + minute * 60_000 + 300),
      ),
    ),
  );
}

async function timed(times: number, ask: (n: number) => Promise<readonly unknown[]>): Promise<number[]> {
  const took: number[] = [];
  let points = 0;
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    points = (await ask(n)).length;
    took.push(performance.now() - start);
  }
  return [points, percentile(took, 50), percentile(took, 99)];
}

const span = (days: number, minutes: number) => (n: number) =>
  year.points({
    station: handful[n % handful.length] as string,
    parameter: 'pm2_5',
    from: END - (days + (n % 10)) * DAY,
    to: END - (n % 10) * DAY,
    everyMs: minutes * 60_000,
    aggregate: 'mean',
    limit: 10_000,
  });
const days = (END - T0) / DAY - 10;

const asked: (string | number)[][] = [];
async function askAll(state: string): Promise<void> {
  asked.push([state, 'a day at 1 min', ...(await timed(200, span(1, 1)))]);
  asked.push([state, `${days} days at 1 h`, ...(await timed(20, span(days, 60)))]);
  asked.push([state, `${days} days at 1 day`, ...(await timed(20, span(days, 1440)))]);
}
await askAll('from readings');
rollAll(year);
await askAll('from rollups');
asked.push(['', `latest of ${SERIES} stations`, ...(await timed(100, () => migrated.latest()))]);
printTable('Questions', ['', 'asked', 'points', 'p50 ms', 'p99 ms'], asked);
await year.close();
await migrated.close();
