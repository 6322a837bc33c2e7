import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { type Logger, pino } from 'pino';
import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { UserFault } from '../../devices/kit/fault.ts';
import { gatewaySettingsSchema } from '../settings.ts';
import { RefusedReadings, StoreUnavailable } from './refused.ts';
import { storeContract } from './store.contract.ts';
import type { Store, StoredReading } from './store.ts';
import { tallyContract } from './tally.contract.ts';
import { openThreadedStore } from './thread.ts';
import { createPacker, createUnpacker } from './thread-batch.ts';
import { errorOf, plainOf } from './thread-messages.ts';

const T0 = Date.UTC(2026, 2, 5, 6, 0, 0);
const { keep } = gatewaySettingsSchema.parse({ data_dir: 'x' }).store;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-thread-'));
  folders.push(folder);
  return folder;
}
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const silent = pino({ level: 'silent' });

function logTo(lines: Record<string, unknown>[]): Logger {
  return pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[number]) });
}

/** The store with its thread. */
async function open(folder: string, log = silent): Promise<{ store: Store; worker: () => Worker }> {
  let worker: Worker | null = null;
  const remember = (made: Worker) => {
    worker = made;
  };
  process.on('worker', remember);
  onTestFinished(() => void process.off('worker', remember));
  const store = await openThreadedStore(folder, keep, log);
  return {
    store,
    worker: () => {
      if (worker === null) throw new Error('no thread was started');
      return worker;
    },
  };
}

const reading = (minutes: number, extra: Partial<StoredReading> = {}): StoredReading => ({
  station: 'cau-do',
  parameter: 'ph',
  at: T0 + minutes * 60_000,
  value: 7 + minutes / 10,
  flag: 1,
  reason: null,
  receivedAt: T0 + minutes * 60_000 + 500,
  ...extra,
});
const rows = { station: 'cau-do', parameter: 'ph', from: T0, to: T0 + 3_600_000, limit: 1000 } as const;

describe('the embedded store in its thread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-thread-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  storeContract(async () => openThreadedStore(folder, keep, silent));
});

describe('the embedded store in its thread counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-thread-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  tallyContract(async () => openThreadedStore(folder, keep, silent));
});

test('batches carry readings of many series as they are, and name each series once', () => {
  const pack = createPacker();
  const unpack = createUnpacker();
  const first = [
    reading(0),
    reading(1, { value: null, flag: 9, reason: 'no answer' }),
    reading(2, { station: 'an-hai', value: -0, flag: 3, reason: '' }),
    reading(3, { parameter: 'o3', value: 1e-300 }),
  ];
  const second = [reading(4, { at: 0, value: 0 }), reading(5, { station: 'new', parameter: 'o3' })];
  const batches = [first, second].map((readings) => structuredClone(pack(readings)));
  expect(batches.map(({ named }) => named)).toEqual([
    [
      ['cau-do', 'ph'],
      ['an-hai', 'ph'],
      ['cau-do', 'o3'],
    ],
    [['new', 'o3']],
  ]);
  expect(batches.map(unpack)).toEqual([first, second]);
});

test('what went wrong in the thread has its class, words and fields here', () => {
  const over = (error: unknown) => errorOf(structuredClone(plainOf(error)));
  const fault = over(new UserFault('readings.db: made by a newer version'));
  expect(fault).toBeInstanceOf(UserFault);
  expect(fault.message).toBe('readings.db: made by a newer version');
  const away = over(new StoreUnavailable('the disk is full', 7000));
  expect(away).toBeInstanceOf(StoreUnavailable);
  expect(away).toMatchObject({ message: 'the disk is full', retryAfterMs: 7000 });
  const refused = [{ reading: reading(1), reason: 'field type conflict' }];
  const refusal = over(new RefusedReadings(refused));
  expect(refusal).toBeInstanceOf(RefusedReadings);
  expect(refusal).toMatchObject({ refused });
  expect(over(new TypeError('x is not a function'))).toMatchObject({
    name: 'TypeError',
    message: 'x is not a function',
    stack: expect.stringContaining('thread.test.ts'),
  });
});

test('a file that cannot be opened is told as one sentence, and no thread is left', async () => {
  const folder = newFolder();
  const db = new DatabaseSync(join(folder, 'readings.db'));
  db.exec('PRAGMA user_version=9999');
  db.close();
  let worker: Worker | null = null;
  process.once('worker', (made) => {
    worker = made;
  });
  await expect(openThreadedStore(folder, keep, silent)).rejects.toThrow(UserFault);
  expect(worker).toMatchObject({ threadId: -1 });
});

test('when the thread ends, what was not stored fails, and the store opens again with all that was', async () => {
  const lines: Record<string, unknown>[] = [];
  const { store, worker } = await open(newFolder(), logTo(lines));
  await store.append([reading(0)]);
  const first = worker();
  const lost = expect(store.rows(rows)).rejects.toThrow(StoreUnavailable);
  await Promise.all([first.terminate(), lost]);
  expect(lines).toMatchObject([{ level: 50, msg: expect.stringContaining('the store has ended') }]);
  await store.append([reading(1)]);
  expect(worker()).not.toBe(first);
  expect(await store.rows(rows)).toEqual([reading(0), reading(1)]);
  await store.close();
  expect(lines).toHaveLength(1);
});

test('close waits for what was asked before, and takes nothing more', async () => {
  const folder = newFolder();
  const { store, worker } = await open(folder);
  const appended = store.append(Array.from({ length: 5000 }, (_, n) => reading(0, { at: T0 + n })));
  await store.close();
  await appended;
  expect(worker().threadId).toBe(-1);
  await expect(store.append([reading(1)])).rejects.toThrow('closed');
  const again = await open(folder);
  expect(await again.store.rows({ ...rows, limit: 10_000 })).toHaveLength(5000);
  await again.store.close();
});
