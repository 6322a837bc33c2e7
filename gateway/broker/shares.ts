/**
 * How much of what clients have sent is in memory and not yet acknowledged, and who may send more. A client may have
 * as much as is still free of the whole, and never more than its own bound: one that floods ends at half of the
 * memory, two at a third each, and somebody new always finds room (dynamic thresholds as in shared packet buffers:
 * Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998).
 */
export interface ShareBounds {
  /** Bytes of one client. */
  readonly client: number;
  /** Bytes of all clients together. */
  readonly total: number;
}

export interface Waiter {
  readonly client: string;
  /** What it wants room for; 0 when it does not know yet. */
  readonly bytes: number;
  /** There is room now. */
  wake(): void;
}

export interface Shares {
  mayTake(client: string, bytes: number): boolean;
  take(client: string, bytes: number): void;
  give(client: string, bytes: number): void;
  wait(waiter: Waiter): void;
  leave(waiter: Waiter): void;
  used(): number;
}

export function createShares(bounds: ShareBounds): Shares {
  const taken = new Map<string, number>();
  const waiters = new Set<Waiter>();
  let used = 0;
  let sweeping = false;

  const mayTake = (client: string, bytes: number): boolean => {
    const mine = taken.get(client) ?? 0;
    const free = bounds.total - used;
    const share = Math.min(bounds.client, free);
    // What is larger than a share by itself gets in when its client has nothing else here.
    return bytes === 0 ? mine < share : mine + bytes <= share || (mine === 0 && bytes <= free);
  };
  /** In the order of waiting; who is woken and takes changes what is left for the next. */
  const sweep = (): void => {
    sweeping = false;
    for (const waiter of [...waiters]) {
      if (waiters.has(waiter) && mayTake(waiter.client, waiter.bytes)) {
        waiters.delete(waiter);
        waiter.wake();
      }
    }
  };

  return {
    mayTake,
    take(client, bytes) {
      used += bytes;
      taken.set(client, (taken.get(client) ?? 0) + bytes);
    },
    give(client, bytes) {
      used -= bytes;
      const left = (taken.get(client) ?? 0) - bytes;
      if (left > 0) taken.set(client, left);
      else taken.delete(client);
      if (waiters.size === 0 || sweeping) return;
      sweeping = true;
      setImmediate(sweep);
    },
    wait: (waiter) => void waiters.add(waiter),
    leave: (waiter) => void waiters.delete(waiter),
    used: () => used,
  };
}
