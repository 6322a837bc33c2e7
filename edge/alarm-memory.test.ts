import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Limit, limitSchema } from '../devices/limit.ts';
import { FLAG } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import { createAlarms } from '../devices/rules/station-alarms.ts';
import { openAlarmMemory } from './alarm-memory.ts';
import { silentLog } from './rig.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'alarm-memory-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const DAY_MS = 86_400_000;
const START = Date.parse('2026-03-01T08:00:00+07:00');
const FILE = 'limit-states.json';

const limitOf = (fields: object): Limit =>
  limitSchema.parse({ name: 'hot', parameter: 'air_temperature', level: 'critical', ...fields });
const HIGH = limitOf({ kind: 'high', raise: 45, clear: 40 });

const reading = (at: number, value: number): Reading => ({
  station: 'post',
  parameter: 'air_temperature',
  at,
  value,
  flag: FLAG.good,
  reason: null,
});

/** An edge with one station, until its process ends. */
function edge(limits: readonly Limit[]) {
  let ticks = 0;
  const memory = openAlarmMemory({
    dataDir,
    ticks: () => ticks,
    log: silentLog,
    kept: () => ({ post: alarms.kept() }),
  });
  const alarms = createAlarms('post', limits, memory.of('post'));
  return {
    ...memory,
    pass: (ms: number) => {
      ticks += ms;
      memory.look();
    },
    take: (at: number, value: number) => alarms.step([reading(at, value)]).map(({ state }) => state),
  };
}

test('after a stop in order nothing is repeated: what was raised stays so until it clears', () => {
  const before = edge([HIGH]);
  expect(before.take(START, 50)).toEqual(['raised']);
  before.stop();

  const after = edge([HIGH]);
  expect(after.take(START, 50)).toEqual([]);
  expect(after.take(START + 60_000, 50)).toEqual([]);
  expect(after.take(START + 61_000, 30)).toEqual(['cleared']);
  expect(readdirSync(dataDir)).toEqual([FILE]);
});

test('after a kill nothing is forgotten: what the file does not know of is decided anew and told', () => {
  const first = edge([HIGH]);
  expect(first.take(START, 30)).toEqual(['cleared']);
  first.stop();
  const killed = edge([HIGH]);
  expect(killed.take(START + 1000, 50)).toEqual(['raised']);

  const after = edge([HIGH]);
  expect(after.take(START + 2000, 30)).toEqual(['cleared']);
});

test('a baseline of many days outlives a kill, less the last ten minutes', () => {
  const unusual = limitOf({ kind: 'deviation', raise: 12 });
  const before = edge([unusual]);
  for (let day = 0; day < 6; day += 1) before.take(START + day * DAY_MS, 30);
  before.pass(599_000);
  expect(readFileSync(join(dataDir, FILE), 'utf8')).not.toContain('baseline');
  before.pass(1000);

  expect(edge([unusual]).take(START + 6 * DAY_MS, 45)).toEqual(['raised']);
});

test('a hold goes on over a short restart, and begins anew after a long one', () => {
  const held = limitOf({ kind: 'high', raise: 45, hold_s: 30 });
  const before = edge([held]);
  for (const second of [0, 1, 2]) before.take(START + second * 1000, 50);
  before.stop();
  const short = edge([held]);
  expect(short.take(START + 8000, 50)).toEqual([]);
  expect([15, 22, 30].map((second) => short.take(START + second * 1000, 50))).toEqual([[], [], ['raised']]);
  short.stop();

  rmSync(join(dataDir, FILE));
  const again = edge([held]);
  for (const second of [0, 1, 2]) again.take(START + second * 1000, 50);
  again.stop();
  expect(edge([held]).take(START + 3_600_000, 50)).toEqual([]);
});

test('a limit of another kind with the same name starts anew', () => {
  const before = edge([HIGH]);
  before.take(START, 50);
  before.stop();
  expect(edge([limitOf({ kind: 'low', raise: 10 })]).take(START + 1000, 30)).toEqual(['cleared']);
});

test.each([
  ['no JSON', '{"stopped":tr'],
  ['another shape', '{"stations":[]}'],
  ['nothing', ''],
])('a file with %s costs its memory, not the start', (_title, text) => {
  writeFileSync(join(dataDir, FILE), text);
  expect(edge([HIGH]).take(START, 50)).toEqual(['raised']);
});

test('a state that cannot be read costs its own limit only', () => {
  const other = limitOf({ kind: 'high', name: 'warm', raise: 35 });
  const before = edge([HIGH, other]);
  expect(before.take(START, 50)).toEqual(['raised', 'raised']);
  before.stop();
  const file = join(dataDir, FILE);
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  kept.stations.post['air_temperature/hot'].state.phase = 'burning';
  writeFileSync(file, JSON.stringify(kept));
  expect(edge([HIGH, other]).take(START + 1000, 50)).toEqual(['raised']);
});
