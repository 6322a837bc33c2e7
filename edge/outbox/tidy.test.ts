import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { valuesOfMean } from '../../devices/mean.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { createBatcher } from '../batch.ts';
import { LANES, type Outbox, openOutbox } from '../outbox.ts';

const START = 1_800_000_000_000;
const HOUR = 3_600_000;
const PERIOD = 10_000;
const PARAMETERS: ParameterId[] = ['ph', 'water_level', 'turbidity', 'water_temperature', 'salinity'];

let folder = '';
let now = START;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-outbox-tidy-'));
  now = START;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (megabytes: number, keepHours?: number) =>
  openOutbox(folder, megabytes, { now: () => now, ticks: () => now, ...(keepHours && { keepHours }) });

/** Values without a pattern that packing could find; each hundredth reading is flagged. */
function readingOf(parameter: ParameterId, index: number): Reading {
  const at = START + index * PERIOD;
  const value = ((index * 7919 + parameter.length * 104_729) % 10_007) / 1000;
  if (index % 100 === 50) return { station: 's1', parameter, at, value, flag: FLAG.suspect, reason: 'spike' };
  return { station: 's1', parameter, at, value, flag: FLAG.good, reason: null };
}

/** A line that is down for so many hours. */
function outage(outbox: Outbox, hours: number, first = 0): Reading[] {
  const batcher = createBatcher(outbox, () => now);
  const all: Reading[] = [];
  const rounds = (hours * HOUR) / PERIOD;
  for (let index = first; index < first + rounds; index++) {
    now = START + index * PERIOD;
    const own = PARAMETERS.map((parameter) => readingOf(parameter, index));
    all.push(...own);
    batcher.addReadings(own);
    // A minute at a time: each flush waits for the disk.
    if (index % 6 === 5) batcher.flush();
  }
  return all;
}

interface Drained {
  readonly payloads: string[];
  readonly readings: Reading[];
}

function drain(outbox: Outbox): Drained {
  const payloads: string[] = [];
  const readings: Reading[] = [];
  for (let batch = outbox.take(now, LANES); batch; batch = outbox.take(now, LANES)) {
    outbox.remove(batch.id);
    if (batch.lane === 'alarms') continue;
    payloads.push(batch.payload);
    const decoded = decodeSenml(batch.payload, batch.station, now);
    if (decoded.kind !== 'records' || decoded.refused.length > 0) throw new Error('no SenML');
    readings.push(...decoded.readings);
  }
  return { payloads, readings };
}

const inOrder = (readings: readonly Reading[]) =>
  readings.toSorted((a, b) => a.at - b.at || a.parameter.localeCompare(b.parameter));

test('what waits for long is packed, and comes out as it went in', () => {
  const outbox = open(100);
  const all = outage(outbox, 3);
  const plainBytes = all.length * 50;
  expect(outbox.room().bytes).toBeLessThan(plainBytes / 2);
  const { payloads, readings } = drain(outbox);
  expect(payloads.length).toBeLessThan(300);
  expect(inOrder(readings)).toEqual(inOrder(all));
  expect([outbox.thinned(), outbox.dropped()]).toEqual([0, 0]);
  outbox.close();
});

test('a batch that is under way is not packed', () => {
  const outbox = open(100);
  outage(outbox, 0.25);
  now += 120_000;
  const underWay = outbox.take(now, ['backlog']);
  expect(underWay?.lane).toBe('backlog');
  outage(outbox, 1, 90);
  outbox.release();
  expect(outbox.take(now, ['backlog'])).toEqual(underWay);
  outbox.close();
});

const accounted = (outbox: Outbox) => {
  const { live, backlog } = outbox.waiting(now);
  return live + backlog + outbox.thinned() + outbox.dropped();
};

test('when it is full good readings become means and extremes, flagged ones and alarms stay, and all is counted', () => {
  let outbox = open(0.125);
  const alarm = {
    kind: 'alarm',
    station: 's1',
    condition: 'ph/low',
    payload: '{}',
    records: 1,
    at: START,
  } as const;
  outbox.append([alarm]);
  const all = outage(outbox, 20);
  expect(outbox.room().bytes).toBeLessThanOrEqual(128 * 1024);
  expect(outbox.dropped()).toBe(0);
  expect(outbox.thinned()).toBeGreaterThan(all.length / 10);
  expect(outbox.waiting(now).alarms).toBe(1);
  expect(accounted(outbox)).toBe(all.length);
  const thinned = outbox.thinned();
  outbox.close();
  outbox = open(0.125);
  expect(outbox.thinned()).toBe(thinned);
  expect(accounted(outbox)).toBe(all.length);

  const { readings } = drain(outbox);
  const flagged = (list: readonly Reading[]) => inOrder(list.filter(({ flag }) => flag !== FLAG.good));
  expect(flagged(readings)).toEqual(flagged(all));
  const values = readings.reduce((sum, { reason }) => sum + (valuesOfMean(reason) ?? 1), 0);
  expect(values).toBe(all.length);
  for (const parameter of PARAMETERS) {
    const of = (list: readonly Reading[]) =>
      list.filter((each) => each.parameter === parameter && each.flag === FLAG.good);
    const [least] = of(all).toSorted((a, b) => Number(a.value) - Number(b.value));
    const [greatest] = of(all).toSorted((a, b) => Number(b.value) - Number(a.value));
    expect(of(readings)).toContainEqual(least);
    expect(of(readings)).toContainEqual(greatest);
  }
  // One reading a time and parameter: the centre takes a second one for a repeat.
  expect(new Set(readings.map(({ parameter, at }) => `${parameter} ${at}`)).size).toBe(readings.length);
  // The newest are as they were measured, the oldest are thinned.
  expect(
    readings.filter(({ at }) => at > now - 10 * 60_000).every(({ reason }) => valuesOfMean(reason) === null),
  ).toBe(true);
  outbox.close();
});

test('only when nothing is left to thin the oldest go, and are counted', () => {
  const outbox = open(0.125);
  const { length: before } = outage(outbox, 4);
  const batcher = createBatcher(outbox, () => now);
  let flagged = 0;
  // An instrument that is doubtful for long: nothing of it may be thinned.
  for (let index = 0; outbox.dropped() === 0 && index < 100_000; index++) {
    now += PERIOD;
    const noise = ((index * 7919) % 10_007) / 1000;
    batcher.addReadings(
      PARAMETERS.map((parameter, column) => ({
        station: 's1',
        parameter,
        at: now,
        value: noise * (column + 1.37),
        flag: FLAG.suspect,
        reason: `doubtful ${(index * 31) % 9973}`,
      })),
    );
    if (index % 6 === 5) batcher.flush();
    flagged += PARAMETERS.length;
  }
  batcher.flush();
  expect(outbox.dropped()).toBeGreaterThan(0);
  expect(outbox.thinned()).toBeGreaterThan(before / 2);
  expect(accounted(outbox)).toBe(before + flagged);
  expect(outbox.room().bytes).toBeLessThanOrEqual(128 * 1024);
  outbox.close();
});

test('what has waited longer than it may is thinned to hours', () => {
  const outbox = open(100, 4);
  const all = outage(outbox, 12);
  const { readings } = drain(outbox);
  const older = readings.filter(({ at }) => at < now - 6 * HOUR);
  const newer = readings.filter(({ at }) => at > now - 3 * HOUR);
  expect(older.length).toBeLessThan(PARAMETERS.length * 6 * 20);
  expect(older.some(({ reason }) => reason?.endsWith('in 3600 s'))).toBe(true);
  expect(newer).toHaveLength(all.filter(({ at }) => at > now - 3 * HOUR).length);
  outbox.close();
});

test('an edge that has just started is told no fraction of how long it holds: a hundred readings are packed on trial', () => {
  const outbox = open(10);
  outage(outbox, 0.1);
  const early = Number(outbox.room().holdsHours);
  outage(outbox, 1.9, 36);
  const said = Number(outbox.room().holdsHours);
  expect(early).toBeGreaterThan(said * 0.5);
  expect(early).toBeLessThan(said * 1.1);
  outbox.close();
});

test('it says how long it holds at the present rate, with what packing will make of it', () => {
  const outbox = open(10);
  expect(outbox.room().holdsHours).toBeNull();
  outage(outbox, 2);
  const first = outbox.room();
  const said = Number(first.holdsHours);
  // What it really takes: the bytes by which it grew in an hour, once packing is in its stride.
  outage(outbox, 10, 720);
  const second = outbox.room();
  const really = (0.95 * second.limit - first.bytes) / ((second.bytes - first.bytes) / 10);
  expect(said).toBeGreaterThan(really * 0.6);
  expect(said).toBeLessThan(really * 1.6);
  outbox.close();
});
