/** Answers of `/api/v1/stations/{id}/…` about one station's instruments, its days and what came late. */
import { z } from 'zod';
import { stationQualitySchema } from './api.ts';

const at = z.int().describe('epoch milliseconds');
const texts = z.array(z.string());

/** What the profile of a model says of it, for people. */
export const profileFactsSchema = z.object({
  id: z.string(),
  maker: z.string(),
  models: texts,
  revision: z.int(),
  status: z
    .enum(['documentation', 'bench'])
    .describe('made from a document, or proved on the real instrument'),
  caveats: texts.describe('peculiarities that people must know'),
  sources: texts.describe('where its facts come from, with edition and page'),
  ranges: z
    .array(z.object({ parameter: z.string(), low: z.number(), high: z.number(), unit: z.string() }))
    .describe("the instrument's own range of each parameter, as its manual has it"),
  calibrating: texts.describe('states that it tells while it is being calibrated'),
});
export type ProfileFacts = z.infer<typeof profileFactsSchema>;

export const instrumentSchema = z.object({
  id: z.string(),
  profile: z.string(),
  facts: profileFactsSchema
    .nullable()
    .describe('null: the gateway does not have this profile; the edge has one of its own'),
  writes: z
    .array(z.object({ name: z.string(), label: z.string(), note: z.string(), dangerous: z.boolean() }))
    .describe('what a technician may have written to it from the centre'),
});
export type InstrumentAnswer = z.infer<typeof instrumentSchema>;

export const instrumentsAnswerSchema = z.object({
  station: z.string(),
  instruments: z.array(instrumentSchema),
});
export type InstrumentsAnswer = z.infer<typeof instrumentsAnswerSchema>;

export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
/** Bytes; the screens make a picture smaller before they send it. */
export const MAX_PHOTO = 600_000;

export const photoFactsSchema = z.object({
  version: z.string().describe('of its content; a part of its address'),
  type: z.enum(PHOTO_TYPES),
  bytes: z.int(),
  at: at.describe('epoch milliseconds, when it was added'),
  by: z.string(),
});
export type PhotoFacts = z.infer<typeof photoFactsSchema>;

export const photoAnswerSchema = z.object({ station: z.string(), photo: photoFactsSchema.nullable() });
export type PhotoAnswer = z.infer<typeof photoAnswerSchema>;

/** The four numbers of a station, day by day of Vietnam. */
export const qualityDaysSchema = z.object({
  station: z.string(),
  kept_from: z.string().describe('days before this one have no readings to count any more'),
  days: z.array(stationQualitySchema.omit({ station: true }).extend({ day: z.string(), from: at, to: at })),
});
export type QualityDays = z.infer<typeof qualityDaysSchema>;
export type QualityDay = QualityDays['days'][number];

export const lateAnswerSchema = z.object({
  station: z.string(),
  parameter: z.string(),
  /** `readings`: from the first to the last late one; `hours`: whole hours in which some were late. */
  by: z.enum(['readings', 'hours']),
  spans: z.array(z.object({ from: at, to: at, count: z.int().describe('readings that were late') })),
});
export type LateAnswer = z.infer<typeof lateAnswerSchema>;
