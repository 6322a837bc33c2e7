/**
 * The embedded store by itself: batches in, beside the least that stores them (one statement a row, no rollups), what
 * rollups cost, what a file of version 1 takes to be opened, and how long questions take.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Command } from 'commander';
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

const reading = (station: string, at: number, n: number): StoredReading => ({
  station,
  parameter: 'pm2_5',
  at,
  value: 20 + (n % 977) / 10,
  flag: 1,
  reason: null,
  receivedAt: at + 300,
});

/** Readings of 1,000 series by turns, in an order of their own, every ten seconds. */
function* batches(size: number): Generator<StoredReading[]> {
  for (let n = 0; n < READINGS; ) {
    const batch: StoredReading[] = [];
    for (; batch.length < size && n < READINGS; n++) {
      const station = STATIONS[((n % SERIES) * 617) % SERIES] as string;
      batch.push(reading(station, T0 + Math.floor(n / SERIES) * 10_000, n));
    }
    yield batch;
  }
}

interface Target {
  append(readings: readonly StoredReading[]): void | Promise<void>;
}

/** Seconds in `append`, without the time to make up the readings. */
async function appendAll(store: Target, size: number): Promise<number> {
  let ms = 0;
  for (const batch of batches(size)) {
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
  for (const [id, station] of STATIONS.entries()) series.run(id, station, 'pm2_5');
  const ids = new Map(STATIONS.map((station, id) => [station, id]));
  const insert = db.prepare('INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?, ?, ?)');
  return {
    append(readings) {
      const rows = readings.map((row) => ({ id: ids.get(row.station) as number, row }));
      rows.sort((a, b) => a.id - b.id || a.row.at - b.row.at);
      db.exec('BEGIN IMMEDIATE');
      for (const { id, row } of rows) insert.run(id, row.at, row.value, row.flag, row.reason, row.receivedAt);
      db.exec('COMMIT');
    },
    close: () => db.close(),
  };
}

const sizeOf = (folder: string): number => statSync(join(folder, 'readings.db')).size;

/** The store that is measured makes its rollups when it is told to. */
const open = (folder: string): SqliteStore => openSqliteStore(folder, { now: () => T0 });

function rollAll(store: SqliteStore): number {
  const began = performance.now();
  while (store.rollups.step(END + DAY, 1000) === 'more');
  return (performance.now() - began) / 1000;
}

const appended: (string | number)[][] = [];
for (const size of [5000, 50_000]) {
  const runs = { plain: [] as number[], store: [] as number[], rolled: [] as number[] };
  let bytes = 0;
  for (let run = 0; run < RUNS; run++) {
    const plain = openPlain(newFolder());
    runs.plain.push(READINGS / (await appendAll(plain, size)));
    plain.close();
    const folder = newFolder();
    const store = open(folder);
    const seconds = await appendAll(store, size);
    runs.store.push(READINGS / seconds);
    runs.rolled.push(READINGS / (seconds + rollAll(store)));
    await store.close();
    bytes = sizeOf(folder) / READINGS;
  }
  const [plain, store, rolled] = [median(runs.plain), median(runs.store), median(runs.rolled)];
  appended.push([size, plain, store, store / plain, rolled, bytes]);
}
printTable(
  'Readings a second, 1,000 series by turns, one in 10 s each',
  ['batch', 'plain rows', 'store', 'ratio', 'store and all rollups made', 'bytes a reading with rollups'],
  appended,
);

const old = newFolder();
const plain = openPlain(old);
await appendAll(plain, 50_000);
plain.close();
const began = performance.now();
const migrated = open(old);
const opened = performance.now() - began;
printTable(
  'A file of version 1',
  ['readings', 'series', 'opened after ms', 'all rollups after s'],
  [[READINGS, SERIES, opened, rollAll(migrated)]],
);

const year = open(newFolder());
const handful = STATIONS.slice(0, 5);
for (let day = T0; day < END; day += DAY) {
  await year.append(
    handful.flatMap((station) =>
      Array.from({ length: 1440 }, (_, minute) => reading(station, day + minute * 60_000, minute)),
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
