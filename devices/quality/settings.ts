/** How the tests of one instrument differ from its parameters' own: the `quality` of an instrument in the edge file. */
import { z } from 'zod';
import { measuredSchema } from '../word.ts';

const span = z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, {
  error: 'the first number must be below the second',
});

/** Values are in the parameter's unit. What is absent stays as the parameter has it; `off` leaves a test out. */
const testSettingsSchema = z.strictObject({
  /** Outside it a value is suspect at this place. The parameter's own range, and the profile's, still count. */
  range: span.optional(),
  /** Greatest change from the last good value that needs no second value to be believed. */
  spike: z.union([z.number().positive(), z.literal('off')]).optional(),
  /** Greatest change a minute from the last good value. */
  rate_per_min: z.union([z.number().positive(), z.literal('off')]).optional(),
  flat: z
    .union([
      z.strictObject({
        seconds: z.number().min(60).max(2_592_000),
        /** Values within less than this stand still: half the instrument's resolution. */
        tolerance: z.number().positive(),
        /** Where standing still is natural: night, saturated air, less than the instrument can see. */
        rest: span.optional(),
      }),
      z.literal('off'),
    ])
    .optional(),
});

export const qualitySettingsSchema = z.partialRecord(measuredSchema, testSettingsSchema);

export type TestSettings = z.infer<typeof testSettingsSchema>;
export type QualitySettings = z.infer<typeof qualitySettingsSchema>;
