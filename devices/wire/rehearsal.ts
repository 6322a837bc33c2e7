/** A rehearsal: what a rule would have told over a time that is known, beside the rule in force. The API and the command line tell it so. */
import { z } from 'zod';
import { LEVELS } from '../limit.ts';

const at = z.int().describe('epoch milliseconds');
const seconds = z.number().min(0);

const rehearsedAlertSchema = z.object({
  station: z.string(),
  parameter: z.string().describe('empty when it is about no parameter'),
  limit: z.string(),
  level: z.enum(LEVELS).describe('the worst that it reached'),
  opened_at: at,
  cleared_at: at.nullable().describe('null: it stood at the end'),
  told_at: at.nullable().describe('null: it was quiet, nobody was told'),
  flapping: z.boolean().describe('it came and went so often that it became one alert'),
});
export type RehearsedAlert = z.infer<typeof rehearsedAlertSchema>;

export const outcomeSchema = z.object({
  alerts: z.int().describe('that people are told of'),
  quiet: z.int().describe('that stand and wake nobody'),
  unverified: z.int().describe('changes by which one is marked as standing without data'),
  by_limit: z.array(
    z.object({
      parameter: z.string(),
      limit: z.string(),
      level: z.enum(LEVELS),
      alerts: z.int(),
      total_s: seconds,
    }),
  ),
  total_s: seconds.describe('how long they stand, added up'),
  longest_s: seconds,
  storm: z.object({ alerts: z.int(), from: at }).nullable().describe('the most alerts in any 10 minutes'),
  first_at: at.nullable().describe('when people are told first'),
  first_after_s: seconds.nullable().describe('the same, since the beginning'),
  timeline: z.array(rehearsedAlertSchema).describe('by the time at which they opened'),
  cut: z.boolean().describe('there are more alerts than the timeline has'),
  stopped_at: at
    .nullable()
    .describe('alerts changed so often that the rule was followed no further: all numbers are up to here'),
});
export type RehearsalOutcome = z.infer<typeof outcomeSchema>;

export const rehearsalAnswerSchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  by: z.string(),
  started_at: at,
  ended_at: at.nullable(),
  stations: z.array(z.string()),
  from: at,
  to: at,
  progress: z.number().min(0).max(1).describe('share of the time that is behind it'),
  readings: z.int().describe('so far'),
  fault: z.string().nullable().describe('why it failed'),
  rehearsed: outcomeSchema.nullable().describe('of the rule that is tried; null until it is done'),
  present: outcomeSchema.nullable().describe('of the limits that are in force now'),
  left_out: z.array(z.string()).describe('parts of the rule that cannot be rehearsed'),
});
export type RehearsalAnswer = z.infer<typeof rehearsalAnswerSchema>;
