/** An edge that was taken over tries to speak and to hear where it does not belong: by topic, will, retained message and QoS. */
import type { Packet } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import { logIn, type RawClient } from './raw-mqtt.ts';
import { openTarget, STATION, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.stop());

const SENML = JSON.stringify([{ n: `urn:quantrac:${STATION.id}:ph`, v: 13.9 }]);
const ALARM = JSON.stringify({
  station: STATION.id,
  parameter: 'ph',
  limit: 'forged',
  level: 'critical',
  state: 'raised',
  at: Date.now(),
  value: 13.9,
  threshold: 9,
});
const INVENTORY = JSON.stringify({ stations: [{ ...STATION, name: { vi: 'Giả', en: 'Forged' } }] });
const id = STATION.id;

/** Where edge-b does not belong, and what it says there. */
const FOREIGN: readonly (readonly [topic: string, payload: string])[] = [
  [topics.readings('edge-a', id), SENML],
  [topics.backlog('edge-a', id), SENML],
  [topics.alarms('edge-a', id), ALARM],
  [topics.inventory('edge-a'), INVENTORY],
  [topics.status('edge-a'), '{"online":false}'],
  [topics.account('edge-a'), '{}'],
  [topics.ofEdge('edge-a', 'answers'), '{}'],
  [topics.ofEdge('edge-a', 'config'), '{}'],
  [topics.ofEdge('edge-a', 'renewal'), '{}'],
  [topics.ofEdge('edge-a', 'seal'), '{}'],
  [topics.toEdge('edge-a', 'commands'), '{}'],
  [topics.toEdge('edge-a', 'config'), '{}'],
  [topics.toEdge('edge-b', 'commands'), '{}'],
  [topics.toEdge('edge-b', 'certificate'), '{}'],
  [topics.live(id), '{}'],
  [topics.limits(id), '{}'],
  [topics.sirens(id), '{"on":true}'],
  [topics.flowsAlarms(id), ALARM],
  [topics.flowsStatus, '{"online":true}'],
  [topics.observations, '{}'],
  [topics.observationsOf(`${id}:ph`), '{}'],
  [`${topics.readings('edge-a', id)}/`, SENML],
  [`/${topics.readings('edge-a', id)}`, SENML],
  [topics.readings('edge-b/../edge-a', id), SENML],
  ['quantrac/v1/edge-b//readings', SENML],
  ['QUANTRAC/V1/edge-a/cau-do/readings', SENML],
  ['quantrac/v2/edge-b/cau-do/readings', SENML],
  ['quantrac/v1', SENML],
  ['$SYS/broker/uptime', '1'],
  ['$share/group/quantrac/v1/edge-a/cau-do/readings', SENML],
  ['$internal/retain', '1'],
  ['anything', '1'],
  ['a/'.repeat(10_000), '1'],
  ['x'.repeat(65_000), '1'],
];

/** As a test's name has it: some are longer than a page. */
const shown = (topic: string): string =>
  topic.length > 60 ? `${topic.slice(0, 60)}… (${topic.length})` : topic;
const named = ([topic, payload]: readonly [string, string]) => [shown(topic), topic, payload] as const;

const publish = (topic: string, payload: string, qos: 0 | 1 | 2, retain: boolean): Packet => ({
  cmd: 'publish',
  topic,
  payload: Buffer.from(payload),
  qos,
  retain,
  dup: false,
  ...(qos > 0 && { messageId: 7 }),
});

const nobodyDeceived = async (before: unknown): Promise<void> => {
  expect(await target.known()).toEqual(before);
  expect(target.edge.connected).toBe(true);
};

describe.each([
  [0, false],
  [1, false],
  [1, true],
  [2, false],
  [2, true],
] as const)('published with QoS %i, retained: %s', (qos, retain) => {
  test.each(FOREIGN)(
    '%.60s is refused: no acknowledgement, and the connection ends',
    async (topic, payload) => {
      const before = await target.known();
      const client = await logIn(target, { account: 'edge-b' });
      expect(client.code).toBe(0);
      client.send(publish(topic, payload, qos, retain));
      if (qos === 2) client.send({ cmd: 'pubrel', messageId: 7 });
      await client.closed;
      expect(client.packets.map(({ cmd }) => cmd)).toEqual(['connack']);
      await nobodyDeceived(before);
    },
  );
});

test.each(FOREIGN.map(named))('a will at %s is not spoken', async (_, topic, payload) => {
  const before = await target.known();
  for (const retain of [false, true]) {
    const will = { topic, payload: Buffer.from(payload), qos: 1 as const, retain };
    const client = await logIn(target, { account: 'edge-b', will });
    // Whether it is refused at once or at its end, it must not be spoken.
    client.socket.resetAndDestroy();
    await client.closed;
  }
  // What it would have changed comes to the gate in the order of connections: ours is behind it.
  await target.edge.publishAsync(topics.account('edge-a'), '{}', { qos: 1 }).catch(() => {});
  await nobodyDeceived(before);
});

/** What edge-b asks to hear. */
const EARS: readonly string[] = [
  '#',
  '+',
  '+/#',
  '/#',
  'quantrac/#',
  'quantrac/v1/#',
  'quantrac/+/#',
  'quantrac/v1/+',
  'quantrac/v1/+/+/readings',
  '+/+/+/+/readings',
  '+/+/+/readings',
  'quantrac/v1/edge-a/#',
  'quantrac/v1/edge-b/#',
  'quantrac/v1/edges/#',
  'quantrac/v1/edges/+/commands',
  topics.liveAll,
  topics.limitsAll,
  'quantrac/v1/sirens/+',
  topics.readings('edge-a', id),
  topics.alarms('edge-a', id),
  topics.status('edge-a'),
  topics.inventory('edge-a'),
  topics.toEdge('edge-a', 'commands'),
  topics.toEdge('edge-a', 'config'),
  topics.toEdge('edge-a', 'certificate'),
  topics.live(id),
  topics.limits(id),
  topics.sirens(id),
  topics.flowsAlarms(id),
  topics.flowsStatus,
  topics.observations,
  topics.observationsOf(`${id}:ph`),
  '$SYS/#',
  '$SYS/+/uptime',
  '$SYS/broker/clients/connected',
  '$share/group/#',
  '$share/group/quantrac/v1/#',
  `$share/group/${topics.readings('edge-a', id)}`,
  `$share/group/${topics.liveAll}`,
  '$queue/quantrac/v1/#',
  '$exclusive/quantrac/v1/live/cau-do',
  'quantrac/v1/live/#',
  'a/'.repeat(10_000),
];

const subscribe = (topic: string): Packet => ({
  cmd: 'subscribe',
  messageId: 3,
  subscriptions: [{ topic, qos: 1 }],
});

async function refusedToHear(client: RawClient): Promise<void> {
  const answer = await client.next('suback');
  if (answer !== 'closed') expect((answer as { granted?: unknown[] }).granted).toEqual([128]);
}

test.each(EARS.map((filter) => [shown(filter), filter] as const))(
  'hearing %s is refused, and nothing is heard',
  async (_, filter) => {
    const client = await logIn(target, { account: 'edge-b' });
    client.send(subscribe(filter));
    await refusedToHear(client);
    await target.reading(7.25);
    await client.alive();
    expect(client.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
    client.end();
  },
);

test('one good filter beside a bad one lets the bad one no further', async () => {
  const client = await logIn(target, { account: 'edge-b' });
  client.send({
    cmd: 'subscribe',
    messageId: 3,
    subscriptions: ['#', topics.toEdge('edge-b', 'commands'), topics.liveAll].map((topic) => ({
      topic,
      qos: 1 as const,
    })),
  });
  expect(await client.next('suback')).toMatchObject({ granted: [128, 1, 128] });
  await target.reading(7.25);
  expect(await client.alive()).toBe(true);
  expect(client.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
  client.end();
});

test('flows and a subscriber hear only what is theirs', async () => {
  for (const account of ['flows', 'subscriber'])
    for (const filter of [
      '#',
      'quantrac/#',
      topics.readings('edge-a', id),
      topics.toEdge('edge-a', 'commands'),
      '$SYS/#',
    ]) {
      const client = await logIn(target, { account });
      client.send(subscribe(filter));
      await refusedToHear(client);
      client.end();
    }
});

test('an event that is published retained is kept for nobody', async () => {
  const edge = await logIn(target, { account: 'edge-b' });
  edge.send(publish(topics.readings('edge-b', 'other'), SENML, 1, true));
  expect(await edge.next('puback')).toMatchObject({ messageId: 7 });
  const flows = await logIn(target, { account: 'flows' });
  flows.send(subscribe(topics.liveAll));
  await flows.next('suback');
  expect(await flows.alive()).toBe(true);
  expect(flows.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
  edge.end();
  flows.end();
});

test('a second PUBREL, one without its PUBLISH and a repeated PUBLISH of QoS 2 store nothing twice', async () => {
  const client = await logIn(target, { account: 'edge-a', clientId: 'second-of-a' });
  const count = async () =>
    (
      (await (await target.get(`/api/v1/readings?station=${id}&parameter=ph`)).json()) as {
        points: unknown[];
      }
    ).points.length;
  const before = await count();
  const once = JSON.stringify([{ n: `urn:quantrac:${id}:ph`, v: 7.3, t: Date.now() / 1000 }]);
  client.send({ cmd: 'pubrel', messageId: 99 });
  client.send(publish(topics.readings('edge-a', id), once, 2, false));
  await client.next('pubrec');
  client.send({ ...publish(topics.readings('edge-a', id), once, 2, false), dup: true } as Packet);
  client.send({ cmd: 'pubrel', messageId: 7 });
  client.send({ cmd: 'pubrel', messageId: 7 });
  await client.alive();
  client.end();
  expect((await count()) - before).toBeLessThanOrEqual(1);
});
