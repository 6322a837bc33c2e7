import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isAllowed, licenceFaults } from './licences.ts';

test('everything that runs in production has a licence that may ship', () => {
  expect(licenceFaults(join(import.meta.dirname, '../..'))).toEqual([]);
});

test('a licence that may not, none at all, and what is only for development', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantrac-licences-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, manifest: object) => {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify(manifest));
  };
  put('node_modules/good', { license: 'MIT' });
  put('node_modules/good/node_modules/inner', { license: 'AGPL-3.0-only' });
  put('node_modules/old', { licenses: [{ type: 'GPL-2.0' }, { type: 'MIT' }] });
  put('node_modules/silent', {});
  put('node_modules/tool', { license: 'GPL-3.0-only' });
  // An exception holds for the licence that it names.
  put('node_modules/web-push', { license: 'SSPL-1.0' });
  const packages = {
    '': {},
    'node_modules/good': {},
    'node_modules/good/node_modules/inner': {},
    'node_modules/old': {},
    'node_modules/silent': {},
    'node_modules/tool': { dev: true },
    'node_modules/web-push': {},
    'node_modules/absent': { license: 'MIT' },
    'node_modules/for-another-system': { optional: true, license: 'MIT' },
  };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  expect(licenceFaults(root)).toEqual([
    { path: 'node_modules/good/node_modules/inner', licence: 'AGPL-3.0-only' },
    { path: 'node_modules/silent', licence: 'none named' },
    { path: 'node_modules/web-push', licence: 'SSPL-1.0' },
    { path: 'node_modules/absent', licence: 'none named' },
  ]);
});

test.each([
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT AND Apache-2.0', true],
  ['MIT AND GPL-3.0-only', false],
  ['GPL-3.0-only', false],
  ['MITX', false],
])('%s: %s', (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});
