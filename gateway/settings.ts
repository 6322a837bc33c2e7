/** Settings of the gateway: file, then environment (QUANTRAC_...), then flags. */
import { z } from 'zod';
import { LOG_LEVELS } from '../devices/kit/log.ts';
import { isLoopback } from '../devices/kit/loopback.ts';
import { alertSettingsSchema } from './alerts/settings.ts';
import { deriveSettingsSchema } from './derive/settings.ts';
import { capSettingsSchema } from './ioc/cap/settings.ts';
import { destinationsSchema } from './ioc/destinations/index.ts';
import { feedSettingsShape } from './ioc/feed-settings.ts';
import { notifySettingsSchema } from './notify/settings.ts';

const port = z.int().min(0).max(65_535);
/** Everything binds to loopback unless told otherwise. */
const host = z.string().min(1).max(253).default('127.0.0.1');

/** A name or address under which edges reach the broker: it stands in its certificate. */
const reachedAs = z.union([
  z.ipv4(),
  z.ipv6(),
  z
    .string()
    .max(253)
    .regex(
      /^(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*$/,
      'must be a host name in lower case or an address',
    ),
]);

const mqttSchema = z
  .strictObject({
    host,
    port: port.default(1883),
    /** MQTT over TLS 1.3, for edges with a certificate. The first of `names` is the address that edges are told. */
    tls: z
      .strictObject({ host, port: port.default(8883), names: z.array(reachedAs).max(20).default([]) })
      .optional(),
    /** Plain MQTT beyond this machine: passwords and readings can be read and changed on the way. */
    plain_text_on_the_network: z.literal('yes_everybody_can_read_along').optional(),
  })
  .refine((mqtt) => mqtt.plain_text_on_the_network !== undefined || isLoopback(mqtt.host), {
    path: ['host'],
    error:
      'MQTT without TLS is for this machine only (127.0.0.1): use mqtt.tls for others, or write plain_text_on_the_network: yes_everybody_can_read_along',
  });

const days = z.int().max(36_500);

/**
 * Days for which the embedded store keeps each class; InfluxDB has retention policies of its own. Readings as they came:
 * a year to compare with, and a month for whoever writes the year's report. Minutes: three years and a month. Hours and
 * days are small, and what trends, indices and yearly reports are made of: a century.
 */
const keepSchema = z
  .strictObject({
    // An edge may bring a month of backlog: a repeat must still meet its first.
    raw_days: days.min(35).default(400),
    minute_days: days.default(1130),
    hour_days: days.default(36_500),
    day_days: days.default(36_500),
  })
  .refine(({ raw_days, minute_days, hour_days, day_days }) => {
    return raw_days <= minute_days && minute_days <= hour_days && hour_days <= day_days;
  }, 'what is coarser must be kept at least as long: raw_days, minute_days, hour_days, day_days');

const storeSchema = z
  .strictObject({
    kind: z.enum(['sqlite', 'influx']).default('sqlite'),
    /** InfluxDB 1.x: its HTTP address, database and account. */
    url: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
    database: z
      .string()
      .regex(/^[A-Za-z0-9_]{1,64}$/, 'must be letters, digits and underscores')
      .default('quantrac'),
    username: z.string().max(200).optional(),
    password: z.string().max(200).optional(),
    keep: keepSchema.prefault({}),
  })
  .refine((store) => store.kind !== 'influx' || store.url !== undefined, {
    path: ['url'],
    error: 'an InfluxDB store needs its address',
  });

export const gatewaySettingsSchema = z.strictObject({
  data_dir: z.string().min(1),
  log_level: z.enum(LOG_LEVELS).default('info'),
  http: z.strictObject({ host, port: port.default(8080) }).prefault({}),
  mqtt: mqttSchema.prefault({}),
  store: storeSchema.prefault({}),
  ioc: z
    .strictObject({
      destinations: destinationsSchema,
      ...feedSettingsShape,
      /** Without it there are no CAP messages. */
      cap: capSettingsSchema.optional(),
    })
    .prefault({}),
  alerts: alertSettingsSchema.prefault({}),
  notify: notifySettingsSchema.prefault({}),
  derive: deriveSettingsSchema.prefault({}),
  /** An admin's bearer token for scripts and tests, set by QUANTRAC_TOKEN. */
  token: z.string().min(20, 'must be at least 20 characters').max(200).optional(),
});

export type GatewaySettings = z.infer<typeof gatewaySettingsSchema>;
export type StoreSettings = Omit<GatewaySettings['store'], 'keep'>;
export type Retention = GatewaySettings['store']['keep'];
