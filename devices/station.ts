/** The edge file: which lines there are, which instruments answer on them, and at which station each stands. */
import { z } from 'zod';
import { limitSchema } from './limit.ts';
import { qualitySettingsSchema } from './quality/settings.ts';
import { RESERVED_NAMES } from './wire/topics.ts';
import { nameSchema, parameterSchema, stationShape } from './word.ts';

const host = z.string().min(1).max(253);
const port = z.int().min(1).max(65_535);

/** Speed, data bits, parity, stop bits; RTU needs all eight data bits. */
const serial = z.string().regex(/^[1-9]\d{2,6} 8[NEO][12]$/, 'must look like "9600 8N1"');

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
]);

const periodS = z.number().min(0.2).max(3600);

const instrumentSchema = z.strictObject({
  /** Name of the instrument within its station. */
  id: nameSchema,
  profile: nameSchema,
  line: nameSchema,
  /** Modbus unit id; the profile's factory setting when absent. */
  unit: z.int().min(0).max(255).optional(),
  period_s: periodS.default(10),
  /** Parameters that are read in a period of their own. */
  periods: z.partialRecord(parameterSchema as unknown as z.ZodString, periodS).default({}),
  /** How the tests of its readings differ from those of their parameters. */
  quality: qualitySettingsSchema.default({}),
  /** Only these points of the profile; all of them when absent. */
  points: z.array(parameterSchema).min(1).optional(),
});

const stationSchema = z.strictObject({
  ...stationShape,
  instruments: z.array(instrumentSchema).min(1).max(50),
  /** Limits that must work at the edge, with the line to the centre down. */
  limits: z.array(limitSchema).max(50).default([]),
});

export const uplinkSchema = z.strictObject({
  /** mqtt://host:port of the central broker. */
  url: z.url({ protocol: /^mqtts?$/, error: 'must be an mqtt:// or mqtts:// address' }),
  /** Password of the edge's account at the broker; its user name is the edge's id. */
  password: z.string().min(1).max(200),
});

export const edgeFileSchema = z
  .strictObject({
    id: nameSchema.refine((id) => !RESERVED_NAMES.includes(id), {
      error: 'this name has a meaning of its own in topics',
    }),
    data_dir: z.string().min(1),
    log_level: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
    uplink: uplinkSchema,
    /** Upper bound of the outbox on disk. */
    outbox_megabytes: z.number().min(1).max(100_000).default(256),
    lines: z.array(lineSchema).min(1).max(200),
    stations: z.array(stationSchema).min(1).max(200),
  })
  .superRefine((edge, context) => {
    const lines = new Set<string>();
    for (const [index, line] of edge.lines.entries()) {
      if (lines.has(line.id)) {
        context.addIssue({
          code: 'custom',
          path: ['lines', index, 'id'],
          message: `line "${line.id}" is named twice`,
        });
      }
      lines.add(line.id);
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
        if (!lines.has(instrument.line)) {
          const message = `there is no line "${instrument.line}"`;
          context.addIssue({ code: 'custom', path: [...path, 'instruments', number, 'line'], message });
        }
      }
    }
  });

export type EdgeFile = z.infer<typeof edgeFileSchema>;
export type Line = EdgeFile['lines'][number];
export type Station = EdgeFile['stations'][number];
export type Instrument = Station['instruments'][number];
