/** Over real files: whatever becomes of readings at the edge, each of them is in the account or on its way. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import type { Loss, Waiting } from '../../devices/wire/messages.ts';
import { fit } from '../account.ts';
import { createBatcher } from '../batch.ts';
import {
  type Batch,
  LANES,
  type Lane,
  LIVE_WINDOW_MS,
  type NewBatch,
  type Outbox,
  openOutbox,
} from '../outbox.ts';
import { addContents, type Contents, contentsOf, contentsOfPayload } from './contents.ts';

const HOUR = 3_600_000;
const START = 1_800_000_000_000;
const T0 = START - (START % HOUR);
const PERIOD = 10_000;
/** A level, a contact, which has no mean, and a direction, which has no extremes. */
const PARAMETERS: ParameterId[] = ['water_level', 'smoke', 'wind_direction'];

let folder = '';
let now = T0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-outbox-account-'));
  now = T0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (megabytes: number) => openOutbox(folder, megabytes, { now: () => now, ticks: () => now });

function readingOf(station: string, parameter: ParameterId, index: number): Reading {
  const at = T0 + index * PERIOD + 123;
  const value = parameter === 'smoke' ? Number(index % 500 > 250) : ((index * 7919) % 10_007) / 100;
  return index % 100 === 50
    ? { station, parameter, at, value, flag: FLAG.suspect, reason: 'spike' }
    : { station, parameter, at, value, flag: FLAG.good, reason: null };
}

/** Rounds first ≤ index < to of two stations, while the line is down; what was read, by station. */
function outage(outbox: Outbox, first: number, to: number): Map<string, Contents> {
  const batcher = createBatcher(outbox, () => now);
  const read = new Map<string, Contents>();
  for (let index = first; index < to; index++) {
    now = T0 + index * PERIOD + 200;
    for (const station of ['s1', 's2']) {
      const own = PARAMETERS.map((parameter) => readingOf(station, parameter, index));
      batcher.addReadings(own);
      count(read, station, contentsOf(own));
    }
    // Three minutes at a time: each flush waits for the disk.
    if (index % 18 === 17) batcher.flush();
  }
  batcher.flush();
  return read;
}

function count(into: Map<string, Contents>, station: string, contents: Contents | null): void {
  const own: Contents = into.get(station) ?? new Map();
  into.set(station, own);
  addContents(own, contents);
}

function countCells(
  into: Map<string, Contents>,
  cells: Iterable<{ station: string; hour: number; parameter: string | null; readings: number }>,
): void {
  for (const { station, hour, parameter, readings } of cells)
    count(
      into,
      station,
      new Map([[`${hour} ${parameter}`, { hour, parameter: parameter as ParameterId, readings }]]),
    );
}

const waitingCells = (waiting: readonly Waiting[]) =>
  waiting.flatMap(({ station, hour, hours = 1, points = {}, others = 0 }) =>
    Array.from({ length: hours }, (_, index) => index).flatMap((index) =>
      [...Object.entries(points), ...(others > 0 ? [[null, others] as const] : [])].map(
        ([parameter, readings]) => ({ station, hour: hour + index * HOUR, parameter, readings }),
      ),
    ),
  );

function lossesOf(outbox: Outbox): Loss[] {
  const all: Loss[] = [];
  for (let report = outbox.losses(); report; report = outbox.losses()) {
    all.push(...report.entries);
    outbox.told(report);
  }
  return all;
}

function take(outbox: Outbox, most: number, lanes: readonly Lane[] = LANES): Batch[] {
  const taken: Batch[] = [];
  for (let batch = outbox.take(now, lanes); batch; batch = outbox.take(now, lanes)) {
    taken.push(batch);
    if (taken.length >= most) break;
  }
  return taken;
}

const plain = (contents: Map<string, Contents>) =>
  [...contents]
    .flatMap(([station, own]) =>
      [...own.values()].map(({ hour, parameter, readings }) => `${station} ${hour} ${parameter} ${readings}`),
    )
    .sort();

test('each reading is waiting, thinned, dropped or delivered, by point and hour, at every moment of an outage', {
  timeout: 60_000,
}, () => {
  const outbox = open(0.15);
  const read = outage(outbox, 0, 6 * 60 * 24);
  const gone = new Map<string, Contents>();
  const check = (from: Outbox) => {
    const all = new Map([...gone].map(([station, own]) => [station, new Map(own)] as const));
    const copy = new Map<string, Contents>();
    for (const [station, own] of all) count(copy, station, own);
    countCells(copy, waitingCells(fit(from.account(now + LIVE_WINDOW_MS))));
    expect(plain(copy)).toEqual(plain(read));
  };
  const firstLosses = lossesOf(outbox);
  expect(new Set(firstLosses.map(({ cause }) => cause))).toEqual(new Set(['thinned']));
  countCells(gone, firstLosses);
  check(outbox);

  // Some go out, and not all of them are acknowledged before the edge dies.
  const [first, second, third] = take(outbox, 3, ['backlog']);
  for (const batch of [first, second]) {
    if (!batch) throw new Error('nothing waits');
    outbox.remove(batch.id);
    count(gone, batch.station, contentsOfPayload(batch.payload));
  }
  check(outbox);
  outbox.close();
  const again = open(0.15);
  check(again);

  // The line stays down until the oldest must go.
  for (const [station, own] of outage(again, 6 * 60 * 24, 6 * 60 * 96)) count(read, station, own);
  const dropped = lossesOf(again);
  countCells(gone, dropped);
  check(again);
  expect(again.thinned()).toBeGreaterThan(0);
  expect(third).toBeDefined();

  for (const batch of take(again, Number.MAX_SAFE_INTEGER)) {
    again.remove(batch.id);
    count(gone, batch.station, contentsOfPayload(batch.payload));
  }
  expect(again.account(now + LIVE_WINDOW_MS)).toEqual([]);
  expect(plain(gone)).toEqual(plain(read));
  again.close();
});

test('what is dropped is told by point and hour, repeated until it is acknowledged, also after a restart', () => {
  const outbox = open(0.01);
  // Flagged readings are not thinned: nothing but dropping is left.
  const batch = (index: number): NewBatch => ({
    kind: 'readings',
    station: 's1',
    payload: JSON.stringify(
      Array.from({ length: 20 }, (_, n) => ({
        ...(n === 0 && { bn: 'urn:quantrac:s1:', bt: T0 / 1000 + index * 60 }),
        n: 'ph',
        u: 'pH',
        ...(n > 0 && { t: n }),
        v: 7,
        qf: 3,
        qr: `spike ${index * 7919} ${n}`,
      })),
    ),
    records: 20,
    at: T0 + index * 60_000 + 19_000,
  });
  for (let index = 0; index < 90; index++) {
    now = T0 + index * 60_000 + 20_000;
    outbox.append([batch(index)]);
  }
  const dropped = outbox.dropped();
  expect(dropped).toBeGreaterThan(0);
  const report = outbox.losses();
  expect(report?.number).toBe(1);
  expect(report?.entries.reduce((sum, { readings }) => sum + readings, 0)).toBe(dropped);
  expect(report?.entries[0]).toMatchObject({ station: 's1', parameter: 'ph', hour: T0, cause: 'dropped' });
  expect(outbox.losses()).toEqual(report);
  outbox.close();
  const again = open(0.01);
  expect(again.losses()).toEqual(report);
  if (report) again.told(report);
  expect(again.losses()).toBeNull();
  now += 60_000;
  again.append([batch(90), batch(91), batch(92)]);
  expect(again.losses()).toMatchObject({ outbox: report?.outbox, number: 2 });
  again.close();
});

test('live readings are not told as waiting', () => {
  const outbox = open(1);
  outage(outbox, 0, 3);
  expect(outbox.account(now)).toEqual([]);
  expect(waitingCells(outbox.account(now + LIVE_WINDOW_MS))).toHaveLength(6);
  outbox.close();
});

test('a month of a regular station is told in a few entries, and a large one in sums that add up', () => {
  const month = Array.from({ length: 720 }, (_, index) => ({
    station: 's1',
    hour: T0 + index * HOUR,
    points: Object.fromEntries(PARAMETERS.map((parameter) => [parameter, index === 719 ? 17 : 360])),
  }));
  expect(fit(month)).toEqual([{ ...month[0], hours: 719 }, month[719]]);
  const irregular = month.map((entry, index) => ({
    ...entry,
    points: { ph: 300 + (index % 50), ec: index },
  }));
  const told = fit(irregular);
  expect(JSON.stringify(told).length).toBeLessThan(24 * 1024);
  const sum = (entries: readonly Waiting[]) =>
    entries.reduce(
      (total, { hours = 1, total: whole, points = {}, others = 0 }) =>
        total + Object.values(points).reduce((a, b) => a + b, others) * (whole ? 1 : hours),
      0,
    );
  expect(sum(told)).toBe(sum(irregular));
  expect(told[0]).toMatchObject({ total: true, hours: 696 });
});
