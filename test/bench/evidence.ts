/**
 * What tamper evidence costs: time of the edge for a batch, bytes on disk for a reading, and what a gateway acknowledges of
 * chained and of plain payloads, by turns, with the time from publish to PUBACK at a fixed rate.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { connectAsync, type MqttClient } from 'mqtt';
import { batchHash, digestOf, sealHead, withLink } from '../../devices/kit/seal.ts';
import { NO_HASH } from '../../devices/wire/seal.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { openChain } from '../../edge/chain.ts';
import { systemClock } from '../../edge/clock.ts';
import { silentLog } from '../../edge/rig.ts';
import { packBlock } from '../../gateway/evidence/pack.ts';
import { testStation } from '../support/station.ts';
import { startBenchGateway } from './support/gateway.ts';
import { parametersOf } from './support/payloads.ts';
import { percentile } from './support/percentile.ts';
import { runBench } from './support/run.ts';
import { median, printTable } from './support/table.ts';
import { createWalk } from './support/walks.ts';

const options = new Command('evidence')
  .description('What tamper evidence costs at edge and gateway')
  .option('--clients <number>', 'edges', Number, 20)
  .option('--seconds <number>', 'of a turn', Number, 5)
  .option('--turns <number>', 'of each', Number, 3)
  .option('--short', 'one turn of one second')
  .addHelpText('after', '\nExample:\n  node test/bench/evidence.ts --turns 5')
  .parse()
  .opts<{ clients: number; seconds: number; turns: number; short?: true }>();
const SECONDS = options.short ? 1 : options.seconds;
const TURNS = options.short ? 1 : options.turns;
const WINDOW = 20;
const RATE = 1000;

/** Payloads of one station whose time goes on; ten parameters at `times` times each. */
function payloads(times: number, station: string, seed: number): () => string {
  const walk = createWalk(seed);
  let at = Date.now() - 3_600_000;
  return () => {
    const readings = Array.from({ length: times }, () => {
      at += 1;
      return parametersOf(10).map((parameter) => walk(station, parameter, at));
    });
    return JSON.stringify(encodeSenml(station, readings.flat()));
  };
}

/** Microseconds of an edge's time. */
function edgeCost(times: number): number {
  const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-bench-chain-'));
  const chain = openChain({
    dataDir,
    outbox: { take: () => null, remove() {}, release() {} },
    clock: systemClock,
    log: silentLog,
    tell: async () => true,
  });
  const next = payloads(times, 's', 1);
  const batches = Array.from({ length: 2000 }, (_, id) => ({
    id,
    lane: 'live' as const,
    station: 's',
    payload: next(),
  }));
  for (const batch of batches) chain.seal(batch);
  const began = performance.now();
  for (const batch of batches) chain.seal(batch);
  const us = ((performance.now() - began) * 1000) / batches.length;
  chain.stop();
  rmSync(dataDir, { recursive: true });
  return us;
}

function bytesOnDisk(times: number): number {
  const next = payloads(times, 's', 1);
  let previous = NO_HASH;
  const kept = Array.from({ length: 200 }, (_, index) => {
    const payload = withLink(next(), { qc: 'chain-of-it', qn: index + 1, qp: previous });
    previous = batchHash(previous, digestOf(payload));
    return { station: 's', receivedAt: Date.now() + index, broken: null, payload: Buffer.from(payload) };
  });
  return packBlock(kept).length / (kept.length * times * 10);
}

interface Edge {
  readonly name: string;
  readonly client: MqttClient;
  send(): Promise<void>;
}

async function openEdge(port: number, password: string, name: string, chained: boolean): Promise<Edge> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    username: name,
    password,
    clientId: name,
    reconnectPeriod: 0,
  });
  const station = `${name}-s`;
  const parameters = parametersOf(10).map((id) => ({ id, period_s: 60 }));
  await client.publishAsync(
    topics.inventory(name),
    JSON.stringify({ stations: [testStation({ id: station, parameters })] }),
    { qos: 1, retain: true },
  );
  const chain = `chain-${name}`.slice(0, 22);
  if (chained) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const head = { chain, number: 0, hash: NO_HASH, open: [], follows: null, at: Date.now() };
    await client.publishAsync(topics.ofEdge(name, 'seal'), JSON.stringify(sealHead(head, privateKey)), {
      qos: 1,
    });
  }
  const next = payloads(1, station, 7);
  let [number, previous] = [0, NO_HASH];
  return {
    name,
    client,
    async send() {
      let payload = next();
      if (chained) {
        payload = withLink(payload, { qc: chain, qn: ++number, qp: previous });
        previous = batchHash(previous, digestOf(payload));
      }
      await client.publishAsync(topics.readings(name, station), payload, { qos: 1 });
    },
  };
}

/** Batches acknowledged a second with as many under way as an edge has. */
async function fastest(edges: readonly Edge[]): Promise<number> {
  const end = performance.now() + SECONDS * 1000;
  let sent = 0;
  await Promise.all(
    edges.flatMap((edge) =>
      Array.from({ length: WINDOW }, async () => {
        for (; performance.now() < end; sent++) await edge.send();
      }),
    ),
  );
  return sent / SECONDS;
}

/** Milliseconds from publish to PUBACK, at a fixed rate of batches. */
async function latency(edges: readonly Edge[]): Promise<number[]> {
  const took: number[] = [];
  const under: Promise<void>[] = [];
  const began = performance.now();
  for (let count = 0; count < RATE * SECONDS; count++) {
    const intended = began + (count * 1000) / RATE;
    const wait = intended - performance.now();
    if (wait > 1) await sleep(wait);
    const edge = edges[count % edges.length] as Edge;
    under.push(edge.send().then(() => void took.push(performance.now() - intended)));
  }
  await Promise.all(under);
  return took;
}

await runBench(async (later) => {
  printTable(
    'Sealing and keeping',
    ['readings of a batch', 'edge, µs a batch', 'evidence, bytes a reading'],
    [1, 10].map((times) => [10 * times, edgeCost(times), bytesOnDisk(times)]),
  );
  const kinds = ['plain', 'chained'] as const;
  const names = kinds.flatMap((kind) => Array.from({ length: options.clients }, (_, n) => `${kind}-${n}`));
  const gateway = await startBenchGateway({ store: { kind: 'sqlite' }, clients: names });
  later.defer(async () => void (await gateway.stop()));
  const edges = await Promise.all(
    names.map((name) => openEdge(gateway.mqttPort, gateway.password, name, name.startsWith('chained'))),
  );
  later.defer(async () => {
    for (const { client } of edges) await client.endAsync(true);
  });
  const rates = new Map(kinds.map((kind) => [kind, [] as number[]]));
  const waits = new Map(kinds.map((kind) => [kind, [] as number[][]]));
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const kind of turn % 2 ? kinds : kinds.toReversed()) {
      const its = edges.filter(({ name }) => name.startsWith(kind));
      const [rate, took] = [await fastest(its), await latency(its)];
      // The first does not count.
      if (turn === 0) continue;
      rates.get(kind)?.push(rate);
      waits.get(kind)?.push(took);
    }
  }
  printTable(
    `${options.clients} edges, ${WINDOW} batches of each under way, medians of ${TURNS} turns of ${SECONDS} s`,
    ['payloads', 'batches of 10/s', `PUBACK p50 at ${RATE}/s, ms`, 'p99, ms'],
    kinds.map((kind) => [
      kind,
      Math.round(median(rates.get(kind) ?? [])),
      ...[50, 99].map((part) => median((waits.get(kind) ?? []).map((took) => percentile(took, part)))),
    ]),
  );
  return true;
});
