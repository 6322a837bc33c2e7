/**
 * Those who only hear Observations at the broker: which topics anybody hears, and what they are told at the pace that they
 * take it. Of the messages that Aedes has under way at once (a thousand, of all) they hold a small part, so that one who does
 * not read holds up nobody's readings; whoever is read too slowly is disconnected, and reads what it missed over HTTP.
 */
import type { Socket } from 'node:net';
import type { Logger } from '../../devices/kit/log.ts';

const MOST_UNDER_WAY = 100;
const MOST_WAITING = 20_000;
/** So long nothing may move, or messages be dropped, before those who do not read are disconnected. */
const PATIENCE_MS = 10_000;

export interface Subscribers {
  /** Call it when a connection has been allowed to hear a topic. */
  add(connection: Socket, topic: string): void;
  remove(connection: Socket, topics: readonly string[]): void;
  /** Whether anybody hears anything: what nobody hears need not be made. */
  any(): boolean;
  hears(topic: string): boolean;
  /** QoS 0: what comes when too much waits is dropped. */
  tell(topic: string, payload: string): void;
}

export interface SubscribersParts {
  /** `done` is called when all who hear the topic have taken the message. */
  readonly publish: (topic: string, payload: string, done: () => void) => void;
  readonly log: Logger;
  readonly now?: () => number;
}

export function createSubscribers({ publish, log, now = Date.now }: SubscribersParts): Subscribers {
  const heard = new Map<Socket, Set<string>>();
  const hearers = new Map<string, number>();
  const count = (topic: string, change: number): void => {
    const number = (hearers.get(topic) ?? 0) + change;
    if (number > 0) hearers.set(topic, number);
    else hearers.delete(topic);
  };
  const remove = (connection: Socket, topics: Iterable<string>): void => {
    for (const topic of [...topics]) if (heard.get(connection)?.delete(topic)) count(topic, -1);
  };

  let waiting: { readonly topic: string; readonly payload: string }[] = [];
  /** Those before it are gone. */
  let next = 0;
  let underWay = 0;
  let movedAt = now();
  /** Since when as many wait as may, but for short whiles; null: there is room. */
  let fullSince: number | null = null;
  const pump = (): void => {
    while (underWay < MOST_UNDER_WAY && next < waiting.length) {
      const { topic, payload } = waiting[next++] as (typeof waiting)[number];
      underWay++;
      publish(topic, payload, () => {
        underWay--;
        movedAt = now();
        pump();
      });
    }
    if (waiting.length - next < MOST_WAITING / 2) fullSince = null;
    if (next < MOST_WAITING && next < waiting.length) return;
    waiting = waiting.slice(next);
    next = 0;
  };
  const disconnectSlow = (): void => {
    for (const connection of heard.keys()) {
      if (!connection.writableNeedDrain) continue;
      log.warn(
        { remote: connection.remoteAddress },
        'a subscriber does not read what it is told: disconnected',
      );
      connection.destroy();
    }
    movedAt = now();
    fullSince = null;
  };

  return {
    add(connection, topic) {
      if (connection.destroyed) return;
      let topics = heard.get(connection);
      if (topics === undefined) {
        topics = new Set();
        heard.set(connection, topics);
        connection.once('close', () => {
          remove(connection, heard.get(connection) ?? []);
          heard.delete(connection);
        });
      }
      if (topics.has(topic)) return;
      topics.add(topic);
      count(topic, 1);
    },
    remove,
    any: () => hearers.size > 0,
    hears: (topic) => hearers.has(topic),
    tell(topic, payload) {
      if (underWay === 0) movedAt = now();
      if (waiting.length > next && now() - Math.min(movedAt, fullSince ?? movedAt) > PATIENCE_MS)
        disconnectSlow();
      if (waiting.length - next >= MOST_WAITING) {
        fullSince ??= now();
        return;
      }
      waiting.push({ topic, payload });
      pump();
    },
  };
}
