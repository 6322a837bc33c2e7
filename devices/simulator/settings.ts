/** Settings of the field: which simulated instruments answer on which line, and what they show. */
import { z } from 'zod';
import { LOG_LEVELS } from '../kit/log.ts';
import { inventoryStationSchema } from '../wire/messages.ts';
import { channelsSchema } from '../wiring.ts';
import { measuredSchema, nameSchema } from '../word.ts';
import { faultSchema } from './faults.ts';
import { serialSchema } from './serial.ts';

/** A column of a recording, taken as value × scale + offset into the parameter's unit. */
const recordedSource = z.strictObject({
  recording: nameSchema,
  column: z.string().min(1).max(100),
  /** Day of the recording on which the replay begins; its first day when absent. */
  start: z.iso.date().optional(),
  scale: z.number().default(1),
  offset: z.number().default(0),
});

/** A value made up, not measured: constant, and up to `noise` above or below it. */
const constantSource = z.strictObject({ constant: z.number(), noise: z.number().min(0).default(0) });

/** A wave made up, not measured: `amplitude` above and below the mean once a period. */
const sineSource = z.strictObject({
  sine: z.strictObject({ mean: z.number(), amplitude: z.number(), period_s: z.number().positive() }),
  noise: z.number().min(0).default(0),
});

const sourceSchema = z.union([recordedSource, constantSource, sineSource], {
  error:
    'must be {recording, column, start?, scale?, offset?}, {constant, noise?} or {sine: {mean, amplitude, period_s}, noise?}',
});

/** Parameter → source. */
const pointsSchema = z.partialRecord(measuredSchema as unknown as z.ZodString, sourceSchema);

const instrumentSchema = z.strictObject({
  profile: nameSchema,
  /** Modbus unit id; the profile's factory setting when absent. */
  unit: z.int().min(0).max(255).optional(),
  points: pointsSchema,
  /** What is wired to the inputs of an I/O module, as in the edge file; `points` says what is measured there. */
  channels: channelsSchema.optional(),
  /** Coils that may be written one by one, as they go over the wire (the first is 0): relays. They begin off. */
  outputs: z.array(z.int().min(0).max(65_535)).max(64).default([]),
  /** What is wrong with it: a name of faults.ts, or `{ kind, after_s?, for_s? }`. */
  fault: faultSchema.optional(),
  /** Several of them, at once or one after the other. */
  faults: z.array(faultSchema).max(20).default([]),
});

/** Modbus TCP; RTU on a pseudo-terminal; RTU over TCP, as transparent serial bridges have it. */
export const LINE_MODES = ['tcp', 'rtu', 'rtu-tcp'] as const;

const lineSchema = z
  .strictObject({
    id: nameSchema,
    mode: z.enum(LINE_MODES).default('tcp'),
    /** This line's own port, instead of the next after the base. */
    port: z.int().min(1).max(65_535).optional(),
    /** Where the serial device of a line of mode rtu is made; one in the system's temporary folder without. */
    path: z
      .string()
      .regex(/^[\w./-]{1,200}$/, 'may have letters, digits and . _ / - only')
      .optional(),
    /** Speed and format of a serial line; "9600 8N1" without. */
    serial: serialSchema.optional(),
    /** Takes the time that frames take on wires of that speed, instead of answering at once. */
    paced: z.boolean().optional(),
    instruments: z.array(instrumentSchema).min(1).max(247),
  })
  .superRefine((line, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (line.mode === 'rtu' && line.port !== undefined)
      fault('port', 'a line of mode rtu has a path, no port');
    if (line.mode !== 'rtu' && line.path !== undefined) fault('path', 'is only for lines of mode rtu');
    for (const key of ['serial', 'paced'] as const)
      if (line.mode === 'tcp' && line[key] !== undefined) fault(key, 'a line of mode tcp is not serial');
  });

const mqttInstrumentSchema = z.strictObject({
  /** Account at the broker; it stands where an edge's name does in the topics. */
  username: nameSchema,
  period_s: z.number().min(0.2).max(3600).default(10),
  /** Its station, as the inventory announces it; the parameters follow from `points`. */
  station: inventoryStationSchema.omit({ parameters: true }),
  points: pointsSchema,
});

export const fieldSettingsSchema = z
  .strictObject({
    log_level: z.enum(LOG_LEVELS).default('info'),
    host: z.string().min(1).max(253).default('127.0.0.1'),
    /** The first line's port, the others follow; 0: any free port for each line. */
    base_port: z.int().min(0).max(65_000).default(0),
    /** How many times faster than it was recorded. */
    speed: z.number().positive().max(3600).default(1),
    scenario: z.enum(['none', 'fire']).default('none'),
    fire: z
      .strictObject({
        /** Lines whose instruments stand at the place that burns. */
        lines: z.array(nameSchema).default([]),
        /** Seconds from the start of the field to the start of the fire. */
        after_s: z.number().min(0).max(86_400).default(20),
      })
      .prefault({}),
    lines: z.array(lineSchema).max(200).default([]),
    /** Broker of the MQTT instruments; without an address they stay silent. */
    mqtt: z
      .strictObject({
        url: z.url({ protocol: /^mqtts?$/, error: 'must be an mqtt:// or mqtts:// address' }).optional(),
        password: z.string().min(1).max(200).optional(),
      })
      .prefault({}),
    mqtt_instruments: z.array(mqttInstrumentSchema).max(50).default([]),
  })
  .superRefine((settings, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const ids = settings.lines.map((line) => line.id);
    for (const [index, line] of settings.lines.entries()) {
      if (ids.indexOf(line.id) !== index) fault(['lines', index, 'id'], `line "${line.id}" is named twice`);
    }
    for (const [index, line] of settings.fire.lines.entries()) {
      if (!ids.includes(line)) fault(['fire', 'lines', index], `there is no line "${line}"`);
    }
  });

export type FieldSettings = z.infer<typeof fieldSettingsSchema>;
export type Source = z.infer<typeof sourceSchema>;
export type LineSettings = FieldSettings['lines'][number];
export type LineMode = LineSettings['mode'];
export type MqttInstrumentSettings = FieldSettings['mqtt_instruments'][number];
