/** Attacks on commands to edges: what no one may have done, whom no one may speak for, what comes twice or too late. */
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Orders } from '../../devices/wire/fleet.ts';
import { topics } from '../../devices/wire/topics.ts';
import {
  answerAs,
  EDGE,
  GATE,
  OTHER_EDGE,
  PUMP,
  type Rig,
  readOrders,
  startRig,
  writeOrders,
} from '../support/commands-rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.renew());
afterAll(() => rig.close());

const NONCE = 'BBBBBBBBBBBBBBBBBBBBBB';

/** An edge in name only: it has announced nothing but that it is there with the stations of the real one, which is stopped. */
async function impostor(): Promise<{
  client: MqttClient;
  heard: { step: string; id: string; nonce?: string }[];
}> {
  await rig.stopEdge();
  const client = await rig.client(EDGE, rig.passwords.edge);
  const heard: { step: string; id: string; nonce?: string }[] = [];
  client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(topics.toEdge(EDGE, 'commands'), { qos: 1 });
  await client.publishAsync(topics.status(EDGE), JSON.stringify({ online: true }), { qos: 1, retain: true });
  return { client, heard };
}

const stateOf = async (id: string) => (await rig.as('lan').get(`edges/${EDGE}/commands/${id}`)).body.state;

test('what the profile does not allow is refused before anything is sent', async () => {
  await rig.openEdge();
  const refused: [Orders, string][] = [
    [writeOrders('unit-id', 5), 'allows no write unit-id'],
    [writeOrders('pump', 2), 'pump takes 0, 1, not 2'],
    [writeOrders('delay', 9), 'delay takes 10 to 250, not 9'],
    [writeOrders('delay', 251), 'delay takes 10 to 250, not 251'],
    [writeOrders('pump', 1, { station: 'elsewhere' }), 'has no station elsewhere'],
    [writeOrders('pump', 1, { instrument: 'other' }), 'has no Modbus instrument other'],
  ];
  for (const [orders, detail] of refused) {
    const { status, body } = await rig.as('lan').ask(orders);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(detail)]);
  }
  expect(rig.field.written).toEqual([]);
});

test.each([
  ['registers whose reading changes something', { address: 50 }, 'reading it clears the counter'],
  ['a range that reaches into them', { address: 45, count: 10 }, 'reading it clears the counter'],
  ['more than the model gives at once', { count: 21 }, 'at most 20'],
  ['what is after the last register', { address: 65_535, count: 2 }, 'no register after 65535'],
])('the edge itself refuses to read %s', async (_, over, reason) => {
  await rig.openEdge();
  const command = await rig.outcome(readOrders(over));
  expect(command).toMatchObject({ state: 'refused', taken_at: null, values: null });
  expect(command.outcome).toContain(reason);
});

test('orders that are none are refused by the schema, and so is a kind at the address of another', async () => {
  await rig.openEdge();
  const lan = rig.as('lan');
  const before = (await lan.get(`edges/${EDGE}/commands?limit=1`)).body.commands;
  const bodies = [
    { orders: readOrders({ count: 126 }), reason: 'r' },
    { orders: readOrders({ address: -1 }), reason: 'r' },
    { orders: readOrders({ table: 'file' }), reason: 'r' },
    { orders: readOrders({ station: '../x' }), reason: 'r' },
    { orders: readOrders(), reason: ' ' },
    { orders: readOrders() },
    { orders: { kind: 'shell', command: 'id' }, reason: 'r' },
    { orders: writeOrders('pump', 1), reason: 'r' },
    { orders: readOrders(), reason: 'r', by: ['minh'] },
  ];
  for (const body of bodies)
    expect([body, (await lan.post(`edges/${EDGE}/commands/read`, body)).status]).toEqual([body, 400]);
  expect((await lan.get(`edges/${EDGE}/commands?limit=1`)).body.commands).toEqual(before);
});

test('a dangerous write needs two persons: not one alone, not her token, not the settings’ token', async () => {
  await rig.openEdge();
  // A token is no person, whosever it is: it neither asks nor approves.
  for (const who of ['lan', 'admin'] as const)
    expect([who, (await rig.as(who).ask(writeOrders('gate', 1))).status]).toEqual([who, 403]);
  const lan = await rig.logIn('lan');
  const { body } = await lan.ask(writeOrders('gate', 1));
  expect(body).toMatchObject({ state: 'waiting', dangerous: true, sent_at: null });
  const approve = `edges/${EDGE}/commands/${body.id}/approve`;
  expect((await lan.post(approve)).body.detail).toContain('another person must approve');
  for (const who of ['lan', 'minh', 'admin'] as const)
    expect([who, (await rig.as(who).post(approve)).status]).toEqual([who, 403]);
  expect((await (await rig.logIn('vien')).post(approve)).status).toBe(403);
  expect((await (await rig.logIn('xa')).post(approve)).status).toBe(404);
  expect([await stateOf(body.id), rig.field.coil(GATE)]).toEqual(['waiting', false]);

  const minh = await rig.logIn('minh');
  expect(await minh.post(approve)).toMatchObject({ status: 202, body: { approved_by: 'minh' } });
  expect(await rig.as('lan').reached(body.id, ['done', 'failed', 'expired'])).toMatchObject({
    state: 'done',
  });
  expect(rig.field.coil(GATE)).toBe(true);
  // Once.
  expect((await minh.post(approve)).status).toBe(409);
  expect(rig.field.written).toHaveLength(1);
});

test('who may not is refused: by role, by area, without a login', async () => {
  await rig.openEdge();
  expect((await rig.as('vien').ask(readOrders())).status).toBe(403);
  for (const path of ['', '/health', '/commands'])
    expect([path, (await rig.as('xa').get(`edges/${EDGE}${path}`)).status]).toEqual([path, 404]);
  expect((await rig.as('xa').ask(readOrders())).status).toBe(404);
  expect((await rig.as('xa').get('edges')).body.edges).toEqual([]);
  const { httpPort } = rig.gateway.ready;
  expect((await fetch(`http://127.0.0.1:${httpPort}/api/v1/edges`)).status).toBe(401);
});

test('an edge that does not take a command in time finds it withdrawn: taken too late it is never told to go', async () => {
  await rig.openEdge();
  const { client, heard } = await impostor();
  const { body } = await rig.as('lan').ask(writeOrders('pump', 1));
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(1);
  const ended = await rig.as('lan').reached(body.id, ['expired']);
  expect(ended.outcome).toContain('nothing was done');
  await answerAs(client, EDGE, { id: body.id, at: 1, state: 'taken', nonce: NONCE });
  await answerAs(client, EDGE, { id: body.id, at: 1, state: 'done', reason: null });
  expect([await stateOf(body.id), heard.length]).toEqual(['expired', 1]);
});

test('a command is told to go once, to the first nonce, and ends once', async () => {
  await rig.openEdge();
  const { client, heard } = await impostor();
  const { body } = await rig.as('lan').ask(writeOrders('pump', 1));
  const taken = { id: body.id, at: 1, state: 'taken' };
  await answerAs(client, EDGE, { ...taken, nonce: NONCE });
  await answerAs(client, EDGE, { ...taken, nonce: 'CCCCCCCCCCCCCCCCCCCCCC' });
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(2);
  expect(heard[1]).toEqual({ step: 'go', id: body.id, nonce: NONCE });
  await answerAs(client, EDGE, { id: body.id, at: 1, state: 'failed', reason: 'no answer' });
  await answerAs(client, EDGE, { id: body.id, at: 1, state: 'done', reason: null });
  expect([await stateOf(body.id), heard.length]).toEqual(['failed', 2]);
});

test('what was not taken cannot be done', async () => {
  await rig.openEdge();
  const { client } = await impostor();
  const { body } = await rig.as('lan').ask(writeOrders('pump', 1));
  await answerAs(client, EDGE, { id: body.id, at: 1, state: 'done', reason: null, values: [1] });
  expect(await stateOf(body.id)).toBe('sent');
});

test('another edge answers for nobody but itself, and its forged answers are in quarantine', async () => {
  await rig.openEdge();
  const { heard } = await impostor();
  const other = await rig.client(OTHER_EDGE, rig.passwords.other);
  const { body } = await rig.as('lan').ask(writeOrders('pump', 1));
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(1);
  await answerAs(other, OTHER_EDGE, { id: body.id, at: 1, state: 'taken', nonce: NONCE });
  await answerAs(other, OTHER_EDGE, { id: body.id, at: 1, state: 'refused', reason: 'forged' });
  expect([await stateOf(body.id), heard.length]).toEqual(['sent', 1]);
  const { body: kept } = await rig.as('admin').get('quarantine');
  const reasons = (kept.entries as { reason: string }[]).map(({ reason }) => reason);
  expect(reasons).toContain(`edge ${OTHER_EDGE} was given no command ${body.id}`);
});

test('nobody hears or gives commands in the place of another', async () => {
  await rig.openEdge();
  const other = await rig.client(OTHER_EDGE, rig.passwords.other);
  for (const filter of [
    topics.toEdge(EDGE, 'commands'),
    'quantrac/v1/edges/+/commands',
    'quantrac/v1/edges/#',
  ]) {
    const [granted] = await other.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
    expect([filter, granted?.qos]).toEqual([filter, 128]);
  }
  const order = { step: 'order', id: 'AAAAAAAAAAAAAAAAAAAAAA', by: ['lan'], orders: writeOrders('pump', 1) };
  const ended = new Promise<void>((resolve) => other.once('close', () => resolve()));
  other.publish(topics.toEdge(EDGE, 'commands'), JSON.stringify(order), { qos: 1 });
  await ended;
  // Had it come, it would be before this one.
  expect(await rig.outcome(readOrders())).toMatchObject({ state: 'done' });
  expect([rig.field.coil(PUMP), rig.field.written]).toEqual([false, []]);
});

test('only so many commands of one edge are under way', async () => {
  await rig.openEdge();
  await impostor();
  const statuses = [];
  for (let index = 0; index < 11; index++) statuses.push((await rig.as('lan').ask(readOrders())).status);
  expect(statuses.at(-1)).toBe(409);
  const { body } = await rig.as('lan').get(`edges/${EDGE}/commands?limit=50`);
  const open = (body.commands as { state: string }[]).filter(({ state }) =>
    ['sent', 'taken'].includes(state),
  );
  expect(open).toHaveLength(10);
});
