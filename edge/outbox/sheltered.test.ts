/** Over a real file whose disk refuses when it is told to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Batch, LANES, type NewBatch } from '../outbox.ts';
import { type ShelteredOutbox, shelter } from './sheltered.ts';
import { openTimedOutbox, type TimedOutbox } from './timed.ts';
import { createUnwritten } from './unwritten.ts';

const NOW = Date.UTC(2026, 9, 3, 8, 30);
const HOUR = Date.UTC(2026, 9, 3, 8);

let folder = '';
let stored: TimedOutbox;
/** What the disk refuses. */
let refused = new Set<'write' | 'read' | 'books'>();
let said: { level: number; msg: string }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-sheltered-'));
  stored = openTimedOutbox(folder, 8, { now: () => NOW, ticks: () => 1000, boot: 'aaaaaaaa-boot' });
  refused = new Set();
  said = [];
});
afterEach(() => {
  stored.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(mostBytes?: number): ShelteredOutbox {
  const log = pino({ base: null }, { write: (line) => said.push(JSON.parse(line)) });
  const disk =
    <A extends unknown[], T>(what: 'write' | 'read' | 'books', work: (...args: A) => T) =>
    (...args: A): T => {
      if (refused.has(what)) throw new Error('database or disk is full');
      return work(...args);
    };
  return shelter(
    {
      ...stored,
      append: disk('write', stored.append),
      lose: disk('write', stored.lose),
      take: disk('read', stored.take),
      waiting: disk('read', stored.waiting),
      account: disk('books', stored.account),
      losses: disk('books', stored.losses),
    },
    log,
    createUnwritten(mostBytes),
  );
}

const alarm = (payload: string, condition = 'smoke/fire'): NewBatch => ({
  kind: 'alarm',
  station: 's1',
  condition,
  payload,
  records: 1,
  at: NOW,
});

const reading = (second: number, station = 's1'): NewBatch => ({
  kind: 'readings',
  station,
  payload: JSON.stringify([
    { bn: `urn:quantrac:${station}:`, bt: NOW / 1000 + second, n: 'ph', u: 'pH', v: 7 },
  ]),
  records: 1,
  at: NOW + second * 1000,
});

function drain(outbox: Pick<ShelteredOutbox, 'take'>): Batch[] {
  const taken: Batch[] = [];
  for (let batch = outbox.take(NOW, LANES); batch; batch = outbox.take(NOW, LANES)) taken.push(batch);
  return taken;
}

const payloads = (batches: readonly Batch[]) => batches.map(({ payload }) => payload);

test('what the disk refuses goes out from memory: alarms behind those on disk, live readings, backlog', () => {
  const outbox = open();
  outbox.append([alarm('on disk'), reading(-1)]);
  refused.add('write');
  outbox.append([reading(0), reading(-90), alarm('in memory')]);
  expect(outbox.waiting(NOW)).toEqual({ alarms: 2, live: 2, backlog: 1 });
  expect(drain(outbox).map(({ lane, payload }) => [lane, payload])).toEqual([
    ['alarms', 'on disk'],
    ['alarms', 'in memory'],
    ['live', reading(-1).payload],
    ['live', reading(0).payload],
    ['backlog', reading(-90).payload],
  ]);
});

test('it says once what is refused, tells it in words, and says once when it is over', () => {
  const outbox = open();
  expect(outbox.refusal()).toBeNull();
  refused.add('write');
  outbox.append([reading(0)]);
  outbox.append([reading(1)]);
  expect(outbox.refusal()).toBe('outbox refuses batches, they wait in memory: database or disk is full');
  refused.clear();
  outbox.append([reading(2)]);
  expect(outbox.refusal()).toBeNull();
  expect(said.map(({ level, msg }) => [level, msg])).toEqual([
    [50, 'outbox refuses batches, they wait in memory'],
    [30, 'the disk works again'],
  ]);
});

test('with room again all that was not delivered is on disk, once', () => {
  const outbox = open();
  refused.add('write');
  outbox.append([alarm('delivered'), alarm('first'), reading(0), reading(1)]);
  const [delivered] = drain(outbox);
  outbox.remove(delivered?.id ?? 0);
  outbox.release();
  refused.clear();
  outbox.append([alarm('second')]);
  expect(outbox.waiting(NOW)).toEqual({ alarms: 2, live: 2, backlog: 0 });
  expect(payloads(drain(stored))).toEqual(['first', 'second', reading(0).payload, reading(1).payload]);
});

test('what is under way is not written, and alarms keep their order when it comes back', () => {
  const outbox = open();
  refused.add('write');
  outbox.append([alarm('raised'), reading(0), reading(-1)]);
  expect(outbox.take(NOW, LANES)?.payload).toBe('raised');
  expect(outbox.take(NOW, LANES)?.payload).toBe(reading(0).payload);
  refused.clear();
  outbox.append([alarm('cleared')]);
  expect(stored.waiting(NOW)).toEqual({ alarms: 0, live: 1, backlog: 0 });
  // The connection is lost, and with it what becomes of the first one.
  outbox.release();
  outbox.append([reading(1)]);
  expect(stored.waiting(NOW)).toEqual({ alarms: 2, live: 3, backlog: 0 });
  expect(payloads(drain(outbox)).slice(0, 2)).toEqual(['raised', 'cleared']);
});

test('alarms leave from memory also when the disk can neither be read nor tell anything for the books', () => {
  const outbox = open();
  outbox.append([reading(0)]);
  expect(outbox.waiting(NOW).live).toBe(1);
  for (const what of ['write', 'read', 'books'] as const) refused.add(what);
  outbox.append([alarm('fire')]);
  expect(payloads(drain(outbox))).toEqual(['fire']);
  // As it was last.
  expect(outbox.waiting(NOW)).toEqual({ alarms: 1, live: 1, backlog: 0 });
  expect([outbox.account(NOW), outbox.losses()]).toEqual([null, null]);
});

test('readings without a time stay in memory until they are written, and the dated ones do not wait for them', () => {
  const untimed = { ...reading(0), untimed: true as const, at: 500 };
  let works = false;
  const outbox = shelter(
    {
      ...stored,
      append(batches) {
        if (!works && batches.some((batch) => batch.untimed)) throw new Error('no room');
        stored.append(batches);
      },
    },
    pino({ enabled: false }),
  );
  outbox.append([untimed, reading(1)]);
  expect(outbox.waiting(NOW)).toEqual({ alarms: 0, live: 1, backlog: 1 });
  expect(payloads(drain(outbox))).toEqual([reading(1).payload]);
  works = true;
  outbox.append([]);
  expect(stored.held()?.readings).toBe(1);
});

test('memory is bounded: the oldest readings go, then overtaken alarms; the loss is told when the disk works', () => {
  const big = reading(0).payload.length;
  const outbox = open(10 * big);
  refused.add('write');
  outbox.append(Array.from({ length: 12 }, (_, index) => reading(index, `s${index % 10}`)));
  expect(outbox.dropped()).toBe(2);
  outbox.append([alarm('1'.repeat(4 * big)), alarm('2'.repeat(4 * big)), alarm('3'.repeat(4 * big))]);
  expect(outbox.dropped()).toBe(12);
  expect(payloads(drain(outbox)).map(([first]) => first)).toEqual(['2', '3']);
  expect(outbox.losses()).toBeNull();
  outbox.release();
  refused.clear();
  outbox.append([reading(60)]);
  const entries = outbox.losses()?.entries ?? [];
  expect(entries.reduce((sum, { readings }) => sum + readings, 0)).toBe(12);
  expect(entries[0]).toMatchObject({ station: 's0', parameter: 'ph', hour: HOUR, cause: 'unwritten' });
});
