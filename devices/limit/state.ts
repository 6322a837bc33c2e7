/** What is known of one limit at one station: plain JSON with a bound, so that it can be kept and taken over. */
import { z } from 'zod';
import { baselineSchema } from '../baseline.ts';
import { isStale } from '../quality.ts';
import { MOST_STRETCHES, stretchSchema } from './change.ts';

const at = z.number().min(0);

/** How many intervals between readings tell their usual one. */
const INTERVALS = 5;

const VOTES = ['beyond', 'within', 'between'] as const;
/** What one reading says. Between the values that raise and clear it says nothing. */
export type Vote = (typeof VOTES)[number];

export const limitStateSchema = z.object({
  /**
   * `unknown` until the first reading decides, so that a start neither repeats nor forgets: the first decision is
   * always reported.
   */
  phase: z.enum(['unknown', 'normal', 'raised']),
  /** The phase that the readings have asked for, and since when, epoch ms. */
  pending: z.strictObject({ phase: z.enum(['normal', 'raised']), since: at }).nullable(),
  /** Time of the newest reading taken, epoch ms; 0: none yet. */
  lastAt: at,
  /** Since when readings have come without a hole, epoch ms. */
  runSince: at,
  /** Between the newest readings, ms. */
  intervals: z.array(z.number().min(0)).max(INTERVALS),
  /** Of the newest readings, the newest last; as many as may vote. */
  votes: z.array(z.enum(VOTES)).max(20),
  /** Rate: what its window holds. */
  window: z.array(stretchSchema).max(MOST_STRETCHES).optional(),
  /** Deviation. */
  baseline: baselineSchema.optional(),
  /** Stale: since when nothing has come, and when that was looked at last, epoch ms; null while it is not in force. */
  silence: z.strictObject({ since: at, lookedAt: at }).nullable().optional(),
});

export type LimitState = Readonly<z.infer<typeof limitStateSchema>>;

export const initialLimitState: LimitState = {
  phase: 'unknown',
  pending: null,
  lastAt: 0,
  runSince: 0,
  intervals: [],
  votes: [],
};

/** What outlives a clock that was set: times of before say nothing about times of now. */
export const afterClockStep = ({ baseline }: LimitState): LimitState => ({
  ...initialLimitState,
  ...(baseline && { baseline }),
});

/** Of a state that may be older than what was reported since: it decides anew, and reports that. */
export const undecided = (state: LimitState): LimitState => ({
  ...state,
  phase: 'unknown',
  pending: null,
  votes: [],
});

/**
 * The state with the time of a newer reading. Before it is a hole when it comes more than three usual intervals (and ten
 * seconds) after the last one, as a value is called stale; the usual one is the median of the last five. Across a
 * hole no hold counts and no sample votes.
 */
export function withTime(state: LimitState, now: number): LimitState {
  if (state.lastAt === 0) return { ...state, lastAt: now, runSince: now };
  const usual = usualInterval(state.intervals);
  const next = {
    ...state,
    lastAt: now,
    intervals: [...state.intervals, now - state.lastAt].slice(-INTERVALS),
  };
  if (usual === null || !isStale(state.lastAt, usual / 1000, now)) return next;
  return { ...next, runSince: now, pending: null, votes: [] };
}

function usualInterval(intervals: readonly number[]): number | null {
  return intervals.toSorted((a, b) => a - b)[intervals.length >> 1] ?? null;
}
