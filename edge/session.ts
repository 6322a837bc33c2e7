/**
 * One connection to the broker, from connecting to its end. MQTT.js keeps its own store of unacknowledged messages
 * and repeats from it; ours is the outbox, so each connection is a client of its own that never reconnects and
 * is thrown away with everything in it.
 */
import { connect } from 'mqtt';
import { sendAtOnce } from '../devices/kit/no-delay.ts';
import {
  CENTRE_TOPICS,
  type CentreTopic,
  type EdgeTopic,
  parseTopic,
  topics,
} from '../devices/wire/topics.ts';
import { type AccountSource, createAccountReports } from './account.ts';
import { type Clock, every } from './clock.ts';
import { type Batch, LANES, type Lane, type Outbox } from './outbox.ts';
import { createShare } from './share.ts';

export interface SessionOptions {
  readonly edge: string;
  readonly url: string;
  /** Of the edge's account; an edge that was enrolled has a certificate instead. */
  readonly password?: string | undefined;
  /** Asked before each connection: a certificate may have been renewed meanwhile. Absent or undefined: the system's authorities, no certificate. */
  readonly tls?: () => TlsIdentity | undefined;
  /** MQTT keep alive, seconds. */
  readonly keepaliveS: number;
  readonly outbox: Pick<Outbox, 'take' | 'remove'>;
  /** Retained payloads: who we are, and how we are. */
  readonly inventory: () => object;
  readonly status: () => object;
  /** What the centre is told of it for the books; nothing when absent. */
  readonly account?: AccountSource;
  /** The limits that the centre sets, and what it wants of the sirens; not heard of when absent. */
  readonly limits?: Hearing;
  readonly sirens?: Hearing;
  /** What the centre says to this edge as a whole, and who wants it. */
  readonly centre?: Readonly<Partial<Record<CentreTopic, (payload: string) => void>>>;
  /** The payload as it is sent: with its link in the chain of batches (docs/architecture.md). As it is when absent. */
  readonly seal?: (batch: Batch) => string;
  /** The signed head that goes before the goodbye. */
  readonly parting?: () => string;
  readonly clock: Clock;
  /** A PUBACK that takes longer has been lost: the connection is closed and everything sent again. */
  readonly ackTimeoutMs: number;
  readonly statusEveryMs: number;
  /** The inventory is acknowledged and the outbox is being drained. */
  readonly onReady: () => void;
}

/** PEM. */
export interface TlsIdentity {
  /** Whose certificate the broker must have. */
  readonly ca: string;
  /** Absent: it logs in with a password. */
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion?: 'TLSv1.3';
}

/** What the centre tells of stations of this edge. */
export interface Hearing {
  readonly stations: readonly string[];
  /** True when the status has something new to tell of it. */
  take(station: string, payload: string): boolean;
}

export type Ending =
  /** The broker does not let us in: only a person can mend it. */
  { readonly kind: 'refused'; readonly reason: string } | { readonly kind: 'lost'; readonly reason: string };

export interface Session {
  /** Resolves when the connection is closed and nothing more will happen on it. Never rejects. */
  readonly ended: Promise<Ending>;
  /** There may be something in the outbox. */
  wake(): void;
  /** The status has something that cannot wait for its time. */
  tellStatus(): void;
  /** Publishes what an edge says of itself; false when it was not acknowledged on this connection. */
  tell(kind: EdgeTopic, payload: string): Promise<boolean>;
  /** Says goodbye: drains for at most so long, then reports offline and closes. */
  leave(drainMs: number): Promise<void>;
}

/** Publishes without PUBACK at one time, by lane: backlog leaves room for live readings, both leave room for alarms. */
const WINDOW: Readonly<Record<Lane, number>> = { alarms: 16, live: 12, backlog: 8 };

/** Topics of the centre, by station. */
const HEARD = ['limits', 'sirens'] as const;

/** How long the broker is given to acknowledge our goodbye. */
const GOODBYE_MS = 300;

const CONNECT_TIMEOUT_MS = 10_000;

/** CONNACK return codes 4 and 5 of MQTT 3.1.1, section 3.2.2.3. */
const REFUSALS: readonly unknown[] = [4, 5];

export function openSession(options: SessionOptions): Session {
  const { edge, outbox, clock, ackTimeoutMs } = options;
  const over = new AbortController();
  /** Batches without PUBACK, with the time of their publish in ticks. */
  const inFlight = new Map<number, number>();
  const share = createShare();
  const accounts = options.account && createAccountReports(options.account);
  /** The account that is without PUBACK, when it was published in ticks. */
  let accountSent: number | null = null;
  let ready = false;
  let leaving = false;
  let statusWaits = false;
  /** It was asked for while another one was without PUBACK. */
  let statusAsked = false;
  /** The first thing that went wrong; what follows from it is noise. */
  let reason: string | null = null;
  let refused = false;
  let onEmpty = () => {};

  const client = connect(options.url, {
    clientId: edge,
    username: edge,
    ...(options.password !== undefined && { password: options.password }),
    ...options.tls?.(),
    protocolVersion: 4,
    clean: true,
    keepalive: options.keepaliveS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    will: { topic: topics.status(edge), payload: offline(), qos: 1, retain: true },
  });

  /** Closes without waiting for PUBACKs; the outbox has everything still. */
  function abandon(why: string): void {
    if (over.signal.aborted) return;
    reason ??= why;
    // Not at once: when MQTT.js itself gives up (its keep alive) it tells its unacknowledged publishes one by one, and an
    // end in the midst of that empties the list under it, which throws where nobody catches.
    queueMicrotask(() => client.end(true));
  }

  /** Without a PUBACK the callback comes with an error or never. */
  function publish(topic: string, payload: string, retain: boolean): Promise<boolean> {
    // A client that has ended throws: its store is closed.
    if (over.signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      client.publish(topic, payload, { qos: 1, retain }, (error) => {
        if (error) abandon(error.message);
        resolve(!error && !over.signal.aborted);
      });
    });
  }

  async function send(batch: Batch): Promise<void> {
    const { id, lane, station } = batch;
    const payload = options.seal?.(batch) ?? batch.payload;
    const bytes = Buffer.byteLength(payload);
    const started = clock.ticks();
    inFlight.set(id, started);
    if (lane === 'backlog') share.sent(bytes);
    const topic = lane === 'live' ? topics.readings(edge, station) : topics[lane](edge, station);
    const acknowledged = await publish(topic, payload, false);
    inFlight.delete(id);
    if (!acknowledged) return;
    if (lane === 'backlog') share.acknowledged(bytes, clock.ticks() - started);
    outbox.remove(id);
    pump();
  }

  function pump(): void {
    if (!ready || over.signal.aborted) return;
    for (;;) {
      const lanes = LANES.filter(
        (lane) => inFlight.size < WINDOW[lane] && (lane !== 'backlog' || share.hasRoom()),
      );
      const batch = lanes.length === 0 ? null : outbox.take(clock.now(), lanes);
      if (batch === null) break;
      send(batch).catch((error: Error) => abandon(error.message));
    }
    if (inFlight.size === 0) onEmpty();
  }

  function reportStatus(): void {
    // One at a time: a broker that does not acknowledge must not make them pile up.
    if (statusWaits || leaving) return;
    statusWaits = true;
    void publish(topics.status(edge), JSON.stringify(options.status()), true).then(() => {
      statusWaits = false;
      if (statusAsked) guarded(tellStatus)();
    });
  }

  function tellStatus(): void {
    statusAsked = statusWaits;
    if (ready && !statusWaits) reportStatus();
  }

  /** Beside the status: whatever it tells, readings do not wait for it. */
  async function reportAccount(): Promise<void> {
    if (accountSent !== null || leaving || over.signal.aborted) return;
    const account = accounts?.next(clock.now(), clock.ticks());
    if (!account) return;
    accountSent = clock.ticks();
    const acknowledged = await publish(topics.account(edge), JSON.stringify(account), false);
    accountSent = null;
    if (acknowledged) accounts?.told(account);
  }

  function report(): void {
    reportStatus();
    reportAccount().catch((error: Error) => abandon(error.message));
  }

  /** What is done now and then reads the disk, and that may fail. */
  const guarded = (task: () => void) => () => {
    try {
      task();
    } catch (error) {
      abandon(error instanceof Error ? error.message : String(error));
    }
  };

  const wake = guarded(pump);

  function watchAcks(): void {
    const [first = Number.POSITIVE_INFINITY] = inFlight.values();
    const oldest = Math.min(first, accountSent ?? Number.POSITIVE_INFINITY);
    if (clock.ticks() - oldest > ackTimeoutMs) abandon('no PUBACK in time');
    else pump();
  }

  async function start(): Promise<void> {
    void clock.sleep(ackTimeoutMs, over.signal).then(() => {
      if (!ready) abandon('no PUBACK for the inventory');
    });
    const known = await publish(topics.inventory(edge), JSON.stringify(options.inventory()), true);
    if (!known || leaving) return;
    ready = true;
    options.onReady();
    hear();
    guarded(report)();
    void every(clock, options.statusEveryMs, over.signal, guarded(report));
    void every(clock, Math.min(1000, ackTimeoutMs), over.signal, guarded(watchAcks));
    wake();
  }

  /** A centre that does not let us hear of it costs nothing but that. */
  function hear(): void {
    const filters = [
      ...HEARD.flatMap((kind) => (options[kind]?.stations ?? []).map(topics[kind])),
      ...CENTRE_TOPICS.filter((kind) => options.centre?.[kind]).map((kind) => topics.toEdge(edge, kind)),
    ];
    if (filters.length > 0) client.subscribe(filters, { qos: 1 }, () => {});
  }

  async function part(): Promise<void> {
    if (options.parting) await publish(topics.ofEdge(edge, 'seal'), options.parting(), false);
  }

  client.on('connect', () => {
    sendAtOnce(client);
    void start();
  });
  client.on('message', (topic, payload) => {
    const parsed = parseTopic(topic);
    if (parsed?.kind === 'to-edge') {
      guarded(() => options.centre?.[parsed.what]?.(payload.toString('utf8')))();
      return;
    }
    if (parsed?.kind !== 'limits' && parsed?.kind !== 'sirens') return;
    if (options[parsed.kind]?.take(parsed.station, payload.toString('utf8'))) guarded(tellStatus)();
  });
  client.on('error', (error: Error & { code?: unknown }) => {
    // Node gives the failure of several addresses at once no message.
    reason ??= error.message || String(error.code);
    refused = REFUSALS.includes(error.code);
  });
  const ended = new Promise<Ending>((resolve) => {
    const finish = () => {
      over.abort();
      resolve({ kind: refused ? 'refused' : 'lost', reason: reason ?? 'closed by the broker' });
    };
    client.on('close', finish);
    // When it is ended before it was connected there may be no "close".
    client.on('end', finish);
  });

  return {
    ended,
    wake,
    tellStatus: guarded(tellStatus),
    tell: async (kind, payload) => ready && !leaving && publish(topics.ofEdge(edge, kind), payload, false),
    async leave(drainMs) {
      leaving = true;
      const within = (ms: number, done: Promise<unknown>) =>
        Promise.race([done.then(() => true), clock.sleep(ms, over.signal).then(() => false)]);
      const drained = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      if (ready) wake();
      const clean =
        ready &&
        (await within(drainMs, drained)) &&
        (await within(GOODBYE_MS, part())) &&
        (await within(GOODBYE_MS, publish(topics.status(edge), offline(), true)));
      // Ended by force, the last will says it for us.
      client.end(!clean);
      if (!(await within(GOODBYE_MS, ended))) client.stream.destroy();
      await ended;
    },
  };
}

const offline = (): string => JSON.stringify({ online: false });
