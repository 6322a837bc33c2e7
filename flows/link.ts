/**
 * The link of the flows to the central broker: live readings and limits in, alarms and a heartbeat out.
 * It keeps connecting for as long as it runs; nothing here fails because the broker is away.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'mqtt';
import type { Place } from '../devices/distance.ts';
import { sendAtOnce } from '../devices/kit/no-delay.ts';
import { Recent } from '../devices/rules/recent.ts';
import type { FlowsStatus, Live } from '../devices/wire/messages.ts';
import { parseTopic, topics } from '../devices/wire/topics.ts';
import { createAlarmSender } from './alarm-sender.ts';
import { createCentreLimits } from './limits.ts';
import { readLive } from './live.ts';
import type { Link } from './nodes/contract.ts';

export interface RunningLink extends Link {
  /** Resolves when live readings are subscribed, or when it is clear that this will take longer. */
  readonly settled: Promise<void>;
  /** Whether flows are running: the heartbeat says so to the gateway, and why they are not. */
  setRunning(running: boolean, reason?: string): void;
  /** Hands over what can be handed over within a second, says goodbye and ends. */
  stop(): Promise<void>;
}

/** The part of a logger that is used here. */
export interface LinkLog {
  info(text: string): void;
  warn(context: object, text: string): void;
  error(context: object, text: string): void;
}

export interface LinkOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly log: LinkLog;
  readonly now: () => number;
  readonly random?: () => number;
  /** null: it is not told whether flows run, since these are others than the centre's own. */
  readonly heartbeatMs?: number | null;
}

const SETTLE_MS = 3000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8000;
/** Three such waits and the nodes' own closing stay within the two seconds that a stop may take. */
const GOODBYE_MS = 300;
/** How often it is tried again to hand over what waits. */
const FLUSH_MS = 10_000;
/** Stations of which it is known where they are. */
const MOST_PLACES = 10_000;

/** Doubles up to a bound, and spread out: a gateway that comes back must not meet all clients at once. */
export const retryMs = (attempt: number, random: () => number): number =>
  Math.round(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10)) * (0.5 + random() / 2));

const encode = (status: FlowsStatus): string => JSON.stringify(status);

export function openLink(options: LinkOptions): RunningLink {
  const { log, now, random = Math.random, heartbeatMs = FLUSH_MS } = options;
  const liveListeners = new Set<(live: Live) => void>();
  const changeListeners = new Set<() => void>();
  const limits = createCentreLimits();
  const places = new Recent<Place>(MOST_PLACES);
  let settledNow = (): void => {};
  const settled = new Promise<void>((resolve) => {
    settledNow = resolve;
  });
  const settleTimer = setTimeout(settledNow, SETTLE_MS);
  let told: 'nothing' | 'connected' | 'away' = 'nothing';
  let connected = false;
  let malformed = 0;
  let attempt = 0;
  let running = false;
  let notRunning: string | undefined;
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
    ...(heartbeatMs !== null && {
      will: {
        topic: topics.flowsStatus,
        payload: Buffer.from(encode({ online: false })),
        qos: 1,
        retain: true,
      },
    }),
  });
  const sender = createAlarmSender(client, log, changed);

  client.on('connect', () => {
    sendAtOnce(client);
    void subscribe();
  });
  client.on('message', receive);
  client.on('error', away);
  client.on('close', () => {
    connected = false;
    client.options.reconnectPeriod = retryMs(++attempt, random);
    away();
  });
  const heartbeat = setInterval(() => void beat(), heartbeatMs ?? FLUSH_MS);

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
    settledNow();
  }

  async function subscribe(): Promise<void> {
    try {
      // First what readings are judged by.
      await client.subscribeAsync(topics.limitsAll, { qos: 1 });
      await client.subscribeAsync(topics.liveAll, { qos: 0 });
    } catch (err) {
      if (stopping || !client.connected) return;
      log.error({ err }, 'broker refuses live readings or limits');
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

  function receiveLimits(topic: string, payload: Buffer): void {
    const fault = limits.take(topic, payload);
    if (fault !== null)
      log.warn({ topic: topic.slice(0, 200), reason: fault }, 'limits refused, those before stay');
  }

  function receiveLive(topic: string, payload: Buffer): void {
    const live = readLive(topic, payload);
    if (typeof live === 'string') {
      malformed += 1;
      if (malformed === 1) log.warn({ topic: topic.slice(0, 200), reason: live }, 'live message refused');
      changed();
      return;
    }
    const { latitude, longitude } = live;
    if (latitude !== undefined && longitude !== undefined) places.put(live.station, { latitude, longitude });
    for (const listener of liveListeners) {
      try {
        listener(live);
      } catch (err) {
        log.error({ err, station: live.station }, 'a node failed on a live message');
      }
    }
  }

  function receive(topic: string, payload: Buffer): void {
    if (parseTopic(topic)?.kind === 'limits') receiveLimits(topic, payload);
    else receiveLive(topic, payload);
  }

  async function beat(): Promise<void> {
    if (!client.connected || beating || stopping) return;
    beating = true;
    await publishStatus({ online: running, at: now(), reason: running ? undefined : notRunning });
    beating = false;
    sender.flush();
  }

  /** False when the broker has not taken it. */
  const publishStatus = async (status: FlowsStatus): Promise<boolean> =>
    heartbeatMs === null ||
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
    settled,
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
    placeOf: (station) => places.get(station) ?? null,
    limitsOf: limits.of,
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    send: sender.send,
    setRunning: (value, reason) => {
      notRunning = value ? undefined : (reason ?? notRunning);
      if (running === value) return;
      running = value;
      // A deploy stops and starts within milliseconds: only a stop that lasts until the next beat is told.
      if (running) void beat();
    },
    stop,
  };
}
