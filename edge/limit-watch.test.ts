import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { limitSchema } from '../devices/limit.ts';
import { FLAG } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import type { Alarm } from '../devices/wire/messages.ts';
import type { Clock } from './clock.ts';
import { type LimitWatch, watchLimits } from './limit-watch.ts';
import { silentLog } from './rig.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'limit-watch-'));
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dataDir, { recursive: true });
});

const clock: Clock = {
  now: () => Date.now(),
  ticks: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

const LIMITS = [
  { name: 'silent', kind: 'stale', after_s: 30 },
  { name: 'hot', kind: 'high', raise: 45, clear: 40 },
].map((fields) => limitSchema.parse({ parameter: 'air_temperature', level: 'warning', ...fields }));

function start(): { watch: LimitWatch; stale: Alarm[] } {
  const stale: Alarm[] = [];
  const watch = watchLimits({
    dataDir,
    stations: [
      { id: 'post-1', limits: LIMITS },
      { id: 'post-2', limits: [] },
    ],
    clock,
    log: silentLog,
    onStale: (alarms) => stale.push(...alarms),
  });
  onTestFinished(() => watch.stop());
  return { watch, stale };
}

const reading = (value: number, station = 'post-1'): Reading => ({
  station,
  parameter: 'air_temperature',
  at: Date.now(),
  value,
  flag: FLAG.good,
  reason: null,
});
const told = (alarms: readonly Alarm[]) => alarms.map(({ limit, state }) => `${limit} ${state}`);

test('time tells what is stale, once, and the next reading that it is not', async () => {
  const { watch, stale } = start();
  await vi.advanceTimersByTimeAsync(5000);
  expect(told(watch.step([reading(20)]))).toEqual(['silent cleared', 'hot cleared']);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(stale).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stale).toMatchObject([
    { station: 'post-1', limit: 'silent', value: 30, threshold: 30, no_data: true },
  ]);
  expect(told(watch.step([reading(20)]))).toEqual(['silent cleared']);
});

test('a restart repeats nothing and forgets nothing; the time that it took is nobody’s silence', async () => {
  const before = start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(told(before.watch.step([reading(50)]))).toEqual(['silent cleared', 'hot raised']);
  before.watch.stop();
  await vi.advanceTimersByTimeAsync(3_600_000);

  const after = start();
  await vi.advanceTimersByTimeAsync(5000);
  expect(after.stale).toEqual([]);
  expect(told(after.watch.step([reading(50)]))).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told(after.watch.step([reading(30)]))).toEqual(['hot cleared']);
});

test('new limits of a station are in force at once, and others are not touched', () => {
  const { watch } = start();
  expect(watch.step([reading(50, 'post-2')])).toEqual([]);
  watch.replace('post-2', LIMITS);
  expect(told(watch.step([reading(50, 'post-2')]))).toEqual(['silent cleared', 'hot raised']);
  expect(told(watch.step([reading(20)]))).toEqual(['silent cleared', 'hot cleared']);
});
