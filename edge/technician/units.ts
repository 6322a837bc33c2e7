/** Which units a scan asks. Pure. */
import { UserFault } from '../../devices/kit/fault.ts';

/** Ids that instruments leave the factory with, and those that people number upwards from 1. */
export const USUAL_UNITS = '1-69,240-247';

/** "1-20,240-247" as ascending numbers. 0 is the broadcast that nobody answers. */
export function parseUnits(text: string): number[] {
  const units = new Set<number>();
  for (const part of text.split(',')) {
    const [, first = '', last = first] = /^\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || from < 1 || to > 247 || from > to)
      throw new UserFault(
        `--units: "${part.trim()}" must be a unit id or a range within 1 to 247, as in 1-20,240-247`,
      );
    for (let unit = from; unit <= to; unit++) units.add(unit);
  }
  return [...units].sort((a, b) => a - b);
}
