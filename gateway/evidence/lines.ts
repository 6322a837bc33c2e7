/** What `GET /api/v1/evidence/{station}` answers: one JSON object a line. */
import { z } from 'zod';
import { publicKeySchema } from '../../devices/wire/identity.ts';
import { chainSchema, hashSchema, sealSchema } from '../../devices/wire/seal.ts';
import { nameSchema } from '../../devices/word.ts';

const at = z.int().min(0).max(8.64e15);
const edge = nameSchema;
const chain = chainSchema;
const number = z.int().min(0);

export const lineSchema = z.discriminatedUnion('kind', [
  /** The first line. */
  z.strictObject({
    kind: z.literal('evidence'),
    station: nameSchema,
    now: at,
    /** The edge that it belongs to now. */
    edge: edge.nullable(),
    /** For how long readings and their evidence are kept, whichever is shorter; older ones may be deleted. */
    keep_days: z.int().min(0).max(36_500),
    /** Edges that have chained what they sent of this station, and since when. */
    edges: z.array(
      z.strictObject({
        edge,
        since: at,
        keys: z.array(z.strictObject({ key: publicKeySchema, since: at, how: z.string() })),
      }),
    ),
  }),
  /** A chain of such an edge, and which of its batches follow: those above `low`, up to `high`. */
  z.strictObject({
    kind: z.literal('chain'),
    edge,
    chain,
    low: number,
    high: number,
    /** The newest batch that was deleted after its time; 0 when none was. */
    floor: number,
    floor_hash: hashSchema,
  }),
  z.strictObject({ kind: z.literal('head'), edge, received_at: at, seal: sealSchema }),
  /** A batch of this station. `broken`: what the gateway has seen wrong when it came. */
  z.strictObject({
    kind: z.literal('batch'),
    edge,
    chain: chain.nullable(),
    received_at: at,
    broken: z.string().nullable(),
    /** Base64. */
    payload: z.string(),
  }),
  /** A batch of another station: its hash and what it follows, not what it says. */
  z.strictObject({
    kind: z.literal('link'),
    edge,
    chain,
    number,
    previous: hashSchema,
    /** SHA-256 of its payload. */
    digest: hashSchema,
  }),
  /** Readings of a batch, [parameter, time], that the gateway has not stored: they went into quarantine. */
  z.strictObject({
    kind: z.literal('refused'),
    edge,
    chain,
    number,
    readings: z.array(z.tuple([z.string(), at])),
  }),
  /** What was kept there cannot be read. */
  z.strictObject({ kind: z.literal('damaged'), edge, chain: z.string(), first: number, last: number }),
  /** The last line: nothing was cut off. */
  z.strictObject({ kind: z.literal('end') }),
]);
export type Line = z.infer<typeof lineSchema>;
export type LineOf<K extends Line['kind']> = Extract<Line, { kind: K }>;
