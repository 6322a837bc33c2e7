/** Work that is done in rounds, again and again until it is stopped. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** `round` answers how long to pause after it, in ms; it catches its own faults. */
export function startRepeating(round: (signal: AbortSignal) => Promise<number>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  async function run(): Promise<void> {
    const pauseMs = await round(signal);
    if (!signal.aborted) timer = setTimeout(next, pauseMs);
  }
  function next(): void {
    running = run();
  }
  next();
  return {
    /** Waits for the round under way. */
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

/** `work` at once and every `everyMs` after it. What it throws ends no round; of faults in a row the first alone is told. */
export function startRounds(
  work: (signal: AbortSignal) => void | Promise<void>,
  everyMs: number,
  onFault: (err: unknown) => void,
): { stop(): Promise<void> } {
  let failing = false;
  return startRepeating(async (signal) => {
    try {
      await work(signal);
      failing = false;
    } catch (err) {
      if (!failing) onFault(err);
      failing = true;
    }
    return everyMs;
  });
}

/** With more failures than this one after the other nothing is likely to work: it pauses. */
const MOST_FAILURES_IN_A_ROW = 10;

/**
 * Steps until one answers that there was nothing to do, then looks again. One that fails keeps none of the others from
 * theirs: `step` sees to it that the next one is about something else.
 */
export const startStepping = (
  step: () => Promise<boolean>,
  { lookEveryMs, retryMs }: { readonly lookEveryMs: number; readonly retryMs: number },
  onFault: (err: unknown) => void,
): { stop(): Promise<void> } =>
  startRepeating(async (signal) => {
    for (let failures = 0; !signal.aborted; await nextTurn()) {
      try {
        if (!(await step())) return lookEveryMs;
        failures = 0;
      } catch (err) {
        onFault(err);
        failures++;
        if (failures === MOST_FAILURES_IN_A_ROW) break;
      }
    }
    return retryMs;
  });
