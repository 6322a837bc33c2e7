/** HTTP answers about many stations: the newest derived values with their official scales, what a day was, and what did not meet a standard. */
import { z } from 'zod';
import { CLASSES, STANDARDS, WATERS } from '../limit/standard.ts';
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

/**
 * How often one bound of a standard was not met. A limit that has two bounds has a row of each, a limit that changed a row
 * for each time.
 */
export const exceedanceSchema = z.object({
  standard: z.enum(STANDARDS),
  parameter: z.string(),
  unit: z.string(),
  limit: z.object({ value: z.number(), clause: textSchema }),
  side: z.enum(['above', 'below']).describe('where what does not meet it is: above or below its value'),
  by: z
    .enum(['mean', 'sample_hour'])
    .describe(
      'what is counted: means over the averaging time of the limit (QCVN 05); hours with at least one sample, since QCVN 08 states no averaging time',
    ),
  of: z.int().describe('how many were held against it'),
  exceeded: z.int().describe('of these, how many did not meet it; of an hour one sample is enough'),
  days: z.int().describe('Vietnamese days with at least one of them'),
  worst: z.number().describe('the highest, or the lowest where the limit is a lowest value'),
  worst_at: at.describe('end of the mean or hour that it is of'),
});
export type Exceedance = z.infer<typeof exceedanceSchema>;

const bodySchema = z.object({ water: z.enum(WATERS), class: z.enum(CLASSES) });

export const exceedancesSchema = z.object({
  stations: z.array(
    z.object({
      station: z.string(),
      rows: z.array(exceedanceSchema),
      bodies: z
        .array(bodySchema)
        .optional()
        .describe(
          'of a water station: what its water is and the class it has to meet, as its limits in force by QCVN 08 say; none: nothing was judged',
        ),
    }),
  ),
  next,
});
export type ExceedancesAnswer = z.infer<typeof exceedancesSchema>;

/** The mean of the days of a year, of a pollutant that QCVN 05:2023 limits the mean of a year of. */
export const yearMeanSchema = z.object({
  parameter: z.string().describe('the mean of a day that it is made of'),
  unit: z.string(),
  mean: z.number(),
  days: z.int().describe('with a mean of their own'),
  limit: z.object({ value: z.number(), clause: textSchema }),
  exceeded: z.boolean().nullable().describe('null: there are too few days to say'),
});
export type YearMean = z.infer<typeof yearMeanSchema>;

export const yearMeansSchema = z.object({
  of: z.int().describe('days'),
  needed: z.int().describe('so many of them make it complete'),
  stations: z.array(z.object({ station: z.string(), rows: z.array(yearMeanSchema) })),
  next,
});
export type YearMeansAnswer = z.infer<typeof yearMeansSchema>;
