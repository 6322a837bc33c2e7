/** What centre and edge say to each other about the edge itself: its configuration, and commands with their answers. */
import { z } from 'zod';
import { measuredSchema, nameSchema } from '../word.ts';

const at = z.int().min(0).max(8.64e15);
const reason = z.string().max(500);

/** Some thousand instruments; a message of it fits into what broker and gateway take. */
export const MOST_CONFIG_CHARACTERS = 256 * 1024;
/** YAML of all of an edge file but what is its own: id, data_dir, log_level, uplink, and the passwords of its lines. */
export const configTextSchema = z.string().max(MOST_CONFIG_CHARACTERS);
/** SHA-256 of the configuration as canonical JSON (RFC 8785), base64url: which one is meant, whatever its spelling. */
export const configHashSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** `edges/{edge}/config`, retained: what the edge is to run. Absent: what its own file says. */
export const wantedConfigSchema = z.strictObject({
  /** Counts the configurations of this edge, from 1. */
  version: z.int().min(1),
  hash: configHashSchema,
  text: configTextSchema,
  /** What the edge must be running, so that nobody overwrites what a technician has changed meanwhile. */
  instead_of: configHashSchema,
  /** How long it is on trial before it stays. */
  trial_s: z.int().min(10).max(86_400),
  /** Not begun after that. */
  expires: at,
});
export type WantedConfig = z.infer<typeof wantedConfigSchema>;

/** `{edge}/config`: told at each connection and at each change. */
export const configReportSchema = z.strictObject({
  /** What it runs. version null: from its own file, which a person has changed there (`local`) or which was always so. */
  running: z.strictObject({
    version: z.int().min(1).nullable(),
    hash: configHashSchema,
    /** null: as it was told before, on this connection. */
    text: configTextSchema.nullable(),
  }),
  /** The edit of a technician at the cabinet, which holds until the centre wants another version. */
  local: z.boolean(),
  /** What became of the newest version that the centre wanted. */
  wanted: z
    .strictObject({
      version: z.int().min(1),
      state: z.enum(['refused', 'trial', 'kept', 'taken_back', 'expired']),
      /** Why it was refused or taken back, in words. */
      reason: reason.nullable(),
      since: at,
    })
    .nullable(),
});
export type ConfigReport = z.infer<typeof configReportSchema>;

const register = z.int().min(0).max(65_535);

/** What an edge can be told to do. */
export const ordersSchema = z.discriminatedUnion('kind', [
  /** Reads registers as they are, in the line's own queue. */
  z.strictObject({
    kind: z.literal('read'),
    station: nameSchema,
    instrument: nameSchema,
    table: z.enum(['holding', 'input', 'coil', 'discrete']),
    address: register,
    count: z.int().min(1).max(125),
  }),
  /** Writes what the instrument's profile lists under `writes` as allowed from the centre, reads it back and looks for its effect. */
  z.strictObject({
    kind: z.literal('write'),
    station: nameSchema,
    instrument: nameSchema,
    /** Name of the write in the profile. */
    write: nameSchema,
    /** As the register holds it; of a coil 0 or 1. */
    value: z.int().min(-32_768).max(65_535),
    /** A reading of the same station that must come to be within the band in time, when the effect shows in one. */
    effect: z
      .strictObject({
        parameter: measuredSchema,
        min: z.number(),
        max: z.number(),
        within_s: z.int().min(1).max(3600),
      })
      .refine(({ min, max }) => min <= max, { path: ['min'], error: 'must not be above "max"' })
      .optional(),
  }),
  /** Forgets what was learned of an instrument and looks at it anew; without one, all of them. */
  z
    .strictObject({
      kind: z.literal('rescan'),
      station: nameSchema.optional(),
      instrument: nameSchema.optional(),
    })
    .refine(({ station, instrument }) => instrument === undefined || station !== undefined, {
      path: ['station'],
      error: 'at which station is the instrument?',
    }),
  z.strictObject({ kind: z.literal('restart') }),
  /** The newest lines of its log, without secrets. */
  z.strictObject({ kind: z.literal('log'), lines: z.int().min(1).max(500) }),
]);
export type Orders = z.infer<typeof ordersSchema>;

const commandId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/** 128 random bits of the edge, base64url. */
const nonce = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** So long after an order was published the centre withdraws it, unless the edge has taken it; ms. */
export const TAKE_MS = 10_000;
/** So long after it has taken an order the edge waits for the word to go, ms by its ticks. */
export const GO_MS = 10_000;
/** So long after that word it waits for its turn on the line, ms by its ticks. */
export const TURN_MS = 30_000;
/** So long it may take beyond the turn and the deadline of an effect until the centre hears how it ended, ms. */
export const OUTCOME_MS = 60_000;

/**
 * `edges/{edge}/commands`, QoS 1, not retained. An order does nothing by itself: the edge takes it with a nonce, and does it
 * when the centre says `go` to this nonce. So the clock of the centre alone decides what is too old, whatever the edge's
 * shows, and what the centre has withdrawn was certainly not done.
 */
export const commandSchema = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.literal('order'),
    /** Each is done once: an edge remembers them. */
    id: commandId,
    /** Who asked, and who else approved. */
    by: z.array(z.string().min(1).max(100)).min(1).max(2),
    orders: ordersSchema,
  }),
  z.strictObject({ step: z.literal('go'), id: commandId, nonce }),
]);
export type Command = z.infer<typeof commandSchema>;
export type Order = Extract<Command, { step: 'order' }>;

/** Characters of the lines of one answer together: it must fit into one message. */
export const MOST_LOG_CHARACTERS = 256 * 1024;

/** `{edge}/answers`. */
export const answerSchema = z.discriminatedUnion('state', [
  /** Known and remembered on disk, and not begun. */
  z.strictObject({ id: commandId, at, state: z.literal('taken'), nonce }),
  z.strictObject({
    id: commandId,
    at,
    /**
     * `done` of a write: read back and, where an effect was named, seen. `failed`: it was begun. `expired` and `refused`:
     * nothing was done.
     */
    state: z.enum(['done', 'failed', 'expired', 'refused']),
    reason: reason.nullable(),
    /** Registers or coils that were read, or were read back after a write. */
    values: z.array(register).max(125).optional(),
    lines: z.array(z.string().max(2000)).max(500).optional(),
  }),
]);
export type CommandAnswer = z.infer<typeof answerSchema>;
export type Outcome = Exclude<CommandAnswer, { state: 'taken' }>;
