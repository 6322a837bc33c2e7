/** The words that name things in files, topics and addresses, as zod schemas. */
import { z } from 'zod';
import { isParameter, MEASURED_IDS, PARAMETER_IDS } from './parameter.ts';
import { UNIT_IDS } from './unit.ts';

/** Name of a station, edge, line, limit or profile. It becomes part of topics, addresses and file names. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens, at most 63');

export const parameterSchema = z.enum(PARAMETER_IDS as [string, ...string[]], {
  error: (issue) => `"${String(issue.input)}" is no known parameter`,
}) as unknown as z.ZodType<import('./parameter.ts').ParameterId>;

/** A parameter that an instrument can measure: derived ones have one author, the gateway. */
export const measuredSchema = z.enum(MEASURED_IDS as [string, ...string[]], {
  error: (issue) => {
    const derived = typeof issue.input === 'string' && isParameter(issue.input);
    return `"${String(issue.input)}" is ${derived ? 'derived by the gateway, no instrument measures it' : 'no known parameter'}`;
  },
}) as unknown as z.ZodType<import('./parameter.ts').ParameterId>;

export const unitSchema = z.enum(UNIT_IDS as [string, ...string[]], {
  error: (issue) => `"${String(issue.input)}" is no known unit`,
}) as unknown as z.ZodType<import('./unit.ts').UnitId>;

export const STATION_KINDS = ['air', 'water', 'weather', 'fire', 'traffic'] as const;
export type StationKind = (typeof STATION_KINDS)[number];

/** A text that people read: Vietnamese first. */
export const textSchema = z.strictObject({ vi: z.string().min(1).max(500), en: z.string().min(1).max(500) });
export type Text = z.infer<typeof textSchema>;

/** What a station is, wherever one is named: in the edge file, the inventory and the API. */
export const stationShape = {
  id: nameSchema,
  kind: z.enum(STATION_KINDS),
  name: textSchema,
  /** Operating area: a free name, never part of a key. */
  area: textSchema,
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** Where the values really come from, when they are no measurements of this place. Show it with every value. */
  origin: textSchema.optional(),
  /** It is being set up: what it brings is kept and shown, and warnings that it causes are marked as a test. */
  commissioning: z.boolean().optional(),
};
