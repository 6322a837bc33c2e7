/**
 * The broker (Aedes): lets clients in, checks topics against access.ts and hands every publish to its gate. Aedes
 * waits for the callback of authorizePublish before it sends PUBACK: that is where "PUBACK means stored" holds.
 */
import type { Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Logger } from '../../devices/kit/log.ts';
import { type ParsedTopic, parseTopic, topics } from '../../devices/wire/topics.ts';
import { mayPublish, maySubscribe } from '../access.ts';
import type { Account } from '../accounts.ts';
import { openDoors, type TlsDoor } from './doors.ts';
import { holdBack, type Intake } from './intake.ts';
import { type Admitted, type LoginParts, login } from './login.ts';
import { createPlaces, type PlaceBounds } from './places.ts';
import { createShares, type ShareBounds } from './shares.ts';
import { watchSilence } from './silence.ts';
import { createSubscribers, type Subscribers } from './subscribers.ts';

/** The state of somebody, which a later subscriber wants to know; readings and alarms are events. */
const RETAINED: readonly ParsedTopic['kind'][] = ['inventory', 'status', 'flows-status'];
/** What may be in memory and not acknowledged. An edge has some hundred KB on its way at most. */
const SHARES: ShareBounds = { client: 8 * 1024 * 1024, total: 128 * 1024 * 1024 };
const RECHECK_MS = 60_000;
/** Who is there and says nothing is gone after this. */
const CONNECT_MS = 10_000;
const MAX_NAME = 200;
/** MQTT 3.1.1, 3.2.2.3: server unavailable. */
const UNAVAILABLE = 3;
const NOTHING = Buffer.alloc(0);

export interface IncomingMessage {
  readonly account: Account;
  readonly topic: string;
  readonly parsed: ParsedTopic;
  readonly payload: Buffer;
}

export interface BrokerParts extends LoginParts {
  readonly host: string;
  readonly port: number;
  /** MQTT over TLS beside the plain one; none when absent. */
  readonly tls?: TlsDoor | undefined;
  readonly log: Logger;
  readonly shares?: ShareBounds;
  readonly places?: PlaceBounds;
  /** The edge of a station, if it is known: only this one hears of its limits. */
  edgeOf(station: string): string | undefined;
  /** Returns when the message may be acknowledged; throws when it must not be. */
  receive(message: IncomingMessage): Promise<void>;
}

export interface Broker {
  readonly port: number;
  /** null: there is no MQTT over TLS. */
  readonly tlsPort: number | null;
  /** The broker has a new certificate. */
  renewed(): void;
  /** Accounts or certificates may have changed: who may not be here any more is thrown out. */
  recheck(): void;
  readonly clients: () => number;
  /** How many clients have sent what is not read yet, and the bytes of all that is not acknowledged. */
  readonly flow: () => { readonly held: number; readonly bytes: number };
  /** Whether anybody is connected who may hear live readings: what nobody hears need not be made. */
  hasListeners(): boolean;
  /** Those who hear Observations of SensorThings. */
  readonly subscribers: Pick<Subscribers, 'any' | 'hears' | 'tell'>;
  /** To subscribers, QoS 0: a gateway's own message needs no gate. */
  publish(topic: string, payload: string): void;
  /** To those who subscribe now, QoS 1. */
  publishOnce(topic: string, payload: string): void;
  /** To subscribers, QoS 1, and to those who subscribe later. */
  publishRetained(topic: string, payload: string): void;
  stop(): Promise<void>;
}

export async function startBroker(parts: BrokerParts): Promise<Broker> {
  const { log } = parts;
  /** Still known when a client is gone: its last will comes then. */
  const accounts = new WeakMap<Client, Account>();
  const connected = new Map<Client, Admitted>();
  const shares = createShares(parts.shares ?? SHARES);
  const intakes = new WeakMap<object, Intake>();
  const silence = watchSilence();
  const places = createPlaces(parts.places);
  /** Connections of those who may hear live readings, whether they do yet or not. */
  const listeners = new Set<object>();

  const recheck = (): void => {
    for (const [client, { account, fault }] of connected) {
      const reason = fault();
      if (reason === null) continue;
      log.warn({ client: client.id, user: account.name, reason }, 'client thrown out');
      connected.delete(client);
      client.conn.destroy();
    }
  };
  // A certificate ends without anybody doing anything.
  const rounds = setInterval(recheck, RECHECK_MS).unref();

  const aedes = await Aedes.createBroker({
    concurrency: 1000,
    queueLimit: 100,
    maxTopicLevels: 8,
    connectTimeout: CONNECT_MS,
    // QoS 2 publishes that wait for PUBREL, kept in memory.
    maxInflightInbound: 16,
    preConnect(client, packet, done) {
      const intake = intakes.get(client.conn);
      if (intake === undefined) return done(new Error('not one of our sockets'), false);
      // MQTT allows 64 KB of each; they are kept for as long as it is connected, and written to the log.
      if ((packet.clientId?.length ?? 0) > MAX_NAME || (packet.username?.length ?? 0) > MAX_NAME)
        return done(new Error(`client id or user name longer than ${MAX_NAME}`), false);
      // Aedes would take a client for silent whom it does not read.
      silence.watch(client.conn, intake, packet.keepalive ?? 0);
      packet.keepalive = 0;
      // No session outlives its connection: Aedes would keep it, and all that comes for it, in memory for ever. Nobody needs
      // one: what must arrive is said anew to who comes back (configuration, commands), or stays in the outbox of an edge.
      packet.clean = true;
      done(null, true);
    },
    authenticate(client, username, password, done) {
      login(parts, { clientId: client.id, username, password, socket: client.conn as Socket })
        .then((admitted) => {
          const { account } = admitted;
          // A session is its account's: the same id of another neither ends its connection nor gets what waits for it.
          if (client.id !== account.name) client.id = `${account.name}/${client.id}`;
          const full = places.enter(client.conn as Socket, account.name, client.id);
          if (full !== null) throw Object.assign(new Error(full), { returnCode: UNAVAILABLE });
          accounts.set(client, account);
          if (!client.conn.destroyed) {
            connected.set(client, admitted);
            client.conn.once('close', () => connected.delete(client));
          }
          intakes.get(client.conn)?.admit(account.name);
          if (maySubscribe(account, topics.liveAll, parts.edgeOf) && !client.conn.destroyed) {
            listeners.add(client.conn);
            client.conn.once('close', () => listeners.delete(client.conn));
          }
          done(null, true);
        })
        .catch((error: unknown) => {
          log.warn({ client: client.id, user: username, err: error }, 'client refused');
          done(error as AuthenticateError, false);
        });
    },
    authorizePublish(client, packet, callback) {
      // null is the broker itself: heartbeats and our own messages.
      if (client === null) return callback(null);
      const account = accounts.get(client);
      const finished = intakes.get(client.conn)?.arrived((packet as { length?: number }).length);
      const parsed = parseTopic(packet.topic);
      if (account === undefined || parsed === null || !mayPublish(account, packet.topic)) {
        log.warn(
          { client: client.id, user: account?.name, topic: packet.topic.slice(0, 200) },
          'publish refused',
        );
        finished?.();
        return callback(new Error('may not publish there'));
      }
      // What nobody asks for again is not kept: a retained message stays in memory for ever.
      if (!RETAINED.includes(parsed.kind)) packet.retain = false;
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      parts.receive({ account, topic: packet.topic, parsed, payload }).then(
        () => {
          finished?.();
          // Nobody may subscribe to an event: what has been taken is not kept for anybody (QoS 2 would).
          if (!packet.retain) packet.payload = NOTHING;
          callback(null);
        },
        (error: unknown) => {
          finished?.();
          log.error({ client: client.id, topic: packet.topic, err: error }, 'publish not acknowledged');
          callback(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
    authorizeSubscribe(client, subscription, callback) {
      const account = accounts.get(client);
      const allowed = account !== undefined && maySubscribe(account, subscription.topic, parts.edgeOf);
      if (!allowed)
        log.warn({ client: client.id, topic: subscription.topic.slice(0, 200) }, 'subscription refused');
      // Without a subscription Aedes answers SUBACK 128, the failure code, and keeps the connection.
      callback(null, allowed ? subscription : null);
      if (allowed && account.kind === 'subscriber')
        subscribers.add(client.conn as Socket, subscription.topic);
    },
  });
  const subscribers = createSubscribers({
    publish: (topic, payload, done) =>
      aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, done),
    log,
  });
  aedes.on('unsubscribe', (topics, client) => subscribers.remove(client.conn as Socket, topics));
  aedes.on('clientError', (client, error) => log.debug({ client: client.id, err: error }, 'client error'));
  aedes.on('connectionError', (client, error) =>
    log.debug({ client: client.id, err: error }, 'connection error'),
  );

  const sockets = new Set<Socket>();
  const doors = await openDoors({
    ...parts,
    take(socket) {
      if (!places.knock(socket)) {
        log.debug({ remote: socket.remoteAddress }, 'too many connections without a login from there');
        socket.destroy();
        return;
      }
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      const intake = holdBack(socket, shares, Date.now, (reason) => {
        log.warn({ remote: socket.remoteAddress, reason }, 'connection ended');
        socket.destroy();
      });
      intakes.set(socket, intake);
      aedes.handle(socket);
    },
  });

  return {
    port: doors.port,
    tlsPort: doors.tlsPort,
    renewed: doors.renewed,
    recheck,
    clients: () => aedes.connectedClients,
    flow: () => ({
      held: [...sockets].filter((socket) => intakes.get(socket)?.unread()).length,
      bytes: shares.used(),
    }),
    hasListeners: () => listeners.size > 0,
    subscribers,
    publish: (topic, payload) => {
      aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => {});
    },
    publishOnce: (topic, payload) => {
      aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => {});
    },
    publishRetained: (topic, payload) => {
      aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false }, () => {});
    },
    async stop() {
      clearInterval(rounds);
      silence.stop();
      const closed = doors.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
