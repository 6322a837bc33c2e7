/**
 * From publish to stored: PUBACK means stored, so the time between the moment at which a publish was to be sent and its
 * PUBACK is the answer. Publishes go out at fixed times whatever became of those before: what waits for a slow gateway
 * counts from its own time. The peer that stores plain rows has the same load by turns.
 */
import { Command } from 'commander';
import { startInfluxd } from '../support/influxd.ts';
import { hasProgram } from '../support/programs.ts';
import { clientNames, type StoreChoice, startBenchGateway } from './support/gateway.ts';
import { type Load, type LoadResult, startLoad } from './support/mqtt-load.ts';
import { recordsOf, type Shape } from './support/payloads.ts';
import { startPlainGateway } from './support/plain.ts';
import { type Later, progress, runBench } from './support/run.ts';
import { checkStored, isStored, storedRow } from './support/stored.ts';
import { median, printTable } from './support/table.ts';

const MOST_P99_MS = 50;
/** The rate at which the bound holds. */
const JUDGED_RATE = 10_000;

const options = new Command('latency')
  .description('Publish to stored, p50 and p99, at fixed rates of readings')
  .option('--clients <number>', 'MQTT clients', Number, 20)
  .option('--rates <list>', 'readings/s of all clients together', '10000,100000')
  .option('--turns <number>', 'of each, the medians count', Number, 3)
  .option('--seconds <number>', 'of a turn', Number, 10)
  .option('--no-influx', 'not over InfluxDB; without influxd that is so anyway')
  .option(
    '--short',
    'the embedded store alone, one second at 10,000/s of each shape, judged by what is stored',
  )
  .addHelpText('after', '\nExample:\n  node test/bench/latency.ts --no-influx --rates 10000')
  .parse()
  .opts<{ clients: number; rates: string; turns: number; seconds: number; influx: boolean; short?: true }>();
const TURNS = options.short ? 1 : options.turns;
const SECONDS = options.short ? 1 : options.seconds;
const WARM_UP_S = options.short ? 0.3 : 1;
const RATES = options.short ? [JUDGED_RATE] : options.rates.split(',').map(Number);

const shapeOf = (times: number): Shape => ({
  topic: 'readings',
  stations: options.short ? 1 : 5,
  parameters: 10,
  times,
  stepMs: 2,
  agoMs: 20,
  variants: options.short ? 4 : 40,
});
/** What an edge sends of one round of a station, and what a device sends that gathers. */
const SHAPES = [
  { prefix: 'round', shape: shapeOf(1) },
  { prefix: 'gathered', shape: shapeOf(10) },
] as const;

interface Target {
  readonly name: string;
  readonly store: StoreChoice['kind'] | 'peer';
  /** One for each shape. */
  readonly loads: readonly Load[];
}

const startLoads = (later: Later, port: number, password: string): Promise<Load[]> =>
  Promise.all(
    SHAPES.map(async ({ prefix, shape }) => {
      const load = await startLoad({ port, clients: clientNames(options.clients, prefix), password, shape });
      later.defer(() => load.stop());
      return load;
    }),
  );

async function startGateway(later: Later, name: string, store: StoreChoice) {
  const clients = SHAPES.flatMap(({ prefix }) => clientNames(options.clients, prefix));
  const gateway = await startBenchGateway({ store, clients });
  later.defer(async () => void (await gateway.stop()));
  const loads = await startLoads(later, gateway.mqttPort, gateway.password);
  return { gateway, target: { name, store: store.kind, loads } satisfies Target };
}

await runBench(async (later) => {
  progress(`starting: ${options.clients} clients`);
  const gateways = [await startGateway(later, 'gateway, embedded store', { kind: 'sqlite' })];
  const targets: Target[] = gateways.map(({ target }) => target);
  if (!options.short) {
    const plain = await startPlainGateway();
    later.defer(() => plain.stop());
    const loads = await startLoads(later, plain.port, '');
    targets.push({ name: 'Aedes and plain SQLite', store: 'peer', loads });
  }
  if (options.influx && !options.short && hasProgram('influxd')) {
    const influxd = await startInfluxd();
    later.defer(() => influxd.stop());
    const started = await startGateway(later, 'gateway, InfluxDB', {
      kind: 'influx',
      url: influxd.url,
      database: 'gateway',
    });
    gateways.push(started);
    targets.push(started.target);
  }

  let good = true;
  const rows: (string | number)[][] = [];
  for (const rate of RATES) {
    for (const [index, { shape }] of SHAPES.entries()) {
      const results = new Map(targets.map(({ name }) => [name, [] as LoadResult[]]));
      for (let turn = 0; turn <= TURNS; turn++) {
        for (const { name, loads } of targets) {
          const result = await loads[index]?.run({
            seconds: turn === 0 ? WARM_UP_S : SECONDS,
            pace: { readingsPerS: rate },
          });
          if (turn === 0 || result === undefined) continue;
          results.get(name)?.push(result);
          const { p50, p99 } = result.latency;
          progress(
            `${rate}/s in payloads of ${recordsOf(shape)}, turn ${turn} of ${TURNS}: ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
          );
        }
      }
      for (const { name, store } of targets) {
        const own = results.get(name) ?? [];
        const p99 = median(own.map(({ latency }) => latency.p99));
        if (rate === JUDGED_RATE && store === 'sqlite') good &&= p99 <= MOST_P99_MS;
        rows.push([
          rate,
          recordsOf(shape),
          name,
          median(own.map(({ latency }) => latency.p50)),
          p99,
          Math.max(...own.map(({ latency }) => latency.most)),
          median(own.map(({ lateP99 }) => lateP99)),
          Math.round(median(own.map(({ readingsPerS }) => readingsPerS))),
        ]);
      }
    }
  }
  printTable(
    `From publish to stored, ms: ${options.clients} clients, medians of ${TURNS} turns of ${SECONDS} s; bound: p99 <= ${MOST_P99_MS} ms at ${JUDGED_RATE.toLocaleString('en-US')}/s`,
    ['readings/s', 'a payload', 'what', 'p50', 'p99', 'most', 'load late p99', 'readings/s acknowledged'],
    rows,
  );

  progress('counting what is stored, series by series');
  let whole = true;
  const counted: (string | number)[][] = [];
  for (const { gateway, target } of gateways) {
    for (const [index, { prefix, shape }] of SHAPES.entries()) {
      const acknowledged = (await target.loads[index]?.acknowledged()) ?? {};
      const check = await checkStored(gateway.api, acknowledged, shape.parameters);
      counted.push(storedRow(`${target.name}, ${prefix}`, check));
      whole &&= isStored(check);
    }
  }
  printTable('Stored beside acknowledged', ['what', 'series', 'acknowledged', 'stored', ''], counted);
  if (!whole) progress('FAILED: what is stored is not what was acknowledged');
  return whole && (good || options.short === true);
});
