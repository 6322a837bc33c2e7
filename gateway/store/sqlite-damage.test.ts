/** What is damaged costs its own readings only, with a sentence that says where. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Logger } from '../../devices/kit/log.ts';
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

test('a reading that is none is refused with its fault, and the store goes on', async () => {
  const store = open();
  const faults = [{ at: 1.5 }, { value: '1' }, { flag: 300 }, { reason: 7 }, { receivedAt: Number.NaN }];
  for (const fault of faults) {
    const batch = [reading(T0, 1), { ...reading(T0 + 1, 1), station: 'new', ...fault } as StoredReading];
    await expect(store.append(batch)).rejects.toThrow(/no reading that can be stored: \{"station":"new"/);
  }
  expect(await store.latest()).toEqual([]);
  expect(sql('SELECT * FROM series')).toEqual([]);
  await store.append(three);
  expect(await store.rows(all)).toEqual(three);
  await store.close();
});
