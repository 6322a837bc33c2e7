/** The records of the IOC feed: what an operations centre is told, numbered without holes. */
import { z } from 'zod';
import { LEVELS } from '../limit.ts';
import { FLAGS } from '../quality.ts';
import { STATION_KINDS } from '../word.ts';
import { alertAnswerSchema } from './api.ts';

const at = z.int().describe('epoch milliseconds');

/** Raised to cleared come by themselves; corrected and retracted are a person's word: wrong level, and never was. */
export const ALERT_RECORDS = [
  'alert.raised',
  'alert.changed',
  'alert.escalated',
  'alert.cleared',
  'alert.corrected',
  'alert.retracted',
] as const;

/** An hour of one station: sent once soon after its end, and again as corrected when late data have changed it. */
export const observationsSchema = z.object({
  station: z.string(),
  from: at,
  to: at.describe('an hour later; from ≤ reading < to'),
  measured: z.array(
    z.object({
      parameter: z.string(),
      unit: z.string(),
      mean: z
        .number()
        .nullable()
        .describe('of values flagged good or suspect, of directions as vectors; null: there is none'),
      min: z.number().nullable(),
      max: z.number().nullable(),
      readings: z.int().describe('how many there are, whatever their flag'),
      values: z.int().describe('how many of them carry a value that the mean is of'),
      expected: z.int().nullable().describe('how many there should be; null: nobody knows'),
      flag: z.literal([...FLAGS]).describe('the worst among them, QARTOD'),
    }),
  ),
  derived: z.array(
    z.object({
      parameter: z.string(),
      unit: z.string(),
      at,
      value: z.number().nullable(),
      method: z.string(),
      completeness: z.number().nullable().describe('0 to 1'),
    }),
  ),
});
export type Observations = z.infer<typeof observationsSchema>;

/** Sent at a fixed interval: with it "nothing happened" can be told from a fault. */
export const heartbeatSchema = z.object({
  since: at.describe('of the heartbeat before, or of the start'),
  records: z.int().describe('records since then, this one not counted'),
  readings: z.int().describe('readings stored since then, repeats included'),
  stations: z.int(),
  stations_reporting: z.int(),
  edges: z.int(),
  edges_online: z.int(),
  open_alerts: z.object(
    Object.fromEntries(LEVELS.map((level) => [level, z.int()])) as Record<(typeof LEVELS)[number], z.ZodInt>,
  ),
  audit: z
    .object({ number: z.int(), hash: z.string() })
    .optional()
    .describe(
      'the newest entry of the audit log then: whoever keeps this record proves with it that none before was changed',
    ),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

const stationStatusSchema = z.object({
  id: z.string(),
  kind: z.enum(STATION_KINDS),
  status: z.enum(['reporting', 'silent', 'withdrawn']),
});
const edgeStatusSchema = z.object({ name: z.string(), online: z.boolean() });

/** What a record tells, by its kind. */
export const feedEntrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(ALERT_RECORDS), alert: alertAnswerSchema }),
  z.object({ kind: z.enum(['observations', 'observations.corrected']), observations: observationsSchema }),
  z.object({ kind: z.literal('station.status'), station: stationStatusSchema }),
  z.object({ kind: z.literal('edge.status'), edge: edgeStatusSchema }),
  z.object({ kind: z.literal('heartbeat'), heartbeat: heartbeatSchema }),
]);
export type FeedEntry = z.infer<typeof feedEntrySchema>;
export type AlertEntry = Extract<FeedEntry, { alert: unknown }>;

/** How hash and signature are made: gateway/ioc/signing.ts, docs/ioc.md. */
const sealShape = {
  hash: z.string().describe('base64url of SHA-256 over the hash before, a line feed and the canonical JSON'),
  signature: z.string().describe('base64url of Ed25519 over the hash'),
};

export const feedRecordSchema = z.intersection(
  z.object({ number: z.int().min(1), at, ...sealShape }),
  feedEntrySchema,
);
export type FeedRecord = z.infer<typeof feedRecordSchema>;

export const FEED_KINDS: readonly FeedEntry['kind'][] = [
  ...ALERT_RECORDS,
  'observations',
  'observations.corrected',
  'station.status',
  'edge.status',
  'heartbeat',
];

/** `GET ioc/feed`: a part of the feed. */
export const feedPageSchema = z.object({
  records: z.array(feedRecordSchema),
  next: z.int().describe('ask after this number next'),
  newest: z.int().describe('number of the newest record there is, 0: there is none'),
  oldest: z.int().describe('number of the oldest record that is kept'),
  previous: z
    .string()
    .nullable()
    .describe('hash of the record before the first of these, empty before number 1; null: there are none'),
});

/** `GET ioc/key`: a JSON Web Key (RFC 8037), and the same as PEM. */
export const feedKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().describe('base64url of its 32 bytes'),
  pem: z.string(),
});
export type FeedKey = z.infer<typeof feedKeySchema>;
