/**
 * What thousands of connected clients take of a gateway's memory: each logs in, announces a station of its own, keeps its
 * connection alive and publishes once a minute. Beside it the same clients at Aedes with plain SQLite, which knows no
 * accounts, stations or latest readings.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { clientNames, startBenchGateway } from './support/gateway.ts';
import { type LoadResult, startLoad } from './support/mqtt-load.ts';
import { recordsOf, type Shape } from './support/payloads.ts';
import { startPlainGateway } from './support/plain.ts';
import { type Later, progress, runBench } from './support/run.ts';
import { checkStored, isStored, storedRow } from './support/stored.ts';
import { printTable } from './support/table.ts';
import { type Usage, usageOf } from './support/usage.ts';

const options = new Command('clients')
  .description('Memory of a gateway for each connected client')
  .option('--clients <number>', 'how many', Number, 5000)
  .option('--minutes <number>', 'how long they publish, once a minute each', Number, 2)
  .option('--short', '100 clients for 4 seconds, each publishing once')
  .addHelpText('after', '\nExample:\n  node test/bench/clients.ts --clients 2000 --minutes 1')
  .parse()
  .opts<{ clients: number; minutes: number; short?: true }>();
const CLIENTS = options.short ? 100 : options.clients;
const SECONDS = options.short ? 4 : options.minutes * 60;
/** Each publishes once in that time. */
const EVERY_S = options.short ? 4 : 60;
/** Files that a process of Node.js has open besides its clients. */
const OTHER_FILES = 200;

const SHAPE: Shape = {
  topic: 'readings',
  stations: 1,
  parameters: 10,
  times: 1,
  stepMs: 2,
  agoMs: 20,
  variants: 2,
};

/** A process of Node.js raises its own limit as far as the system lets it. */
const mostFiles = (): number => {
  const said = spawnSync('sh', ['-c', 'ulimit -Hn']).stdout.toString().trim();
  return said === 'unlimited' ? Number.POSITIVE_INFINITY : Number(said);
};

interface Steps {
  readonly before: Usage;
  readonly connected: Usage;
  readonly published: Usage;
  readonly most: number;
  readonly connectS: number;
  readonly result: LoadResult;
}

async function measure(later: Later, name: string, pid: number, port: number, password: string) {
  // What the start leaves is collected by and by.
  await sleep(1000);
  const before = usageOf(pid);
  /** When the first was in: the start of the load's process is none of it. */
  let first = 0;
  let told = performance.now();
  const load = await startLoad({
    port,
    clients: clientNames(CLIENTS),
    password,
    shape: SHAPE,
    keepAliveS: options.short ? 2 : 60,
    onConnected(clients) {
      if (clients === 1) first = performance.now();
      if (performance.now() - told < 5000) return;
      told = performance.now();
      progress(`${name}: ${clients} of ${CLIENTS} clients connected`);
    },
  });
  later.defer(() => load.stop());
  const connectS = (performance.now() - first) / 1000;
  await sleep(options.short ? 500 : 5000);
  const connected = usageOf(pid);
  const timer = setInterval(() => progress(`${name}: ${Math.round(usageOf(pid).residentMb)} MB`), 15_000);
  const result = await load
    .run({ seconds: SECONDS, pace: { readingsPerS: (CLIENTS * recordsOf(SHAPE)) / EVERY_S } })
    .finally(() => clearInterval(timer));
  const published = usageOf(pid);
  const steps: Steps = { before, connected, published, most: published.mostMb, connectS, result };
  return { name, load, steps };
}

await runBench(async (later) => {
  const most = mostFiles();
  if (most < CLIENTS + OTHER_FILES)
    throw new Error(
      `this system lets a process open ${most} files, and ${CLIENTS} clients need ${CLIENTS + OTHER_FILES}: raise it (ulimit -Hn, as root; or LimitNOFILE of the service) or measure with --clients ${Math.max(1, most - OTHER_FILES)}`,
    );
  progress(`${CLIENTS} clients; their logins are slow on purpose (scrypt)`);
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients: clientNames(CLIENTS) });
  later.defer(async () => void (await gateway.stop()));
  const own = await measure(later, 'gateway', gateway.pid, gateway.mqttPort, gateway.password);
  const acknowledged = await own.load.acknowledged();
  // A part of the series is enough here: thousands of questions would take longer than all else.
  const asked = Object.fromEntries(Object.entries(acknowledged).filter((_, index) => index % 50 === 0));
  const check = await checkStored(gateway.api, asked, SHAPE.parameters);
  await own.load.stop();
  await gateway.stop();
  const plain = await startPlainGateway();
  later.defer(() => plain.stop());
  const peer = await measure(later, 'Aedes and plain SQLite', plain.pid, plain.port, '');

  const perClient = (from: Usage, to: Usage, of: 'residentMb' | 'shareMb'): number =>
    (((to[of] ?? Number.NaN) - (from[of] ?? Number.NaN)) * 1024) / CLIENTS;
  const one = (value: number): string => (Number.isNaN(value) ? 'not told' : value.toFixed(1));
  printTable(
    `${CLIENTS.toLocaleString('en-US')} clients, each with a station of ${SHAPE.parameters} parameters, publishing once in ${EVERY_S} s for ${SECONDS} s: resident memory`,
    [
      'what',
      'MB before',
      'connected',
      'after publishing',
      'most',
      'KB a client connected',
      'KB a client publishing',
      'the same by PSS',
      'logins/s',
      'p99 ms',
    ],
    [own, peer].map(({ name, steps }) => [
      name,
      one(steps.before.residentMb),
      one(steps.connected.residentMb),
      one(steps.published.residentMb),
      one(steps.most),
      one(perClient(steps.before, steps.connected, 'residentMb')),
      one(perClient(steps.before, steps.published, 'residentMb')),
      one(perClient(steps.before, steps.published, 'shareMb')),
      Math.round((CLIENTS - 1) / steps.connectS),
      steps.result.latency.p99,
    ]),
  );
  printTable(
    'Stored beside acknowledged, every 50th station',
    ['what', 'series', 'acknowledged', 'stored', ''],
    [storedRow('gateway', check)],
  );
  const expected = Math.round((CLIENTS * SECONDS) / EVERY_S) * recordsOf(SHAPE);
  if (own.steps.result.readings !== expected)
    progress(`FAILED: ${own.steps.result.readings} readings were acknowledged, ${expected} were due`);
  return isStored(check) && own.steps.result.readings === expected;
});
