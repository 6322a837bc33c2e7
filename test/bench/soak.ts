/**
 * A gateway for a long time at a steady rate: its memory minute by minute, and the slope of the last two thirds. What is
 * flat here stays flat for months; a heap breathes, so that short runs say little.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { clientNames, startBenchGateway } from './support/gateway.ts';
import { startLoad } from './support/mqtt-load.ts';
import type { Shape } from './support/payloads.ts';
import { progress, runBench } from './support/run.ts';
import { checkStored, isStored, storedRow } from './support/stored.ts';
import { median, printTable } from './support/table.ts';
import { usageOf } from './support/usage.ts';

/** MB a minute that are still called flat: less than 150 MB a day. */
const MOST_SLOPE = 0.1;

const options = new Command('soak')
  .description('Memory of a gateway over time at a steady rate')
  .option('--minutes <number>', 'how long', Number, 30)
  .option('--rate <number>', 'readings/s of all clients together', Number, 20_000)
  .option('--clients <number>', 'MQTT clients', Number, 20)
  .option('--short', '6 seconds, judged by what is stored and not by the slope')
  .addHelpText('after', '\nExample:\n  node test/bench/soak.ts --minutes 10')
  .parse()
  .opts<{ minutes: number; rate: number; clients: number; short?: true }>();
const SECONDS = options.short ? 6 : Math.round(options.minutes * 60);
const ROW_S = Math.min(60, SECONDS / 3);

const SHAPE: Shape = {
  topic: 'readings',
  stations: options.short ? 1 : 5,
  parameters: 10,
  times: 10,
  stepMs: 2,
  agoMs: 20,
  variants: options.short ? 4 : 40,
};

interface Sample {
  readonly second: number;
  readonly mb: number;
  readonly shareMb: number | null;
  readonly cpuS: number;
}

/** Change a minute, by least squares over the samples' own times. */
function slope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middle, level] = [mean(samples.map(({ second }) => second)), mean(samples.map(({ mb }) => mb))];
  const over = samples.reduce((sum, { second, mb }) => sum + (second - middle) * (mb - level), 0);
  const under = samples.reduce((sum, { second }) => sum + (second - middle) ** 2, 0);
  return (60 * over) / under;
}

await runBench(async (later) => {
  const clients = clientNames(options.clients);
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients });
  later.defer(async () => void (await gateway.stop()));
  const load = await startLoad({ port: gateway.mqttPort, clients, password: gateway.password, shape: SHAPE });
  later.defer(() => load.stop());
  progress(`${options.rate.toLocaleString('en-US')} readings/s for ${SECONDS} s`);

  const samples: Sample[] = [];
  const started = performance.now();
  const sample = (): void => {
    const { residentMb, shareMb, cpuS } = usageOf(gateway.pid);
    samples.push({ second: (performance.now() - started) / 1000, mb: residentMb, shareMb, cpuS });
  };
  let loading = true;
  const running = load.run({ seconds: SECONDS, pace: { readingsPerS: options.rate } }).finally(() => {
    loading = false;
  });
  // It is awaited below; until then a fault only ends the sampling.
  running.catch(() => {});
  for (let second = 0; loading && second <= SECONDS; second++) {
    await sleep(Math.max(0, started + second * 1000 - performance.now()));
    sample();
    if (second > 0 && second % 30 === 0) progress(`${second} s: ${Math.round(samples.at(-1)?.mb ?? 0)} MB`);
  }
  const result = await running;

  const rows: (string | number)[][] = [];
  for (let from = 0; from < SECONDS; from += ROW_S) {
    const own = samples.filter(({ second }) => second >= from && second < from + ROW_S);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined || last === first) continue;
    rows.push([
      ((from + ROW_S) / 60).toFixed(1),
      median(own.map(({ mb }) => mb)).toFixed(1),
      Math.max(...own.map(({ mb }) => mb)).toFixed(1),
      last.shareMb === null ? 'not told' : last.shareMb.toFixed(1),
      ((last.cpuS - first.cpuS) / (last.second - first.second)).toFixed(2),
    ]);
  }
  printTable(
    `Gateway at ${options.rate.toLocaleString('en-US')} readings/s by ${clients.length} clients: resident memory in MB`,
    ['min', 'median', 'most', 'PSS at the end', 'processors busy'],
    rows,
  );
  const perMinute = slope(samples.slice(Math.floor(samples.length / 3)));
  printTable(
    'Judged',
    ['what', 'measured', 'bound'],
    [
      [
        'slope of the last two thirds, MB a minute',
        perMinute.toFixed(3),
        options.short ? 'not in a short run' : `<= ${MOST_SLOPE}`,
      ],
      [
        'readings/s acknowledged',
        Math.round(result.readingsPerS).toLocaleString('en-US'),
        `>= ${(0.99 * options.rate).toLocaleString('en-US')}`,
      ],
      [
        'p50, p99, most ms',
        [result.latency.p50, result.latency.p99, result.latency.most].map((ms) => ms.toFixed(1)).join(', '),
        '',
      ],
    ],
  );
  progress('counting what is stored, series by series');
  const check = await checkStored(gateway.api, await load.acknowledged(), SHAPE.parameters);
  printTable(
    'Stored beside acknowledged',
    ['what', 'series', 'acknowledged', 'stored', ''],
    [storedRow('gateway', check)],
  );
  const steady = result.readingsPerS >= 0.99 * options.rate && perMinute <= MOST_SLOPE;
  return isStored(check) && (options.short === true || steady);
});
