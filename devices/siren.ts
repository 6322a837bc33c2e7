/** A siren or a light on a coil of a Modbus output module: the `sirens` of a station in the edge file. */
import { z } from 'zod';
import { nameSchema } from './word.ts';

export const sirenSchema = z
  .strictObject({
    /** Name of the siren within its station. */
    id: nameSchema,
    /** The Modbus line that its module is on. */
    line: nameSchema,
    /** Modbus unit id. Not 0: a broadcast is confirmed by nobody. */
    unit: z.int().min(1).max(255),
    /** Address of the coil as it goes over the wire: the first one is 0. */
    coil: z.int().min(0).max(65_535),
    /** Limits of its station, and of its fire rules `fire-suspected` and `fire`: any one of them raised sounds it. */
    on: z.array(nameSchema).min(1).max(50),
    /** Once on it stays on for so long, even if everything has cleared. */
    min_s: z.number().min(0).max(3600).default(10),
    /** It falls silent so long after the last of its limits was raised, even if it goes on. */
    max_s: z.number().min(1).max(86_400).default(600),
  })
  .refine(({ min_s, max_s }) => min_s <= max_s, { path: ['min_s'], error: 'must not be above "max_s"' });

export type Siren = z.infer<typeof sirenSchema>;
