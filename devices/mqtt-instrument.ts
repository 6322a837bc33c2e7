/**
 * Instruments that publish by themselves on a local MQTT broker: which format they speak, what they are called there,
 * and where in a message each parameter is. docs/mqtt-instruments.md explains it to technicians.
 */
import { z } from 'zod';
import type { ParameterId } from './parameter.ts';
import { qualitySettingsSchema } from './quality/settings.ts';
import { measuredSchema, nameSchema, unitSchema } from './word.ts';

export const MQTT_FORMATS = [
  'senml',
  'json',
  'chirpstack',
  'ttn',
  'tasmota',
  'zigbee2mqtt',
  'sparkplug',
] as const;
export type MqttFormat = (typeof MQTT_FORMATS)[number];

/** Longer than any of a real device, and short enough for a reason. */
const LONGEST_TOPIC = 200;

const NO_WILDCARD = 'must be exact: no + and no #';

const topic = z
  .string()
  .min(1)
  .max(LONGEST_TOPIC)
  .refine((text) => !/[+#\0]/.test(text), { error: NO_WILDCARD });

/** One level of a topic. */
const level = topic.refine((text) => !text.includes('/'), { error: 'must be a name without "/"' });

export const timeZoneSchema = z.string().refine(isTimeZone, {
  error: 'must be a time zone such as Asia/Ho_Chi_Minh or UTC',
});

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/**
 * A step into a JSON value: a key, an index of a list, or the member of a list (of lists) that has this key with this
 * value.
 */
const pathStep = z.union([
  z.string().min(1).max(100),
  z.int().min(0).max(999),
  z
    .record(z.string(), z.union([z.string(), z.number()]))
    .refine((of) => Object.keys(of).length === 1, { error: 'must have one key' }),
]);

/** In a text, dots part the keys; keys that hold dots are written as a list. */
const jsonPath = z.union([z.string().min(1).max(LONGEST_TOPIC), z.array(pathStep).min(1).max(10)], {
  error:
    'must be a text such as BME280.Temperature or a list of keys such as [PMS5003, "PM2.5"] or [messages, { measurementId: "4097" }, measurementValue]',
});
export type JsonPath = z.infer<typeof jsonPath>;

/** What is done with the number: × scale, + offset, then it is in `unit`. */
const arithmetic = {
  scale: z
    .number()
    .refine((scale) => scale !== 0, { error: 'must not be 0' })
    .default(1),
  offset: z.number().default(0),
  /** What the instrument can measure, in `unit`; outside it a value is suspect. */
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, { error: 'the first number must be below the second' })
    .optional(),
};

const metricName = z.string().min(1).max(LONGEST_TOPIC);

const valuesOf = <S extends z.ZodType>(value: S) =>
  z
    .partialRecord(measuredSchema, value)
    .refine((values) => Object.keys(values).length > 0, { error: 'must name at least one parameter' });

const jsonValues = valuesOf(z.strictObject({ path: jsonPath, unit: unitSchema, ...arithmetic }));
/** The records of SenML name their units themselves, mostly. */
const senmlValues = valuesOf(
  z.strictObject({ path: metricName, unit: unitSchema.optional(), ...arithmetic }),
);
const metricValues = valuesOf(z.strictObject({ path: metricName, unit: unitSchema, ...arithmetic }));

const common = {
  /** Name of the instrument within its station. */
  id: nameSchema,
  line: nameSchema,
  /** Maker and model, for people. */
  model: z.string().min(1).max(120),
  /** How often it sends, in seconds: after twice as long it is called silent. */
  period_s: z.number().min(1).max(86_400),
  /** Of times that come without an offset; the line's, else this machine's. */
  time_zone: timeZoneSchema.optional(),
  quality: qualitySettingsSchema.default({}),
};

/** Where a device's own times are. */
const times = {
  /** Its own time of measurement, which goes before that of the network. */
  time: jsonPath.optional(),
  /** Measurements that it had stored: a list, and in each member its time and the same paths as in a message. */
  history: z.strictObject({ path: jsonPath, time: jsonPath }).optional(),
};

/** Where an instrument without a topic of its own for it says "online" and "offline". */
const status = { status_topic: topic.optional() };

export const mqttInstrumentSchemas = [
  z.strictObject({ ...common, ...status, format: z.literal('senml'), topic, values: senmlValues }),
  z.strictObject({ ...common, ...status, ...times, format: z.literal('json'), topic, values: jsonValues }),
  z.strictObject({
    ...common,
    ...times,
    format: z.literal('chirpstack'),
    application: level,
    /** Its DevEUI: topics have it in lower case. */
    device: z
      .string()
      .regex(/^[0-9a-fA-F]{16}$/, 'must be a DevEUI: 16 hexadecimal digits')
      .toLowerCase(),
    values: jsonValues,
  }),
  z.strictObject({
    ...common,
    ...times,
    format: z.literal('ttn'),
    /** As in topics: "app1@tenant"; on a server without tenants "app1". */
    application: level,
    device: level,
    values: jsonValues,
  }),
  z.strictObject({
    ...common,
    format: z.literal('tasmota'),
    /** Its setting "Topic". */
    device: topic,
    /** Its setting "FullTopic". */
    full_topic: topic
      .refine((text) => text.includes('%prefix%') && text.includes('%topic%'), {
        error: 'must hold %prefix% and %topic%',
      })
      .default('%prefix%/%topic%/'),
    values: jsonValues,
  }),
  z.strictObject({
    ...common,
    format: z.literal('zigbee2mqtt'),
    /** Its friendly name. */
    device: topic,
    base_topic: topic.default('zigbee2mqtt'),
    values: jsonValues,
  }),
  z.strictObject({
    ...common,
    format: z.literal('sparkplug'),
    group: level,
    node: level,
    /** Absent where the metrics are the node's own. */
    device: level.optional(),
    values: metricValues,
  }),
] as const;

export type MqttInstrument = z.infer<(typeof mqttInstrumentSchemas)[number]>;
export type InstrumentOf<F extends MqttFormat> = Extract<MqttInstrument, { format: F }>;

/** What every format's mapping of a parameter says. */
export type MqttValue = Omit<NonNullable<InstrumentOf<'senml'>['values'][ParameterId]>, 'path'>;
