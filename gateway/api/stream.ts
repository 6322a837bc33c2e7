/** Server-sent events: news for the screens. Readings are gathered for a moment; a client that cannot follow is let go. */
import type { ServerResponse } from 'node:http';
import type { StreamEvents } from '../../devices/wire/api.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const GATHER_MS = 250;
/** Tells a quiet field from a dead line: a client that hears nothing for two of them has lost us. */
const HEARTBEAT_MS = 10_000;
const MAX_CLIENTS = 1000;
/** Bytes that may wait for one client; a screen that is this far behind reloads when it comes back. */
const MAX_BEHIND = 1024 * 1024;

type NewReading = StreamEvents['reading'][number];

export interface Stream {
  reading(reading: NewReading): void;
  send<K extends 'alert' | 'station'>(event: K, data: StreamEvents[K]): void;
  add(response: ServerResponse): void;
  readonly size: number;
  stop(): void;
}

export function createStream(): Stream {
  const clients = new Set<ServerResponse>();
  /** Newest reading of each series since the last send: bounded by the number of series. */
  const gathered = new Map<string, NewReading>();

  const write = (text: string): void => {
    for (const client of clients) {
      if (client.writableLength > MAX_BEHIND) client.destroy();
      else client.write(text);
    }
  };
  const event = (name: string, data: unknown): void =>
    write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

  const gatherTimer = setInterval(() => {
    if (gathered.size === 0) return;
    if (clients.size > 0) event('reading', [...gathered.values()]);
    gathered.clear();
  }, GATHER_MS);
  const heartbeatTimer = setInterval(() => event('heartbeat', {}), HEARTBEAT_MS);

  return {
    reading: (reading) => {
      gathered.set(`${reading.station} ${reading.parameter}`, reading);
    },
    send: (name, data) => event(name, data),
    add(response) {
      clients.add(response);
      response.once('close', () => clients.delete(response));
      response.write('retry: 2000\n\n');
    },
    get size() {
      return clients.size;
    },
    stop() {
      clearInterval(gatherTimer);
      clearInterval(heartbeatTimer);
      for (const client of clients) client.end();
    },
  };
}

export function streamRoutes(app: Api, stream: Stream): void {
  app.get(
    '/api/v1/stream',
    // A HEAD would take a listener's place and never be answered.
    {
      exposeHeadRoute: false,
      schema: { summary: 'Server-sent events: reading, alert, station, and a heartbeat every 10 s' },
    },
    async (_request, reply) => {
      if (stream.size >= MAX_CLIENTS) throw new Problem(503, 'too many screens listen at this gateway');
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        // nginx and its kin would gather the events.
        'x-accel-buffering': 'no',
      });
      stream.add(reply.raw);
    },
  );
}
