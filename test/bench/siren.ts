/**
 * From a register that changes to the coil of the siren that is written, with the gateway away. The edge is a process as a
 * user starts it, the field are Modbus servers here; a smoke contact closes and opens at moments of chance within the
 * period, and the time runs until the write arrives at the server.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { freePort } from '../../devices/kit/free-port.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import { type Field, startField } from '../../edge/rig.ts';
import { percentile } from './support/percentile.ts';
import { progress, runBench } from './support/run.ts';
import { printTable } from './support/table.ts';

const MOST_BEYOND_PERIOD_MS = 50;
const SMOKE = 0;
const HORN = { unit: 9, coil: 16 };
/** Hygrometers that are read beside the contact, on the same line. */
const OTHERS = 20;

const options = new Command('siren')
  .description('A smoke contact closes: until the coil of the siren is written, p50 and p99')
  .option('--period <seconds>', 'of each instrument', Number, 0.5)
  .option('--changes <number>', 'of each contact', Number, 200)
  .option('--short', 'ten changes, judged by whether all were followed')
  .addHelpText('after', '\nExample:\n  node test/bench/siren.ts --period 1 --changes 100')
  .parse()
  .opts<{ period: number; changes: number; short?: true }>();
const changes = options.short ? 10 : options.changes;
const periodMs = options.period * 1000;

const CASES = [
  { id: 'same-line', name: 'siren on the line of the contact', others: 0, ownLine: false },
  { id: 'busy-line', name: `the same, beside ${OTHERS} instruments`, others: OTHERS, ownLine: false },
  { id: 'own-line', name: 'siren on a line of its own', others: 0, ownLine: true },
] as const;
type Case = (typeof CASES)[number];

const contact = (line: string) => ({
  id: 'io',
  profile: 'advantech-adam-6051-contacts',
  line,
  unit: 1,
  period_s: options.period,
});
const hygrometer = (id: string, line: string, unit: number) => ({
  profile: 'xy-md02',
  id,
  line,
  unit,
  period_s: options.period,
});

/** Hygrometers stand at stations of their own: one parameter comes once from a station. */
function stationsOf({ id, others, ownLine }: Case): object[] {
  const line = `${id}-mast`;
  const place = { kind: 'fire', area: { vi: 'Thử', en: 'Bench' }, latitude: 16, longitude: 108 };
  const horn = { id: 'horn', line: ownLine ? `${id}-house` : line, ...HORN, on: ['smoke-seen'], min_s: 0 };
  const limit = {
    name: 'smoke-seen',
    parameter: 'smoke',
    kind: 'high',
    raise: 1,
    clear: 0,
    level: 'critical',
  };
  return [
    { ...place, id, name: { vi: id, en: id }, instruments: [contact(line)], limits: [limit], sirens: [horn] },
    ...Array.from({ length: others }, (_, index) => ({
      ...place,
      id: `${id}-${index}`,
      name: { vi: id, en: id },
      instruments: [hygrometer('air', line, 20 + index)],
    })),
  ];
}

/** Milliseconds from each change to its write. */
async function follow(field: Field, seed: number): Promise<number[]> {
  const random = seededRandom(seed);
  const times: number[] = [];
  for (let index = 0; index < changes; index++) {
    await delay(periodMs * random());
    const closed = index % 2 === 0;
    const before = field.written.length;
    const from = performance.now();
    field.set('coil', SMOKE, [Number(closed)]);
    while (field.written[before]?.on !== closed) {
      if (performance.now() - from > periodMs + 10_000)
        throw new Error('a change was not followed in ten seconds');
      await delay(1);
    }
    times.push((field.written[before]?.at ?? Number.NaN) - from);
    await delay(50);
  }
  return times;
}

await runBench(async (later) => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-siren-'));
  later.defer(() => rmSync(folder, { recursive: true, force: true }));
  const fields = await Promise.all(CASES.map(() => startField()));
  for (const field of fields) later.defer(() => field.close());
  const edge = {
    id: 'bench',
    data_dir: join(folder, 'data'),
    log_level: 'error',
    uplink: { url: `mqtt://127.0.0.1:${await freePort()}`, password: 'nobody-answers' },
    lines: CASES.flatMap(({ id }, index) =>
      ['mast', 'house'].map((line) => ({
        id: `${id}-${line}`,
        mode: 'tcp',
        host: '127.0.0.1',
        port: fields[index]?.port,
      })),
    ),
    stations: CASES.flatMap(stationsOf),
  };
  const file = join(folder, 'edge.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(edge), { mode: 0o600 });
  const child = spawn(process.execPath, ['quantrac.js', 'edge', '--config', file], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  later.defer(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  progress('waiting until every siren was told to be silent');
  while (!fields.every(({ written }) => written.length > 0)) {
    if (child.exitCode !== null) throw new Error(`the edge ended by itself (${child.exitCode})`);
    await delay(20);
  }
  await delay(2 * periodMs);
  progress(`${changes} changes of each contact`);
  const times = await Promise.all(fields.map((field, index) => follow(field, index + 1)));
  const rows = CASES.map(({ name }, index) => {
    const own = times[index] ?? [];
    return { name, p50: percentile(own, 50), p99: percentile(own, 99), most: Math.max(...own) };
  });
  printTable(
    `Contact changes to coil written, period ${periodMs} ms, ${changes} changes, gateway away, ms`,
    ['siren', 'p50', 'p99', 'longest', 'p99 beyond the period'],
    rows.map(({ name, p50, p99, most }) => [name, p50, p99, most, Math.round(p99 - periodMs)]),
  );
  const good = rows.every(({ p99 }) => p99 <= periodMs + MOST_BEYOND_PERIOD_MS);
  process.stdout.write(
    `\n${good ? 'good: p99 within' : 'worse than'} the period + ${MOST_BEYOND_PERIOD_MS} ms\n`,
  );
  return options.short ? true : good;
});
