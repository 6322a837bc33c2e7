/** Wakes those who wait for something new. */
export interface News {
  /** Resolves when something has been told since the call, or the signal is aborted. */
  added(signal: AbortSignal): Promise<void>;
  /** Call it within the transaction that writes it. */
  tell(): void;
}

export function createNews(): News {
  let waiters: (() => void)[] = [];
  return {
    added: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          signal.removeEventListener('abort', wake);
          waiters = waiters.filter((waiter) => waiter !== wake);
          resolve();
        };
        waiters.push(wake);
        signal.addEventListener('abort', wake);
      }),
    tell() {
      const woken = waiters;
      waiters = [];
      // After the transaction that is under way: a waiter that looked now would not see it.
      setImmediate(() => {
        for (const wake of woken) wake();
      });
    },
  };
}
