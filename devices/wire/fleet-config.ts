/** What the API says of configurations of edges and how they are rolled out. */
import { z } from 'zod';
import { nameSchema } from '../word.ts';
import { configHashSchema, configTextSchema, wantedConfigSchema } from './fleet.ts';

const at = z.int().min(0);
const version = z.int().min(1);

/** `withdrawn`: another one came, or a person stopped it, before the edge began. */
export const CONFIG_STATES = [
  'wanted',
  'trial',
  'kept',
  'refused',
  'taken_back',
  'expired',
  'withdrawn',
] as const;
export type ConfigVersionState = (typeof CONFIG_STATES)[number];

export const configVersionSchema = z.object({
  version,
  at,
  by: z.string().describe('who set it; "technician" where it was changed at the cabinet'),
  source: z.enum(['centre', 'edge']),
  hash: configHashSchema,
  state: z.enum(CONFIG_STATES),
  reason: z.string().nullable(),
  state_at: at,
});
export type ConfigVersion = z.infer<typeof configVersionSchema>;

export const configChangeSchema = z.object({
  place: z.string().describe('as "station cau-rong, instrument climate, period_s"'),
  kind: z.enum(['added', 'removed', 'changed']),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

export const edgeConfigAnswerSchema = z.object({
  edge: nameSchema,
  running: z
    .object({
      version,
      hash: configHashSchema,
      text: z.string(),
      local: z.boolean().describe('changed at the cabinet; the centre has wanted nothing else since'),
      at,
    })
    .nullable()
    .describe('null: the edge has not told yet'),
  wanted: configVersionSchema.nullable().describe('what waits for the edge or is on trial there'),
  versions: z.array(configVersionSchema).describe('the newest, newest first'),
});
export type EdgeConfigAnswer = z.infer<typeof edgeConfigAnswerSchema>;

export const configVersionAnswerSchema = configVersionSchema.extend({
  text: z.string(),
  replaces: version.nullable(),
  changes: z.array(configChangeSchema).describe('against the version that it was to replace'),
});
export type ConfigVersionAnswer = z.infer<typeof configVersionAnswerSchema>;

export const configCheckRequestSchema = z.strictObject({ config: configTextSchema });

export const configCheckSchema = z.object({
  changes: z.array(configChangeSchema),
  faults: z.array(z.string()).describe('why it cannot go; empty: it can'),
  lines: z.array(
    z.object({
      line: z.string(),
      before: z.number().nullable().describe('part of its time that the line needs as planned'),
      after: z.number().nullable(),
    }),
  ),
});
export type ConfigCheck = z.infer<typeof configCheckSchema>;

/** Edges of one rollout: what fits into one request. */
export const MOST_ROLLOUT_EDGES = 200;

export const rolloutRequestSchema = z.strictObject({
  edges: z
    .array(z.strictObject({ edge: nameSchema, config: configTextSchema }))
    .min(1)
    .max(MOST_ROLLOUT_EDGES)
    .describe('in this order'),
  canary: z.int().min(1).max(MOST_ROLLOUT_EDGES).default(1).describe('so many go first and alone'),
  trial_s: wantedConfigSchema.shape.trial_s.default(600),
});
export type RolloutRequest = z.infer<typeof rolloutRequestSchema>;

/** `waiting`: its turn has not come; `untouched`: it never came. */
export const STEP_STATES = [...CONFIG_STATES, 'waiting', 'untouched'] as const;
export type StepState = (typeof STEP_STATES)[number];

export const rolloutAnswerSchema = z.object({
  id: z.int(),
  at,
  by: z.string(),
  canary: z.int(),
  trial_s: z.int(),
  state: z.enum(['running', 'done', 'stopped']),
  reason: z.string().nullable(),
  ended_at: at.nullable(),
  steps: z.array(
    z.object({
      edge: nameSchema,
      version: version.nullable(),
      state: z.enum(STEP_STATES),
      reason: z.string().nullable(),
    }),
  ),
});
export type RolloutAnswer = z.infer<typeof rolloutAnswerSchema>;

export const rollbackRequestSchema = z.strictObject({
  version,
  trial_s: wantedConfigSchema.shape.trial_s.default(600),
});
