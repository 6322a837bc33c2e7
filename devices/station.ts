/** The edge file: which lines there are, which instruments answer on them, and at which station each stands. */
import { z } from 'zod';
import { fireSettingsSchema } from './fire/settings.ts';
import { limitSchema } from './limit.ts';
import { MQTT_FORMATS, mqttInstrumentSchemas, timeZoneSchema } from './mqtt-instrument.ts';
import { qualitySettingsSchema } from './quality/settings.ts';
import { sirenSchema } from './siren.ts';
import { RESERVED_NAMES } from './wire/topics.ts';
import { channelsSchema } from './wiring.ts';
import { measuredSchema, nameSchema, stationShape } from './word.ts';

const host = z.string().min(1).max(253);
const port = z.int().min(1).max(65_535);

/** Speed, data bits, parity, stop bits; RTU needs all eight data bits. */
const serial = z.string().regex(/^[1-9]\d{2,6} 8[NEO][12]$/, 'must look like "9600 8N1"');

const brokerUrl = z.url({ protocol: /^mqtts?$/, error: 'must be an mqtt:// or mqtts:// address' });

const lineSchema = z.discriminatedUnion('mode', [
  /** Modbus TCP. `serial` only before a bus behind a gateway: its setting, from which the load is reckoned. */
  z.strictObject({
    id: nameSchema,
    mode: z.literal('tcp'),
    host,
    port: port.default(502),
    serial: serial.optional(),
  }),
  /** RTU at a serial port of this machine. */
  z.strictObject({ id: nameSchema, mode: z.literal('rtu'), path: z.string().min(1).max(200), serial }),
  /** RTU frames through a TCP bridge; `serial` is what the bridge is set to. */
  z.strictObject({
    id: nameSchema,
    mode: z.literal('rtu-tcp'),
    host,
    port,
    serial: serial.default('9600 8N1'),
  }),
  /** A local broker on which instruments publish by themselves. */
  z.strictObject({
    id: nameSchema,
    mode: z.literal('mqtt'),
    url: brokerUrl.refine((url) => !/^\w+:\/\/[^/]*@/.test(url), {
      error: 'must be without a password: say it in "username" and "password"',
    }),
    username: z.string().min(1).max(200).optional(),
    password: z.string().min(1).max(200).optional(),
    /** Of times that instruments give without an offset; this machine's when absent. */
    time_zone: timeZoneSchema.optional(),
  }),
]);

const periodS = z.number().min(0.2).max(3600);

/** An instrument that is polled over Modbus. */
const polledInstrumentSchema = z.strictObject({
  format: z.undefined().optional(),
  /** Name of the instrument within its station. */
  id: nameSchema,
  profile: z
    .string({
      error: ({ input }) =>
        input === undefined ? 'an instrument has a "profile" (Modbus) or a "format" (MQTT)' : undefined,
    })
    .pipe(nameSchema),
  line: nameSchema,
  /** Modbus unit id; the profile's factory setting when absent. */
  unit: z.int().min(0).max(255).optional(),
  period_s: periodS.default(10),
  /** Parameters that are read in a period of their own. */
  periods: z.partialRecord(measuredSchema as unknown as z.ZodString, periodS).default({}),
  /** How the tests of its readings differ from those of their parameters. */
  quality: qualitySettingsSchema.default({}),
  /** Only these points of the profile; all of them when absent, of an I/O module with channels none. */
  points: z.array(measuredSchema).min(1).optional(),
  /** What is wired to the inputs of an I/O module. */
  channels: channelsSchema.optional(),
});

const instrumentSchema = z.discriminatedUnion('format', [polledInstrumentSchema, ...mqttInstrumentSchemas], {
  error: `must be one of ${MQTT_FORMATS.join(', ')}`,
});

const stationSchema = z.strictObject({
  ...stationShape,
  instruments: z.array(instrumentSchema).min(1).max(50),
  /** Limits that must work at the edge, with the line to the centre down. */
  limits: z.array(limitSchema).max(50).default([]),
  /** The fire rules work at this post, which is of kind fire, with these numbers: `{}` for all as they are. Off when absent. */
  fire: fireSettingsSchema.optional(),
  /** Sirens and lights that its alarms switch. */
  sirens: z.array(sirenSchema).max(10).default([]),
});

export const uplinkSchema = z.strictObject({
  /** mqtt://host:port of the central broker. */
  url: brokerUrl,
  /** Password of the edge's account at the broker; its user name is the edge's id. */
  password: z.string().min(1).max(200),
  /** MQTT keep alive: a connection that is dead without a word is given up after one and a half times as long. */
  keepalive_s: z.int().min(5).max(600).default(30),
});

/** Of an edge. One that was enrolled (quantrac enrol) needs nothing of it. */
const edgeUplinkSchema = z
  .strictObject({
    /** mqtt:// or mqtts:// of the central broker; goes before the address that the centre told at the enrolment. */
    url: brokerUrl.optional(),
    /** Of an edge with a password instead of a certificate. */
    password: uplinkSchema.shape.password.optional(),
    /** PEM file of the authority that the broker's certificate is of, with a password; those that Node.js ships when absent. */
    ca: z.string().min(1).max(1000).optional(),
    keepalive_s: uplinkSchema.shape.keepalive_s,
  })
  .refine(({ url, password }) => password !== undefined || !url?.startsWith('mqtt:'), {
    path: ['password'],
    error: 'an mqtt:// address needs one; a box that was enrolled (quantrac enrol) needs neither of them',
  });

export const edgeFileSchema = z
  .strictObject({
    id: nameSchema.refine((id) => !RESERVED_NAMES.includes(id), {
      error: 'this name has a meaning of its own in topics',
    }),
    data_dir: z.string().min(1),
    log_level: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
    uplink: edgeUplinkSchema.prefault({}),
    /** Upper bound of the outbox on disk. */
    outbox_megabytes: z.number().min(1).max(100_000).default(256),
    /** Readings that wait longer are thinned to hourly means with their extremes; what is flagged stays. */
    outbox_hours: z.number().min(1).max(87_600).default(720),
    /** `assume`: the clock is kept right by means that the system cannot tell of (a modem, a GPS, a person). */
    clock: z.strictObject({ sync: z.enum(['system', 'assume']).default('system') }).prefault({}),
    lines: z.array(lineSchema).min(1).max(200),
    stations: z.array(stationSchema).min(1).max(200),
  })
  .superRefine((edge, context) => {
    const lines = new Map<string, AnyLine['mode']>();
    for (const [index, line] of edge.lines.entries()) {
      if (lines.has(line.id)) {
        context.addIssue({
          code: 'custom',
          path: ['lines', index, 'id'],
          message: `line "${line.id}" is named twice`,
        });
      }
      lines.set(line.id, line.mode);
    }
    const stations = new Set<string>();
    for (const [index, station] of edge.stations.entries()) {
      const path = ['stations', index];
      if (stations.has(station.id)) {
        context.addIssue({
          code: 'custom',
          path: [...path, 'id'],
          message: `station "${station.id}" is named twice`,
        });
      }
      stations.add(station.id);
      const instruments = new Set<string>();
      for (const [number, instrument] of station.instruments.entries()) {
        if (instruments.has(instrument.id)) {
          const message = `instrument "${instrument.id}" is named twice at ${station.id}`;
          context.addIssue({ code: 'custom', path: [...path, 'instruments', number, 'id'], message });
        }
        instruments.add(instrument.id);
        const message = lineFault(instrument, lines.get(instrument.line));
        if (message !== null)
          context.addIssue({ code: 'custom', path: [...path, 'instruments', number, 'line'], message });
      }
    }
  });

function lineFault(
  { line, format }: { readonly line: string; readonly format?: string | undefined },
  mode: AnyLine['mode'] | undefined,
): string | null {
  if (mode === undefined) return `there is no line "${line}"`;
  if (mode === 'mqtt' && format === undefined)
    return `line "${line}" is an MQTT broker: an instrument there has "format" and "values" and no "profile"`;
  if (mode !== 'mqtt' && format !== undefined)
    return `line "${line}" is a Modbus line (${mode}): an instrument there has a "profile" and no "format"`;
  return null;
}

export type AnyLine = z.infer<typeof lineSchema>;
/** A bus or connection on which instruments are polled over Modbus. */
export type Line = Exclude<AnyLine, { mode: 'mqtt' }>;
/** A broker on which instruments publish by themselves. */
export type MqttLine = Extract<AnyLine, { mode: 'mqtt' }>;

export type EdgeFile = z.infer<typeof edgeFileSchema>;
export type Station = EdgeFile['stations'][number];
export type AnyInstrument = Station['instruments'][number];
/** An instrument that is polled over Modbus. */
export type Instrument = z.infer<typeof polledInstrumentSchema>;

export const isPolled = (instrument: AnyInstrument): instrument is Instrument =>
  instrument.format === undefined;
