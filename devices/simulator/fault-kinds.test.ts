import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeFaults, FAULT_KINDS } from './fault-kinds.ts';

const ROOT = join(import.meta.dirname, '../..');

test('every fault has its line in the help of the command and in the example file', () => {
  const help = execFileSync(process.execPath, ['quantrac.js', 'field', '--help'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const example = readFileSync(join(ROOT, 'examples/field.yaml'), 'utf8');
  const lines = describeFaults();
  expect(lines).toHaveLength(FAULT_KINDS.length);
  for (const line of lines) {
    expect(help).toContain(`\n  ${line}\n`);
    expect(example).toContain(`\n        #   ${line}\n`);
  }
});
