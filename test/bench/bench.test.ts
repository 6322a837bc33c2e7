/** That the benches can be run: their figures are for quiet machines, and no test judges them. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const PARTS = /^(devices-.*|plans-simple|bench\.test)\.ts$/;
const benches = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !PARTS.test(name));

test.each(benches)('%s says what it measures, with an example', async (name) => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, name), '--help']);
  expect(stdout).toContain('Example:');
  expect(stdout).toContain(`node test/bench/${name}`);
});

test('the plans of all profiles are legal, and no simple planner takes less time of the line', async () => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'plans.ts'), '--short']);
  expect(stdout).toMatch(/\| all \d+ /);
});
