/** Delivery to another broker: an Aedes of this test, which lets in whom it is told to and acknowledges when it is told to. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { FeedRecord } from '../../../devices/wire/feed.ts';
import { makeCertificates } from '../../../test/support/certificates.ts';
import { hasProgram } from '../../../test/support/programs.ts';
import type { Catalog } from '../../catalog.ts';
import { reasonOf } from '../delivery-reason.ts';
import { destinationsSchema } from './index.ts';

vi.setConfig({ testTimeout: 30_000 });

const NEVER = new AbortController().signal;
const catalog = { get: () => undefined, all: () => [] } as unknown as Catalog;
const feed = { after: () => [], newest: () => 0, added: async () => {} };
const record = {
  number: 7,
  at: 1,
  kind: 'alert.raised',
  alert: { id: '1', station: 'cau-do', level: 'critical' },
};

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

async function startBroker() {
  const broker = await Aedes.createBroker();
  onTestFinished(() => new Promise<void>((resolve) => broker.close(resolve)));
  const published: { topic: string; payload: string; qos: number }[] = [];
  const state = { acknowledges: true, connections: 0 };
  broker.authenticate = (_client, username, password, done) => {
    const right = username === 'quantrac' && String(password) === 'broker-secret';
    done(right ? null : Object.assign(new Error('no'), { returnCode: 5 }), right);
  };
  broker.authorizePublish = (_client, packet, done) => {
    published.push({ topic: packet.topic, payload: String(packet.payload), qos: packet.qos });
    if (state.acknowledges) done(null);
  };
  broker.on('client', () => state.connections++);
  const port = await listen(createServer(broker.handle));
  return { url: `mqtt://127.0.0.1:${port}`, published, state, broker };
}

function open(settings: object) {
  const [destination] = destinationsSchema.parse([{ id: 'other', type: 'mqtt', ...settings }]);
  const opened = destination?.open({
    id: 'other',
    parts: { feed, catalog } as never,
    now: Date.now,
    log: pino({ level: 'silent' }),
  });
  if (!opened) throw new Error('it was not opened');
  onTestFinished(() => opened.close());
  return opened;
}

const account = { username: 'quantrac', password: 'broker-secret' };
const fault = (sending: Promise<unknown>) => sending.then(() => null, reasonOf);

test('a record is published with QoS 1 on its topic over one connection', async () => {
  const { url, published, state } = await startBroker();
  const destination = open({ url, ...account, topic: 'province/{kind}/{station}/{number}' });
  await destination.send(record as never, NEVER);
  await destination.send(
    { number: 8, at: 1, kind: 'heartbeat', heartbeat: {} } as unknown as FeedRecord,
    NEVER,
  );
  expect(published).toMatchObject([
    { topic: 'province/alert.raised/cau-do/7', qos: 1 },
    { topic: 'province/heartbeat/-/8', qos: 1 },
  ]);
  expect(JSON.parse(published[0]?.payload ?? '')).toEqual(record);
  expect(state.connections).toBe(1);
});

test('without PUBACK it has not arrived, and the next try has a connection of its own', async () => {
  const { url, published, state } = await startBroker();
  const destination = open({ url, ...account });
  state.acknowledges = false;
  const stopping = new AbortController();
  const sending = fault(destination.send(record as never, stopping.signal));
  await vi.waitFor(() => expect(published).toHaveLength(1));
  stopping.abort();
  expect(await sending).not.toBe(null);
  state.acknowledges = true;
  await destination.send(record as never, NEVER);
  expect(published.map(({ payload }) => JSON.parse(payload).number)).toEqual([7, 7]);
  expect(state.connections).toBe(2);
});

test('a broker that ends the connection, refuses us or never answers is told in words', async () => {
  const { url, state, broker } = await startBroker();
  const destination = open({ url, ...account });
  state.acknowledges = false;
  broker.authorizePublish = (client) => client?.close();
  expect(await fault(destination.send(record as never, NEVER))).toBe('the broker ended the connection');
  const wrong = await fault(open({ url, ...account, password: 'wrong' }).send(record as never, NEVER));
  expect(wrong).toMatch(/not authorized/i);
  expect(wrong).not.toContain('wrong');
  expect(await fault(open({ url: 'mqtt://127.0.0.1:1' }).send(record as never, NEVER))).toMatch(
    /ECONNREFUSED/,
  );
  const mute = await listen(createServer());
  expect(await fault(open({ url: `mqtt://127.0.0.1:${mute}` }).send(record as never, NEVER))).toBe(
    'the broker did not answer within 10 s',
  );
});

test('its test leaves the connection that delivers alone', async () => {
  const { url, published, state, broker } = await startBroker();
  const destination = open({ url, ...account });
  await destination.send(record as never, NEVER);
  expect(await destination.test(NEVER)).toBe(
    `${new URL(url).host} let us in and acknowledged a message on quantrac/test/-`,
  );
  expect(JSON.parse(published[1]?.payload ?? '')).toMatchObject({ kind: 'test', destination: 'other' });
  await destination.send(record as never, NEVER);
  expect(state.connections).toBe(2);
  broker.authenticate = (_client, _name, _password, done) =>
    done(Object.assign(new Error('no'), { returnCode: 5 }), false);
  expect(await fault(destination.test(NEVER))).toMatch(/not authorized/i);
});

test.skipIf(!hasProgram('openssl'))('over TLS, with an authority of our own or not at all', async () => {
  const file = makeCertificates();
  const { broker, published } = await startBroker();
  const pair = { cert: readFileSync(file('server.pem')), key: readFileSync(file('server.key')) };
  const port = await listen(createTlsServer(pair, broker.handle));
  const url = `mqtts://127.0.0.1:${port}`;
  await open({ url, ...account, tls: { ca: file('ca.pem') } }).send(record as never, NEVER);
  expect(published).toHaveLength(1);
  expect(await fault(open({ url, ...account }).send(record as never, NEVER))).toMatch(
    /^its certificate is of no authority that we trust/,
  );
});

test('faults of its settings are told', () => {
  const issues = (settings: object) =>
    destinationsSchema
      .safeParse([{ id: 'other', type: 'mqtt', url: 'mqtts://a', ...settings }])
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  expect(issues({})).toBeUndefined();
  expect(issues({ topic: 'a/{place}' })).toEqual(['0.topic: knows only {kind}, {station}, {number}']);
  expect(issues({ topic: 'a/#' })?.[0]).toMatch(/no \+ and no #/);
  expect(issues({ url: 'http://a' })).toEqual(['0.url: must be an mqtt:// or mqtts:// address']);
});
