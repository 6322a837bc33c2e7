import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { prepareUserDir, SHIPPED_FLOWS } from './user-dir.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantrac-flows-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('the first start puts the shipped rules into a folder of the owner alone', () => {
  const { folder: made, flowFile } = prepareUserDir(join(folder(), 'not', 'there'));
  expect(readFileSync(flowFile, 'utf8')).toBe(readFileSync(SHIPPED_FLOWS, 'utf8'));
  expect(statSync(made).mode & 0o077).toBe(0);
});

test("an operator's own rules are kept, an empty list too", () => {
  const dataDir = folder();
  const { flowFile } = prepareUserDir(dataDir);
  writeFileSync(flowFile, '[]');
  prepareUserDir(dataDir);
  expect(readFileSync(flowFile, 'utf8')).toBe('[]');
});

test.each([
  ['cut short', '[{"id": "air",'],
  ['empty', ''],
  ['no list', '{}'],
])('a rules file that is %s stops the start with its path', (_title, text) => {
  const dataDir = folder();
  mkdirSync(join(dataDir, 'node-red'));
  const flowFile = join(dataDir, 'node-red', 'flows.json');
  writeFileSync(flowFile, text);
  expect(() => prepareUserDir(dataDir)).toThrow(flowFile);
});

test('a data folder that cannot be made stops the start and names the setting', () => {
  const dataDir = join(folder(), 'file');
  writeFileSync(dataDir, '');
  expect(() => prepareUserDir(dataDir)).toThrow(/^data_dir: .* cannot be made or written/);
});
