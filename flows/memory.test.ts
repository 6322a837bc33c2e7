import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../devices/kit/log.ts';
import { openMemory } from './memory.ts';

const log = createLogger('flows', 'silent');
const DAY_MS = 86_400_000;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantrac-memory-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('what a node saved is there at the next start, of each node its own', () => {
  const dir = folder();
  const first = openMemory(dir, log, () => 0);
  first.of('a').save({ one: 1 });
  first.of('a').save({ one: 2 });
  first.of('b').save([]);
  first.close();
  const second = openMemory(dir, log, () => 0);
  expect([second.of('a').load(), second.of('b').load(), second.of('c').load()]).toEqual([
    { one: 2 },
    [],
    undefined,
  ]);
  second.close();
});

test('a node that has saved nothing for a month is forgotten', () => {
  const dir = folder();
  const first = openMemory(dir, log, () => 0);
  first.of('a').save(1);
  first.close();
  const second = openMemory(dir, log, () => 31 * DAY_MS);
  expect(second.of('a').load()).toBeUndefined();
  second.close();
});

test('a damaged file costs what its own node knew, and no start', () => {
  const dir = folder();
  const first = openMemory(dir, log, () => 0);
  first.of('a').save(1);
  const [damaged = ''] = readdirSync(join(dir, 'nodes'));
  first.of('b').save(2);
  writeFileSync(join(dir, 'nodes', damaged), '{"cut');
  const second = openMemory(dir, log, () => 0);
  expect([second.of('a').load(), second.of('b').load()]).toEqual([undefined, 2]);
  second.of('a').save(3);
  expect(second.of('a').load()).toBe(3);
});

test('what a node knows is for the owner only, and its name leads to no other folder', () => {
  const dir = folder();
  openMemory(dir, log, () => 0)
    .of('../../outside')
    .save(1);
  const [file = ''] = readdirSync(join(dir, 'nodes'));
  expect(readdirSync(dir)).toEqual(['nodes']);
  expect(statSync(join(dir, 'nodes', file)).mode & 0o077).toBe(0);
});
