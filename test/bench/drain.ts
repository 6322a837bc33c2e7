/**
 * After an outage: how fast backlog gets into the store, and what live readings wait meanwhile. First one real edge with
 * a full outbox, which reads its instruments on; then many clients that send payloads as such an edge does, as fast as
 * they are acknowledged, beside as many that send live ones. The peer that stores plain rows has the same by turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { startEdgeProcess } from './devices-edge.ts';
import { startDevice } from './devices-server.ts';
import { wordsOf } from './devices-words.ts';
import { fillOutbox } from './support/filled-outbox.ts';
import { clientNames, startBenchGateway } from './support/gateway.ts';
import { openLiveEar } from './support/live-ear.ts';
import { startLoad } from './support/mqtt-load.ts';
import { recordsOf, type Shape } from './support/payloads.ts';
import { percentile } from './support/percentile.ts';
import { startPlainGateway } from './support/plain.ts';
import { type Later, progress, runBench } from './support/run.ts';
import { checkStored, isStored, storedRow } from './support/stored.ts';
import { median, printTable } from './support/table.ts';
import { watchCpu } from './support/usage.ts';
import { WALKED, WALKED_PROFILE } from './support/walks.ts';

const LEAST_DRAINED = 100_000;
const MOST_LIVE_P99_MS = 1000;

const options = new Command('drain')
  .description('Backlog into the store after an outage, and what live readings wait meanwhile')
  .option('--readings <number>', 'in the outbox of the one real edge', Number, 2_000_000)
  .option('--clients <number>', 'that send backlog, and as many that send live', Number, 20)
  .option('--turns <number>', 'of the many clients, the medians count', Number, 3)
  .option('--seconds <number>', 'of a turn', Number, 10)
  .option('--short', '20,000 readings, one turn of a second without the peer, judged by what is stored')
  .addHelpText('after', '\nExample:\n  node test/bench/drain.ts --readings 500000')
  .parse()
  .opts<{ readings: number; clients: number; turns: number; seconds: number; short?: true }>();
const READINGS = options.short ? 20_000 : options.readings;
const TURNS = options.short ? 1 : options.turns;
const SECONDS = options.short ? 1 : options.seconds;

const EDGE = 'edge-real';
const STATIONS = options.short ? 5 : 20;
const ASK_MS = 100;
const PATIENCE_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-drain-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What was measured of the one edge. */
async function drainEdge(later: Later) {
  const stations = Array.from({ length: STATIONS }, (_, index) => `station-${index}`);
  progress(`filling the outbox of an edge with ${READINGS.toLocaleString('en-US')} readings`);
  let told = performance.now();
  const filled = await fillOutbox(join(folder, EDGE, 'data'), stations, READINGS, (readings) => {
    if (performance.now() - told < 5000) return;
    told = performance.now();
    progress(`  ${Math.round((100 * readings) / READINGS)} %`);
  });
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients: [EDGE], flows: 'flows' });
  later.defer(async () => void (await gateway.stop()));
  const ear = await openLiveEar(gateway.mqttPort, 'flows', gateway.password);
  later.defer(() => ear.stop());
  const devices = [];
  for (const index of stations.keys()) {
    const device = await startDevice(wordsOf(WALKED_PROFILE, index));
    later.defer(() => device.close());
    devices.push(device);
  }
  const edgeStarted = Date.now();
  const edge = startEdgeProcess({
    folder,
    id: EDGE,
    broker: gateway.mqttPort,
    lines: devices.map(({ port }, index) => ({ id: `line-${index}`, mode: 'tcp', host: '127.0.0.1', port })),
    instruments: stations.map((station, index) => ({
      station,
      profile: WALKED_PROFILE,
      line: `line-${index}`,
      period_s: 1,
      points: WALKED,
    })),
  });
  let edgeRuns = true;
  const stopEdge = async (): Promise<void> => {
    if (edgeRuns) await edge.stop();
    edgeRuns = false;
  };
  later.defer(stopEdge);

  /** Those of the outbox: all that is stored but what was heard as live. */
  const drained = async (): Promise<number> => Math.max(0, (await gateway.accepted()) - ear.heard());
  for (const patience = performance.now() + PATIENCE_MS; (await drained()) === 0; await sleep(20))
    if (performance.now() > patience) throw new Error('the edge has not begun to drain');
  ear.takeDelays();
  const began = performance.now();
  const before = await drained();
  const busy = [watchCpu(gateway.pid), watchCpu(edge.pid)];
  let [done, lately] = [before, before];
  let [moved, ended] = [began, began];
  told = began;
  while (done < filled.readings) {
    await sleep(ASK_MS);
    done = await drained();
    const now = performance.now();
    if (done > lately) [lately, moved, ended] = [done, now, now];
    if (now - moved > PATIENCE_MS)
      throw new Error(`the edge stopped draining at ${done} of ${filled.readings}`);
    if (now - told > 2000) {
      progress(`  drained ${Math.round((100 * done) / filled.readings)} %`);
      told = now;
    }
  }
  const cpu = busy.map((watch) => watch());
  const delays = ear.takeDelays();
  await stopEdge();
  const check = await checkStored(gateway.api, filled.counts, WALKED.length, edgeStarted - 60_000);
  const bytes = await gateway.stop();
  return {
    check,
    readingsPerS: ((filled.readings - before) * 1000) / (ended - began),
    delays,
    cpu,
    outboxBytes: filled.bytes / filled.readings,
    storeBytes: bytes / filled.readings,
  };
}

/** A packed batch of an edge. */
const BACKLOG: Shape = {
  topic: 'backlog',
  stations: options.short ? 1 : 5,
  parameters: 10,
  times: 100,
  stepMs: 10_000,
  agoMs: 20 * 86_400_000,
  variants: options.short ? 1 : 8,
};
const LIVE: Shape = { ...BACKLOG, topic: 'readings', times: 1, stepMs: 2, agoMs: 20 };
/** Those that an edge has in flight. */
const WINDOW = 8;

async function drainMany(later: Later) {
  const [backlog, live] = [clientNames(options.clients, 'backlog'), clientNames(options.clients, 'live')];
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients: [...backlog, ...live] });
  later.defer(async () => void (await gateway.stop()));
  const loadsOf = async (port: number, password: string) => {
    const start = async (clients: readonly string[], shape: Shape) => {
      const load = await startLoad({ port, clients, password, shape });
      later.defer(() => load.stop());
      return load;
    };
    const [ofBacklog, ofLive] = await Promise.all([start(backlog, BACKLOG), start(live, LIVE)]);
    return { backlog: ofBacklog, live: ofLive };
  };
  const targets = [
    { name: 'gateway, embedded store', loads: await loadsOf(gateway.mqttPort, gateway.password) },
  ];
  if (!options.short) {
    const plain = await startPlainGateway();
    later.defer(() => plain.stop());
    targets.push({ name: 'Aedes and plain SQLite', loads: await loadsOf(plain.port, '') });
  }
  const results = targets.map(() => ({
    rates: [] as number[],
    p50: [] as number[],
    p99: [] as number[],
    most: [] as number[],
  }));
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const [index, { name, loads }] of targets.entries()) {
      const [drained, lived] = await Promise.all([
        loads.backlog.run({ seconds: SECONDS, pace: { window: WINDOW } }),
        // One payload a second of each client.
        loads.live.run({ seconds: SECONDS, pace: { readingsPerS: live.length * recordsOf(LIVE) } }),
      ]);
      results[index]?.rates.push(drained.readingsPerS);
      results[index]?.p50.push(lived.latency.p50);
      results[index]?.p99.push(lived.latency.p99);
      results[index]?.most.push(lived.latency.most);
      progress(
        `turn ${turn} of ${TURNS}: ${name}: ${Math.round(drained.readingsPerS).toLocaleString('en-US')} readings/s, live p99 ${lived.latency.p99.toFixed(0)} ms`,
      );
    }
  }
  progress('counting what is stored, series by series');
  const { loads } = targets[0] as (typeof targets)[number];
  const checks = [
    await checkStored(gateway.api, await loads.backlog.acknowledged(), BACKLOG.parameters),
    await checkStored(gateway.api, await loads.live.acknowledged(), LIVE.parameters),
  ];
  return { targets, results, checks };
}

await runBench(async (later) => {
  const edge = await drainEdge(later);
  const p99 = percentile(edge.delays, 99);
  printTable(
    `One real edge, ${STATIONS} stations, ${READINGS.toLocaleString('en-US')} readings in its outbox, ${STATIONS * WALKED.length} live points a second`,
    ['what', 'measured', 'bound'],
    [
      [
        'drained, readings/s',
        Math.round(edge.readingsPerS).toLocaleString('en-US'),
        `>= ${LEAST_DRAINED.toLocaleString('en-US')}`,
      ],
      ['live: measured to stored and told, p50 ms', percentile(edge.delays, 50).toFixed(0), ''],
      ['live: p99 ms', p99.toFixed(0), `<= ${MOST_LIVE_P99_MS}`],
      ['live: readings heard meanwhile', edge.delays.length.toLocaleString('en-US'), ''],
      ['bytes a reading in the outbox', edge.outboxBytes.toFixed(2), ''],
      ['bytes a reading in the store', edge.storeBytes.toFixed(2), ''],
      ['processors busy: gateway, edge', edge.cpu.map((busy) => busy.toFixed(2)).join(', '), ''],
    ],
  );

  const { targets, results, checks } = await drainMany(later);
  const rates = results.map(({ rates: own }) => median(own));
  printTable(
    `${options.clients} clients with backlog in payloads of ${recordsOf(BACKLOG)}, ${WINDOW} in flight each, beside ${options.clients} with a live payload of ${recordsOf(LIVE)} a second each: medians of ${TURNS} turns of ${SECONDS} s`,
    ['what', 'drained readings/s', 'beside its limit', 'live p50 ms', 'live p99 ms', 'live most ms'],
    targets.map(({ name }, index) => [
      name,
      Math.round(rates[index] ?? 0),
      index === 0 && rates[1] !== undefined ? ((rates[0] ?? 0) / rates[1]).toFixed(2) : '',
      median(results[index]?.p50 ?? []),
      median(results[index]?.p99 ?? []),
      Math.max(...(results[index]?.most ?? [])),
    ]),
  );
  printTable(
    'Stored beside acknowledged',
    ['what', 'series', 'acknowledged', 'stored', ''],
    [
      storedRow('outbox of the one edge', edge.check),
      ...checks.map((check, index) => storedRow(`many clients, ${index === 0 ? 'backlog' : 'live'}`, check)),
    ],
  );
  const whole = [edge.check, ...checks].every(isStored);
  if (!whole) progress('FAILED: what is stored is not what was acknowledged');
  if (options.short) return whole;
  const fast = edge.readingsPerS >= LEAST_DRAINED && (rates[0] ?? 0) >= LEAST_DRAINED;
  const alive = p99 <= MOST_LIVE_P99_MS && median(results[0]?.p99 ?? []) <= MOST_LIVE_P99_MS;
  return whole && fast && alive;
});
