import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Learned } from '../devices/line/learned.ts';
import { NOTHING_LEARNED } from '../devices/line/learned.ts';
import { openLessons } from './lessons.ts';
import { silentLog } from './rig.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lessons-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const found: Learned = {
  illegal: [{ area: 'input', address: 6, count: 2, cause: 'exception 2 (illegal data address)' }],
  apart: [],
  maxRegisters: 32,
};

const memory = (key = 'bus 1') => openLessons(directory, silentLog).memoryOf(key, silentLog);

test('what was learned is known after a restart, of that instrument alone', () => {
  memory().learn(found, NOW);
  expect(memory().known(NOW + MINUTE)).toEqual(found);
  expect(memory('bus 2').known(NOW + MINUTE)).toEqual(NOTHING_LEARNED);
  expect(readdirSync(directory)).toEqual(['learned.json']);
});

test('it is looked at again after ten minutes, and each time that it is found again after twice as long', () => {
  const own = memory();
  let now = NOW;
  for (const minutes of [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]) {
    own.learn(found, now);
    expect(own.known(now + minutes * MINUTE - 1)).toEqual(found);
    now += minutes * MINUTE;
    expect(own.known(now)).toEqual(NOTHING_LEARNED);
    expect(JSON.parse(readFileSync(join(directory, 'learned.json'), 'utf8'))).toEqual({});
  }
});

test('what is found beside it is added, and looked at with it', () => {
  const own = memory();
  own.learn(found, NOW);
  own.learn({ illegal: [], apart: [{ area: 'input', address: 20 }], maxRegisters: 16 }, NOW + 5 * MINUTE);
  expect(own.known(NOW + 6 * MINUTE)).toEqual({
    illegal: found.illegal,
    apart: [{ area: 'input', address: 20 }],
    maxRegisters: 16,
  });
  expect(own.known(NOW + 10 * MINUTE)).toEqual(NOTHING_LEARNED);
});

test('a clock that was set back makes it due: nobody knows how old it is', () => {
  const own = memory();
  own.learn(found, NOW);
  expect(own.known(NOW - 1)).toEqual(NOTHING_LEARNED);
});

test('an instrument that was away may be another one', () => {
  const own = memory();
  own.learn(found, NOW);
  own.doubt();
  expect(own.known(NOW)).toEqual(NOTHING_LEARNED);
  expect(memory().known(NOW)).toEqual(NOTHING_LEARNED);
});

test.for(['', '{"bus 1": {"learned": 7}}', '[1'])(
  'a file that cannot be read costs no more than learning again: %s',
  (text) => {
    writeFileSync(join(directory, 'learned.json'), text);
    const own = memory();
    expect(own.known(NOW)).toEqual(NOTHING_LEARNED);
    own.learn(found, NOW);
    expect(memory().known(NOW)).toEqual(found);
  },
);
