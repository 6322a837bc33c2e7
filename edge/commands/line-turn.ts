/** Where commands of the centre take their turn on a line: behind alarms' coils, before the next request of the polls, one at a time. */
import type { Clock } from '../clock.ts';
import type { LineAccess } from '../orders.ts';
import type { Urgent } from '../urgent.ts';

/** How an instrument is asked. */
export type Asked = Pick<Urgent, 'unit' | 'pauseMs' | 'timeoutMs'>;

export interface LineTurn extends Urgent {
  /**
   * What `work` answers, or null when its turn has not come in so many ms or is no more to come: then nothing was done.
   * `work` never rejects.
   */
  take<T>(instrument: Asked, withinMs: number, work: (line: LineAccess) => Promise<T>): Promise<T | null>;
  /** Lets go of those that wait. */
  close(): void;
}

interface Waiting {
  readonly instrument: Asked;
  /** In ticks. */
  readonly until: number;
  run(line: LineAccess): Promise<void>;
  drop(): void;
}

export function createLineTurn(clock: Pick<Clock, 'ticks' | 'sleep'>): LineTurn {
  const waiting: Waiting[] = [];
  let current: Asked = { unit: 0, pauseMs: 0, timeoutMs: () => 0 };
  let wake = (): void => {};
  let closed = false;

  return {
    // The line asks for these when it makes a request.
    get unit() {
      return current.unit;
    },
    get pauseMs() {
      return current.pauseMs;
    },
    timeoutMs: (block) => current.timeoutMs(block),
    onSooner(given) {
      wake = given;
    },
    dueAt: () => (waiting.length === 0 ? Number.POSITIVE_INFINITY : clock.ticks()),
    async run(line) {
      const next = waiting.shift();
      if (next === undefined) return;
      if (clock.ticks() > next.until) return next.drop();
      current = next.instrument;
      await next.run(line);
    },
    take(instrument, withinMs, work) {
      if (closed) return Promise.resolve(null);
      return new Promise((resolve) => {
        const over = new AbortController();
        const entry: Waiting = {
          instrument,
          until: clock.ticks() + withinMs,
          async run(line) {
            over.abort();
            resolve(await work(line));
          },
          drop() {
            over.abort();
            resolve(null);
          },
        };
        waiting.push(entry);
        wake();
        void clock.sleep(withinMs, over.signal).then(() => {
          if (over.signal.aborted) return;
          waiting.splice(waiting.indexOf(entry), 1);
          entry.drop();
        });
      });
    },
    close() {
      closed = true;
      for (const entry of waiting.splice(0)) entry.drop();
    },
  };
}
