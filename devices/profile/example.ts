/** An example of a profile: raw registers and the readings they must give. The test suite and `check` run them. */
import { z } from 'zod';
import { REGISTER_AREAS } from '../register.ts';
import { channelsSchema, wiredPoints } from '../wiring.ts';
import { measuredSchema } from '../word.ts';
import type { WiredModule } from './channel.ts';
import type { ProfilePoint } from './point.ts';

export const exampleSchema = z.strictObject({
  title: z.string().min(1),
  registers: z
    .partialRecord(
      z.enum(REGISTER_AREAS),
      z.record(z.string().regex(/^(\d+|0x[\dA-Fa-f]+)$/), z.array(z.int().min(0).max(65_535))),
    )
    .describe('Address as in the points → raw 16-bit words (or bits) from there on'),
  channels: channelsSchema.default({}).describe('Of an I/O module: what is wired in this example'),
  readings: z.partialRecord(
    measuredSchema as unknown as z.ZodString,
    z.strictObject({
      value: z.number().nullable().describe("In the parameter's own unit"),
      flag: z
        .literal([1, 2, 3, 4, 9])
        .default(1)
        .describe('QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing'),
      reason: z.string().optional(),
    }),
  ),
});
export type Example = z.infer<typeof exampleSchema>;

/** What the example is decoded with: the profile's points and, of an I/O module, those of the example's wiring. */
export const examplePoints = (
  profile: WiredModule & { readonly id: string; readonly points: readonly ProfilePoint[] },
  { channels }: Pick<Example, 'channels'>,
): ProfilePoint[] => [...profile.points, ...wiredPoints(profile, channels)];
