/** Failures of keys (a name, a name at an address), and how long the next try of each waits: pure, bounded, forgotten in time. */

export interface FailuresRule {
  /** So many cost nothing. */
  readonly free: number;
  /** The wait after one more; it doubles with each up to `mostMs`. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** A key that has not failed for so long begins anew. */
  readonly keepMs: number;
  /** Keys that are kept; the one that failed longest ago makes room. */
  readonly most: number;
}

export interface Failures {
  /** Milliseconds until the key may try again, 0: now. */
  wait(key: string, at: number): number;
  add(key: string, at: number): void;
  takeBack(key: string): void;
  clear(key: string): void;
}

export function createFailures({ free, firstMs, mostMs, keepMs, most }: FailuresRule): Failures {
  /** Ordered by their last failure, oldest first. */
  const keys = new Map<string, { readonly count: number; readonly at: number }>();

  const current = (key: string, at: number) => {
    const found = keys.get(key);
    // A clock that was set back must not keep anybody waiting for what lies ahead.
    return found === undefined || at - found.at >= keepMs || at < found.at ? undefined : found;
  };

  return {
    wait(key, at) {
      const found = current(key, at);
      if (found === undefined || found.count < free) return 0;
      const length = Math.min(mostMs, firstMs * 2 ** Math.min(found.count - free, 30));
      return Math.max(0, found.at + length - at);
    },
    add(key, at) {
      const count = (current(key, at)?.count ?? 0) + 1;
      keys.delete(key);
      keys.set(key, { count, at });
      if (keys.size > most) {
        const oldest = keys.keys().next();
        if (!oldest.done) keys.delete(oldest.value);
      }
    },
    takeBack(key) {
      const found = keys.get(key);
      if (found === undefined) return;
      if (found.count <= 1) keys.delete(key);
      else keys.set(key, { count: found.count - 1, at: found.at });
    },
    clear: (key) => void keys.delete(key),
  };
}
