/** Turns at what is dear on purpose (slow hashes): a few at once, the others wait, and beyond a bound nobody is let in. */

/** So many wait already. Trying again later helps. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

export interface Turns {
  /** Runs `work` when it is its turn; first come, first served. Rejects with TooBusy when too many wait. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(atOnce: number, mostWaiting: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async take(work) {
      if (running >= atOnce) {
        if (waiting.length >= mostWaiting) throw new TooBusy('too many logins wait to be checked');
        // Whoever ends hands its place on, so that nobody who comes later takes it.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else running++;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
  };
}
