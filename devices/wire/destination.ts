/** What the API tells of the destinations that the feed and what is made of it are delivered to. */
import { z } from 'zod';

const at = z.int().describe('epoch milliseconds');

export const destinationAnswerSchema = z.object({
  id: z.string(),
  type: z.string(),
  status: z
    .enum(['delivering', 'failing', 'stopped'])
    .describe('failing: what it must have is tried again; stopped: until a person resumes it'),
  circuit: z
    .enum(['closed', 'open', 'half-open'])
    .describe(
      'open: it has failed so often that it is tried once a minute; half-open: that try is under way',
    ),
  delivered: z.int().describe('number of the last item that it has, or that is not for it'),
  behind: z.int().describe('how many items come after that, as far as is known'),
  error: z.string().nullable().describe('why the last try failed, null when it did not'),
  next_try_at: at.nullable(),
  stopped: z.object({ at, reason: z.string() }).nullable(),
  dead_letters: z
    .int()
    .describe('what the receiver has refused for good, or what was not kept until it could have it'),
});
export type DestinationAnswer = z.infer<typeof destinationAnswerSchema>;

export const deadLetterSchema = z.object({
  number: z.int(),
  at: at.describe('when it was refused last'),
  reason: z.string(),
  item: z.unknown().describe('what was refused; null when it is not kept any more'),
});
export type DeadLetterAnswer = z.infer<typeof deadLetterSchema>;

/** What came of sending a dead letter again. */
export const resentSchema = z.object({
  delivered: z.boolean(),
  reason: z.string().nullable().describe('why it stays a dead letter'),
});

export const destinationTestSchema = z.object({
  ok: z.boolean(),
  said: z.string().describe('what was tried, or why it failed'),
});
