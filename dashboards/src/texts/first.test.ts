import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { first } from './vi/first.ts';
import { more } from './vi/more.ts';

const SRC = join(import.meta.dirname, '..');
/** What is there before a view has asked for more. */
const FILES = [
  '*.{ts,tsx}',
  'frame/*',
  'parts/*',
  'offline/*',
  'map/**/*.{ts,tsx}',
  'chart/*',
  'views/{overview,alerts,station}/*.{ts,tsx}',
];

/** Keys of a file, and the beginnings of those that are put together. */
function saidIn(file: string): string[] {
  const code = readFileSync(join(SRC, file), 'utf8');
  const whole = [...code.matchAll(/'([\w-]+\.[\w.-]+)'/g)].map(([, key = '']) => key);
  const begun = [...code.matchAll(/`([\w-]+\.[\w.-]*)\$\{/g)].map(([, key = '']) => key);
  return [...whole, ...Object.keys(more).filter((key) => begun.some((start) => key.startsWith(start)))];
}

test('what the frame and the views that open first say does not wait for the texts of the others', () => {
  const files = FILES.flatMap((pattern) => globSync(pattern, { cwd: SRC })).filter(
    (file) => /\.tsx?$/.test(file) && !file.includes('.test.'),
  );
  const late = files.flatMap((file) =>
    saidIn(file)
      .filter((key) => key in more)
      .map((key) => `${file}: ${key}`),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(late).toEqual([]);
});

test('no text is in both', () => {
  expect(Object.keys(first).filter((key) => key in more)).toEqual([]);
});
