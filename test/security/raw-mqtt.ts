/** A client that speaks MQTT packet by packet, and may say what no library would. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';
import type { Target } from './target.ts';

export interface RawClient {
  readonly socket: Socket;
  /** All that came, in order. */
  readonly packets: readonly Packet[];
  send(packet: Packet | Buffer): void;
  /** The next packet of this kind that nobody has asked for yet; `closed` when the connection ends without one. */
  next(cmd: Packet['cmd']): Promise<Packet | 'closed'>;
  /** Resolves when the broker has ended the connection. */
  readonly closed: Promise<void>;
  /** True when the broker still answers here. */
  alive(): Promise<boolean>;
  end(): void;
}

export async function openRaw(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  const packets: Packet[] = [];
  const taken = new Set<Packet>();
  const parse = parser();
  let wake = (): void => {};
  let isClosed = false;
  const closed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      isClosed = true;
      wake();
      resolve();
    }),
  );
  parse.on('packet', (packet) => {
    packets.push(packet);
    wake();
  });
  socket.on('error', () => {});
  socket.on('data', (chunk) => parse.parse(chunk));
  await once(socket, 'connect');
  const next = async (cmd: Packet['cmd']): Promise<Packet | 'closed'> => {
    for (;;) {
      const found = packets.find((packet) => packet.cmd === cmd && !taken.has(packet));
      if (found !== undefined) {
        taken.add(found);
        return found;
      }
      if (isClosed) return 'closed';
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const send = (packet: Packet | Buffer): void => {
    if (socket.writable) socket.write(Buffer.isBuffer(packet) ? packet : generate(packet));
  };
  return {
    socket,
    packets,
    send,
    next,
    closed,
    async alive() {
      send({ cmd: 'pingreq' });
      return (await next('pingresp')) !== 'closed';
    },
    end: () => socket.destroy(),
  };
}

type Will = { topic: string; payload: Buffer; qos: 0 | 1 | 2; retain: boolean };

export interface RawLogin {
  readonly account: string;
  readonly clientId?: string;
  readonly password?: string;
  readonly clean?: boolean;
  readonly will?: Will;
}

/** Connects and logs in; answers the return code of CONNACK, or `closed`. */
export async function logIn(
  target: Target,
  { account, clientId = account, password = target.devices[account] ?? '', clean = true, will }: RawLogin,
): Promise<RawClient & { readonly code: number | 'closed' }> {
  const client = await openRaw(target.mqttPort);
  client.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId,
    keepalive: 0,
    clean,
    username: account,
    password: Buffer.from(password),
    ...(will && { will }),
  } as Packet);
  const answer = await client.next('connack');
  return Object.assign(client, {
    code: answer === 'closed' ? answer : ((answer as { returnCode?: number }).returnCode ?? 0),
  });
}
