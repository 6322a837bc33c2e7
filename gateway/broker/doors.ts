/** Where the broker listens: MQTT as plain text, and MQTT over TLS 1.3 when it has a certificate. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Logger } from '../../devices/kit/log.ts';

const MAX_CONNECTIONS = 10_000;
const HANDSHAKE_MS = 10_000;
/** Handshakes under way; the oldest makes room: who means it is through within a fraction of a second. */
const MAX_HANDSHAKES = 1024;

export interface TlsDoor {
  readonly host: string;
  readonly port: number;
  /** Of the authority whose certificates clients may show, PEM. */
  readonly ca: string;
  /** The broker's own, PEM. */
  readonly identity: () => { readonly cert: string; readonly key: string };
}

export interface Doors {
  readonly port: number;
  readonly tlsPort: number | null;
  /** Later connections see the broker's new certificate. */
  renewed(): void;
  /** Takes nobody more in; returns when all that were in are gone. */
  close(): Promise<void>;
}

export interface DoorsParts {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsDoor | undefined;
  readonly log: Logger;
  /** A TLS connection has shown its certificate, or that it has none, before it comes here. */
  take(socket: Socket): void;
}

export async function openDoors({ host, port, tls, log, take }: DoorsParts): Promise<Doors> {
  const plain = createServer({ noDelay: true }, take);
  const secure = tls === undefined ? null : tlsServer(tls, log, take);
  const servers: Server[] = secure === null ? [plain] : [plain, secure];
  const close = async (): Promise<void> => {
    await Promise.all(
      servers
        .filter(({ listening }) => listening)
        .map(async (server) => {
          const closed = once(server, 'close');
          server.close();
          await closed;
        }),
    );
  };
  try {
    await listen(plain, port, host);
    if (secure !== null && tls !== undefined) await listen(secure, tls.port, tls.host);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    port: portOf(plain),
    tlsPort: secure && portOf(secure),
    renewed: () => tls && secure?.setSecureContext(contextOf(tls)),
    close,
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
}

const portOf = (server: Server): number => (server.address() as { port: number }).port;

const contextOf = ({ identity, ca }: TlsDoor) => ({
  ...identity(),
  ca,
  minVersion: 'TLSv1.3' as const,
});

function tlsServer(door: TlsDoor, log: Logger, take: (socket: Socket) => void): TlsServer {
  /** Connections without a finished handshake by their remote end, oldest first. */
  const shaking = new Map<string, Socket>();
  const endOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
  const server = createTlsServer(
    {
      ...contextOf(door),
      requestCert: true,
      // Who shows none logs in with a password; who shows a wrong one is told so by the login (login.ts).
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_MS,
      noDelay: true,
    },
    (socket) => {
      shaking.delete(endOf(socket));
      take(socket);
    },
  );
  server.on('connection', (socket: Socket) => {
    const end = endOf(socket);
    shaking.set(end, socket);
    socket.once('close', () => {
      if (shaking.get(end) === socket) shaking.delete(end);
    });
    if (shaking.size <= MAX_HANDSHAKES) return;
    const [oldest] = shaking;
    if (oldest === undefined) return;
    shaking.delete(oldest[0]);
    oldest[1].destroy();
  });
  server.on('tlsClientError', (error, socket) => {
    log.debug({ remote: socket.remoteAddress, err: error }, 'TLS handshake failed');
    socket.destroy();
  });
  return server;
}
