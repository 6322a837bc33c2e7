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
  cut: z.boolean().describe('there are older ones in the range, more than one answer has'),
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
  payload: z.string().describe('in a list its beginning'),
  /** Bytes of the payload as it came; `whole` when all of them were kept. */
  size: z.int(),
  whole: z.boolean(),
});
export type QuarantineEntry = z.infer<typeof quarantineEntrySchema>;

/** What became of an entry that was run again. */
export const rerunAnswerSchema = z.object({
  id: z.int(),
  passed: z.boolean().describe('everything in it is stored, and it has left the quarantine'),
  stored: z.int().describe('readings'),
  reason: z.string().nullable().describe('why the rest stays'),
});
export type RerunAnswer = z.infer<typeof rerunAnswerSchema>;

const count = z.int().min(0);
const whySchema = z.array(z.object({ reason: z.string(), count }));

/** One point and hour: expected + extra = good + flagged + missed + queued + quarantined. */
export const hourBookSchema = z.object({
  parameter: z.string(),
  hour: at.describe('its start, epoch milliseconds'),
  expected: count.describe('due by the periods that its edge announced'),
  extra: count.describe('came beyond what was due'),
  good: count,
  flagged: count,
  missed: count,
  queued: count.describe('waits at the edge'),
  quarantined: count,
  flagged_why: z.array(z.object({ flag, reason: z.string(), count })),
  missed_why: z.array(z.object({ cause: z.string(), count })),
  quarantined_why: whySchema,
});

export const booksAnswerSchema = z.object({
  station: z.string(),
  from: at,
  to: at,
  /** The books are closed up to here: what was due in the last minute may still be on its way. */
  until: at,
  edge: z.object({
    name: z.string(),
    online: z.boolean(),
    told_at: at.nullable(),
    waiting: count.describe('readings of this station in the outbox of its edge, older than a minute'),
    known: z
      .enum(['counted', 'sums', 'unknown'])
      .describe(
        'by point and hour; of a large backlog in part as sums of hours; of an edge that is away nothing is known',
      ),
  }),
  hours: z.array(hourBookSchema),
  /** Records in quarantine that name no point of the station; by hour of arrival, in none of the hours above. */
  unassigned: z.array(z.object({ hour: at, reason: z.string(), count })),
});
export type BooksAnswer = z.infer<typeof booksAnswerSchema>;

const share = z.number().min(0).max(1).nullable();

/** The four numbers of a station and day, and what they are made of. null is "không có dữ liệu": no data. */
export const stationQualitySchema = z.object({
  station: z.string(),
  expected: count,
  received: count,
  clean: count,
  good: count,
  live: count,
  dung: share.describe('đúng, accurate: good / clean'),
  du: share.describe('đủ, complete: clean / expected, at most 1'),
  sach: share.describe('sạch, clean: clean / received'),
  song: share.describe('sống, alive: within ten minutes / clean'),
});
export type StationQuality = z.infer<typeof stationQualitySchema>;

export const qualityAnswerSchema = z.object({
  day: z.string(),
  from: at,
  to: at,
  stations: z.array(stationQualitySchema),
  next: z.string().nullable(),
});

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
