import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createSubscribers } from './subscribers.ts';

class Connection extends EventEmitter {
  destroyed = false;
  writableNeedDrain = false;
  remoteAddress = '127.0.0.1';
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function rig() {
  const clock = { now: 0 };
  const underWay: (() => void)[] = [];
  const told: string[] = [];
  const subscribers = createSubscribers({
    publish(topic, payload, done) {
      told.push(`${topic} ${payload}`);
      underWay.push(done);
    },
    log: pino({ level: 'silent' }),
    now: () => clock.now,
  });
  const connect = (...topics: string[]) => {
    const connection = new Connection();
    for (const topic of topics) subscribers.add(connection as unknown as Socket, topic);
    return connection;
  };
  return { subscribers, clock, underWay, told, connect };
}

test('a topic is heard as long as somebody who asked for it is connected', () => {
  const { subscribers, connect } = rig();
  expect(subscribers.any()).toBe(false);
  const [a, b] = [connect('one', 'all'), connect('all')];
  expect([subscribers.hears('one'), subscribers.hears('all'), subscribers.hears('other')]).toEqual([
    true,
    true,
    false,
  ]);
  a.destroy();
  expect([subscribers.hears('one'), subscribers.hears('all')]).toEqual([false, true]);
  subscribers.remove(b as unknown as Socket, ['all', 'never asked for']);
  expect(subscribers.any()).toBe(false);
});

test('subscribers hold a small part of what the broker has under way, and get all in order', () => {
  const { subscribers, underWay, told } = rig();
  for (let index = 0; index < 1000; index++) subscribers.tell('all', String(index));
  expect(underWay).toHaveLength(100);
  while (underWay.length > 0) underWay.shift()?.();
  expect(told).toEqual(Array.from({ length: 1000 }, (_, index) => `all ${index}`));
});

test('one who does not read is disconnected after ten seconds, the others stay', () => {
  const { subscribers, clock, connect } = rig();
  const [slow, quick] = [connect('all'), connect('all')];
  slow.writableNeedDrain = true;
  for (let index = 0; index < 200; index++) subscribers.tell('all', '');
  clock.now = 9000;
  subscribers.tell('all', '');
  expect(slow.destroyed).toBe(false);
  clock.now = 11_000;
  subscribers.tell('all', '');
  expect([slow.destroyed, quick.destroyed]).toEqual([true, false]);
});

test('a burst that is more than may wait disconnects nobody who reads on', () => {
  const { subscribers, underWay, clock, connect } = rig();
  const reader = connect('all');
  const burst = () => {
    for (let index = 0; index < 30_000; index++) subscribers.tell('all', '');
  };
  // The socket has more than it takes at once, as any has in a burst.
  reader.writableNeedDrain = true;
  burst();
  expect(reader.destroyed).toBe(false);
  while (underWay.length > 0) underWay.shift()?.();
  clock.now = 60_000;
  burst();
  expect(reader.destroyed).toBe(false);
});

test('who reads slower than others tell is disconnected when messages were dropped for ten seconds', () => {
  const { subscribers, underWay, clock, connect } = rig();
  const [slow, quick] = [connect('all'), connect('all')];
  slow.writableNeedDrain = true;
  for (clock.now = 0; clock.now <= 9000; clock.now += 1000) {
    for (let index = 0; index < 21_000; index++) subscribers.tell('all', '');
    underWay.shift()?.();
  }
  expect(slow.destroyed).toBe(false);
  clock.now = 10_001;
  subscribers.tell('all', '');
  expect([slow.destroyed, quick.destroyed]).toEqual([true, false]);
});

test('what waits has a bound', () => {
  const { subscribers, underWay, told } = rig();
  for (let index = 0; index < 30_000; index++) subscribers.tell('all', '');
  while (underWay.length > 0) underWay.shift()?.();
  expect(told).toHaveLength(20_100);
});
