import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from './sqlite.ts';

const T0 = Date.UTC(2026, 2, 5);
const HOUR = 3_600_000;

/** As version 1 made it. */
const VERSION_1 = `
  CREATE TABLE series (id INTEGER PRIMARY KEY, station TEXT NOT NULL, parameter TEXT NOT NULL, UNIQUE (station, parameter)) STRICT;
  CREATE TABLE reading (
    series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL, reason TEXT, received_at INTEGER NOT NULL,
    PRIMARY KEY (series, at)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
  INSERT INTO series VALUES (1, 'a', 'pm2_5'), (2, 'b', 'water_level'), (3, 'c', 'o3');
  INSERT INTO reading VALUES
    (1, ${T0}, 10, 1, NULL, ${T0 + 500}),
    (1, ${T0 + 1000}, 20, 3, 'unusual', ${T0 + 1500}),
    (1, ${T0 + 5 * HOUR}, NULL, 9, 'no answer', ${T0 + 5 * HOUR}),
    (2, ${T0 + HOUR - 1}, 1.5, 1, NULL, ${T0 + HOUR});
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-schema-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(sql: string): void {
  const db = new DatabaseSync(join(folder, 'readings.db'));
  db.exec(sql);
  db.close();
}

function read(sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(folder, 'readings.db'), { readOnly: true });
  const rows = db.prepare(sql).all();
  db.close();
  return rows;
}

const hours = { from: T0, to: T0 + 24 * HOUR, everyMs: HOUR, aggregate: 'mean', limit: 100 } as const;

test('a file of version 1 keeps its readings, takes new ones and gets its rollups', async () => {
  write(VERSION_1);
  const store = openSqliteStore(folder, { now: () => T0 });
  const expected = [
    [T0, 15, 3],
    [T0 + 5 * HOUR, null, 9],
  ];
  const query = { ...hours, station: 'a', parameter: 'pm2_5' } as const;
  expect(read('PRAGMA user_version')).toEqual([{ user_version: 4 }]);
  expect(await store.points(query)).toEqual(expected);
  expect(read('SELECT series, hour FROM unrolled ORDER BY series, hour')).toEqual([
    { series: 1, hour: T0 },
    { series: 1, hour: T0 + 5 * HOUR },
    { series: 2, hour: T0 },
  ]);
  while (store.rollups.step(T0 + 48 * HOUR, 1000) === 'more');
  expect(read('SELECT series, at, good + suspect + missing AS count FROM hour')).toEqual([
    { series: 1, at: T0, count: 2 },
    { series: 1, at: T0 + 5 * HOUR, count: 1 },
    { series: 2, at: T0, count: 1 },
  ]);
  expect(await store.points(query)).toEqual(expected);
  const latest = (await store.latest()).map(({ station, at, value }) => [station, at, value]);
  expect(latest).toEqual([
    ['a', T0 + 5 * HOUR, null],
    ['b', T0 + HOUR - 1, 1.5],
  ]);
  await store.append([
    { station: 'b', parameter: 'water_level', at: T0, value: 2.5, flag: 1, reason: null, receivedAt: T0 },
  ]);
  expect(await store.points({ ...hours, station: 'b', parameter: 'water_level' })).toEqual([[T0, 2, 1]]);
  await store.close();
});

const MINUTE = 60_000;
const COUNTS =
  'good INTEGER NOT NULL, not_evaluated INTEGER NOT NULL, suspect INTEGER NOT NULL, fail INTEGER NOT NULL, missing INTEGER NOT NULL';
const ROLLUP = `(series INTEGER NOT NULL, at INTEGER NOT NULL, usable INTEGER NOT NULL, sum REAL, min REAL, max REAL, ${COUNTS}, PRIMARY KEY (series, at)) STRICT, WITHOUT ROWID`;
/** As version 2 made it: all is rolled up, and of the first hour the readings are deleted already. */
const VERSION_2 = `${VERSION_1}
  CREATE TABLE minute ${ROLLUP}; CREATE TABLE hour ${ROLLUP}; CREATE TABLE day ${ROLLUP};
  CREATE TABLE unrolled (series INTEGER NOT NULL, hour INTEGER NOT NULL, PRIMARY KEY (series, hour)) STRICT, WITHOUT ROWID;
  CREATE INDEX unrolled_by_hour ON unrolled (hour);
  CREATE TABLE kept (class TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT;
  PRAGMA user_version = 2;
  INSERT INTO kept VALUES ('reading', ${T0 + HOUR});
  DELETE FROM reading WHERE at < ${T0 + HOUR};
  INSERT INTO minute VALUES (1, ${T0}, 2, 30, 10, 20, 1, 0, 1, 0, 0), (1, ${T0 + 7 * MINUTE}, 0, NULL, NULL, NULL, 0, 0, 0, 0, 3),
    (1, ${T0 + 5 * HOUR}, 0, NULL, NULL, NULL, 0, 0, 0, 0, 1), (2, ${T0 + 59 * MINUTE}, 1, 1.5, 1.5, 1.5, 1, 0, 0, 0, 0);
  INSERT INTO hour VALUES (1, ${T0}, 2, 30, 10, 20, 1, 0, 1, 0, 3);
`;

test('a file of version 2 keeps its rollups, also where their readings are gone', async () => {
  write(VERSION_2);
  const store = openSqliteStore(folder, { now: () => T0 });
  expect(read('PRAGMA user_version')).toEqual([{ user_version: 4 }]);
  expect(read("SELECT name FROM sqlite_schema WHERE name IN ('reading', 'minute_row')")).toEqual([]);
  const minutes = { ...hours, station: 'a', parameter: 'pm2_5', everyMs: MINUTE } as const;
  expect(await store.points(minutes)).toEqual([
    [T0, 15, 3],
    [T0 + 7 * MINUTE, null, 9],
    [T0 + 5 * HOUR, null, 9],
  ]);
  expect(await store.points({ ...minutes, station: 'b', parameter: 'water_level' })).toEqual([
    [T0 + 59 * MINUTE, 1.5, 1],
  ]);
  expect(await store.rows({ ...minutes })).toEqual([
    {
      station: 'a',
      parameter: 'pm2_5',
      at: T0 + 5 * HOUR,
      value: null,
      flag: 9,
      reason: 'no answer',
      receivedAt: T0 + 5 * HOUR,
    },
  ]);
  await store.close();
});

const COLUMNS = 'usable, sum, min, max, good, not_evaluated, suspect, fail, missing';
const SUMS = COLUMNS.split(', ')
  .map((column) => (column === 'min' || column === 'max' ? `${column}(${column})` : `sum(${column})`))
  .join(', ');
/** Days as version 3 made them, those of UTC. */
const UTC_DAYS = `DELETE FROM day; INSERT INTO day SELECT series, at / ${24 * HOUR} * ${24 * HOUR} AS day, ${SUMS} FROM hour GROUP BY series, day;
  PRAGMA user_version = 3`;

/** Four days and a half of UTC, a value an hour from the second hour of T0 on, rolled up. */
async function rolledUp(): Promise<void> {
  const store = openSqliteStore(folder, { now: () => T0 });
  await store.append(
    Array.from({ length: 107 }, (_, hour) => {
      const at = T0 + (hour + 1) * HOUR;
      return { station: 'a', parameter: 'pm2_5', at, value: hour, flag: 1, reason: null, receivedAt: at };
    }),
  );
  while (store.rollups.step(T0 + 200 * HOUR, 1000) === 'more');
  await store.close();
}

/** Midnight in Vietnam, before T0. */
const MIDNIGHT = T0 - 7 * HOUR;
const days = {
  station: 'a',
  parameter: 'pm2_5',
  from: MIDNIGHT,
  to: T0 + 200 * HOUR,
  everyMs: 24 * HOUR,
  aggregate: 'count',
  limit: 100,
} as const;
const counted = (points: readonly (readonly [number, number | null, number])[]) =>
  points.map(([at, count]) => [(at - MIDNIGHT) / (24 * HOUR), count]);

test('days of version 3, which were those of UTC, become those of Vietnam', async () => {
  await rolledUp();
  write(UTC_DAYS);
  const store = openSqliteStore(folder, { now: () => T0 });
  const made = [
    [0, 16],
    [1, 24],
    [2, 24],
    [3, 24],
    [4, 19],
  ];
  expect(counted(await store.points(days))).toEqual(made);
  expect(counted(read('SELECT at, usable FROM day').map((row) => Object.values(row)) as never)).toEqual(made);
  expect((await store.points({ ...days, aggregate: 'max', limit: 2 })).map(([, value]) => value)).toEqual([
    87, 106,
  ]);
  await store.close();
});

test('a day of version 3 whose hours are deleted stays under its date, and nothing is counted twice', async () => {
  await rolledUp();
  const since = T0 + 48 * HOUR;
  const kept = ['reading', 'minute', 'hour'].map((name) => `('${name}', ${since})`).join(', ');
  write(`${UTC_DAYS}; INSERT INTO kept VALUES ${kept};
    DELETE FROM block WHERE start < ${since}; DELETE FROM minute WHERE hour < ${since}; DELETE FROM hour WHERE at < ${since}`);
  const store = openSqliteStore(folder, { now: () => T0 });
  expect(counted(await store.points(days))).toEqual([
    [0, 23],
    [1, 24],
    [2, 17],
    [3, 24],
    [4, 19],
  ]);
  expect(counted(read('SELECT at, usable FROM day').map((row) => Object.values(row)) as never)).toEqual([
    [0, 23],
    [1, 24],
    [2, 17],
    [3, 24],
    [4, 19],
  ]);
  for (const everyMs of [HOUR, 6 * HOUR, MINUTE]) {
    const points = await store.points({ ...days, everyMs, limit: 10_000 });
    expect(points.reduce((sum, [, count]) => sum + (count ?? 0), 0)).toBe(107);
  }
  await store.close();
});

test('a migration that fails changes nothing', () => {
  // A table in the way of the second version's.
  write(`${VERSION_1}; CREATE TABLE kept (x)`);
  expect(() => openSqliteStore(folder)).toThrow(/kept/);
  expect(read('PRAGMA user_version')).toEqual([{ user_version: 1 }]);
  expect(read("SELECT count(*) AS count FROM sqlite_master WHERE name IN ('minute', 'unrolled')")).toEqual([
    { count: 0 },
  ]);
});

test('a file of a newer version is left alone, with a sentence', () => {
  write('PRAGMA user_version = 5');
  expect(() => openSqliteStore(folder)).toThrow(
    /readings\.db was written by a newer Quantrac \(its schema is 5, this one knows 4\)/,
  );
  expect(read('PRAGMA user_version')).toEqual([{ user_version: 5 }]);
  expect(read('SELECT count(*) AS count FROM sqlite_master')).toEqual([{ count: 0 }]);
});
