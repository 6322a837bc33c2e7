/** What is to happen soon: answers on their way, to the fraction of a millisecond that a serial line is measured in. */

/** So many at once are a reader that does not wait for its answers; beyond it they are dropped. */
const MAX_WAITING = 1000;

/** A timer comes up to so much late, so the last part of a wait is spent in the event loop. */
const TIMER_SLACK_MS = 2;

export interface Timetable {
  /** Runs at a time of `performance.now()`, at once when that is past. */
  at(due: number, run: () => void): void;
  /** What still waits will not happen. */
  stop(): void;
}

export function createTimetable(): Timetable {
  const waiting = new Set<AbortController>();
  return {
    at: (due, run) => {
      if (due <= performance.now()) {
        run();
        return;
      }
      if (waiting.size >= MAX_WAITING) return;
      const entry = new AbortController();
      waiting.add(entry);
      const step = (): void => {
        if (entry.signal.aborted) return;
        const left = due - performance.now();
        if (left > TIMER_SLACK_MS) {
          const timer = setTimeout(step, left - TIMER_SLACK_MS);
          entry.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
        } else if (left > 0) {
          setImmediate(step);
        } else {
          waiting.delete(entry);
          run();
        }
      };
      step();
    },
    stop: () => {
      for (const entry of waiting) entry.abort();
      waiting.clear();
    },
  };
}
