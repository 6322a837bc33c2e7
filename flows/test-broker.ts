/** A real broker on a free port for tests, which keeps what it was told and says when it is told something. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';
import { freePort } from '../devices/kit/free-port.ts';

export interface TestBroker {
  readonly port: number;
  readonly url: string;
  publish(topic: string, payload: unknown): Promise<void>;
  /** The next message, or one that has come already, for which `fits` is true; each is handed out once. */
  next<T>(topic: string, fits?: (payload: T) => boolean): Promise<T>;
  /** Messages that nobody has waited for; each is handed out once. */
  rest<T>(topic: string): T[];
  retained(topic: string): Promise<unknown>;
  close(): Promise<void>;
}

interface Heard {
  readonly topic: string;
  readonly payload: unknown;
}

export async function startBroker(options: AedesOptions = {}, given?: number): Promise<TestBroker> {
  const port = given ?? (await freePort());
  const broker = await Aedes.createBroker(options);
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const heard: Heard[] = [];
  const retained = new Map<string, unknown>();
  const waiting = new Set<() => void>();
  broker.on('publish', (packet) => {
    if (packet.topic.startsWith('$SYS')) return;
    const payload = parse(packet.payload);
    if (packet.retain) retained.set(packet.topic, payload);
    heard.push({ topic: packet.topic, payload });
    for (const look of waiting) look();
  });

  return {
    port: (server.address() as AddressInfo).port,
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        const packet = {
          cmd: 'publish',
          topic,
          payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
          qos: 0,
          retain: false,
          dup: false,
        } as const;
        broker.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    next: <T>(topic: string, fits: (payload: T) => boolean = () => true) =>
      new Promise<T>((resolve) => {
        const look = (): void => {
          const index = heard.findIndex((item) => item.topic === topic && fits(item.payload as T));
          if (index < 0) return;
          waiting.delete(look);
          resolve(heard.splice(index, 1)[0]?.payload as T);
        };
        waiting.add(look);
        look();
      }),
    rest: <T>(topic: string) => {
      const found = heard.filter((item) => item.topic === topic);
      for (const item of found) heard.splice(heard.indexOf(item), 1);
      return found.map(({ payload }) => payload as T);
    },
    retained: async (topic) => retained.get(topic),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => server.close(() => resolve())),
        new Promise<void>((resolve) => broker.close(() => resolve())),
      ]);
    },
  };
}

function parse(payload: Buffer | string): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return payload.toString();
  }
}
