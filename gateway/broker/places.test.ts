/** One account or address does not use up the broker's connections, and nothing is kept for who is not there. */
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connectAsync, type IClientOptions } from 'mqtt';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import type { Accounts } from '../accounts.ts';
import { type Broker, type BrokerParts, startBroker } from './broker.ts';

const accounts = {
  checkAccount: async (name: string) => ({ name, kind: 'edge' }),
  hasAccount: () => false,
  accountMark: (name: string) => name,
} as unknown as Accounts;

async function open(parts: Partial<BrokerParts> = {}): Promise<Broker> {
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    accounts,
    log: pino({ level: 'silent' }),
    receive: async () => {},
    edgeOf: () => undefined,
    ...parts,
  });
  onTestFinished(() => broker.stop());
  return broker;
}

async function client(broker: Broker, options: IClientOptions) {
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const mqtt = await connectAsync(url, { password: 'x', reconnectPeriod: 0, protocolVersion: 4, ...options });
  onTestFinished(() => mqtt.endAsync(true));
  mqtt.on('error', () => {});
  return mqtt;
}

test('nothing is kept for sessions that are gone, however many asked for it', async () => {
  const broker = await open();
  const topic = topics.toEdge('edge-a', 'commands');
  const come = (n: number) => client(broker, { username: 'edge-a', clientId: `session-${n}`, clean: false });
  for (let n = 0; n < 200; n++) {
    const mqtt = await come(n);
    await mqtt.subscribeAsync(topic, { qos: 1 });
    await mqtt.endAsync();
  }
  await vi.waitFor(() => expect(broker.clients()).toBe(0));
  for (let n = 0; n < 5; n++) broker.publishOnce(topic, `missed ${n}`);
  for (const n of [0, 199]) {
    const mqtt = await come(n);
    const heard: string[] = [];
    mqtt.on('message', (_, payload) => heard.push(payload.toString()));
    await mqtt.subscribeAsync(topic, { qos: 1 });
    broker.publishOnce(topic, 'now');
    // What had been kept would have come before it.
    await vi.waitFor(() => expect(heard).toContain('now'));
    expect(heard).toEqual(['now']);
    await mqtt.endAsync();
  }
});

test('an account has five connections; a sixth is refused, one of the same client id takes its place', async () => {
  const broker = await open();
  const come = (clientId: string, username = 'edge-a') => client(broker, { username, clientId });
  const [first] = await Promise.all(['1', '2', '3', '4', '5'].map((id) => come(id)));
  await expect(come('6')).rejects.toThrow(/Server unavailable/);
  await come('5');
  await come('6', 'edge-b');
  await vi.waitFor(() => expect(broker.clients()).toBe(6));
  await first?.endAsync();
  await vi.waitFor(async () => expect((await come('6')).connected).toBe(true));
});

test('connections that come together are counted together', async () => {
  const broker = await open();
  const tries = Array.from({ length: 20 }, (_, n) =>
    client(broker, { username: 'edge-a', clientId: `${n}` }),
  );
  const results = await Promise.allSettled(tries);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

test('an address has so many connections that have not logged in, and a login makes room', async () => {
  const broker = await open({ places: { account: 5, address: 1, loopback: 3 } });
  const silent = () => {
    const socket = connectSocket(broker.port, '127.0.0.1').on('error', () => {});
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  for (let n = 0; n < 5; n++) await client(broker, { username: `edge-${n}`, clientId: `edge-${n}` });
  const waiting = [silent(), silent(), silent()];
  await Promise.all(waiting.map((socket) => once(socket, 'connect')));
  const beyond = silent();
  beyond.resume();
  await once(beyond, 'close');
  expect(waiting.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
  waiting[0]?.destroy();
  const late = await client(broker, { username: 'late', clientId: 'late', reconnectPeriod: 20 });
  expect(late.connected).toBe(true);
});
