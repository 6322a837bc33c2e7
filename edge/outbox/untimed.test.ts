import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { createBatcher } from '../batch.ts';
import { LANES, type Lane } from '../outbox.ts';
import { openTimedOutbox, type TimedOutbox } from './timed.ts';
import { PATIENCE_MS } from './untimed.ts';

const NOW = Date.UTC(2026, 9, 3, 8);
const HOUR = 3_600_000;
const FIRST = 'aaaaaaaa-first';
const SECOND = 'bbbbbbbb-second';

let folder = '';
/** What the wall clock shows, and how long the system has been on. */
let wall = 0;
let ticks = 0;
let outbox: TimedOutbox;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-untimed-'));
  wall = 20_000;
  ticks = 10_000;
  open(FIRST);
});
afterEach(() => {
  outbox.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(boot: string, megabytes = 10): void {
  outbox = openTimedOutbox(folder, megabytes, { now: () => wall, ticks: () => ticks, boot });
}

function restart(boot: string, megabytes?: number): void {
  outbox.close();
  open(boot, megabytes);
}

function pass(ms: number): void {
  wall += ms;
  ticks += ms;
}

let count = 0;
/** Values without a pattern that packing could find. */
const measured = (at: number, fields: Partial<Reading> = {}): Reading => {
  count += 1;
  const value = ((count * 7919) % 10_007) / 1000;
  return { station: 's1', parameter: 'ph', at, value, flag: FLAG.good, reason: null, ...fields };
};

/** Readings of now, of a clock that nobody trusts; answers their values. */
function read(most = 1, periodMs = 1000): number[] {
  const batcher = createBatcher(outbox, () => wall);
  const values: number[] = [];
  for (let index = 0; index < most; index++) {
    pass(periodMs);
    const reading = measured(ticks);
    values.push(Number(reading.value));
    batcher.addUntimed([reading]);
    // Each flush waits for the disk.
    if (most < 100 || index % 20 === 19) batcher.flush();
  }
  return values;
}

/** Reading of a clock that is trusted. */
function readDated(at: number): number {
  const batcher = createBatcher(outbox, () => wall);
  const reading = measured(at);
  batcher.addReadings([reading]);
  batcher.flush();
  return Number(reading.value);
}

interface Went extends Reading {
  readonly lane: Lane;
}

/** All that may go out now; `arrived` is the centre's clock. */
function drain(arrived = wall, acknowledge = true): Went[] {
  const went: Went[] = [];
  for (let batch = outbox.take(wall, LANES); batch; batch = outbox.take(wall, LANES)) {
    const { lane, payload, station } = batch;
    const decoded = decodeSenml(payload, station, arrived);
    if (decoded.kind !== 'records') throw new Error('no SenML');
    went.push(...decoded.readings.map((reading) => ({ ...reading, lane })));
    if (acknowledge) outbox.remove(batch.id);
  }
  return went;
}

const values = (went: readonly Reading[]) => went.map((each) => each.value);

/** The clock is set to now and trusted. */
function synchronise(verified = true): void {
  wall = NOW;
  outbox.timeArrived(wall - ticks, verified);
}

test('without time nothing goes out, but alarms, and all of it is told as waiting', () => {
  read(3);
  pass(7000);
  outbox.append([{ kind: 'alarm', station: 's1', condition: 'ph/low', payload: '{}', records: 1, at: wall }]);
  expect(outbox.take(wall, LANES)).toMatchObject({ lane: 'alarms' });
  expect(outbox.take(wall, LANES)).toBeNull();
  expect(outbox.waiting(wall)).toEqual({ alarms: 1, live: 0, backlog: 3 });
  expect(outbox.held()).toEqual({ readings: 3, seconds: 9 });
});

test('when time arrives all go out under their true time, the newest as live, after the backlog of before', () => {
  const before = readDated(NOW - 24 * HOUR);
  const old = read(2);
  pass(100_000);
  const live = read(2);
  pass(1000);
  synchronise();
  expect(outbox.held()).toBeNull();
  expect(outbox.waiting(wall)).toEqual({ alarms: 0, live: 2, backlog: 3 });
  const after = readDated(wall);
  pass(1);
  const newer = readDated(wall - 90_000);
  const went = drain();
  expect(values(went)).toEqual([...live, after, before, ...old, newer]);
  expect(went.map(({ lane }) => lane)).toEqual(['live', 'live', 'live', ...Array(4).fill('backlog')]);
  const reason = expect.stringMatching(/^time corrected: the clock was set ahead by 20729\.\d days$/);
  expect(went.filter((each) => live.includes(Number(each.value)))).toMatchObject([
    { at: NOW - 2000, flag: 1, reason },
    { at: NOW - 1000, flag: 1, reason },
  ]);
  expect(went.filter((each) => old.includes(Number(each.value)))).toMatchObject([
    { at: NOW - 104_000, flag: 1, reason },
    { at: NOW - 103_000, flag: 1, reason },
  ]);
  expect(outbox.take(wall, LANES)).toBeNull();
});

test('steps of the wall clock before it is trusted change no date', () => {
  read(1);
  wall = NOW - 5 * HOUR;
  read(1);
  wall = NOW + 5 * HOUR;
  read(1);
  synchronise();
  expect(drain().map(({ at }) => at)).toEqual([NOW - 2000, NOW - 1000, NOW]);
});

test('a restart of the edge in the same boot changes nothing', () => {
  const first = read(2);
  restart(FIRST);
  const second = read(1);
  expect(drain()).toEqual([]);
  synchronise();
  const went = drain();
  expect(values(went)).toEqual([...first, ...second]);
  expect(went.map(({ at }) => at)).toEqual([NOW - 2000, NOW - 1000, NOW]);
});

test('once given, a date stays: after a lost acknowledgement, another step and a restart', () => {
  read(2);
  synchronise();
  const sent = drain(wall, false);
  outbox.release();
  pass(30_000);
  wall -= 2 * HOUR;
  outbox.timeArrived(wall - ticks, true);
  const again = drain(wall, false);
  expect(again).toEqual(sent.map((each) => ({ ...each, lane: expect.any(String) })));
  restart(FIRST);
  outbox.timeArrived(wall - ticks, true);
  expect(drain()).toEqual(again);
  expect(readdirSync(folder)).toContain('untimed');
});

test('of a boot that ended without time the order is known: its readings go out as late as possible, marked', () => {
  const first = read(2);
  // The power was off for nobody knows how long; the box starts in 1970 again.
  ticks = 5000;
  wall = 8000;
  restart(SECOND);
  const second = read(1);
  expect(outbox.held()?.readings).toBe(3);
  ticks = 125_000;
  synchronise();
  const went = drain();
  expect(values(went)).toEqual([...first, ...second]);
  const bootAt = NOW - 125_000;
  expect(went.map(({ at }) => at)).toEqual([bootAt - 1000, bootAt, bootAt + 6000]);
  expect(went.slice(0, 2)).toMatchObject(
    Array(2).fill({
      flag: 3,
      reason: 'time unknown: boot aaaaaaaa ended before the clock was synchronised',
      lane: 'backlog',
    }),
  );
  // All of it is delivered, and nothing is left on the disk.
  expect(outbox.take(wall, LANES)).toBeNull();
  expect(readdirSync(join(folder, 'untimed'))).toEqual([]);
});

test('what comes late from before time arrived is dated at once, and so is a clock that is lost again', () => {
  synchronise();
  const late = measured(ticks - 3000);
  const batcher = createBatcher(outbox, () => wall);
  batcher.addUntimed([late]);
  batcher.flush();
  expect(drain()).toMatchObject([{ value: late.value, at: NOW - 3000, flag: 1 }]);
  wall = 30_000;
  const [lost] = read(1);
  expect(drain(NOW + 1000)).toMatchObject([{ value: lost, at: NOW + 1000 }]);
});

test('when the line works and no time comes, readings go out with their age, those of an earlier boot before them', () => {
  const first = read(1);
  ticks = 5000;
  wall = 8000;
  restart(SECOND);
  const second = read(1);
  expect(drain()).toEqual([]);
  // A line that is cut gives no time a chance.
  outbox.release();
  pass(2 * PATIENCE_MS);
  expect(drain()).toEqual([]);
  pass(PATIENCE_MS - 1);
  expect(drain()).toEqual([]);
  pass(1);
  const late = read(1);
  const arrived = NOW + 300;
  const went = drain(arrived);
  expect(outbox.held()).toBeNull();
  expect(went).toMatchObject([
    { value: late[0], at: arrived, flag: 3, reason: 'clock not synchronised', lane: 'live' },
    { value: first[0], at: arrived - ticks, reason: expect.stringMatching(/^time unknown/), lane: 'backlog' },
    { value: second[0], at: arrived - (ticks - 6000), flag: 3, lane: 'backlog' },
  ]);
});

test('in too little room the readings of each boot are thinned by themselves, and all is counted', () => {
  restart(FIRST, 0.0625);
  const all = 9000;
  read(all, 2000);
  const { readings: left } = outbox.held() ?? { readings: 0 };
  expect(outbox.thinned()).toBeGreaterThan(1000);
  expect(left + outbox.thinned() + outbox.dropped()).toBe(all);
  expect(outbox.room().bytes).toBeLessThanOrEqual(0.0625 * 1024 * 1024);
  const thinned = outbox.thinned();
  ticks = 5000;
  wall = 8000;
  restart(SECOND, 0.0625);
  expect(outbox.thinned()).toBe(thinned);
  read(3);
  ticks = 125_000;
  synchronise();
  const went = drain();
  const bootAt = NOW - 125_000;
  const [before, after] = [went.filter(({ at }) => at <= bootAt), went.filter(({ at }) => at > bootAt)];
  expect(before).toHaveLength(left);
  expect(before.every(({ reason }) => reason?.includes('time unknown: boot aaaaaaaa'))).toBe(true);
  expect(after.map(({ at }) => at)).toEqual([bootAt + 6000, bootAt + 7000, bootAt + 8000]);
  // What a box had counted stays in the count when it is gone.
  expect(outbox.take(wall, LANES)).toBeNull();
  expect(outbox.thinned()).toBe(thinned);
  restart(SECOND, 0.0625);
  expect(outbox.thinned()).toBe(thinned);
});

test('a damaged note of the clock costs no reading, and the present boot needs none', () => {
  const first = read(2);
  const [box = ''] = readdirSync(join(folder, 'untimed'));
  writeFileSync(join(folder, 'untimed', box, 'clock.json'), '{"wall_off');
  restart(FIRST);
  synchronise();
  const went = drain();
  expect(values(went)).toEqual(first);
  expect(went.map(({ at }) => at)).toEqual([NOW - 1000, NOW]);
});

test('a box that was begun and could not be made is used when there is room again', () => {
  const box = join(folder, 'untimed', `000001-${FIRST}`);
  mkdirSync(join(box, 'outbox.db'), { recursive: true });
  expect(() => read(1)).toThrow(/outbox\.db: the outbox cannot be opened/);
  rmSync(join(box, 'outbox.db'), { recursive: true });
  const values = read(2);
  expect(readdirSync(join(folder, 'untimed'))).toHaveLength(1);
  synchronise();
  expect(drain().map(({ value }) => value)).toEqual(values);
});

test('many boots without time keep within the room: the oldest go, and are counted', () => {
  const counts: number[] = [];
  for (let boot = 0; boot < 6; boot++) {
    ticks = 1000;
    wall = 8000;
    restart(`boot000${boot}`, 0.25);
    counts.push(read(3000, 2000).length);
  }
  const all = counts.reduce((sum, count) => sum + count, 0);
  expect(outbox.dropped()).toBeGreaterThan(0);
  expect((outbox.held()?.readings ?? 0) + outbox.thinned() + outbox.dropped()).toBe(all);
  // A quarter is the present boot's in any case.
  expect(outbox.room().bytes).toBeLessThanOrEqual(1.25 * 0.25 * 1024 * 1024);
});

test('readings with a time and those without share one room, whoever has filled it', () => {
  const limit = 0.0625 * 1024 * 1024;
  restart(FIRST, 0.0625);
  const untimed = read(9000, 2000).length;
  expect(outbox.room().bytes).toBeGreaterThan(0.7 * limit);
  // Somebody sets the clock; the line stays down.
  synchronise(false);
  let dated = 0;
  const batcher = createBatcher(outbox, () => wall);
  for (; dated < 9000; dated++) {
    pass(2000);
    batcher.addReadings([measured(wall)]);
    if (dated % 20 === 19) batcher.flush();
  }
  batcher.flush();
  expect(outbox.room().bytes).toBeLessThanOrEqual(1.25 * limit);
  const { live, backlog } = outbox.waiting(wall);
  expect(live + backlog + outbox.thinned() + outbox.dropped()).toBe(untimed + dated);
});

test('every reading whose append returned survives kill -9, and is dated', async () => {
  outbox.close();
  const script = `
    import { openTimedOutbox } from ${JSON.stringify(join(import.meta.dirname, 'timed.ts'))};
    const outbox = openTimedOutbox(${JSON.stringify(folder)}, 10, { now: () => 12000, ticks: () => 10000, boot: ${JSON.stringify(FIRST)} });
    const step = (n) => {
      const payload = JSON.stringify([{ bn: 'urn:quantrac:s1:', bt: n / 1000, n: 'ph', u: 'pH', v: n }]);
      outbox.append([{ kind: 'readings', untimed: true, station: 's1', payload, records: 1, at: n }]);
      process.stdout.write(n + '\\n');
      setImmediate(step, n + 1);
    };
    step(1);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last === 200) child.kill('SIGKILL');
  }
  expect(last).toBeGreaterThanOrEqual(200);
  open(FIRST);
  synchronise();
  const went = drain();
  expect(went.length).toBeGreaterThanOrEqual(last);
  expect(went.every(({ at, value: ticksOfIt }) => at === NOW - ticks + Number(ticksOfIt))).toBe(true);
});
