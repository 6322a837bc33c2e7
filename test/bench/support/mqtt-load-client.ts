/** One raw MQTT client of a load: logs in, announces its stations, publishes, and tells when each publish was acknowledged. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectPacket, PING, type Publish, readAnswers } from './mqtt-packets.ts';
import type { Stamped } from './payloads.ts';

/** Half of the packet ids: one that is in flight is never given again. */
const MOST_IN_FLIGHT = 32_768;

export interface LoadClient {
  readonly inFlight: () => number;
  /** `intended`: when it was to be sent (performance.now), which is when its time begins. */
  publish(intended: number): void;
  /** Publishes until `uncork` go to the kernel together. */
  cork(): void;
  uncork(): void;
  close(): void;
}

export interface ClientOptions {
  readonly name: string;
  readonly password: string;
  readonly port: number;
  /** Instead of plain TCP to the port. */
  readonly open?: () => Socket;
  readonly keepAliveS: number;
  readonly inventory: Publish;
  next(id: number): Stamped;
  /** A publish with readings of this station was acknowledged so many ms after it was to be sent. */
  acknowledged(station: number, tookMs: number): void;
  failed(error: Error): void;
}

/** Resolves when the inventory is acknowledged. */
export async function openClient(options: ClientOptions): Promise<LoadClient> {
  const { name, password, keepAliveS, next } = options;
  const ready = Promise.withResolvers<void>();
  const flying = new Map<number, { readonly intended: number; readonly station: number }>();
  let lastId = 0;
  let closing = false;

  const fail = (reason: string): void => {
    if (closing) return;
    const error = new Error(`${name}: ${reason}`);
    ready.reject(error);
    options.failed(error);
  };

  const socket = options.open?.() ?? connect(options.port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('the connection was closed'));
  const read = readAnswers({
    connected(code) {
      if (code !== 0) return fail(`CONNACK said ${code}`);
      const { bytes, idAt } = options.inventory;
      bytes.writeUInt16BE(65_535, idAt);
      socket.write(bytes);
    },
    acknowledged(id) {
      const publish = flying.get(id);
      if (publish === undefined) return id === 65_535 ? ready.resolve() : fail(`PUBACK ${id} for nothing`);
      flying.delete(id);
      options.acknowledged(publish.station, performance.now() - publish.intended);
    },
  });
  socket.on('data', (chunk) => {
    // What several PUBACKs let go goes to the kernel together.
    socket.cork();
    read(chunk);
    socket.uncork();
  });
  await Promise.race([once(socket, 'connect'), ready.promise]);
  socket.write(connectPacket({ clientId: name, username: name, password, keepAliveS }));
  await ready.promise;
  const ping = setInterval(() => socket.write(PING), keepAliveS * 700);

  return {
    inFlight: () => flying.size,
    publish(intended) {
      if (flying.size >= MOST_IN_FLIGHT)
        return fail(`${flying.size} publishes without PUBACK: the rate is too high`);
      lastId = (lastId % 65_000) + 1;
      const { bytes, station } = next(lastId);
      flying.set(lastId, { intended, station });
      socket.write(bytes);
    },
    cork: () => socket.cork(),
    uncork: () => socket.uncork(),
    close() {
      closing = true;
      clearInterval(ping);
      socket.destroy();
    },
  };
}
