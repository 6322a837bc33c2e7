/**
 * The link of the flows to the central broker: live readings in, alarms and a heartbeat out.
 * It keeps connecting for as long as it runs; nothing here fails because the broker is away.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'mqtt';
import type { Logger } from '../devices/kit/log.ts';
import type { FlowsStatus, Live } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { createAlarmSender } from './alarm-sender.ts';
import { readLive } from './live.ts';
import type { Link } from './nodes/contract.ts';

export interface RunningLink extends Link {
  /** Resolves when live readings are subscribed, or when it is clear that this will take longer. */
  readonly settled: Promise<void>;
  /** Whether flows are running: the heartbeat says so to the gateway. */
  setRunning(running: boolean): void;
  /** Hands over what can be handed over within a second, says goodbye and ends. */
  stop(): Promise<void>;
}

export interface LinkOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly log: Logger;
  readonly now: () => number;
  readonly random?: () => number;
  readonly heartbeatMs?: number;
}

const SETTLE_MS = 3000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8000;
/** Three such waits and the nodes' own closing stay within the two seconds that a stop may take. */
const GOODBYE_MS = 300;

/** Doubles up to a bound, and spread out: a gateway that comes back must not meet all clients at once. */
export const retryMs = (attempt: number, random: () => number): number =>
  Math.round(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10)) * (0.5 + random() / 2));

const encode = (status: FlowsStatus): string => JSON.stringify(status);

export function openLink(options: LinkOptions): RunningLink {
  const { log, now, random = Math.random, heartbeatMs = 10_000 } = options;
  const liveListeners = new Set<(live: Live) => void>();
  const changeListeners = new Set<() => void>();
  const settled = Promise.withResolvers<void>();
  const settleTimer = setTimeout(settled.resolve, SETTLE_MS);
  let told: 'nothing' | 'connected' | 'away' = 'nothing';
  let connected = false;
  let malformed = 0;
  let attempt = 0;
  let running = false;
  let beating = false;
  let stopping = false;

  const client = connect(options.url, {
    username: options.username,
    password: options.password,
    clientId: `flows-${randomBytes(6).toString('hex')}`,
    clean: true,
    keepalive: 20,
    connectTimeout: 5000,
    reconnectPeriod: retryMs(0, random),
    // The account may be made, or its password mended, after this process has started.
    reconnectOnConnackError: true,
    resubscribe: false,
    will: {
      topic: topics.flowsStatus,
      payload: Buffer.from(encode({ online: false })),
      qos: 1,
      retain: true,
    },
  });
  const sender = createAlarmSender(client, log, changed);

  client.on('connect', () => void subscribe());
  client.on('message', receive);
  client.on('error', away);
  client.on('close', () => {
    connected = false;
    client.options.reconnectPeriod = retryMs(++attempt, random);
    away();
  });
  const heartbeat = setInterval(() => void beat(), heartbeatMs);

  function changed(): void {
    for (const listener of changeListeners) listener();
  }

  /** Said once an outage, not once an attempt. */
  function away(err?: Error): void {
    settle();
    if (stopping || told === 'away') return;
    told = 'away';
    log.warn({ err }, 'broker away, connecting again');
    changed();
  }

  function settle(): void {
    clearTimeout(settleTimer);
    settled.resolve();
  }

  async function subscribe(): Promise<void> {
    try {
      await client.subscribeAsync(topics.liveAll, { qos: 0 });
    } catch (err) {
      if (stopping || !client.connected) return;
      log.error({ err }, 'broker refuses live readings');
      await delay(retryMs(++attempt, random), undefined, { ref: false });
      return !stopping && client.connected ? subscribe() : undefined;
    }
    if (stopping) return;
    attempt = 0;
    connected = true;
    settle();
    if (told !== 'connected') log.info('connected to broker');
    told = 'connected';
    changed();
    sender.flush();
    void beat();
  }

  function receive(topic: string, payload: Buffer): void {
    const live = readLive(topic, payload);
    if (typeof live === 'string') {
      malformed += 1;
      if (malformed === 1) log.warn({ topic: topic.slice(0, 200), reason: live }, 'live message refused');
      changed();
      return;
    }
    for (const listener of liveListeners) {
      try {
        listener(live);
      } catch (err) {
        log.error({ err, station: live.station }, 'a node failed on a live message');
      }
    }
  }

  async function beat(): Promise<void> {
    if (!client.connected || beating || stopping) return;
    beating = true;
    await publishStatus({ online: running, at: now() });
    beating = false;
    sender.flush();
  }

  /** False when the broker has not taken it. */
  const publishStatus = (status: FlowsStatus): Promise<boolean> =>
    client.publishAsync(topics.flowsStatus, encode(status), { qos: 1, retain: true }).then(
      () => true,
      () => false,
    );

  async function stop(): Promise<void> {
    if (stopping) return;
    clearInterval(heartbeat);
    settle();
    await Promise.race([sender.idle(), delay(GOODBYE_MS)]);
    stopping = true;
    // A clean DISCONNECT keeps the last will from being sent: say it ourselves.
    const told =
      client.connected &&
      (await Promise.race([publishStatus({ online: false, at: now() }), delay(GOODBYE_MS, false)]));
    await Promise.race([client.endAsync(!told), delay(GOODBYE_MS)]);
    client.end(true);
  }

  return {
    settled: settled.promise,
    get connected() {
      return connected;
    },
    get waiting() {
      return sender.waiting;
    },
    get malformed() {
      return malformed;
    },
    onLive: (listener) => {
      liveListeners.add(listener);
      return () => liveListeners.delete(listener);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    send: sender.send,
    setRunning: (value) => {
      if (running === value) return;
      running = value;
      // A deploy stops and starts within milliseconds: only a stop that lasts until the next beat is told.
      if (running) void beat();
    },
    stop,
  };
}
