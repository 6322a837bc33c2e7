/**
 * The line between a client and the gateway, with everything that goes wrong on lines. It reads the MQTT packets that go
 * through: `traffic` is what was published, and what the gateway acknowledged, whether that reached the client or not.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Packet, parser } from 'mqtt-packet';
import { freePort } from '../../../devices/kit/free-port.ts';
import { createTraffic, notePublish, type Traffic } from './traffic.ts';

export type Direction = 'to-gateway' | 'to-client';

/** What becomes of new connections: `refused` are reset, `mute` are taken and never answered. */
export type Admission = 'open' | 'refused' | 'mute';

export interface Link {
  /** Where the client connects to. */
  readonly port: number;
  readonly traffic: Traffic;
  admission: Admission;
  /** How much the line takes towards the gateway; null: as much as comes. */
  bytesPerS: number | null;
  /** Open connections of the client. */
  open(): number;
  /** Ends all connections as a program does that closes them (FIN), or as a line box does that has lost them (RST). */
  cut(how?: 'fin' | 'rst'): void;
  /** Half open: of the present connections nothing is forwarded any more that way, not even their end. */
  stall(...directions: Direction[]): void;
  /** What a stall held back goes on. */
  mend(): void;
  /** Lets half of the next PUBLISH of readings through, then resets the connection. Resolves when that happened. */
  breakInPublish(): Promise<void>;
  stop(): Promise<void>;
}

interface Way {
  readonly from: Socket;
  readonly to: Socket;
  stalled: boolean;
  readonly held: Buffer[];
  /** Its sender has closed. */
  over: boolean;
}

interface Connection {
  readonly client: Socket;
  readonly gateway: Socket | null;
  readonly ways: Readonly<Record<Direction, Way>> | null;
}

export async function startLink(gatewayPort: number): Promise<Link> {
  const traffic = createTraffic();
  const connections = new Set<Connection>();
  let breaking: (() => void) | null = null;

  const server = createServer((client) => {
    client.on('error', () => {});
    client.setNoDelay(true);
    traffic.counts.connections++;
    if (link.admission === 'refused') {
      client.resetAndDestroy();
      return;
    }
    if (link.admission === 'mute') {
      const connection = { client, gateway: null, ways: null };
      connections.add(connection);
      client.resume().on('close', () => connections.delete(connection));
      return;
    }
    join(client);
  });

  function join(client: Socket): void {
    const gateway = connect(gatewayPort, '127.0.0.1');
    gateway.on('error', () => {});
    gateway.setNoDelay(true);
    const way = (from: Socket, to: Socket): Way => ({ from, to, stalled: false, held: [], over: false });
    const ways = { 'to-gateway': way(client, gateway), 'to-client': way(gateway, client) };
    const connection = { client, gateway, ways };
    connections.add(connection);

    const unacknowledged = new Map<number, () => void>();
    watch(client, (packet) => {
      if (packet.cmd !== 'publish' || packet.messageId === undefined) return;
      const payload = packet.payload.toString();
      unacknowledged.set(packet.messageId, notePublish(traffic, packet.topic, payload));
    });
    watch(gateway, (packet) => {
      if (packet.cmd !== 'puback' || packet.messageId === undefined) return;
      unacknowledged.get(packet.messageId)?.();
      unacknowledged.delete(packet.messageId);
    });

    client.on('data', (chunk) => {
      if (breaking !== null && chunk.includes('/readings')) {
        const broken = breaking;
        breaking = null;
        gateway.write(chunk.subarray(0, chunk.length / 2), () => {
          end(connection, 'rst');
          broken();
        });
        return;
      }
      if (link.bytesPerS === null) {
        forward(ways['to-gateway'], chunk);
        return;
      }
      client.pause();
      setTimeout(
        () => {
          forward(ways['to-gateway'], chunk);
          client.resume();
        },
        (1000 * chunk.length) / link.bytesPerS,
      );
    });
    gateway.on('data', (chunk) => forward(ways['to-client'], chunk));
    for (const one of Object.values(ways)) {
      one.from.on('close', () => {
        one.over = true;
        if (!one.stalled) one.to.destroySoon();
        if (client.closed && gateway.closed) connections.delete(connection);
      });
    }
  }

  const link: Link = {
    port: await freePort(),
    traffic,
    admission: 'open',
    bytesPerS: null,
    open: () => [...connections].filter(({ client }) => !client.destroyed).length,
    cut(how = 'fin') {
      for (const connection of [...connections]) end(connection, how);
    },
    stall(...directions) {
      for (const { ways } of connections)
        for (const direction of directions) if (ways) ways[direction].stalled = true;
    },
    mend() {
      for (const { ways } of connections) {
        for (const way of Object.values(ways ?? {})) {
          way.stalled = false;
          for (const chunk of way.held.splice(0)) forward(way, chunk);
          if (way.over) way.to.destroySoon();
        }
      }
    },
    breakInPublish: () =>
      new Promise((resolve) => {
        breaking = resolve;
      }),
    async stop() {
      link.cut('rst');
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(link.port, '127.0.0.1');
  await once(server, 'listening');
  return link;
}

function watch(socket: Socket, onPacket: (packet: Packet) => void): void {
  const packets = parser({ protocolVersion: 4 });
  packets.on('packet', onPacket);
  // What is no MQTT is for the gateway to refuse.
  packets.on('error', () => {});
  socket.on('data', (chunk) => packets.parse(chunk));
}

function forward(way: Way, chunk: Buffer): void {
  if (way.stalled) way.held.push(chunk);
  else if (way.to.writable) way.to.write(chunk);
}

function end({ client, gateway }: Connection, how: 'fin' | 'rst'): void {
  for (const socket of [client, gateway]) {
    if (how === 'rst') socket?.resetAndDestroy();
    else socket?.destroy();
  }
}
