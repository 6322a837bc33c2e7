/** The process of reconnecting.ts: each edge connects with its certificate, and after a loss pauses as an edge does (edge/backoff.ts). */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { backoffMs, jittered, RECONNECT } from '../../../edge/backoff.ts';
import { type LoadClient, openClient } from './mqtt-load-client.ts';
import { inventoryPacket, preparePublishes, recordsOf, stationsOf } from './payloads.ts';
import type { Answer, ReconnectingOptions, Request, Served } from './reconnecting.ts';
import type { EnrolledEdge } from './secure-gateway.ts';

const PATIENCE_MS = 60_000;
const LOOK_MS = 20;
/** Half of what the broker takes for silence. */
const KEEP_ALIVE_S = 30;

const acknowledged = new Map<string, number>();
let shape: ReconnectingOptions['shape'];
let edges: Edge[] = [];
let failed = 0;

interface Edge {
  /** null between two connections. */
  readonly client: () => LoadClient | null;
  readonly served: () => { readonly times: number; readonly at: number };
}

function startEdge({ port, ca }: ReconnectingOptions, { name, cert, key }: EnrolledEdge, seed: number): Edge {
  const [station = ''] = stationsOf(name, shape.stations);
  const next = preparePublishes(name, seed, shape);
  const served = { times: 0, at: 0 };
  let client: LoadClient | null = null;

  /** Resolves when the connection is lost, with whether it had worked. */
  async function session(): Promise<boolean> {
    const lost = Promise.withResolvers<void>();
    let worked = false;
    try {
      const opened = await openClient({
        name,
        password: '',
        port,
        open: () => connect({ host: '127.0.0.1', port, ca, cert, key, minVersion: 'TLSv1.3' }),
        keepAliveS: KEEP_ALIVE_S,
        inventory: inventoryPacket(name, shape),
        next,
        acknowledged() {
          acknowledged.set(station, (acknowledged.get(station) ?? 0) + 1);
          if (worked) return;
          worked = true;
          served.times++;
          served.at = Date.now();
        },
        failed: () => lost.resolve(),
      });
      client = opened;
      opened.publish(performance.now());
      await lost.promise;
      opened.close();
    } catch {
      // No connection: as a loss.
    }
    client = null;
    return worked;
  }

  async function live(): Promise<void> {
    for (let failures = 0; ; ) {
      failures = (await session()) ? 1 : failures + 1;
      failed++;
      await sleep(jittered(backoffMs(RECONNECT, failures), Math.random));
    }
  }

  void live();
  return { client: () => client, served: () => served };
}

async function waitFor(what: string, done: () => boolean, patienceMs: number): Promise<void> {
  for (const end = performance.now() + patienceMs; !done(); ) {
    if (performance.now() > end) throw new Error(`${what} after ${patienceMs / 1000} s`);
    await sleep(LOOK_MS);
  }
}

async function untilServed(times: number): Promise<Served> {
  await waitFor(
    'not all edges are served',
    () => edges.every((edge) => edge.served().times >= times),
    4 * PATIENCE_MS,
  );
  return { lastAt: Math.max(...edges.map((edge) => edge.served().at)), failed };
}

async function run(seconds: number, readingsPerS: number): Promise<number> {
  const everyMs = (1000 * recordsOf(shape)) / readingsPerS;
  const before = [...acknowledged.values()].reduce((sum, publishes) => sum + publishes, 0);
  const started = performance.now();
  const end = started + seconds * 1000;
  for (let sent = 0; ; ) {
    const now = performance.now();
    for (; started + sent * everyMs <= Math.min(now, end - everyMs / 2); sent++) {
      const client = edges[sent % edges.length]?.client();
      if (!client) throw new Error('a connection was lost in the quiet after the outage');
      client.publish(now);
    }
    if (now >= end) break;
    await sleep(1);
  }
  await waitFor(
    'publishes without PUBACK',
    () => edges.every((edge) => edge.client()?.inFlight() === 0),
    PATIENCE_MS,
  );
  const after = [...acknowledged.values()].reduce((sum, publishes) => sum + publishes, 0);
  return (after - before) * recordsOf(shape);
}

async function answer(request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'start': {
      const { options } = request;
      shape = options.shape;
      edges = options.edges.map((edge, index) => startEdge(options, edge, index + 1));
      return;
    }
    case 'served':
      return untilServed(request.times);
    case 'run':
      return run(request.seconds, request.readingsPerS);
    case 'acknowledged':
      return Object.fromEntries(
        [...acknowledged].map(([station, publishes]) => [station, publishes * shape.times]),
      );
  }
}

const say = (told: Answer): void => void process.send?.(told);
process.on('message', (request: Request) => {
  answer(request).then(
    (value) => say({ value }),
    (error: Error) => say({ failed: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
