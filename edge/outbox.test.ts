import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LANES, type NewBatch, openOutbox } from './outbox.ts';

const NOW = 1_800_000_000_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-outbox-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const readings = (payload: string, at = NOW, records = 1): NewBatch => ({
  kind: 'readings',
  station: 's1',
  payload,
  records,
  at,
});

const alarm = (payload: string, condition = 'ph/low'): NewBatch => ({
  kind: 'alarm',
  station: 's1',
  condition,
  payload,
  records: 1,
  at: NOW,
});

test('alarms leave first, then live readings, then backlog, each the oldest first', () => {
  const outbox = openOutbox(folder, 1);
  outbox.append([
    readings('old 2', NOW - 70_000),
    readings('live 2', NOW - 1000),
    readings('live 1', NOW - 60_000),
    readings('old 1', NOW - 60_001 - 20_000),
    alarm('alarm 1'),
    alarm('alarm 2'),
  ]);
  const order = [];
  for (;;) {
    const batch = outbox.take(NOW, LANES);
    if (batch === null) break;
    order.push(`${batch.lane}: ${batch.payload}`);
  }
  expect(order).toEqual([
    'alarms: alarm 1',
    'alarms: alarm 2',
    'live: live 1',
    'live: live 2',
    'backlog: old 1',
    'backlog: old 2',
  ]);
  outbox.close();
});

test('a batch that was live becomes backlog when it waits', () => {
  const outbox = openOutbox(folder, 1);
  outbox.append([readings('x', NOW, 3)]);
  expect(outbox.waiting(NOW)).toEqual({ alarms: 0, live: 3, backlog: 0 });
  expect(outbox.waiting(NOW + 60_001)).toEqual({ alarms: 0, live: 0, backlog: 3 });
  expect(outbox.take(NOW + 60_001, ['live'])).toBeNull();
  expect(outbox.take(NOW + 60_001, LANES)?.lane).toBe('backlog');
  outbox.close();
});

test('what was taken and not removed comes again after a release and after a restart', () => {
  let outbox = openOutbox(folder, 1);
  outbox.append([readings('a'), readings('b')]);
  const first = outbox.take(NOW, LANES);
  const second = outbox.take(NOW, LANES);
  expect(outbox.take(NOW, LANES)).toBeNull();
  outbox.remove(first?.id ?? 0);
  outbox.release();
  expect(outbox.take(NOW, LANES)).toEqual(second);
  outbox.close();
  outbox = openOutbox(folder, 1);
  expect(outbox.take(NOW, LANES)).toEqual(second);
  expect(outbox.take(NOW, LANES)).toBeNull();
  outbox.close();
});

test('when it is full the oldest readings are dropped and counted, alarms stay', () => {
  let outbox = openOutbox(folder, 1);
  const big = 'x'.repeat(100_000);
  outbox.append([alarm('alarm')]);
  for (let index = 0; index < 30; index++)
    outbox.append([readings(`${index} ${big}`, NOW - 1000 + index, 7)]);
  const { alarms, live } = outbox.waiting(NOW);
  expect(alarms).toBe(1);
  expect(outbox.dropped() + live).toBe(210);
  expect(live / 7).toBe(10);
  expect(outbox.take(NOW, ['live'])?.payload.startsWith('20 ')).toBe(true);
  outbox.close();
  outbox = openOutbox(folder, 1);
  expect(outbox.dropped()).toBe(140);
  // The bound holds after a restart too, and room that a delivery made is used.
  const batch = outbox.take(NOW, ['live']);
  outbox.remove(batch?.id ?? 0);
  outbox.append([readings(big, NOW, 7)]);
  expect(outbox.dropped()).toBe(140);
  outbox.append([readings(big, NOW, 7)]);
  expect(outbox.dropped()).toBe(147);
  outbox.close();
});

test('a batch that is under way is not dropped', () => {
  const outbox = openOutbox(folder, 1);
  const big = 'x'.repeat(400_000);
  outbox.append([readings(`a${big}`, NOW - 3), readings(`b${big}`, NOW - 2)]);
  const underWay = outbox.take(NOW, LANES);
  outbox.append([readings(`c${big}`, NOW - 1)]);
  expect(outbox.dropped()).toBe(1);
  outbox.release();
  expect(outbox.take(NOW, LANES)?.id).toBe(underWay?.id);
  expect(outbox.take(NOW, LANES)?.payload[0]).toBe('c');
  outbox.close();
});

test('alarms alone are bounded too: a later one of the same condition takes the place of an earlier one', () => {
  const outbox = openOutbox(folder, 1);
  const big = 'x'.repeat(100_000);
  outbox.append([alarm(`first ${big}`, 'ph/high')]);
  for (let index = 0; index < 30; index++) outbox.append([alarm(`${index} ${big}`)]);
  const left = [];
  for (let batch = outbox.take(NOW, LANES); batch; batch = outbox.take(NOW, LANES))
    left.push(batch.payload.split(' ')[0]);
  expect(left).toEqual(['first', '21', '22', '23', '24', '25', '26', '27', '28', '29']);
  outbox.close();
});

test('a second edge on the same folder is told so', () => {
  const outbox = openOutbox(folder, 1);
  expect(() => openOutbox(folder, 1)).toThrow(
    /outbox\.db: the outbox cannot be opened \(another edge is using it\)/,
  );
  outbox.close();
});

test('every batch whose append returned survives kill -9', async () => {
  const script = `
    import { openOutbox } from ${JSON.stringify(join(import.meta.dirname, 'outbox.ts'))};
    const outbox = openOutbox(${JSON.stringify(folder)}, 10);
    const step = (n) => {
      outbox.append([{ kind: 'readings', station: 's1', payload: String(n), records: 1, at: n }]);
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
  const outbox = openOutbox(folder, 10);
  expect(outbox.waiting(0).live).toBeGreaterThanOrEqual(last);
  expect(outbox.take(0, LANES)?.payload).toBe('1');
  outbox.close();
});
