/** The HTTP answers of `/api/v1`: the gateway serves them, its OpenAPI document and the screens are made from them. */
import { z } from 'zod';
import { LEVELS, limitSchema } from '../limit.ts';
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

const derivationInputSchema = z.object({
  parameter: z.string(),
  /** What the value is of, from ≤ t < at, with the values there were and how many are due; of a moment both are the same. */
  from: at,
  at,
  value: z.number().nullable(),
  have: z.int().optional(),
  of: z.int().optional(),
});
export type DerivationInput = z.infer<typeof derivationInputSchema>;

/** How a derived value came about. */
export const derivationSchema = z.object({
  method: z.string().describe('docs/methods.md says what it is and where it is from'),
  inputs: z.array(derivationInputSchema),
  have: z.int().optional().describe('values that it is made of, of how many'),
  of: z.int().optional(),
  dominant: z.string().optional().describe('the pollutant whose sub-index is the greatest'),
  parts: z.record(z.string(), z.number()).optional().describe('sub-indices'),
  groups: z.array(z.string()).optional().describe('of VN_WQI: the groups that took part'),
  complete: z
    .boolean()
    .optional()
    .describe('of VN_WQI: as many groups and parameters as the decision asks for'),
  limit: z
    .object({ value: z.number(), clause: textSchema, exceeded: z.boolean() })
    .optional()
    .describe('of a mean: the limit of QCVN 05 on its day, in its unit; absent where there is none'),
  zone: z.string().optional().describe('of the fire level: the zone whose table holds'),
  since: at.optional().describe('when what it remembers began'),
  note: textSchema
    .optional()
    .describe('to be shown with the value; without a value: why it is not published'),
});
export type Derivation = z.infer<typeof derivationSchema>;

export const derivedValueSchema = derivationSchema.extend({
  parameter: z.string(),
  unit: z.string(),
  name: textSchema,
  at: at.describe('the end of what it is of'),
  value: z.number().nullable().describe('null: not published, the note says why'),
  flag,
  derived_at: at,
  category: z
    .object({ name: textSchema, colour: z.string().optional(), advice: textSchema.optional() })
    .optional(),
  table: z
    .object({ name: textSchema, source: z.string(), up_to: z.array(z.number()) })
    .optional()
    .describe('of the fire level: the table it is read from, with the greatest P of levels I to IV'),
});
export type DerivedValueAnswer = z.infer<typeof derivedValueSchema>;

export const derivedAnswerSchema = z.object({
  station: z.string(),
  origin: textSchema.optional(),
  values: z
    .array(derivedValueSchema)
    .describe('of each derived parameter the newest, or that of the time asked'),
});
export type DerivedAnswer = z.infer<typeof derivedAnswerSchema>;

export const ALERT_STATES = ['active', 'acknowledged', 'latched', 'cleared'] as const;

/** What an alert of the gateway's own is about: a device or program that has fallen silent. */
export const ALERT_SUBJECTS = ['edge', 'station', 'flows'] as const;

/** Why and by whose word, as kept with what a person has set. */
const decisionShape = { by: z.string(), reason: z.string(), since: at };

const evidenceSchema = z.object({
  at,
  value: z.number(),
  threshold: z.number(),
  unit: z.string(),
  state: z.enum(['raised', 'cleared']),
  reporter: z.string(),
  source: textSchema.optional().describe('the standard that sets the threshold, and its clause'),
  within_s: z.number().optional().describe('value and threshold are a change within so many seconds'),
  /** The readings that decided together, of a condition that has several. */
  because: z
    .array(
      z.object({
        station: z.string(),
        parameter: z.string(),
        unit: z.string(),
        at,
        value: z.number(),
        threshold: z.number().optional(),
      }),
    )
    .optional(),
});

export const alertAnswerSchema = z.object({
  id: z.string(),
  /** station/parameter/limit, or what the gateway itself found: edge/{name}, station/{id}, flows */
  key: z.string(),
  station: z.string().describe('empty when the alert is about an edge or the flows'),
  station_name: textSchema.describe('name of what the alert is about'),
  parameter: z.string().describe('empty when the alert is about no parameter'),
  limit: z.string(),
  /** There when the gateway raised it itself: it lost touch with this. */
  about: z.object({ kind: z.enum(ALERT_SUBJECTS), id: z.string() }).optional(),
  level: z.enum(LEVELS),
  state: z
    .enum(ALERT_STATES)
    .describe(
      'acknowledged: still active, and taken; latched: no longer active, and stays until a person resets it',
    ),
  /** Its data stopped: the alert stands, and nobody knows whether the condition still holds. */
  unverified: z.boolean(),
  opened_at: at,
  cleared_at: at.nullable(),
  acknowledged_by: z.string().nullable(),
  acknowledged_at: at.nullable(),
  /** When it last became news: whom that reached is in its transitions. null or absent: never. */
  announced_at: at.nullable().optional(),
  escalated_at: at.optional().describe('nobody had acknowledged it by then'),
  /** What makes it quiet: it stands, and wakes nobody. Each is absent when it does not hold. */
  shelved: z.object({ ...decisionShape, until: at }).optional(),
  out_of_service: z
    .object({ ...decisionShape, until: at.nullable() })
    .optional()
    .describe('its station or point is; until null: until a person ends it'),
  inhibited: z
    .object({
      since: at,
      by: z
        .string()
        .nullable()
        .describe('key of what it follows from; null: it is waited for whether there is one'),
      until: at.nullable().describe('null: until its cause is over'),
    })
    .optional(),
  /** Of a time that is over: recorded, told to nobody. */
  historical: z.literal(true).optional(),
  no_data: z.literal(true).optional().describe('the condition is that readings have stopped'),
  /** It comes and goes: one alert until it is calm. */
  flapping: z.object({ since: at, raises: z.int(), last_at: at }).optional(),
  incident: z.string().optional().describe('the incident of neighbouring fire alarms that it belongs to'),
  /** Who reports the condition now: edge names, `flows`. */
  reporters: z.array(z.string()),
  /** The readings that raised and, later, cleared it. */
  evidence: z.array(evidenceSchema),
  notes: z.array(z.object({ at, by: z.string(), text: z.string() })),
  /** A person set another level: the one from which it was corrected does not come back by itself. */
  corrected: z.object({ ...decisionShape, from: z.enum(LEVELS) }).optional(),
  retracted: z.object(decisionShape).optional().describe('a person says that it never was'),
  /** Where the values really come from, when they are no measurements of this place. */
  origin: textSchema.optional(),
});
export type AlertAnswer = z.infer<typeof alertAnswerSchema>;

export const TRANSITIONS = [
  'raised',
  'joined',
  'worsened',
  'left',
  'cleared',
  'latched',
  'reset',
  'acknowledged',
  'noted',
  'shelved',
  'unshelved',
  'put out of service',
  'back in service',
  'inhibited',
  'released',
  'found to stand',
  'unverified',
  'verified',
  'flapping',
  'flapped',
  'calmed',
  'escalated',
  'joined incident',
  'corrected',
  'retracted',
  'told',
  'not told',
  'sounded',
  'silenced',
  'not confirmed',
] as const;

/** One change of an alert: what, when the gateway did it, whose word and why, and the reading that caused it. */
export const transitionSchema = z.object({
  id: z.string(),
  alert: z.string(),
  at,
  kind: z.enum(TRANSITIONS),
  by: z
    .string()
    .nullable()
    .describe('a person, or the edge or flows that reported; null: the gateway by itself'),
  reason: z.string().nullable(),
  reading: evidenceSchema.nullable(),
});
export type TransitionAnswer = z.infer<typeof transitionSchema>;

/** Neighbouring fire alarms: one incident that grows. */
export const incidentSchema = z.object({
  id: z.string(),
  state: z.enum(['open', 'closed']).describe('closed: all of its alerts are cleared'),
  level: z.enum(LEVELS).describe('the worst of its alerts'),
  opened_at: at,
  last_at: at.describe('when the newest of its alerts opened'),
  stations: z.array(z.string()),
  alerts: z.array(z.string()),
});
export type IncidentAnswer = z.infer<typeof incidentSchema>;

/** A station, or one parameter of it, that a person took out of service. */
export const outOfServiceSchema = z.object({
  id: z.string(),
  station: z.string(),
  parameter: z.string().nullable().describe('null: the whole station'),
  ...decisionShape,
  until: at.nullable().describe('null: until a person ends it'),
  ended_at: at.nullable(),
  ended_by: z.string().nullable().describe('null: its end was set, or it has not ended'),
});
export type OutOfServiceAnswer = z.infer<typeof outOfServiceSchema>;

/** One version of a station's limits; 0 is what the edge's file had, and nobody knows since when. */
export const limitVersionSchema = z.object({
  version: z.int(),
  at: at.nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  limits: z.array(limitSchema),
});

export const stationLimitsAnswerSchema = limitVersionSchema.extend({
  station: z.string(),
  sources: z
    .record(z.string(), z.enum(['file', 'operator']))
    .describe("by parameter/name: the same as in the edge's file, or set by an operator"),
  edge: z.object({
    name: z.string(),
    version: z.int().describe('what it steps, as it told last; 0: the limits of its file'),
    since: at.nullable(),
    taken_over: z.boolean().describe('the edge steps the version in force'),
  }),
});
export type StationLimitsAnswer = z.infer<typeof stationLimitsAnswerSchema>;

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
export const sessionSchema = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  /** Vietnamese names of the areas whose stations it may see; null: all. */
  areas: z.array(z.string().min(1).max(200)).min(1).max(100).nullable(),
});
export type Session = z.infer<typeof sessionSchema>;

/** Server-sent events of `GET /api/v1/stream`. */
export interface StreamEvents {
  reading: ReadonlyArray<LatestReading & { station: string }>;
  alert: AlertAnswer;
  station: StationAnswer;
  /** Every 10 s, so that a quiet field can be told from a dead line. */
  heartbeat: Record<string, never>;
}
