/** Marks of late data are on disk before the data are acknowledged. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDerivedStore } from './derived-store.ts';
import { createMarks } from './marks.ts';

test('a mark is on disk when touch returns, whatever may wait for the disk otherwise', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-marks-'));
  const derived = openDerivedStore(folder);
  onTestFinished(() => {
    derived.close();
    rmSync(folder, { recursive: true });
  });
  /** 1: at the next checkpoint; 2: at each commit. */
  const synchronous = () => derived.db.prepare('PRAGMA synchronous').get()?.synchronous;
  const seen: unknown[] = [];
  const marks = createMarks(derived);
  marks.touch(
    'a',
    (function* () {
      seen.push(synchronous());
      yield 1000;
    })(),
    0,
    0,
  );
  expect(marks.due('a', 1, 1)).toEqual([{ step: 1000, due: 0 }]);
  expect([...seen, synchronous()]).toEqual([2, 1]);
});
