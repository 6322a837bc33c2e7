/** Bytes by chance at the real broker of a whole gateway: it stays, answers others, and keeps no memory of them. */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { generate, type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import { addDevice, withAccounts } from '../../gateway/admin.ts';
import type { Gateway } from '../../gateway/app.ts';
import { startGateway } from '../../gateway/main.ts';
import { testStation } from '../support/station.ts';
import { type Chance, heapUsed, MB, runCases } from './support.ts';

const CASES = 500;
const TOKEN = 'a-token-for-this-test-only';

let gateway: Gateway;
let good: MqttClient;
let password = '';

beforeAll(async () => {
  const flags = {
    data_dir: mkdtempSync(join(tmpdir(), 'quantrac-fuzz-')),
    'http.port': 0,
    'mqtt.port': 0,
    log_level: 'silent',
    token: TOKEN,
  };
  let own = '';
  await withAccounts({ flags }, async (accounts) => {
    password = await addDevice(accounts, 'edge-bad', 'edge');
    own = await addDevice(accounts, 'edge-good', 'edge');
  });
  gateway = await startGateway({ flags });
  good = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    username: 'edge-good',
    password: own,
    clientId: 'edge-good',
    reconnectPeriod: 0,
  });
  const stations = [testStation({ id: 'cau-do', parameters: [{ id: 'ph', period_s: 10 }] })];
  await good.publishAsync(topics.inventory('edge-good'), JSON.stringify({ stations }), { qos: 1 });
});

afterAll(async () => {
  await good.endAsync(true);
  await gateway.stop();
});

const connectPacket = (pick: Chance): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clientId: `bad-${pick.whole(0, 1e9)}`,
  keepalive: pick.one([0, 1, 60, 65_535]),
  clean: pick.random() < 0.8,
  username: 'edge-bad',
  password: Buffer.from(password),
  ...(pick.random() < 0.3 && {
    will: { topic: topics.status('edge-bad'), payload: Buffer.from('{}'), qos: 1, retain: true },
  }),
});

function packet(pick: Chance): Buffer {
  const topic = pick.one([
    topics.readings('edge-bad', 'a'),
    topics.status('edge-bad'),
    topics.inventory('edge-bad'),
    topics.readings('edge-good', 'cau-do'),
    '$SYS/x',
    'a/'.repeat(200),
    'x'.repeat(60_000),
    pick.text().replace(/[#+]/g, '') || 'x',
  ]);
  const messageId = pick.whole(1, 65_535);
  const made: Packet = pick.one<Packet>([
    {
      cmd: 'publish',
      topic,
      payload: pick.bytes(pick.whole(0, 300)),
      qos: pick.one([0, 1, 2] as const),
      retain: pick.random() < 0.5,
      dup: false,
      messageId,
    },
    {
      cmd: 'subscribe',
      messageId,
      subscriptions: [{ topic: pick.one(['#', '+/+', topics.liveAll, topic]), qos: 1 }],
    },
    { cmd: 'unsubscribe', messageId, unsubscriptions: [topic] },
    { cmd: 'pubrel', messageId },
    { cmd: 'puback', messageId },
    { cmd: 'pubrec', messageId },
    { cmd: 'pubcomp', messageId },
    { cmd: 'pingreq' },
    { cmd: 'disconnect' },
    connectPacket(pick),
  ]);
  return generate(made);
}

/** A header that promises more than ever comes. */
const huge = (pick: Chance): Buffer =>
  Buffer.concat([
    Buffer.from([pick.one([0x10, 0x30, 0x32, 0x82, 0xa2])]),
    pick.one([
      Buffer.from([0xff, 0xff, 0xff, 0x7f]),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]),
      Buffer.from([0x80, 0x80, 0x40]),
    ]),
    pick.bytes(pick.whole(0, 100)),
  ]);

function stream(pick: Chance): Buffer[] {
  const parts: Buffer[] = [];
  for (let n = pick.whole(1, 6); n > 0; n--) {
    const made = packet(pick);
    parts.push(
      pick.one([
        () => made,
        () => pick.mutated(made),
        () => made.subarray(0, pick.whole(0, made.length)),
        () => pick.bytes(pick.whole(1, 100)),
        () => huge(pick),
      ])(),
    );
  }
  return parts;
}

async function attack(pick: Chance): Promise<void> {
  const socket = connectSocket(gateway.ready.mqttPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // Each login costs a check of the password, made to be slow.
  if (pick.random() < 0.12) {
    socket.write(generate(connectPacket(pick)));
    await Promise.race([once(socket, 'data'), closed]);
  }
  for (const part of stream(pick)) {
    if (socket.writable) socket.write(part);
    if (pick.random() < 0.2) await sleep(1);
  }
  if (pick.random() < 0.5) socket.end();
  await Promise.race([closed, sleep(40)]);
  socket.destroy();
  await closed;
}

const stillThere = async (at: number): Promise<void> => {
  const reading = [{ n: 'urn:quantrac:cau-do:ph', v: 7, t: at / 1000 }];
  await good.publishAsync(topics.readings('edge-good', 'cau-do'), JSON.stringify(reading), { qos: 1 });
};

test('packets by chance, broken, half and huge ones: the broker stays, and others are acknowledged meanwhile', async () => {
  await runCases(100, 50, attack);
  await sleep(200);
  const before = heapUsed();
  let acknowledged = 0;
  await runCases(CASES, 50, async (pick, index) => {
    await attack(pick);
    if (index % 25 > 0) return;
    await stillThere(Date.now() - index);
    acknowledged++;
  });
  expect(acknowledged).toBe(CASES / 25);
  await sleep(200);
  expect(heapUsed() - before).toBeLessThan(20 * MB);
  expect(good.connected).toBe(true);

  const headers = { authorization: `Bearer ${TOKEN}` };
  const base = `http://127.0.0.1:${gateway.ready.httpPort}/api/v1`;
  const health = (await (await fetch(`${base}/health`)).json()) as { checks: { broker: { detail: string } } };
  expect(health.checks.broker.detail).toBe('1 clients');
  const { entries } = (await (await fetch(`${base}/quarantine?limit=500`, { headers })).json()) as {
    entries: { reason: string }[];
  };
  expect(entries.length).toBeGreaterThan(0);
  for (const { reason } of entries) expect(reason).toMatch(/^\P{Cc}{5,}$/u);
}, 60_000);
