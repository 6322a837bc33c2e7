/** The HTTP answers of `/api/v1`: the gateway serves them, its OpenAPI document and the screens are made from them. */
import { z } from 'zod';
import { LEVELS } from '../limit.ts';
import { FLAGS } from '../quality.ts';
import { stationShape, textSchema } from '../word.ts';

const flag = z.literal([...FLAGS]).describe('QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing');
const at = z.int().describe('epoch milliseconds');

export const stationAnswerSchema = z.object({
  ...stationShape,
  edge: z.string(),
  /** `live`: its readings arrive; `silent`: none newer than three periods (at least 60 s); `new`: none yet. */
  status: z.enum(['new', 'live', 'silent']),
  parameters: z.array(
    z.object({
      id: z.string(),
      unit: z.string(),
      name: textSchema,
      period_s: z.number(),
      instrument: z.string().optional(),
    }),
  ),
});
export type StationAnswer = z.infer<typeof stationAnswerSchema>;

export const latestReadingSchema = z.object({
  parameter: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  at,
  received_at: at,
  flag,
  reason: z.string().nullable(),
  /** Three periods (at least 10 s) have brought nothing newer: it was the value, nobody knows whether it still is. */
  stale: z.boolean(),
  /** Level of the worst open alert of this parameter here, null when none is open. */
  level: z.enum(LEVELS).nullable(),
});
export type LatestReading = z.infer<typeof latestReadingSchema>;

export const readingsAnswerSchema = z.object({
  station: z.string(),
  parameter: z.string(),
  unit: z.string(),
  /** `[at_ms, value or null, flag]`, ascending. With `every`, at is the start of the interval and flag the worst. */
  points: z.array(z.tuple([at, z.number().nullable(), flag])),
});
export type ReadingsAnswer = z.infer<typeof readingsAnswerSchema>;

export const ALERT_STATES = ['active', 'acknowledged', 'cleared'] as const;

export const alertAnswerSchema = z.object({
  id: z.string(),
  /** station/parameter/limit */
  key: z.string(),
  station: z.string(),
  station_name: textSchema,
  parameter: z.string(),
  limit: z.string(),
  level: z.enum(LEVELS),
  state: z.enum(ALERT_STATES).describe('acknowledged means that it is still active'),
  /** Its data stopped: the alert stands, and nobody knows whether the condition still holds. */
  unverified: z.boolean(),
  opened_at: at,
  cleared_at: at.nullable(),
  acknowledged_by: z.string().nullable(),
  acknowledged_at: at.nullable(),
  /** Who reports the condition now: edge names, `flows`. */
  reporters: z.array(z.string()),
  /** The readings that raised and, later, cleared it. */
  evidence: z.array(
    z.object({
      at,
      value: z.number(),
      threshold: z.number(),
      unit: z.string(),
      state: z.enum(['raised', 'cleared']),
      reporter: z.string(),
    }),
  ),
  notes: z.array(z.object({ at, by: z.string(), text: z.string() })),
  /** Where the values really come from, when they are no measurements of this place. */
  origin: textSchema.optional(),
});
export type AlertAnswer = z.infer<typeof alertAnswerSchema>;

/** One record of the IOC feed: numbered without holes. */
export const feedRecordSchema = z.object({
  number: z.int().min(1),
  at,
  kind: z.enum(['alert.raised', 'alert.changed', 'alert.cleared']),
  alert: alertAnswerSchema,
});
export type FeedRecord = z.infer<typeof feedRecordSchema>;

export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() })),
});
export type Health = z.infer<typeof healthSchema>;

export const quarantineEntrySchema = z.object({
  id: z.int(),
  at,
  client: z.string(),
  topic: z.string(),
  reason: z.string(),
  records: z.int(),
  payload: z.string(),
});
export type QuarantineEntry = z.infer<typeof quarantineEntrySchema>;

export const ROLES = ['viewer', 'operator', 'technician', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `GET session`: who is logged in. */
export const sessionSchema = z.object({ name: z.string(), role: z.enum(ROLES) });
export type Session = z.infer<typeof sessionSchema>;

/** Server-sent events of `GET /api/v1/stream`. */
export interface StreamEvents {
  reading: ReadonlyArray<LatestReading & { station: string }>;
  alert: AlertAnswer;
  station: StationAnswer;
  /** Every 10 s, so that a quiet field can be told from a dead line. */
  heartbeat: Record<string, never>;
}
