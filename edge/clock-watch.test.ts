import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../devices/kit/log.ts';
import { missing } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import type { Clock } from './clock.ts';
import { fixedSource } from './clock-source.ts';
import { type ClockWatch, watchClock } from './clock-watch.ts';
import type { ClockSource } from './trust.ts';

const NOW = Date.UTC(2026, 9, 3, 8);
const reading = (at: number): Reading => ({ station: 'ho-1', parameter: 'ph', at, ...missing('none') });

let dataDir = '';
let watch: ClockWatch | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'quantrac-clock-'));
});
afterEach(() => {
  watch?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Time goes by only when the test says so: each sleeper wakes when its time has come. */
function start(wall: number, source: ClockSource = 'unknown', refusals = 0) {
  let ticks = 0;
  let sleepers: { until: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => wall,
    ticks: () => ticks,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleepers.push({ until: ticks + ms, wake: resolve });
        signal.addEventListener('abort', () => resolve());
      }),
  };
  const said: Array<readonly [string, object]> = [];
  const say = (fields: object, message: string) => said.push([message, fields]);
  const log = Object.assign(Object.create(createLogger('edge', 'silent')), { info: say, warn: say });
  let steps = 0;
  const times: Array<readonly [number, ClockSource]> = [];
  const own = watchClock({
    clock,
    source: fixedSource(source),
    dataDir,
    log,
    onStep: () => (steps += 1),
    onTime: (offset, by) => {
      times.push([offset, by]);
      if (times.length === refusals) throw new Error('the disk is full');
    },
  });
  watch = own;
  return {
    watch: own,
    said,
    steps: () => steps,
    times,
    set: (to: number) => {
      wall = to;
    },
    async run(ms: number) {
      for (const end = ticks + ms; ticks < end; ) {
        wall += 1000;
        ticks += 1000;
        const due = sleepers.filter(({ until }) => until <= ticks);
        sleepers = sleepers.filter(({ until }) => until > ticks);
        for (const { wake } of due) wake();
        await new Promise(setImmediate);
      }
    },
  };
}

const kept = (): number | null =>
  readdirSync(dataDir).includes('clock.json')
    ? JSON.parse(readFileSync(join(dataDir, 'clock.json'), 'utf8')).newest
    : null;

test('the newest time goes to disk each ten minutes and at the stop, and no other file stays', async () => {
  const { watch, run } = start(NOW);
  await run(590_000);
  expect(kept()).toBeNull();
  await run(20_000);
  expect(kept()).toBe(NOW + 600_000);
  watch.stop();
  expect(kept()).toBe(NOW + 610_000);
  expect(readdirSync(dataDir)).toEqual(['clock.json']);
});

test('a start with a clock behind the newest time on disk is not trusted, and does not overwrite it', async () => {
  start(NOW).watch.stop();
  const { watch, said } = start(NOW - 3_600_000);
  expect(watch.state().trusted).toBe(false);
  expect(watch.time([reading(NOW - 3_600_000)])).toEqual({ dated: [], untimed: [reading(0)] });
  // The time of an instrument with its own clock.
  expect(watch.time([reading(NOW)]).dated[0]?.reason).toBe('none; clock not synchronised');
  expect(said).toEqual([
    ['the clock is not trusted, readings wait for time', { reason: expect.stringContaining('already seen') }],
  ]);
  watch.stop();
  expect(kept()).toBe(NOW);
});

test('a step is logged once with its size and told on, also when readings come before the next look', async () => {
  const { watch, run, set, said, steps } = start(12_000);
  await run(2000);
  set(NOW);
  watch.time([reading(NOW)]);
  expect(steps()).toBe(1);
  expect(said.slice(1)).toEqual([
    ['the clock was set', { step: expect.stringMatching(/^ahead by \d+(\.\d)? days$/) }],
    ['the clock is trusted', { source: 'unknown', reason: expect.any(String) }],
  ]);
  await run(3000);
  expect(steps()).toBe(1);
});

test('a clock that is set back while it runs takes the newest time on disk back with it', async () => {
  const { set, run } = start(NOW + 86_400_000);
  await run(1000);
  set(NOW);
  await run(1000);
  expect(kept()).toBe(NOW + 1000);
  watch?.stop();
  expect(start(NOW + 2000).watch.state().trusted).toBe(true);
});

test('a file that cannot be read is forgotten with a word, one that cannot be written costs a warning', async () => {
  writeFileSync(join(dataDir, 'clock.json'), '{"newest":');
  const { watch, said } = start(NOW);
  expect(said[0]?.[0]).toBe('the newest time on disk cannot be read, it is forgotten');
  expect(watch.state().trusted).toBe(true);
  rmSync(dataDir, { recursive: true });
  writeFileSync(dataDir, 'no folder');
  watch.stop();
  expect(said.at(-1)?.[0]).toBe('the newest time cannot be kept on disk');
});

test('the time is told on when the clock is trusted, until it is taken, and again when the clock is set', async () => {
  const { times, run, set } = start(12_000, 'unknown', 1);
  await run(2000);
  expect(times).toEqual([]);
  set(NOW);
  await run(1000);
  // The first was refused.
  await run(3000);
  const offset = NOW - 2000;
  expect(times).toEqual([
    [offset, 'unknown'],
    [offset, 'unknown'],
  ]);
  set(NOW + 3_600_000);
  await run(2000);
  expect(times.slice(2)).toEqual([[NOW + 3_600_000 - 6000, 'unknown']]);
});
