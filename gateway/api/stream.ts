/**
 * Server-sent events: news for the screens. Readings are gathered for a moment; a client that cannot follow is let go, and
 * so is one whose login is not what it was when it began to listen.
 */
import type { ServerResponse } from 'node:http';
import type { Session, StreamEvents } from '../../devices/wire/api.ts';
import { type Scope, type ScopeCatalog, scopeOf } from '../scope.ts';
import { seesAlert, shownAlert } from '../scope-alerts.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const GATHER_MS = 250;
/** Tells a quiet field from a dead line: a client that hears nothing for two of them has lost us. */
const HEARTBEAT_MS = 10_000;
/** Whoever is let out hears nothing more within a second. */
const LOOK_AGAIN_MS = 500;
const MAX_CLIENTS = 1000;
/** Of one user: no one takes the places of the others. */
const MAX_CLIENTS_OF_ONE = 50;
/** Bytes that may wait for one client; a screen that is this far behind reloads when it comes back. */
const MAX_BEHIND = 1024 * 1024;

type NewReading = StreamEvents['reading'][number];

/** Who listens. */
export interface Listener {
  readonly session: Session;
  /** Whether its credential still stands for this very session. */
  holds(): boolean;
}

export interface Stream {
  reading(reading: NewReading): void;
  send<K extends 'alert' | 'station'>(event: K, data: StreamEvents[K]): void;
  /** Throws a Problem when too many listen. */
  admit(user: string): void;
  add(response: ServerResponse, listener: Listener): void;
  readonly size: number;
  stop(): void;
}

const textOf = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export function createStream(catalog: ScopeCatalog): Stream {
  const clients = new Map<ServerResponse, Listener>();
  /** Newest reading of each series since the last send: bounded by the number of series. */
  const gathered = new Map<string, NewReading>();

  /** `textFor` is what somebody with this scope hears; null: nothing. It is asked once for all with the same areas. */
  const write = (textFor: (scope: Scope) => string | null): void => {
    const texts = new Map<string, string | null>();
    for (const [client, { session }] of clients) {
      const key = JSON.stringify(session.areas);
      let text = texts.get(key);
      if (text === undefined) {
        text = textFor(scopeOf(session, catalog));
        texts.set(key, text);
      }
      if (text === null) continue;
      if (client.writableLength > MAX_BEHIND) client.destroy();
      else client.write(text);
    }
  };

  const gatherTimer = setInterval(() => {
    if (gathered.size === 0) return;
    const readings = [...gathered.values()];
    gathered.clear();
    write((scope) => {
      const seen = scope.narrow(readings);
      return seen.length === 0 ? null : textOf('reading', seen);
    });
  }, GATHER_MS);
  const heartbeatTimer = setInterval(() => write(() => textOf('heartbeat', {})), HEARTBEAT_MS);
  const lookTimer = setInterval(() => {
    for (const [client, listener] of clients) {
      if (listener.holds()) continue;
      clients.delete(client);
      client.end();
    }
  }, LOOK_AGAIN_MS);

  const heardIn = (scope: Scope, event: 'alert' | 'station', data: StreamEvents['alert' | 'station']) => {
    if (event === 'station') return scope.sees(data.id) ? data : null;
    const alert = data as StreamEvents['alert'];
    return seesAlert(scope, alert) ? shownAlert(scope, alert) : null;
  };

  return {
    reading: (reading) => {
      gathered.set(`${reading.station} ${reading.parameter}`, reading);
    },
    send: (event, data) =>
      write((scope) => {
        const heard = heardIn(scope, event, data);
        return heard && textOf(event, heard);
      }),
    admit(user) {
      if (clients.size >= MAX_CLIENTS) throw new Problem(503, 'too many screens listen at this gateway');
      const own = [...clients.values()].filter(({ session }) => session.name === user).length;
      if (own >= MAX_CLIENTS_OF_ONE) throw new Problem(429, `${own} screens of ${user} listen already`);
    },
    add(response, listener) {
      clients.set(response, listener);
      response.once('close', () => clients.delete(response));
      response.write('retry: 2000\n\n');
    },
    get size() {
      return clients.size;
    },
    stop() {
      clearInterval(gatherTimer);
      clearInterval(heartbeatTimer);
      clearInterval(lookTimer);
      for (const client of clients.keys()) client.end();
    },
  };
}

const isSame = (a: Session, b: Session): boolean =>
  a.name === b.name && a.role === b.role && JSON.stringify(a.areas) === JSON.stringify(b.areas);

export function streamRoutes(app: Api, stream: Stream): void {
  app.get(
    '/api/v1/stream',
    // A HEAD would take a listener's place and never be answered.
    {
      exposeHeadRoute: false,
      config: { access: 'stream' },
      schema: { summary: 'Server-sent events: reading, alert, station, and a heartbeat every 10 s' },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      stream.admit(session.name);
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        // nginx and its kin would gather the events.
        'x-accel-buffering': 'no',
      });
      stream.add(reply.raw, {
        session,
        holds() {
          const present = app.callerOf(request);
          return present !== null && isSame(present, session);
        },
      });
    },
  );
}
