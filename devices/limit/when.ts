/** Season and hours in which a limit is in force: Vietnamese months and hours of day. */
import { z } from 'zod';
import { hourOfDay, monthOf } from '../local-time.ts';

const month = z.int().min(1).max(12);

export const whenSchema = z
  .strictObject({
    /** From the first of one month to the end of another, over New Year too: 11 to 4 is the dry season of the south. */
    months: z.strictObject({ from: month, to: month }).optional(),
    /** From one full hour up to another, over midnight too: 22 to 6 is the night. */
    hours: z
      .strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(24) })
      .refine(({ from, to }) => from !== to, { path: ['to'], error: 'must differ from "from"' })
      .optional(),
  })
  .refine(({ months, hours }) => months !== undefined || hours !== undefined, {
    error: 'must have "months" or "hours"',
  });

export type When = z.infer<typeof whenSchema>;

/** Whether a moment (epoch ms) is in that season and at that hour. */
export function inForce(when: When | undefined, at: number): boolean {
  if (when === undefined) return true;
  const { months, hours } = when;
  return (
    (months === undefined || between(monthOf(at), months.from, months.to + 1)) &&
    (hours === undefined || between(hourOfDay(at), hours.from, hours.to))
  );
}

/** from ≤ value < to; where `from` is the later one, around the end. Months run to 13. */
const between = (value: number, from: number, to: number): boolean =>
  from < to ? value >= from && value < to : value >= from || value < to;
