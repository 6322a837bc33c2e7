/** The HTTP answers about edges: how they are and were, and the commands that they were given. */
import { z } from 'zod';
import { nameSchema, textSchema } from '../word.ts';
import { ordersSchema } from './fleet.ts';
import { inventoryStationSchema, systemSchema } from './messages.ts';

const at = z.int().describe('epoch milliseconds');
const number = z.number().nullable();

/** Numbers of one moment; null: it was not told. */
export const healthNumbersSchema = z.object({
  busy: number.describe('part of the time of its busiest line that goes into requests'),
  units: z.int().nullable().describe('instruments that are polled'),
  failing: z.int().nullable().describe('of them with a fault in the last round'),
  outbox_hours: number.describe('how long the uplink may be down before readings are thinned'),
  waiting: z.int().nullable().describe('readings that wait for the centre'),
  disk_free_mb: number,
  memory_free_mb: number,
  process_mb: number,
  load: number.describe('mean of a minute; the cores of the machine are what it can bear'),
  temperature: number.describe('of the processor, °C'),
  clock_trusted: z.boolean().nullable(),
});
export type HealthNumbers = z.infer<typeof healthNumbersSchema>;

export const edgeAnswerSchema = healthNumbersSchema.extend({
  name: z.string(),
  online: z.boolean(),
  since: at.nullable().describe('since when it is online or away; null: always, as far as is known'),
  at: at.describe('of its last word'),
  uptime_s: number,
  versions: systemSchema.shape.versions.unwrap().nullable(),
  stations: z.array(z.string()).describe('those that the caller may see'),
});
export type EdgeAnswer = z.infer<typeof edgeAnswerSchema>;

export const edgeDetailSchema = edgeAnswerSchema.extend({
  system: systemSchema.nullable(),
  clock: z.object({ trusted: z.boolean(), reason: z.string().nullable() }).nullable(),
  lines: z.array(
    z.object({
      id: z.string(),
      busy: z.number(),
      planned: z.number().nullable(),
      skipped: z.int().nullable(),
      units: z.array(z.object({ instrument: z.string(), error: z.string().nullable() })),
    }),
  ),
  /** What commands can name: instruments with what the centre may have written to them. */
  instruments: z.array(
    z.object({
      station: nameSchema,
      name: textSchema,
      instruments: inventoryStationSchema.shape.instruments.unwrap(),
    }),
  ),
});
export type EdgeDetail = z.infer<typeof edgeDetailSchema>;

export const edgeHealthSchema = z.object({
  edge: z.string(),
  /** Ascending; every 5 minutes, of older than 30 days the worst of each hour. */
  points: z.array(healthNumbersSchema.extend({ at })),
  cut: z.boolean().describe('there are older ones in the range, more than one answer has'),
});
export type EdgeHealthAnswer = z.infer<typeof edgeHealthSchema>;

/** `waiting`: for the second person. `sent`: not taken yet. `taken`: the edge was told to go. The others are ends. */
export const COMMAND_STATES = ['waiting', 'sent', 'taken', 'done', 'failed', 'expired', 'refused'] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

export const commandRecordSchema = z.object({
  id: z.string(),
  edge: z.string(),
  orders: ordersSchema,
  reason: z.string(),
  dangerous: z.boolean(),
  state: z.enum(COMMAND_STATES),
  asked_by: z.string(),
  asked_at: at,
  approved_by: z.string().nullable(),
  approved_at: at.nullable(),
  sent_at: at.nullable(),
  taken_at: at.nullable(),
  ended_at: at.nullable(),
  /** When it ends by itself, unless something happens before. */
  due_at: at.nullable(),
  outcome: z.string().nullable().describe('how it ended, in words'),
  values: z.array(z.int()).nullable().describe('registers or coils that were read, or read back'),
  lines: z.array(z.string()).nullable().describe('of its log'),
});
export type CommandRecord = z.infer<typeof commandRecordSchema>;

export const commandListSchema = z.object({
  commands: z.array(commandRecordSchema.omit({ lines: true })),
  next: z.string().nullable(),
});
