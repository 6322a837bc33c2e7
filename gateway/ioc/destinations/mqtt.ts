/**
 * Records of the feed to another MQTT broker (MQTT 3.1.1), QoS 1: a record counts when its PUBACK has come. What is repeated after a lost
 * PUBACK has the same `number` in its payload, by which a subscriber drops it.
 */
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { z } from 'zod';
import type { FeedRecord } from '../../../devices/wire/feed.ts';
import type { Catalog } from '../../catalog.ts';
import type { DestinationType, Source } from '../destination.ts';
import { createFilter, filterSchema } from '../destination-filter.ts';
import { readSecret, secretSchema } from '../destination-secret.ts';
import { readTls, tlsSchema } from '../destination-tls.ts';

const PLACES = ['kind', 'station', 'number'] as const;
/** In a topic where a record is about no station. */
const NO_STATION = '-';
const CONNECT_MS = 10_000;
/** Also how long a PUBACK may take. */
const PUBACK_MS = 10_000;
const KEEPALIVE_S = 30;

const topicSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^#+$\0][^#+\0]*$/, 'must not begin with $ and has no + and no #')
  .refine(
    (topic) => PLACES.reduce((rest, place) => rest.replaceAll(`{${place}}`, ''), topic).search(/[{}]/) < 0,
    `knows only ${PLACES.map((place) => `{${place}}`).join(', ')}`,
  );

const settingsSchema = z.strictObject({
  url: z.url({ protocol: /^mqtts?$/, error: 'must be an mqtt:// or mqtts:// address' }),
  username: z.string().min(1).max(200).optional(),
  password: secretSchema.optional(),
  /** `quantrac-` and the id of the destination when left out. */
  client_id: z.string().min(1).max(65).optional(),
  topic: topicSchema.default('quantrac/{kind}/{station}'),
  filter: filterSchema.prefault({}),
  tls: tlsSchema.prefault({}),
});
type Settings = z.infer<typeof settingsSchema>;

interface Parts {
  readonly feed: Source<FeedRecord>;
  readonly catalog: Catalog;
}

export const mqtt: DestinationType<'mqtt', Settings, Parts, FeedRecord> = {
  type: 'mqtt',
  settings: settingsSchema,
  open(settings, { id, parts: { feed, catalog }, now }) {
    const { url, username } = settings;
    const clientId = settings.client_id ?? `quantrac-${id}`;
    const options: IClientOptions = {
      username,
      password: settings.password && readSecret(settings.password),
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_MS,
      // Delivery repeats by itself: a client that is lost is thrown away with what it holds.
      reconnectPeriod: 0,
      ...(url.startsWith('mqtts:') && readTls(settings.tls)),
    };
    let connection: Connection | null = null;
    return {
      source: feed,
      wants: createFilter(settings.filter, catalog),
      async send(record, signal) {
        const current = connection?.isOpen()
          ? connection
          : await openConnection(url, { ...options, clientId }, signal);
        // One that has failed is not used again, whatever MQTT.js says of it.
        connection = null;
        await current.publish(topicOf(settings.topic, record), JSON.stringify(record), signal);
        connection = current;
      },
      async test(signal) {
        // An id of its own: the same one would end the connection that delivers.
        const own = await openConnection(url, { ...options, clientId: `${clientId}-test` }, signal);
        const topic = fill(settings.topic, { kind: 'test', station: NO_STATION, number: '0' });
        try {
          await own.publish(topic, JSON.stringify({ kind: 'test', at: now(), destination: id }), signal);
        } finally {
          own.end();
        }
        return `${new URL(url).host} let us in and acknowledged a message on ${topic}`;
      },
      async close() {
        connection?.end();
      },
    };
  },
};

interface Connection {
  isOpen(): boolean;
  /** Resolves with the PUBACK; closes the connection and throws when it does not come. */
  publish(topic: string, payload: string, signal: AbortSignal): Promise<void>;
  end(): void;
}

/** Resolves when the broker has let us in. Throws with the reason, or when the signal is aborted. */
async function openConnection(
  url: string,
  options: IClientOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const client = connect(url, options);
  let fault: Error | null = null;
  // Also later: an error that nobody hears ends the process.
  client.on('error', (error) => {
    fault ??= error;
  });
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  const letIn = new Promise<boolean>((resolve) => {
    client.once('connect', () => resolve(true));
    void closed.then(() => resolve(false));
  });
  const ended = () => fault ?? new Error('the broker ended the connection');
  if (!(await within(client, letIn, CONNECT_MS, signal))) throw ended();
  return {
    isOpen: () => client.connected,
    async publish(topic, payload, stop) {
      const taken = new Promise<boolean>((resolve) => {
        client.publish(topic, payload, { qos: 1 }, (error) => resolve(!error));
        void closed.then(() => resolve(false));
      });
      if (!(await within(client, taken, PUBACK_MS, stop))) throw ended();
    },
    end: () => void client.end(true),
  };
}

/** What the broker owes within a time; else the connection is closed, and it throws. */
async function within(
  client: MqttClient,
  answer: Promise<boolean>,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  let late = () => {};
  const expired = new Promise<null>((resolve) => {
    late = () => resolve(null);
  });
  const timer = setTimeout(late, ms);
  signal.addEventListener('abort', late);
  if (signal.aborted) late();
  const result = await Promise.race([answer, expired]);
  clearTimeout(timer);
  signal.removeEventListener('abort', late);
  if (result) return true;
  // Also lets MQTT.js forget what it has not delivered.
  client.end(true);
  if (result === null) throw new Error(`the broker did not answer within ${ms / 1000} s`);
  return false;
}

function topicOf(template: string, record: FeedRecord): string {
  const station =
    'alert' in record
      ? record.alert.station
      : 'observations' in record
        ? record.observations.station
        : 'station' in record
          ? record.station.id
          : '';
  return fill(template, { kind: record.kind, station: station || NO_STATION, number: String(record.number) });
}

const fill = (template: string, values: Readonly<Record<(typeof PLACES)[number], string>>): string =>
  PLACES.reduce((topic, place) => topic.replaceAll(`{${place}}`, values[place]), template);
