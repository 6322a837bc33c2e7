/** That the benches can be run: their figures are for quiet machines; test/screens/budgets.test.ts judges those of the screens. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';

// Processes that start others, on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

const run = promisify(execFile);
const PARTS = /^(devices-.*|plans-simple|bench\.test)\.ts$/;
const benches = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !PARTS.test(name));

/** Each bench as if it were started with --help, in one process: what they import is read once. */
const HELPS = `
  let said = '';
  process.stdout.write = (text) => ((said += text), true);
  const ended = Symbol();
  process.exit = () => { throw ended; };
  const told = {};
  for (const name of ${JSON.stringify(benches)}) {
    process.argv = [process.execPath, ${JSON.stringify(import.meta.dirname)} + '/' + name, '--help'];
    said = '';
    await import(process.argv[1]).then(
      () => (told[name] = 'has not ended'),
      (error) => (told[name] = error === ended ? said : String(error)),
    );
  }
  (await import('node:fs')).writeSync(1, JSON.stringify(told));
  process.reallyExit(0);`;

test('every bench says what it measures, with an example', async () => {
  const helped = run(process.execPath, ['--input-type=module', '-']);
  helped.child.stdin?.end(HELPS);
  const told = JSON.parse((await helped).stdout) as Record<string, string>;
  for (const name of benches) {
    expect(told[name], name).toContain('Example:');
    expect(told[name], name).toContain(`node test/bench/${name}`);
  }
});

test('the plans of all profiles are legal, and no simple planner takes less time of the line', async () => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'plans.ts'), '--short']);
  expect(stdout).toMatch(/\| all \d+ /);
});

test.each([
  ['ingest.ts', 'Aedes and plain SQLite', 1],
  ['latency.ts', 'gateway, embedded store, gathered', 2],
  ['drain.ts', 'outbox of the one edge', 3],
  ['reconnect.ts', 'gateway', 1],
])('%s finds stored what was acknowledged, no more and no less', async (name, counted, gateways) => {
  // Ends with another code than 0 when the counts differ.
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, name), '--short']);
  const [, table = ''] = stdout.split('Stored beside acknowledged');
  expect(table).toContain(counted);
  expect(table.match(/\| the same +\|/g)?.length).toBeGreaterThanOrEqual(gateways);
  expect(table).not.toContain('NOT THE SAME');
});
