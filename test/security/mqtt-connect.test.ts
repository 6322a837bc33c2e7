/** Attacks on the door of the broker: names, sessions of others, sizes, slowness, and lines in the log. */
import { connectAsync } from 'mqtt';
import { generate, type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import { logIn, openRaw } from './raw-mqtt.ts';
import { openTarget, STATION, type Target, TOKEN } from './target.ts';

vi.setConfig({ testTimeout: 30_000 });

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.stop());

const stillServed = async (): Promise<void> => {
  expect(target.edge.connected).toBe(true);
  await target.reading(7.25);
};

describe('who is let in', () => {
  test.each<[string, string, string | undefined]>([
    ['a wrong password', 'edge-a', 'wrong'],
    ['an empty password', 'edge-a', ''],
    ["another account's password", 'edge-a', undefined],
    ['a name that nobody has', 'nobody', 'wrong'],
    ['an empty name', '', 'wrong'],
    ['a name with a wildcard', '#', 'wrong'],
    ['a name that is a property of every object', '__proto__', 'wrong'],
    ['a name that is a query', "' OR 1=1 --", "' OR 1=1 --"],
    ['a name with a null byte', 'edge-a\u0000', 'wrong'],
    ['the name in capitals', 'EDGE-A', undefined],
  ])('%s is not', async (_, account, password) => {
    const client = await logIn(target, {
      account,
      clientId: 'x',
      password: password ?? target.devices[account === 'EDGE-A' ? 'edge-a' : 'edge-b'] ?? '',
    });
    expect([4, 5, 'closed']).toContain(client.code);
    await client.closed;
    await stillServed();
  });

  test('nobody is without name and password, and nothing before CONNECT counts', async () => {
    const anonymous = await openRaw(target.mqttPort);
    anonymous.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'x',
      clean: true,
      keepalive: 0,
    } as Packet);
    expect(await anonymous.next('connack')).toMatchObject({ returnCode: 4 });
    await anonymous.closed;
    const early = await openRaw(target.mqttPort);
    early.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] });
    await early.closed;
    expect(early.packets).toEqual([]);
  });

  test('what is sent together with a refused CONNECT is not heard', async () => {
    const before = await target.known();
    const client = await openRaw(target.mqttPort);
    const connect = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'x',
      clean: true,
      keepalive: 0,
      username: 'edge-a',
      password: Buffer.from('wrong'),
    } as Packet;
    const payload = Buffer.from(JSON.stringify([{ n: `urn:quantrac:${STATION.id}:ph`, v: 13 }]));
    const publish: Packet = {
      cmd: 'publish',
      topic: topics.readings('edge-a', STATION.id),
      payload,
      qos: 1,
      messageId: 1,
      retain: false,
      dup: false,
    };
    client.send(Buffer.concat([generate(connect), generate(publish)]));
    await client.closed;
    expect(client.packets.map(({ cmd }) => cmd)).toEqual(['connack']);
    expect(await target.known()).toEqual(before);
  });
});

describe('the session of another', () => {
  test("a client id that is another account's name is refused, and that account stays", async () => {
    for (const clientId of ['edge-a', 'flows', 'subscriber']) {
      const client = await logIn(target, { account: 'edge-b', clientId });
      expect(client.code).toBe(2);
      await client.closed;
    }
    await stillServed();
  });

  test('the client id of another neither ends its connection nor gets what waits for it', async () => {
    const flows = await logIn(target, { account: 'flows', clientId: 'rules-1', clean: false });
    flows.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: topics.limitsAll, qos: 1 }] });
    await flows.next('suback');
    const thief = await logIn(target, { account: 'edge-b', clientId: 'rules-1', clean: false });
    expect(await flows.alive()).toBe(true);
    expect(await thief.alive()).toBe(true);
    thief.end();
    flows.end();
    await flows.closed;

    // What is for the flows waits in their session while they are away.
    const answer = await fetch(`${target.base}/api/v1/stations/${STATION.id}/limits`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ version: 0, reason: 'a test', limits: [] }),
    });
    expect([200, 400, 409]).toContain(answer.status);
    const again = await logIn(target, { account: 'edge-b', clientId: 'rules-1', clean: false });
    expect(again.code).toBe(0);
    expect(await again.alive()).toBe(true);
    expect(again.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
    again.end();
  });

  test('an empty id, and one as long as MQTT allows', async () => {
    const empty = await logIn(target, { account: 'edge-b', clientId: '' });
    expect(empty.code).toBe(0);
    empty.end();
    const long = await logIn(target, { account: 'edge-b', clientId: 'x'.repeat(65_535) });
    expect(long.code).toBe('closed');
    await stillServed();
  });
});

describe('sizes and nonsense', () => {
  const HUGE: readonly (readonly [string, Buffer])[] = [
    ['a PUBLISH of 256 MB by its header', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
    ['a length of five bytes', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ['a SUBSCRIBE of 16 MB', Buffer.from([0x82, 0xff, 0xff, 0xff, 0x07])],
    ['a packet of a reserved kind', Buffer.from([0xf0, 0x00])],
    ['a second CONNECT', Buffer.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0])],
    ['QoS 3', Buffer.from([0x36, 0x05, 0, 1, 0x61, 0, 1])],
    ['a SUBSCRIBE with wrong flags', Buffer.from([0x80, 0x06, 0, 1, 0, 1, 0x23, 0])],
  ];

  test.each(HUGE)('%s ends the connection and nothing else', async (_, bytes) => {
    const client = await logIn(target, { account: 'edge-b' });
    client.send(bytes);
    await client.closed;
    await stillServed();
  });

  test.each<[string, Buffer]>([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])],
    ['MQTT 5', Buffer.from([0x10, 0x10, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 0xc2, 0, 0, 0, 0, 1, 0x78, 0, 0])],
    ['another protocol name', Buffer.from([0x10, 0x0c, 0, 4, 0x4e, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0])],
    ['a CONNECT of 1 MB', Buffer.from([0x10, 0x80, 0x80, 0x40])],
  ])('who speaks %s gets nothing', async (_, bytes) => {
    const client = await openRaw(target.mqttPort);
    client.send(bytes);
    await client.closed;
    for (const packet of client.packets)
      expect(packet).toMatchObject({ cmd: 'connack', returnCode: expect.toSatisfy((code) => code > 0) });
    await stillServed();
  });
});

describe('slowness', () => {
  test('who says nothing, or a CONNECT byte by byte, is gone after ten seconds; others are served meanwhile', async () => {
    const silent = await openRaw(target.mqttPort);
    const dripping = await openRaw(target.mqttPort);
    const packet = generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'x'.repeat(60),
      clean: true,
      keepalive: 0,
    } as Packet);
    let at = 0;
    const drip = setInterval(() => dripping.send(packet.subarray(at, ++at)), 250);
    const begun = performance.now();
    const crowd = await Promise.all(Array.from({ length: 200 }, () => openRaw(target.mqttPort)));
    await stillServed();
    await Promise.all([silent.closed, dripping.closed, ...crowd.map(({ closed }) => closed)]);
    clearInterval(drip);
    expect(performance.now() - begun).toBeGreaterThan(5000);
    expect([silent, dripping, ...crowd].flatMap(({ packets }) => packets)).toEqual([]);
    await stillServed();
  });

  test('who connects and does not read is bounded, and does not hold up another', async () => {
    const subscriber = await logIn(target, { account: 'subscriber', clientId: 'deaf' });
    subscriber.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: topics.observations, qos: 0 }],
    });
    await subscriber.next('suback');
    subscriber.socket.pause();
    for (let n = 0; n < 50; n++) await target.reading(7 + n / 100);
    await stillServed();
    subscriber.end();
  });
});

test('a flood of logins of one account harms no other', async () => {
  const wrong = await Promise.all(
    Array.from(
      { length: 40 },
      async () => (await logIn(target, { account: 'edge-b', clientId: 'x', password: 'wrong' })).code,
    ),
  );
  expect(wrong.every((code) => code !== 0)).toBe(true);
  const other = await connectAsync(`mqtt://127.0.0.1:${target.mqttPort}`, {
    username: 'flows',
    password: target.devices.flows ?? '',
    clientId: 'flows',
    reconnectPeriod: 0,
    connectTimeout: 15_000,
  });
  await other.endAsync(true);
  await stillServed();
});
