import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import type { Accounts } from '../accounts.ts';
import { type Broker, type BrokerParts, type IncomingMessage, startBroker } from './broker.ts';
import type { Intake } from './intake.ts';
import { watchSilence } from './silence.ts';

const KB = 1024;
const log = pino({ level: 'silent' });
/** Everybody is an edge of the name they say. */
const accounts = {
  checkAccount: async (name: string) => ({ name, kind: 'edge' }),
  hasAccount: () => false,
  accountMark: (name: string) => name,
} as unknown as Accounts;

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function open(parts: Partial<BrokerParts>): Promise<Broker> {
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    accounts,
    log,
    receive: async () => {},
    edgeOf: () => undefined,
    ...parts,
  });
  ending.push(() => broker.stop());
  return broker;
}

/** A store that takes nothing until it is told to. */
function gate() {
  const opened = Promise.withResolvers<void>();
  const inside: IncomingMessage[] = [];
  let bytes = 0;
  let most = 0;
  const receive = async (message: IncomingMessage): Promise<void> => {
    inside.push(message);
    bytes += message.payload.length;
    most = Math.max(most, bytes);
    if (message.parsed.kind === 'readings') await opened.promise;
    bytes -= message.payload.length;
  };
  return { receive, open: () => opened.resolve(), inside, most: () => most };
}

async function client(broker: Broker, name: string): Promise<MqttClient> {
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    username: name,
    password: 'x',
    clientId: name,
    reconnectPeriod: 0,
  });
  ending.push(() => mqtt.endAsync(true));
  mqtt.on('error', () => {});
  return mqtt;
}

test.each([
  ['small', 10 * KB, 400],
  ['large', 300 * KB, 20],
])(
  'a client that floods with %s publishes is held back: nothing is lost, others and alarms pass',
  async (_, size, count) => {
    const store = gate();
    const bounds = { client: 1024 * KB, total: 4 * 1024 * KB };
    const broker = await open({ receive: store.receive, shares: bounds });
    const [flood, calm] = [await client(broker, 'flood'), await client(broker, 'calm')];
    let acknowledged = 0;
    const payload = Buffer.alloc(size, 32);
    const sent = Array.from({ length: count }, () =>
      flood.publishAsync(topics.readings('flood', 'a'), payload, { qos: 1 }).then(() => {
        acknowledged++;
      }),
    );
    await vi.waitFor(() => expect(broker.flow().held).toBe(1));
    await calm.publishAsync(topics.alarms('calm', 'b'), 'x', { qos: 1 });
    await calm.publishAsync(topics.inventory('calm'), 'x', { qos: 1 });
    expect(acknowledged).toBe(0);
    expect(broker.flow().held).toBe(1);
    // One chunk that was read is over the bound at most.
    expect(broker.flow().bytes).toBeLessThanOrEqual(bounds.client + 192 * KB);
    expect(broker.clients()).toBe(2);
    store.open();
    await Promise.all(sent);
    expect(acknowledged).toBe(count);
    await vi.waitFor(() => expect(broker.flow()).toEqual({ held: 0, bytes: 0 }));
  },
);

test('an alarm passes readings of the same client that came in one piece before it and wait for the store', async () => {
  const store = gate();
  const broker = await open({ receive: store.receive });
  const socket = await rawClient(broker);
  const publish = (topic: string, messageId: number) =>
    generate({ cmd: 'publish', topic, payload: 'x', qos: 1, messageId, dup: false, retain: false });
  socket.write(Buffer.concat([1, 2, 3, 4, 5].map((id) => publish(topics.readings('raw', 'a'), id))));
  await vi.waitFor(() => expect(store.inside).toHaveLength(5));
  const acknowledged = once(socket, 'data');
  socket.write(publish(topics.alarms('raw', 'a'), 6));
  expect((await acknowledged)[0]).toEqual(generate({ cmd: 'puback', messageId: 6 }));
  store.open();
});

test('many that flood share the whole, and somebody new still gets through', async () => {
  const store = gate();
  const bounds = { client: 1024 * KB, total: 2 * 1024 * KB };
  const broker = await open({ receive: store.receive, shares: bounds });
  const payload = Buffer.alloc(100 * KB, 32);
  const sent: Promise<unknown>[] = [];
  for (let n = 0; n < 8; n++) {
    const flood = await client(broker, `flood-${n}`);
    for (let i = 0; i < 30; i++)
      sent.push(flood.publishAsync(topics.readings(`flood-${n}`, 'a'), payload, { qos: 1 }));
  }
  await vi.waitFor(() => expect(broker.flow().held).toBe(8));
  expect(broker.flow().bytes).toBeLessThanOrEqual(bounds.total + 8 * 192 * KB);
  const late = await client(broker, 'late');
  await late.publishAsync(topics.alarms('late', 'b'), 'x', { qos: 1 });
  store.open();
  await Promise.all(sent);
  expect(store.inside).toHaveLength(8 * 30 + 1);
});

test('what a client had on its way is given back when it comes anew', async () => {
  const store = gate();
  const broker = await open({ receive: store.receive, shares: { client: 256 * KB, total: 1024 * KB } });
  const flood = await client(broker, 'flood');
  for (let n = 0; n < 30; n++)
    flood.publish(topics.readings('flood', 'a'), Buffer.alloc(50 * KB), { qos: 1 }, () => {});
  await vi.waitFor(() => expect(broker.flow().held).toBe(1));
  await flood.endAsync(true);
  await client(broker, 'flood');
  await vi.waitFor(() => expect(broker.flow().held).toBe(0));
  store.open();
  await vi.waitFor(() => expect(broker.flow().bytes).toBe(0));
});

async function rawClient(broker: Broker): Promise<Socket> {
  const socket = connectSocket(broker.port, '127.0.0.1');
  ending.push(() => socket.destroy());
  socket.on('error', () => {});
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'raw',
      keepalive: 60,
      clean: true,
      username: 'raw',
      password: Buffer.from('x'),
    }),
  );
  await once(socket, 'data');
  return socket;
}

test('a packet that says it has 200 MB ends its connection and takes no memory', async () => {
  const broker = await open({});
  const socket = await rawClient(broker);
  socket.resume();
  socket.write(Buffer.from([0x30, 0x80, 0xc2, 0xd7, 0x5f, 0, 1]));
  await once(socket, 'close');
  expect(broker.flow().bytes).toBe(0);
});

test('who says nothing for 1.5 times its keep alive is gone, and who is not read is not silent', async () => {
  const clock = { now: 0 };
  const silence = watchSilence(5, () => clock.now);
  ending.push(() => silence.stop());
  const intake = (unread: boolean) => ({ unread: () => unread, heardAt: () => 0 }) as unknown as Intake;
  const [quiet, held, endless] = [new PassThrough(), new PassThrough(), new PassThrough()];
  quiet.on('error', () => {});
  silence.watch(quiet, intake(false), 10);
  silence.watch(held, intake(true), 10);
  silence.watch(endless, intake(false), 0);
  clock.now = 15_000;
  await sleep(50);
  expect(quiet.destroyed).toBe(false);
  clock.now = 15_001;
  await new Promise((resolve) => quiet.once('close', resolve));
  expect([held.destroyed, endless.destroyed]).toEqual([false, false]);
});

test('listeners are those who may subscribe, as long as they are connected', async () => {
  const kinds = {
    checkAccount: async (name: string) => ({ name, kind: name === 'flows' ? 'flows' : 'edge' }),
  };
  const broker = await open({ accounts: { ...accounts, ...kinds } as Accounts });
  await client(broker, 'edge-a');
  expect(broker.hasListeners()).toBe(false);
  const flows = await client(broker, 'flows');
  expect(broker.hasListeners()).toBe(true);
  const heard = new Promise((resolve) => flows.once('message', resolve));
  await flows.subscribeAsync(topics.liveAll);
  broker.publish(topics.live('cau-do'), 'x');
  expect(await heard).toBe(topics.live('cau-do'));
  await flows.endAsync();
  await vi.waitFor(() => expect(broker.hasListeners()).toBe(false));
});
