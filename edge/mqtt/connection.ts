/** Keeps a connection to a local broker, one after the other, and what is subscribed there. */
import { MqttClient } from 'mqtt';
import type { Logger } from '../../devices/kit/log.ts';
import type { MqttLine } from '../../devices/station.ts';
import { type Backoff, backoffMs, jittered } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { MOST_BYTES, type Packet } from './inbox.ts';
import { openSocket } from './socket.ts';

export interface ConnectionOptions {
  readonly line: MqttLine;
  readonly clientId: string;
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onUp: () => void;
  readonly onDown: (reason: string) => void;
  readonly onPacket: (packet: Packet) => void;
  /** The broker does not let us hear a topic. */
  readonly onRefused: (topic: string) => void;
  /** Everything is subscribed that can be. */
  readonly onSubscribed: () => void;
}

export interface Connection {
  /** Best effort, at most once: nothing while there is no connection. */
  publish(topic: string, payload: Uint8Array): void;
  stop(): Promise<void>;
}

const RECONNECT: Backoff = { firstMs: 500, maxMs: 30_000 };
/** A login that was refused stays so until a person changes something. */
const REFUSED_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that lived so long was a good one: the next failure starts from the beginning. */
const STABLE_MS = 30_000;
/** Beside the longest topic that there can be, a payload that is too large is seen to be so. */
const MOST_PACKET_BYTES = MOST_BYTES + 1 + 65_539;
/** CONNACK return codes 4 and 5 of MQTT 3.1.1, section 3.2.2.3. */
const LOGIN_REFUSED: readonly unknown[] = [4, 5];

export function openConnection(options: ConnectionOptions): Connection {
  const { line, clock, log, random } = options;
  // The address could carry a password, were it not refused by the schema.
  const broker = new URL(line.url).host;
  const stopping = new AbortController();
  let client: MqttClient | null = null;
  let told = '';

  function tell(level: 'info' | 'warn', fields: object, message: string): void {
    const key = JSON.stringify([message, fields]);
    if (key === told) return;
    told = key;
    log[level]({ broker, ...fields }, message);
  }

  async function subscribe(to: MqttClient): Promise<void> {
    for (const topic of options.topics) {
      if (stopping.signal.aborted || !to.connected) return;
      // QoS 1: of what is sent so, a slow moment of ours loses nothing.
      const granted = await to.subscribeAsync(topic, { qos: 1 }).catch(() => null);
      if (to.connected && (granted === null || granted.some(({ qos }) => qos > 2))) options.onRefused(topic);
    }
    if (to.connected) options.onSubscribed();
  }

  /** One connection from its beginning to its end. */
  function session(): Promise<{ readonly reason: string; readonly refused: boolean }> {
    return new Promise((resolve) => {
      let reason: string | null = null;
      let refused = false;
      const own = new MqttClient(() => openSocket(line.url, MOST_PACKET_BYTES), {
        clientId: options.clientId,
        ...(line.username !== undefined && { username: line.username }),
        ...(line.password !== undefined && { password: line.password }),
        protocolVersion: 4,
        // A broker that kept messages for us would hand them over hours later as if they were new: most carry no time.
        clean: true,
        keepalive: 30,
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectPeriod: 0,
      });
      client = own;
      own.on('connect', () => {
        tell('info', {}, 'broker of the line reached');
        options.onUp();
        void subscribe(own);
      });
      own.on('message', (topic, payload, { retain, dup }) => {
        if (!stopping.signal.aborted) options.onPacket({ topic, payload, retain, dup });
      });
      own.on('error', (error: Error & { code?: unknown }) => {
        // Node gives the failure of several addresses at once no message.
        reason ??= error.message || String(error.code);
        refused = LOGIN_REFUSED.includes(error.code);
      });
      const finish = () => {
        if (client === own) client = null;
        resolve({ reason: reason ?? 'closed by the broker', refused });
      };
      own.on('close', finish);
      // When it is ended before it was connected there may be no "close".
      own.on('end', finish);
    });
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const started = clock.ticks();
      const { reason, refused } = await session();
      if (stopping.signal.aborted) return;
      failures = clock.ticks() - started > STABLE_MS ? 1 : failures + 1;
      const what = refused ? 'the broker refuses the login' : `the broker is away: ${reason}`;
      options.onDown(`${what} (line ${line.id}, ${broker})`);
      tell(
        'warn',
        { reason },
        refused ? 'broker of the line refuses the login' : 'broker of the line is away',
      );
      const waitMs = refused ? REFUSED_MS : backoffMs(RECONNECT, failures);
      await clock.sleep(jittered(waitMs, random), stopping.signal);
    }
  }

  const running = run();
  return {
    publish(topic, payload) {
      if (client?.connected) client.publish(topic, Buffer.from(payload), { qos: 0 });
    },
    async stop() {
      stopping.abort();
      client?.end(true);
      await running;
    },
  };
}
