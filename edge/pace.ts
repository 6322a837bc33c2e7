/** How often a class of points is read while it is hurried, and afterwards slower step by step. Pure. */
export interface Pace {
  readonly everyMs: number;
  /** In ticks. */
  readonly until: number;
  /** Rounds that were read at this pace since it slows. */
  readonly rounds: number;
}

/**
 * Limits call it a hole when a reading comes more than three usual intervals after the last, the median of five
 * (devices/limit/state.ts): twice as slow is none, and after three of five it is the usual one.
 */
const SLOWER = 2;
const ROUNDS_EACH = 3;

export const hurried = (everyMs: number, until: number): Pace => ({ everyMs, until, rounds: ROUNDS_EACH });

/** The pace after a round at a moment in ticks; null: its own period again. */
export function nextPace(pace: Pace, periodMs: number, now: number): Pace | null {
  if (now < pace.until) return pace;
  if (pace.rounds < ROUNDS_EACH) return { ...pace, rounds: pace.rounds + 1 };
  const everyMs = pace.everyMs * SLOWER;
  return everyMs < periodMs ? { ...pace, everyMs, rounds: 1 } : null;
}
