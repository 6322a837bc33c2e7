/** The budgets of the screens, by what others on the machine do not lengthen: script, processor time of the page. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { hasProgram } from '../support/programs.ts';

const run = promisify(execFile);
const BENCH = join(import.meta.dirname, '../bench/screens.ts');

test.skipIf(!hasProgram('chromium'))(
  'the first load, the work until the first value and 200 changes a second are within their budgets',
  async () => {
    // Ends with another code than 0 when one is not.
    const { stdout } = await run(process.execPath, [BENCH, '--short']);
    expect(stdout).toMatch(/script on load, kB gzip +\| +\d/);
  },
  120_000,
);
