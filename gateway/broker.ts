/**
 * The broker (Aedes): lets clients in, checks topics against access.ts and hands every publish to its gate. Aedes
 * waits for the callback of authorizePublish before it sends PUBACK: that is where "PUBACK means stored" holds.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Logger } from '../devices/kit/log.ts';
import { type ParsedTopic, parseTopic, topics } from '../devices/wire/topics.ts';
import { mayPublish, maySubscribe, mayUseClientId } from './access.ts';
import type { Account, Accounts } from './accounts.ts';
import { holdBack, type Intake } from './broker-intake.ts';
import { createShares, type ShareBounds } from './broker-shares.ts';
import { watchSilence } from './broker-silence.ts';
import { createSubscribers, type Subscribers } from './broker-subscribers.ts';

/** The state of somebody, which a later subscriber wants to know; readings and alarms are events. */
const RETAINED: readonly ParsedTopic['kind'][] = ['inventory', 'status', 'flows-status'];
const MAX_CONNECTIONS = 10_000;
/** What may be in memory and not acknowledged. An edge has some hundred KB on its way at most. */
const SHARES: ShareBounds = { client: 8 * 1024 * 1024, total: 128 * 1024 * 1024 };
const NOTHING = Buffer.alloc(0);
/** MQTT 3.1.1 return codes: bad user name or password, identifier rejected. */
const BAD_LOGIN = 4;
const BAD_CLIENT_ID = 2;

export interface IncomingMessage {
  readonly account: Account;
  readonly topic: string;
  readonly parsed: ParsedTopic;
  readonly payload: Buffer;
}

export interface BrokerParts {
  readonly host: string;
  readonly port: number;
  readonly accounts: Accounts;
  readonly log: Logger;
  readonly shares?: ShareBounds;
  /** The edge of a station, if it is known: only this one hears of its limits. */
  edgeOf(station: string): string | undefined;
  /** Returns when the message may be acknowledged; throws when it must not be. */
  receive(message: IncomingMessage): Promise<void>;
}

export interface Broker {
  readonly port: number;
  readonly clients: () => number;
  /** How many clients have sent what is not read yet, and the bytes of all that is not acknowledged. */
  readonly flow: () => { readonly held: number; readonly bytes: number };
  /** Whether anybody is connected who may hear live readings: what nobody hears need not be made. */
  hasListeners(): boolean;
  /** Those who hear Observations of SensorThings. */
  readonly subscribers: Pick<Subscribers, 'any' | 'hears' | 'tell'>;
  /** To subscribers, QoS 0: a gateway's own message needs no gate. */
  publish(topic: string, payload: string): void;
  /** To subscribers, QoS 1, and to those who subscribe later. */
  publishRetained(topic: string, payload: string): void;
  stop(): Promise<void>;
}

export async function startBroker(parts: BrokerParts): Promise<Broker> {
  const { accounts, log } = parts;
  const clients = new WeakMap<Client, Account>();
  const shares = createShares(parts.shares ?? SHARES);
  const intakes = new WeakMap<object, Intake>();
  const silence = watchSilence();
  /** Connections of those who may hear live readings, whether they do yet or not. */
  const listeners = new Set<object>();

  const aedes = await Aedes.createBroker({
    concurrency: 1000,
    queueLimit: 100,
    maxTopicLevels: 8,
    // QoS 2 publishes that wait for PUBREL, kept in memory.
    maxInflightInbound: 16,
    preConnect(client, packet, done) {
      const intake = intakes.get(client.conn);
      if (intake === undefined) return done(new Error('not one of our sockets'), false);
      // Aedes would take a client for silent whom it does not read.
      silence.watch(client.conn, intake, packet.keepalive ?? 0);
      packet.keepalive = 0;
      done(null, true);
    },
    authenticate(client, username, password, done) {
      login(accounts, client.id, username, password)
        .then((account) => {
          clients.set(client, account);
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
      const account = clients.get(client);
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
      const account = clients.get(client);
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
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const intake = holdBack(socket, shares, Date.now, (reason) => {
      log.warn({ remote: socket.remoteAddress, reason }, 'connection ended');
      socket.destroy();
    });
    intakes.set(socket, intake);
    aedes.handle(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(parts.port, parts.host);
  await once(server, 'listening');

  return {
    port: (server.address() as { port: number }).port,
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
    publishRetained: (topic, payload) => {
      aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false }, () => {});
    },
    async stop() {
      silence.stop();
      const closed = once(server, 'close');
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function login(
  accounts: Accounts,
  clientId: string,
  username: string | undefined,
  password: Buffer | undefined,
): Promise<Account> {
  const refuse = (message: string, returnCode: number): never => {
    throw Object.assign(new Error(message), { returnCode });
  };
  if (username === undefined || password === undefined)
    return refuse('anonymous clients are refused', BAD_LOGIN);
  const account = await accounts.checkAccount(username, password.toString('utf8'));
  if (account === null) return refuse('wrong user name or password', BAD_LOGIN);
  if (!mayUseClientId(account, clientId, accounts.hasAccount)) {
    return refuse('the client id is the name of another account', BAD_CLIENT_ID);
  }
  return account;
}
