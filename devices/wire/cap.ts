/** The HTTP answers about CAP messages: drafts that wait for a person, and what went out. */
import { z } from 'zod';

const at = z.int().describe('epoch milliseconds');

export const capDraftSchema = z.object({
  number: z.int(),
  chain: z.int().describe('drafts of one chain are about one danger of a station, or one incident'),
  kind: z.enum(['warning', 'all-clear', 'cancel']),
  status: z.enum(['Actual', 'Test']).describe('Test: a station is being commissioned, or replays values'),
  state: z
    .enum(['pending', 'published', 'refused', 'overtaken'])
    .describe(
      'pending: waits for a person; overtaken: something newer took its place, or nothing is left to say',
    ),
  made_at: at,
  decided_by: z
    .string()
    .nullable()
    .describe('null: nobody has decided, nobody had to, or it broke a rule of CAP'),
  decided_at: at.nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  info: z.array(
    z.object({
      language: z.string(),
      event: z.string(),
      severity: z.string(),
      urgency: z.string(),
      certainty: z.string(),
      headline: z.string(),
      description: z.string(),
      instruction: z.string(),
      areas: z.array(z.string()),
    }),
  ),
  message: z
    .object({
      identifier: z.string(),
      type: z.enum(['Alert', 'Update', 'Cancel']),
      sent: at,
      expires: at,
    })
    .nullable()
    .describe('what went out; null: nothing has'),
});
export type CapDraftAnswer = z.infer<typeof capDraftSchema>;
