import { afterEach, beforeEach, expect, test } from 'vitest';
import { topics } from '../devices/wire/topics.ts';
import { systemClock } from './clock.ts';
import type { Batch, Lane, Outbox } from './outbox.ts';
import { type Broker, startBroker } from './rig.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

let broker: Broker;
const sessions: Session[] = [];

beforeEach(async () => {
  broker = await startBroker();
});
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.leave(0);
  await broker.close();
});

/** An outbox that never runs dry in the lanes that are named. */
function endless(lanes: Set<Lane>, more = '') {
  const taken: Batch[] = [];
  const removed: number[] = [];
  const outbox: Pick<Outbox, 'take' | 'remove'> = {
    take(_now, wanted) {
      const lane = wanted.find((name) => lanes.has(name));
      if (lane === undefined) return null;
      const batch = { id: taken.length, lane, station: 's1', payload: `${lane} ${taken.length}${more}` };
      taken.push(batch);
      return batch;
    },
    remove: (id) => removed.push(id),
  };
  const count = (lane: Lane) => taken.filter((batch) => batch.lane === lane).length;
  return { outbox, taken, removed, count };
}

function open(outbox: SessionOptions['outbox'], over: Partial<SessionOptions> = {}) {
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const session = openSession({
    edge: 'hop-1',
    url: `mqtt://127.0.0.1:${broker.port}`,
    password: 'secret',
    keepaliveS: 30,
    outbox,
    inventory: () => ({ stations: [] }),
    status: () => ({ online: true }),
    clock: systemClock,
    ackTimeoutMs: 5000,
    statusEveryMs: 5000,
    onReady: () => isReady(),
    ...over,
  });
  sessions.push(session);
  return { session, ready };
}

const station = (topic: string) => topic.split('/').length === 5;

test('backlog leaves room for live readings, both leave room for alarms, sixteen wait for PUBACK at most', async () => {
  broker.withhold = station;
  const lanes = new Set<Lane>(['backlog']);
  const { outbox, taken, removed, count } = endless(lanes);
  const { session, ready } = open(outbox);
  await ready;
  await broker.arrival(({ topic }) => station(topic));
  expect(taken).toHaveLength(8);
  lanes.add('live');
  session.wake();
  expect([taken.length, count('live')]).toEqual([12, 4]);
  lanes.add('alarms');
  session.wake();
  session.wake();
  expect([taken.length, count('alarms')]).toEqual([16, 4]);
  expect(removed).toEqual([]);
});

test('of large backlog only what a slow line delivers in a moment is under way, and live readings go at once', async () => {
  broker.withhold = station;
  const lanes = new Set<Lane>(['backlog']);
  const { outbox, count } = endless(lanes, 'x'.repeat(45_000));
  const { session, ready } = open(outbox);
  await ready;
  await broker.arrival(({ topic }) => station(topic));
  expect(count('backlog')).toBe(2);
  lanes.add('live');
  session.wake();
  await broker.arrival(({ topic }) => topic === topics.readings('hop-1', 's1'));
  expect(count('backlog')).toBe(2);
});

test('each PUBACK removes its own batch and makes room for the next', async () => {
  broker.withhold = (topic) => topic === topics.alarms('hop-1', 's1');
  const { outbox, taken, removed } = endless(new Set<Lane>(['live']));
  const { ready } = open(outbox);
  await ready;
  await broker.arrival(({ payload }) => payload === 'live 200');
  expect(removed.length).toBeGreaterThan(150);
  expect(taken.length - removed.length).toBeLessThanOrEqual(12);
  expect(new Set(removed).size).toBe(removed.length);
});

test('nothing is sent before the inventory is acknowledged', async () => {
  broker.withhold = (topic) => topic === topics.inventory('hop-1');
  const { outbox, taken } = endless(new Set<Lane>(['live']));
  const { session } = open(outbox, { ackTimeoutMs: 200 });
  expect(await session.ended).toEqual({ kind: 'lost', reason: 'no PUBACK for the inventory' });
  expect(taken).toEqual([]);
  expect(broker.arrived.map(({ topic }) => topic)).not.toContain(topics.readings('hop-1', 's1'));
});

test('when a PUBACK does not come the session ends, and nothing unacknowledged was removed', async () => {
  broker.withhold = station;
  const { outbox, removed } = endless(new Set<Lane>(['live']));
  const { session } = open(outbox, { ackTimeoutMs: 1000 });
  expect(await session.ended).toEqual({ kind: 'lost', reason: 'no PUBACK in time' });
  expect(removed).toEqual([]);
});

test('when the broker goes away, a batch without PUBACK is not removed', async () => {
  broker.withhold = station;
  const { outbox, taken, removed } = endless(new Set<Lane>(['live']));
  const { session, ready } = open(outbox);
  await ready;
  await broker.arrival(({ topic }) => station(topic));
  await broker.close();
  expect((await session.ended).kind).toBe('lost');
  session.wake();
  expect(taken).toHaveLength(12);
  expect(removed).toEqual([]);
  broker = await startBroker();
});

test('a wrong password ends as refused, an absent broker as lost', async () => {
  const { outbox } = endless(new Set());
  expect(await open(outbox, { password: 'wrong' }).session.ended).toEqual({
    kind: 'refused',
    reason: 'Connection refused: Bad username or password',
  });
  const { port } = broker;
  await broker.close();
  expect(await open(outbox).session.ended).toEqual({
    kind: 'lost',
    reason: `connect ECONNREFUSED 127.0.0.1:${port}`,
  });
  broker = await startBroker();
});

test('a disk that fails ends the session instead of the process', async () => {
  const { ready, session } = open({
    take: () => {
      throw new Error('disk I/O error');
    },
    remove: () => {},
  });
  await ready;
  expect(await session.ended).toEqual({ kind: 'lost', reason: 'disk I/O error' });
});

test('an edge that vanishes is reported offline by its last will', async () => {
  const { outbox } = endless(new Set());
  const { ready, session } = open(outbox);
  await ready;
  broker.withhold = () => true;
  await session.leave(0);
  const last = await broker.arrival(({ payload }) => payload === '{"online":false}');
  expect(last).toMatchObject({ topic: topics.status('hop-1'), retain: true });
});
