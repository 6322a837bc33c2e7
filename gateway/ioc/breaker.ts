/**
 * When a receiver that fails is tried again: after pauses that double, and once it has failed so often that it is
 * rather away than hindered, at longer intervals with one try each (circuit breaker).
 */

/** Tries in a row that have failed; from then on the circuit is open. */
export const FAILURES_TO_OPEN = 6;
const FIRST_PAUSE_MS = 500;
/** A receiver that comes back has its first record within a minute and a half. */
export const OPEN_MS = 60_000;
/** A receiver cannot put us off for longer than this. */
export const MOST_RETRY_AFTER_MS = 3_600_000;

export type Circuit = 'closed' | 'open' | 'half-open';

export interface Breaker {
  circuit(): Circuit;
  /** Counts a failure; answers after how many milliseconds to try again. */
  failed(): number;
  /** What the receiver itself asked for, ms: it is there, so that this counts as no failure. */
  putOff(ms: number): number;
  /** The pause is over: what comes next is a probe when the circuit is open. */
  trying(): void;
  succeeded(): void;
}

/** `random` gives 0 to 1: it spreads the repeats of many gateways over half to one and a half of a pause. */
export function createBreaker(random: () => number): Breaker {
  let failures = 0;
  let probing = false;
  return {
    circuit() {
      if (failures < FAILURES_TO_OPEN) return 'closed';
      return probing ? 'half-open' : 'open';
    },
    failed() {
      failures++;
      probing = false;
      const pause = failures < FAILURES_TO_OPEN ? FIRST_PAUSE_MS * 2 ** (failures - 1) : OPEN_MS;
      return pause * (0.5 + random());
    },
    putOff(ms) {
      probing = false;
      // Later than asked, never sooner.
      return Math.min(Math.max(ms, FIRST_PAUSE_MS), MOST_RETRY_AFTER_MS) * (1 + 0.1 * random());
    },
    trying() {
      probing = true;
    },
    succeeded() {
      failures = 0;
      probing = false;
    },
  };
}
