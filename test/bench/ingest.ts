/**
 * Acknowledged readings a second of a real gateway with all its stages, from MQTT to the disk, under a load of many
 * clients with SenML of 100 records; and that exactly what was acknowledged is stored. Beside it, by turns, the least
 * that keeps the same promise over the same broker and database library, and with --influx a gateway over InfluxDB
 * beside a minimal client that writes the same points straight into it.
 */
import { Command } from 'commander';
import { startInfluxd } from '../support/influxd.ts';
import { type BenchGateway, clientNames, type StoreChoice, startBenchGateway } from './support/gateway.ts';
import { startDirectWriter } from './support/influx-direct.ts';
import { type Load, startLoad } from './support/mqtt-load.ts';
import { recordsOf, type Shape } from './support/payloads.ts';
import { startPlainGateway } from './support/plain.ts';
import { type Later, progress, runBench } from './support/run.ts';
import { checkStored, isStored, storedRow } from './support/stored.ts';
import { median, printTable } from './support/table.ts';
import { usageOf, watchCpu } from './support/usage.ts';

const LEAST_EMBEDDED = 400_000;
const LEAST_INFLUX = 0.7;

const options = new Command('ingest')
  .description('Acknowledged readings a second: MQTT to disk, all stages on')
  .option('--clients <number>', 'MQTT clients', Number, 20)
  .option('--stations <number>', 'of each client; a payload is of one of them', Number, 5)
  .option('--window <number>', 'publishes that each client has in flight', Number, 20)
  .option('--turns <number>', 'of each, after one that does not count', Number, 5)
  .option('--seconds <number>', 'of a turn', Number, 5)
  .option('--influx', 'the gateway over InfluxDB and a minimal client of it as well; needs influxd')
  .option('--no-peer', 'the gateway alone, to look at changes of it')
  .option(
    '--short',
    'two turns of one second with one station a client, judged by what is stored and not by speed',
  )
  .addHelpText(
    'after',
    '\nExample:\n  node test/bench/ingest.ts --influx\n  node test/bench/ingest.ts --no-peer --turns 3',
  )
  .parse()
  .opts<{
    clients: number;
    stations: number;
    window: number;
    turns: number;
    seconds: number;
    influx?: true;
    peer: boolean;
    short?: true;
  }>();
const TURNS = options.short ? 2 : options.turns;
const SECONDS = options.short ? 1 : options.seconds;
const WARM_UP_S = options.short ? 0.3 : 2;

/** Ten parameters at ten times. Near the present, and always behind it: live. */
const SHAPE: Shape = {
  topic: 'readings',
  stations: options.short ? 1 : options.stations,
  parameters: 10,
  times: 10,
  stepMs: 2,
  agoMs: 60_000,
  variants: options.short ? 4 : 40,
};
const clients = clientNames(options.clients);

/** One of those that are measured by turns. */
interface Contender {
  readonly name: string;
  /** Readings a second of one turn. */
  turn(seconds: number): Promise<number>;
  readonly pids: readonly { readonly what: string; readonly pid: number }[];
}

const underLoad = (name: string, pid: number, load: Load): Contender => ({
  name,
  turn: async (seconds) => (await load.run({ seconds, pace: { window: options.window } })).readingsPerS,
  pids: [
    { what: name, pid },
    { what: 'its load', pid: load.pid },
  ],
});

async function startGateway(later: Later, name: string, store: StoreChoice) {
  const gateway: BenchGateway = await startBenchGateway({ store, clients });
  later.defer(async () => void (await gateway.stop()));
  const { mqttPort: port, password } = gateway;
  const load = await startLoad({ port, clients, password, shape: SHAPE });
  later.defer(() => load.stop());
  return { name, gateway, load, contender: underLoad(name, gateway.pid, load) };
}

async function startPeer(later: Later) {
  const plain = await startPlainGateway();
  later.defer(() => plain.stop());
  const load = await startLoad({ port: plain.port, clients, password: '', shape: SHAPE });
  later.defer(() => load.stop());
  return { plain, load, contender: underLoad('Aedes and plain SQLite', plain.pid, load) };
}

await runBench(async (later) => {
  progress(`starting: ${clients.length} clients, payloads of ${recordsOf(SHAPE)} readings`);
  const embedded = await startGateway(later, 'gateway, embedded store', { kind: 'sqlite' });
  const peer = options.peer ? await startPeer(later) : null;
  const contenders = [embedded.contender, ...(peer ? [peer.contender] : [])];
  const gateways = [embedded];
  let overInflux: Contender | null = null;
  let direct: Contender | null = null;
  if (options.influx) {
    const influxd = await startInfluxd();
    later.defer(() => influxd.stop());
    const { url } = influxd;
    const started = await startGateway(later, 'gateway, InfluxDB', {
      kind: 'influx',
      url,
      database: 'gateway',
    });
    const writer = await startDirectWriter(url, 'direct', clients, SHAPE);
    later.defer(() => writer.stop());
    gateways.push(started);
    overInflux = started.contender;
    direct = {
      name: 'minimal client into InfluxDB',
      turn: writer.run,
      pids: [
        { what: 'minimal client', pid: writer.pid },
        { what: 'influxd', pid: influxd.pid() },
      ],
    };
    contenders.push(overInflux, direct);
  }

  const rates = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const busy = new Map<string, number[]>();
  for (let turn = 0; turn <= TURNS; turn++) {
    // Whoever comes first in a turn is another one each time.
    for (let index = 0; index < contenders.length; index++) {
      const { name, turn: run, pids } = contenders[(index + turn) % contenders.length] as Contender;
      const watches = pids.map(({ what, pid }) => ({ key: `${name}/${what}`, cpu: watchCpu(pid) }));
      const rate = await run(turn === 0 ? WARM_UP_S : SECONDS);
      if (turn === 0) continue;
      for (const { key, cpu } of watches) busy.set(key, [...(busy.get(key) ?? []), cpu()]);
      rates.get(name)?.push(rate);
      progress(`turn ${turn} of ${TURNS}: ${name}: ${Math.round(rate).toLocaleString('en-US')} readings/s`);
    }
  }
  const ratesOf = ({ name }: Contender): number[] => rates.get(name) ?? [];
  /** Turn by turn: what one turn suffers from the machine, its peer suffers too. */
  const ratio = (of: Contender, beside: Contender | null | undefined): number | string =>
    beside
      ? Number(
          median(ratesOf(of).map((rate, turn) => rate / (ratesOf(beside)[turn] ?? Number.NaN))).toFixed(2),
        )
      : '';
  const memory = contenders.map(({ pids }) => usageOf(pids[0]?.pid ?? 0));

  printTable(
    `Acknowledged readings a second: ${clients.length} clients, ${options.window} publishes of ${recordsOf(SHAPE)} readings in flight each, ${clients.length * SHAPE.stations * SHAPE.parameters} series, ${TURNS} turns of ${SECONDS} s`,
    [
      'what',
      'readings/s',
      'slowest turn',
      'beside its limit',
      'processors busy',
      'of its load or influxd',
      'MB',
      'most MB',
    ],
    contenders.map((contender, index) => [
      contender.name,
      Math.round(median(ratesOf(contender))),
      Math.round(Math.min(...ratesOf(contender))),
      contender === embedded.contender
        ? ratio(contender, peer?.contender)
        : contender === overInflux
          ? ratio(contender, direct)
          : '',
      ...[0, 1].map((of) => {
        const watched = contender.pids[of];
        return watched ? median(busy.get(`${contender.name}/${watched.what}`) ?? []).toFixed(2) : '';
      }),
      Math.round(memory[index]?.residentMb ?? 0),
      Math.round(memory[index]?.mostMb ?? 0),
    ]),
  );

  progress('counting what is stored, series by series');
  let good = true;
  const rows: (string | number)[][] = [];
  for (const { name, gateway, load } of gateways) {
    const check = await checkStored(gateway.api, await load.acknowledged(), SHAPE.parameters);
    rows.push(storedRow(name, check));
    good &&= isStored(check);
  }
  if (peer) {
    const acknowledged = Object.values(await peer.load.acknowledged()).reduce((sum, count) => sum + count, 0);
    const stored = await peer.plain.stored();
    const readings = acknowledged * SHAPE.parameters;
    rows.push(storedRow(peer.contender.name, { acknowledged: readings, stored, series: 0, faults: [] }));
  }
  printTable('Stored beside acknowledged', ['what', 'series', 'acknowledged', 'stored', ''], rows);
  if (!good) progress('FAILED: what is stored is not what was acknowledged');
  if (options.short) return good;
  const rate = median(ratesOf(embedded.contender));
  const influxRatio = overInflux ? Number(ratio(overInflux, direct)) : null;
  printTable(
    'Judged',
    ['what', 'measured', 'bound'],
    [
      ['embedded store, readings/s', Math.round(rate), `>= ${LEAST_EMBEDDED.toLocaleString('en-US')}`],
      ...(influxRatio === null
        ? []
        : [['InfluxDB beside a minimal client', influxRatio, `>= ${LEAST_INFLUX}`]]),
    ],
  );
  return good && rate >= LEAST_EMBEDDED && (influxRatio === null || influxRatio >= LEAST_INFLUX);
});
