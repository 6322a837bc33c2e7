/**
 * What an instrument says of itself beside its values: that it measures, is being calibrated, is faulty, or warns. Station
 * files of Circular 10/2021/TT-BTNMT call the first three 00, 01 and 02. Unlike `valid_when`, which says that there is no
 * value at all, a state keeps the value and says what it is worth.
 */
import { z } from 'zod';
import { measuredSchema } from '../word.ts';
import { locationShape, type RegisterRef } from './point.ts';

/** Kinds of states, the one that decides a value's flag first. */
export const STATE_KINDS = ['calibrating', 'error', 'warning'] as const;
export type StateKind = (typeof STATE_KINDS)[number];

const meanings = z.record(z.string().regex(/^-?\d+$/), z.string().min(1).max(200)).optional();

export const stateSchema = z
  .strictObject({
    ...locationShape,
    mask: z.int().min(1).max(0xffff_ffff).optional().describe('Only these bits of the register count'),
    calibrating: meanings.describe(
      'Contents that mean calibration: values are kept and not evaluated (flag 2)',
    ),
    error: meanings.describe('Contents that mean a fault of the instrument: values fail (flag 4)'),
    warning: meanings.describe('Contents that make values doubtful (flag 3)'),
    of: z
      .array(measuredSchema)
      .min(1)
      .optional()
      .describe('Only the values of these parameters; all of the profile when absent'),
  })
  .superRefine((state, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const bits = state.area === 'coil' || state.area === 'discrete';
    if (bits && state.type !== 'bit') fault('type', `a ${state.area} is a bit, not ${state.type}`);
    if (!bits && state.type === 'bit')
      fault('type', 'take the whole register (uint16) and a mask for one of its bits');
    const seen = new Set<string>();
    for (const kind of STATE_KINDS) {
      for (const content of Object.keys(state[kind] ?? {})) {
        if (seen.has(content)) fault(kind, `${content} has two meanings`);
        seen.add(content);
        if (state.mask !== undefined && (Number(content) & ~state.mask) !== 0)
          fault(kind, `${content} has bits that the mask takes away`);
      }
    }
    if (seen.size === 0) fault('error', 'what does it say? Give calibrating, error or warning');
  });
export type StateRule = z.infer<typeof stateSchema>;

export interface StatefulProfile {
  readonly state_from: readonly StateRule[];
}

/** The rules that hold for this point, in the profile's order. */
export const stateRules = (
  { state_from }: StatefulProfile,
  { parameter }: { readonly parameter: string },
): readonly StateRule[] =>
  state_from.length === 0
    ? NONE
    : state_from.filter(({ of }) => of === undefined || of.some((id) => id === parameter));

const NONE: readonly StateRule[] = [];

/** What the register says; null where it says nothing special: the instrument measures. */
export function stateOf(rule: StateRule, raw: number): { kind: StateKind; reason: string } | null {
  // >>> makes the 32 bits unsigned again.
  const content = rule.mask === undefined ? raw : (raw & rule.mask) >>> 0;
  for (const kind of STATE_KINDS) {
    const reason = rule[kind]?.[content];
    if (reason !== undefined) return { kind, reason };
  }
  return null;
}

export type ReadRef = (ref: RegisterRef) => number | undefined;
