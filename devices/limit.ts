/**
 * Limits and the state machine that steps them: pure, so that edge, flows and gateway give one answer.
 * Time comes from the reading, never from the wall clock.
 */
import { z } from 'zod';
import { FLAG } from './quality.ts';
import type { Reading } from './reading.ts';
import { nameSchema, parameterSchema } from './word.ts';

export const LEVELS = ['notice', 'warning', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

export const limitSchema = z
  .strictObject({
    /** Name of the limit; with station and parameter it is the key of the condition. */
    name: nameSchema,
    parameter: parameterSchema,
    side: z.enum(['high', 'low']),
    raise: z.number(),
    /** Value at which it clears again (deadband); the raise value itself when absent. */
    clear: z.number().optional(),
    /** Seconds that the value must stay beyond `raise` before the alarm is raised. */
    hold_s: z.number().min(0).max(86_400).default(0),
    /** Seconds that the value must stay within `clear` before the alarm is cleared. */
    clear_hold_s: z.number().min(0).max(86_400).default(0),
    level: z.enum(LEVELS),
    /**
     * The weakest flag that may decide. Good by default; a fire alarm takes suspect too, since what is unusual for
     * the place is what a fire looks like.
     */
    quality: z.enum(['good', 'suspect']).default('good'),
  })
  .superRefine((limit, context) => {
    if (limit.clear === undefined) return;
    const wrong = limit.side === 'high' ? limit.clear > limit.raise : limit.clear < limit.raise;
    if (!wrong) return;
    context.addIssue({
      code: 'custom',
      path: ['clear'],
      message: `clear value ${limit.clear} is on the wrong side of raise value ${limit.raise} for a ${limit.side} limit`,
    });
  });

export type Limit = z.infer<typeof limitSchema>;

/**
 * What is known of one limit at one station. `unknown` until the first good reading decides, so that a restart
 * neither repeats nor forgets: the first decision is always reported.
 */
export interface LimitState {
  readonly phase: 'unknown' | 'normal' | 'raised';
  /** Since when the readings have asked for the other phase, epoch ms. */
  readonly pendingSince: number | null;
  /** Time of the newest reading seen, epoch ms. */
  readonly lastAt: number;
}

export const initialLimitState: LimitState = { phase: 'unknown', pendingSince: null, lastAt: 0 };

export type LimitStep =
  | { readonly kind: 'none'; readonly state: LimitState }
  | { readonly kind: 'raised' | 'cleared'; readonly state: LimitState }
  | { readonly kind: 'refused'; readonly reason: 'not good' | 'out of order'; readonly state: LimitState };

/** One step: the state before and a reading in, the state after and what to report out. */
export function stepLimit(limit: Limit, state: LimitState, reading: Reading): LimitStep {
  const sound = reading.flag === FLAG.good || (limit.quality === 'suspect' && reading.flag === FLAG.suspect);
  if (!sound || reading.value === null) return { kind: 'refused', reason: 'not good', state };
  if (reading.at <= state.lastAt) return { kind: 'refused', reason: 'out of order', state };

  const beyond = limit.side === 'high' ? reading.value >= limit.raise : reading.value <= limit.raise;
  const clear = limit.clear ?? limit.raise;
  const within =
    limit.side === 'high' ? reading.value <= clear && !beyond : reading.value >= clear && !beyond;

  const wants = state.phase === 'raised' ? (within ? 'normal' : null) : decide(state.phase, beyond, within);
  if (wants === null) return { kind: 'none', state: { ...state, pendingSince: null, lastAt: reading.at } };

  const since = state.pendingSince ?? reading.at;
  const holdMs = (wants === 'raised' ? limit.hold_s : limit.clear_hold_s) * 1000;
  if (reading.at - since < holdMs) {
    return { kind: 'none', state: { ...state, pendingSince: since, lastAt: reading.at } };
  }
  return {
    kind: wants === 'raised' ? 'raised' : 'cleared',
    state: { phase: wants, pendingSince: null, lastAt: reading.at },
  };
}

function decide(phase: 'unknown' | 'normal', beyond: boolean, within: boolean): 'raised' | 'normal' | null {
  if (beyond) return 'raised';
  // Between clear and raise nothing is decided; from unknown a value within says so once.
  return phase === 'unknown' && within ? 'normal' : null;
}
