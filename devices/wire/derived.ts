/** HTTP answers about what is derived of many stations: the newest values with their official scales, and what a day was. */
import { z } from 'zod';
import { textSchema } from '../word.ts';
import { derivationSchema, derivedAnswerSchema } from './api.ts';

const at = z.int().describe('epoch milliseconds');
const next = z.string().nullable().describe('cursor of the next page; null: there is none');

/** One category of an index, as its decision names and colours it. */
const scaleStepSchema = z.object({
  from: z.number(),
  to: z.number(),
  name: textSchema,
  colour: z.string().describe('#rrggbb'),
  advice: textSchema,
});
export type ScaleStep = z.infer<typeof scaleStepSchema>;

export const derivedListSchema = z.object({
  scales: z
    .record(z.string(), z.array(scaleStepSchema))
    .describe('by parameter, of the indices that have official categories; by rising value'),
  stations: z.array(derivedAnswerSchema),
  next,
});
export type DerivedListAnswer = z.infer<typeof derivedListSchema>;

const span = z.object({ mean: z.number(), low: z.number(), low_at: at, high: z.number(), high_at: at });

/** The values of one derived parameter that are of one Vietnamese day: the labels 01:00 to 24:00. */
export const derivedDaySchema = z.object({
  day: z.string().describe('2026-03-05'),
  count: z.int().describe('published values; of a 24-hour mean only the one of the calendar day'),
  withheld: z.int().describe('values that were not published, for want of data'),
  /** Absent when nothing was published. */
  span: span.optional(),
  /** Of a mean that QCVN 05:2023 has a limit for on this day. */
  limit: z.object({ value: z.number(), exceeded: z.int().describe('published values above it') }).optional(),
  /** Of the value that stands for the day: its only one, the highest VN_AQI, the lowest VN_WQI. */
  dominant: derivationSchema.shape.dominant,
  note: derivationSchema.shape.note,
});
export type DerivedDay = z.infer<typeof derivedDaySchema>;

export const derivedDaysSchema = z.object({
  stations: z.array(
    z.object({
      station: z.string(),
      parameters: z.array(
        z.object({
          parameter: z.string(),
          unit: z.string(),
          days: z.array(derivedDaySchema).describe('ascending; days of which nothing is known are absent'),
        }),
      ),
    }),
  ),
  next,
});
export type DerivedDaysAnswer = z.infer<typeof derivedDaysSchema>;

/** How often a mean was above the limit of QCVN 05:2023 that was in force; a limit that changed has rows of its own. */
export const exceedanceSchema = z.object({
  parameter: z.string(),
  unit: z.string(),
  limit: z.object({ value: z.number(), clause: textSchema }),
  of: z.int().describe('means that were held against it'),
  exceeded: z.int().describe('of these, above it'),
  days: z.int().describe('Vietnamese days with at least one of them'),
  high: z.number(),
  high_at: at,
});
export type Exceedance = z.infer<typeof exceedanceSchema>;

export const exceedancesSchema = z.object({
  stations: z.array(z.object({ station: z.string(), rows: z.array(exceedanceSchema) })),
  next,
});
export type ExceedancesAnswer = z.infer<typeof exceedancesSchema>;
