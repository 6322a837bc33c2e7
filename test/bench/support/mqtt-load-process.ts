/** The process of mqtt-load.ts: does what it is told over IPC and ends with its parent. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, LoadOptions, LoadResult, Request, RunOptions } from './mqtt-load.ts';
import { type LoadClient, openClient } from './mqtt-load-client.ts';
import { inventoryPacket, preparePublishes, recordsOf, stationsOf } from './payloads.ts';
import { percentile } from './percentile.ts';

/** Logins at one time: the gateway makes them slow on purpose. */
const LOGINS = 8;
/** What is not acknowledged so long after the end of a run never will be. */
const PATIENCE_MS = 60_000;
const TICK_MS = 1;

// Copies of packets are cut from slabs.
Buffer.poolSize = 4 * 1024 * 1024;

const say = (answer: Answer): void => {
  process.send?.(answer);
};

const clients: LoadClient[] = [];
/** Acknowledged publishes by station. */
const acknowledged = new Map<string, number>();
let shape: LoadOptions['shape'];
let failure: Error | null = null;
/** What a run does at each PUBACK. */
let onAcknowledged: (client: number, tookMs: number) => void = () => {};

async function connectAll({
  clients: names,
  port,
  password,
  keepAliveS = 30,
  ...options
}: Omit<LoadOptions, 'onConnected'>) {
  shape = options.shape;
  let next = 0;
  let connected = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < names.length; index = next++) {
      const name = names[index] as string;
      const stations = stationsOf(name, shape.stations);
      const own = index;
      clients[index] = await openClient({
        name,
        password,
        port,
        keepAliveS,
        inventory: inventoryPacket(name, shape),
        next: preparePublishes(name, index + 1, shape),
        acknowledged(station, tookMs) {
          const id = stations[station] as string;
          acknowledged.set(id, (acknowledged.get(id) ?? 0) + 1);
          onAcknowledged(own, tookMs);
        },
        failed(error) {
          failure ??= error;
        },
      });
      say({ kind: 'connected', clients: ++connected });
    }
  };
  await Promise.all(Array.from({ length: LOGINS }, work));
}

async function run({ seconds, pace }: RunOptions): Promise<LoadResult> {
  const records = recordsOf(shape);
  const took: number[] = [];
  const late: number[] = [0];
  const started = performance.now();
  const end = started + seconds * 1000;
  let within = 0;
  const count = (tookMs: number): void => {
    took.push(tookMs);
    if (performance.now() < end) within++;
  };
  const inFlight = (): number => clients.reduce((sum, client) => sum + client.inFlight(), 0);

  if ('window' in pace) {
    onAcknowledged = (index, tookMs) => {
      count(tookMs);
      const now = performance.now();
      if (now >= end) return;
      const client = clients[index] as LoadClient;
      client.publish(now);
    };
    for (const client of clients) {
      client.cork();
      for (let many = 0; many < pace.window; many++) client.publish(performance.now());
      client.uncork();
    }
    while (performance.now() < end && failure === null) await sleep(20);
  } else {
    onAcknowledged = (_, tookMs) => count(tookMs);
    const everyMs = (1000 * records) / pace.readingsPerS;
    for (let sent = 0; failure === null; ) {
      const now = performance.now();
      for (; started + sent * everyMs <= Math.min(now, end - everyMs / 2); sent++) {
        const intended = started + sent * everyMs;
        late.push(performance.now() - intended);
        clients[sent % clients.length]?.publish(intended);
      }
      if (now >= end) break;
      await sleep(TICK_MS);
    }
  }
  for (const patience = performance.now() + PATIENCE_MS; inFlight() > 0 && failure === null; ) {
    if (performance.now() > patience) throw new Error(`${inFlight()} publishes were never acknowledged`);
    await sleep(5);
  }
  if (failure !== null) throw failure;
  return {
    readingsPerS: (within * records) / seconds,
    readings: took.length * records,
    latency: { p50: percentile(took, 50), p99: percentile(took, 99), most: percentile(took, 100) },
    lateP99: percentile(late, 99),
  };
}

async function answer(request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'connect':
      return connectAll(request.options);
    case 'run':
      return run(request.options);
    case 'acknowledged':
      return Object.fromEntries(
        [...acknowledged].map(([station, publishes]) => [station, publishes * shape.times]),
      );
  }
}

process.on('message', (request: Request) => {
  answer(request).then(
    (value) => say({ kind: 'done', value }),
    (error: Error) => say({ kind: 'failed', reason: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
