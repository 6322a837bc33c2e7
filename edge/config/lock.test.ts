import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../rig.ts';
import { lockData } from './lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a second lock is refused until the first is released', () => {
  const lock = lockData(join(folder, 'data'), silentLog);
  expect(() => lockData(join(folder, 'data'), silentLog)).toThrow('another edge is using it');
  lock.release();
  lock.release();
  lockData(join(folder, 'data'), silentLog).release();
});

test('a disk that refuses the file of the lock stops nothing', () => {
  mkdirSync(join(folder, 'edge.lock'));
  expect(() => lockData(folder, silentLog).release()).not.toThrow();
});
