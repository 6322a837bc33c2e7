/** What is damaged costs its own readings only, with a sentence that says where. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Logger } from '../../devices/kit/log.ts';
import { RefusedReadings } from './refused.ts';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { HOUR_MS } from './sqlite-levels.ts';
import type { StoredReading } from './store.ts';

const T0 = Date.UTC(2026, 2, 5);
const all = { station: 'a', parameter: 'ph', from: T0, to: T0 + 24 * HOUR_MS, limit: 10_000 } as const;

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-damage-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = { error: (line: unknown) => said.push(String(line)), info() {}, warn() {} } as unknown as Logger;
const open = (): SqliteStore => openSqliteStore(folder, { now: () => T0, log });
const finish = ({ rollups }: SqliteStore): void => {
  while (rollups.step(T0 + 48 * HOUR_MS, 1000) === 'more');
};
const reading = (at: number, value: number): StoredReading => ({
  station: 'a',
  parameter: 'ph',
  at,
  value,
  flag: 1,
  reason: null,
  receivedAt: at,
});
/** Ten readings in each of three hours. */
const three = [0, 1, 2].flatMap((hour) =>
  Array.from({ length: 10 }, (_, n) => reading(T0 + hour * HOUR_MS + n * 1000, n)),
);

function sql(statement: string): unknown[] {
  const db = new DatabaseSync(join(folder, 'readings.db'));
  const rows = db.prepare(statement).all();
  db.close();
  return rows;
}

const spoil = (table: string, where: string) =>
  sql(
    `UPDATE ${table} SET data = CAST(substr(data, 1, 20) || x'00ff' || substr(data, 23) AS BLOB) WHERE ${where}`,
  );

test('a damaged block is named and set aside, and everything else answers', async () => {
  let store = open();
  await store.append(three);
  finish(store);
  await store.close();
  spoil('block', `start = ${T0 + HOUR_MS}`);

  store = open();
  expect(await store.rows(all)).toEqual([...three.slice(0, 10), ...three.slice(20)]);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(
    `a block of a/ph (start ${T0 + HOUR_MS}, 2026-03-05T01:00:00.000Z to 2026-03-05T01:00:09.000Z) cannot be read`,
  );
  expect(said[0]).toMatch(/checksum/);
  expect(sql('SELECT of, series, start FROM damaged')).toEqual([
    { of: 'block', series: 1, start: T0 + HOUR_MS },
  ]);
  // The rollups of its hour were made before.
  const hours = await store.points({ ...all, everyMs: HOUR_MS, aggregate: 'count' });
  expect(hours.map(([, value]) => value)).toEqual([10, 10, 10]);
  // Its hour takes readings again.
  await store.append([reading(T0 + HOUR_MS + 500, 1)]);
  finish(store);
  expect(await store.rows(all)).toHaveLength(21);
  expect(said).toHaveLength(1);
  await store.close();
});

test('a damaged block is found while late readings join it, or at the start, and stops neither', async () => {
  let store = open();
  await store.append(three);
  finish(store);
  spoil('block', `start = ${T0}`);
  await store.append([reading(T0 + 500, 1)]);
  finish(store);
  expect(said).toHaveLength(1);
  expect(await store.rows(all)).toHaveLength(21);
  await store.close();

  spoil('block', `start = ${T0 + 2 * HOUR_MS}`);
  store = open();
  expect(said).toHaveLength(2);
  expect(await store.latest()).toEqual([three[19]]);
  await store.append([reading(T0 + 2 * HOUR_MS, 7)]);
  finish(store);
  expect((await store.latest())[0]?.value).toBe(7);
  await store.close();
});

test('what was committed and is in no block is read at the start; a damaged batch is set aside', async () => {
  let store = open();
  await store.append(three.slice(0, 10));
  await store.append(three.slice(10, 20));
  await store.append([...three.slice(20), { ...reading(T0, 99), reason: 'odd', flag: 3 }]);
  await store.close();
  store = open();
  expect(await store.rows(all)).toEqual(three);
  expect(await store.latest()).toEqual([three.at(-1)]);
  await store.close();

  spoil('batch', 'seq = 2');
  store = open();
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/batch 2 of the journal cannot be read \(its checksum does not fit\)/);
  expect(await store.rows(all)).toEqual([...three.slice(0, 10), ...three.slice(20)]);
  expect(sql('SELECT of, start FROM damaged')).toEqual([{ of: 'batch', start: 2 }]);
  await store.close();
  await open().close();
  expect(said).toHaveLength(1);
});

test('what is no reading is refused with its fault, and its neighbours are stored', async () => {
  const store = open();
  const faults = [
    { at: 1.5 },
    { at: -9e15 },
    { value: '1' },
    { flag: 300 },
    { reason: 7 },
    { receivedAt: Number.NaN },
  ];
  for (const [n, fault] of faults.entries()) {
    const bad = { ...reading(T0 + n, 1), station: 'new', ...fault } as StoredReading;
    const refusal = await store.append([reading(T0 + n, n), bad]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RefusedReadings);
    expect((refusal as RefusedReadings).message).toMatch(
      /refuses 1 readings: no reading that can be stored: \{"station":"new"/,
    );
    expect((refusal as RefusedReadings).refused.map((item) => item.reading)).toEqual([bad]);
  }
  expect(await store.rows(all)).toEqual(faults.map((_, n) => reading(T0 + n, n)));
  expect(sql('SELECT station FROM series')).toEqual([{ station: 'a' }]);
  await store.close();
});

test('series of a first batch that was refused are as new as before', async () => {
  let store = open();
  sql("CREATE TRIGGER full BEFORE INSERT ON batch BEGIN SELECT RAISE(FAIL, 'disk is full'); END");
  await expect(store.append([reading(T0, 1), reading(T0 + 1, 1)])).rejects.toThrow('disk is full');
  expect(await store.latest()).toEqual([]);
  sql('DROP TRIGGER full');
  await store.append([reading(T0, 5)]);
  expect(sql('SELECT id, station FROM series')).toEqual([{ id: 1, station: 'a' }]);
  await store.append([{ ...reading(T0, 6), station: 'b' }]);
  await store.close();
  store = open();
  expect((await store.rows(all)).map(({ value }) => value)).toEqual([5]);
  expect((await store.rows({ ...all, station: 'b' })).map(({ value }) => value)).toEqual([6]);
  await store.close();
});

test('a damaged block that cannot be set aside costs no reading that waits for its block', async () => {
  let store = open();
  const other = three.map((item) => ({ ...item, station: 'other' }));
  await store.append([...other, ...three]);
  finish(store);
  spoil('block', `series = 2 AND start = ${T0}`);
  // As a full disk may do.
  sql("CREATE TRIGGER full BEFORE INSERT ON damaged BEGIN SELECT RAISE(ROLLBACK, 'disk is full'); END");
  const late = [{ ...reading(T0 + 500, 7), station: 'other' }, reading(T0 + 500, 7)];
  await store.append(late);
  expect(() => finish(store)).toThrow('disk is full');
  await store.close();
  store = open();
  expect(await store.rows({ ...all, station: 'other' })).toHaveLength(31);
  expect(await store.rows(all)).toHaveLength(21);
  sql('DROP TRIGGER full');
  finish(store);
  expect(await store.rows({ ...all, station: 'other' })).toHaveLength(31);
  expect(await store.rows(all)).toHaveLength(21);
  expect(sql('SELECT of FROM damaged')).toEqual([{ of: 'block' }]);
  await store.close();
});

test('times at the ends of what numbers can say are kept, told and deleted like others', async () => {
  let store = open();
  const ends = [-8.64e15, -1, 0, 8.64e15].map((at) => reading(at, 1));
  await store.append(ends);
  const ever = { ...all, from: -Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
  expect(await store.rows(ever)).toEqual(ends);
  while (store.rollups.step(Number.MAX_SAFE_INTEGER, 1000) === 'more');
  expect(await store.rows(ever)).toEqual(ends);
  expect(await store.points({ ...ever, aggregate: 'mean', limit: 2 })).toEqual([
    [0, 1, 1],
    [8.64e15, 1, 1],
  ]);
  await store.close();
  spoil('block', 'start > 8e15');
  store = open();
  expect(said[0]).toMatch(/a block of a\/ph \(start 8640000000000000, \+275760-09-13T00/);
  expect(await store.rows(ever)).toEqual(ends.slice(0, 3));
  await store.close();
});
