/** What a limit is, as it stands in edge files, in nodes of flows and in the API: one schema a kind. */
import { z } from 'zod';
import { BASELINE_DAYS } from '../baseline.ts';
import { nameSchema, parameterSchema } from '../word.ts';
import { standardFault, standardShape } from './standard.ts';
import { whenSchema } from './when.ts';

export const LEVELS = ['notice', 'warning', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** `up`: only what is higher, `down`: only what is lower than before, or than the baseline. */
export const DIRECTIONS = ['up', 'down', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;

/** The most samples that may vote. */
const MOST_SAMPLES = 20;

const seconds = z.number().min(0, 'must be 0 seconds or more').max(DAY_S);

const common = {
  /** Name of the limit; with station and parameter it is the key of the condition. */
  name: nameSchema,
  parameter: parameterSchema,
  level: z.enum(LEVELS),
  /**
   * The weakest flag that may decide. Good by default; a fire alarm takes suspect too, since what is unusual for
   * the place is what a fire looks like.
   */
  quality: z.enum(['good', 'suspect']).default('good'),
  /** Seconds that the value must stay within `clear` before the alarm is cleared. */
  clear_hold_s: seconds.default(0),
  /** Season and hours in which the limit is in force; always when absent. */
  when: whenSchema.optional(),
};

const judged = {
  ...common,
  /** Seconds that the value must stay beyond `raise` before the alarm is raised. */
  hold_s: seconds.default(0),
  /** "2 of 3 samples": so many of the last `of` must say the same; 1 of 1 when absent. */
  needed: z.int().min(1).max(MOST_SAMPLES).optional(),
  of: z.int().min(1).max(MOST_SAMPLES).optional(),
};

const side = <K extends 'high' | 'low'>(kind: K) =>
  z
    .strictObject({
      ...judged,
      kind: z.literal(kind),
      /** At or above it (high), at or below it (low) is an alarm; in the parameter's unit. */
      raise: z.number(),
      /** Value at which it clears again (deadband); the raise value itself when absent. */
      clear: z.number().optional(),
    })
    .superRefine((limit, context) => {
      const { raise, clear = raise } = limit;
      if (kind === 'high' ? clear > raise : clear < raise)
        refuse(context, 'clear', wrongSide('clear', clear, 'raise', raise, kind));
      checkVotes(limit, context);
    });

/** A band in which the value belongs. */
const outside = z
  .strictObject({
    ...judged,
    kind: z.literal('outside'),
    /** At or below it is an alarm. */
    low: z.number(),
    /** At or above it is an alarm. */
    high: z.number(),
    /** It clears between these two; at `low` and `high` themselves when absent. */
    clear_low: z.number().optional(),
    clear_high: z.number().optional(),
  })
  .superRefine((limit, context) => {
    const { low, high, clear_low = low, clear_high = high } = limit;
    if (low >= high) refuse(context, 'low', `low value ${low} must be below high value ${high}`);
    else if (clear_low < low)
      refuse(context, 'clear_low', wrongSide('clear_low', clear_low, 'low', low, 'outside'));
    else if (clear_high > high)
      refuse(context, 'clear_high', wrongSide('clear_high', clear_high, 'high', high, 'outside'));
    else if (clear_low > clear_high)
      refuse(
        context,
        'clear_low',
        `clear_low value ${clear_low} must not be above clear_high value ${clear_high}`,
      );
    checkVotes(limit, context);
  });

/** A change within a time. */
const rate = z
  .strictObject({
    ...judged,
    kind: z.literal('rate'),
    /** A change of so much is an alarm; in the parameter's unit, whatever the direction. */
    raise: z.number().positive('must be above 0: it is the size of a change'),
    /** It clears when the change is no more than this; `raise` when absent. */
    clear: z.number().min(0, 'must be 0 or more: it is the size of a change').optional(),
    /** Seconds within which the value changes: against the lowest (up) or highest (down) value of that time. */
    within_s: z.number().min(1).max(DAY_S),
    direction: z.enum(DIRECTIONS).default('both'),
  })
  .superRefine(checkAmounts);

/** Away from what is normal at the place at this hour of day (baseline.ts). */
const deviation = z
  .strictObject({
    ...judged,
    kind: z.literal('deviation'),
    /** So far from the baseline is an alarm; in the parameter's unit, whatever the direction. */
    raise: z.number().positive('must be above 0: it is a distance from the baseline'),
    /** The distance at which it clears; where `mads` asks for more than `raise`, its share of it. `raise` when absent. */
    clear: z.number().min(0, 'must be 0 or more: it is a distance from the baseline').optional(),
    /** The distance is at least so many median absolute deviations: where values scatter, more is needed. */
    mads: z.number().min(0, 'must be 0 or more').max(100).default(0),
    direction: z.enum(DIRECTIONS).default('both'),
    /** Days before today that make the baseline, and how many of them there must be: until then it learns. */
    days: z.int().min(1).max(BASELINE_DAYS).default(BASELINE_DAYS),
    least_days: z.int().min(1).max(BASELINE_DAYS).default(5),
  })
  .superRefine((limit, context) => {
    checkAmounts(limit, context);
    if (limit.least_days > limit.days)
      refuse(context, 'least_days', `${limit.least_days} days cannot be found in the last ${limit.days}`);
  });

/** No reading that may decide. It holds by itself, so it has no `hold_s`. */
const stale = z.strictObject({
  ...common,
  kind: z.literal('stale'),
  /** Seconds without one. */
  after_s: z.number().min(1, 'must be 1 second or more').max(WEEK_S),
});

/** What a national standard allows, as it is in force at the time of the reading (standard.ts). */
const standard = z
  .strictObject({ ...judged, kind: z.literal('standard'), ...standardShape })
  .superRefine((limit, context) => {
    const fault = standardFault(limit);
    if (fault !== null) refuse(context, fault.field, fault.message);
    checkVotes(limit, context);
  });

/** By kind, as the editor and the API need them: what each has for fields. */
const SCHEMAS = { high: side('high'), low: side('low'), outside, rate, deviation, stale, standard };

export type LimitKind = keyof typeof SCHEMAS;
export const LIMIT_KINDS = Object.keys(SCHEMAS) as LimitKind[];

/** Names of the fields that a limit of this kind may have. */
export const limitFields = (kind: LimitKind): string[] => Object.keys(SCHEMAS[kind].shape);

export const limitSchema = z.discriminatedUnion(
  'kind',
  [SCHEMAS.high, SCHEMAS.low, outside, rate, deviation, stale, standard],
  { error: `must be one of ${LIMIT_KINDS.join(', ')}` },
);

export type Limit = z.infer<typeof limitSchema>;
export type LimitOf<K extends LimitKind> = Extract<Limit, { kind: K }>;

type Context = z.core.$RefinementCtx;

const refuse = (context: Context, field: string, message: string): void => {
  context.addIssue({ code: 'custom', path: [field], message });
};

const wrongSide = (
  clearName: string,
  clear: number,
  raiseName: string,
  raise: number,
  kind: LimitKind,
): string =>
  `${clearName.replace('_', ' ')} value ${clear} is on the wrong side of ${raiseName} value ${raise} for ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} limit`;

interface Votes {
  readonly needed?: number | undefined;
  readonly of?: number | undefined;
}

function checkVotes({ needed, of }: Votes, context: Context): void {
  if (needed === undefined && of === undefined) return;
  if (needed === undefined || of === undefined)
    refuse(
      context,
      needed === undefined ? 'needed' : 'of',
      '"needed" and "of" go together, as in 2 of 3 samples',
    );
  else if (needed > of) refuse(context, 'needed', `${needed} of ${of} samples cannot be`);
}

function checkAmounts(
  limit: Votes & { readonly kind: LimitKind; readonly raise: number; readonly clear?: number | undefined },
  context: Context,
): void {
  const { kind, raise, clear = raise } = limit;
  if (clear > raise) refuse(context, 'clear', wrongSide('clear', clear, 'raise', raise, kind));
  checkVotes(limit, context);
}
