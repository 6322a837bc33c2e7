/**
 * How often somebody may try: logins of people and machines, one-time links, codes. Failures are counted in memory under three
 * keys, because each alone does harm:
 *
 * - name and address, strict: 5 failures, then 10 s, doubling to 15 min. Only who guesses from there is kept waiting, so nobody
 *   can lock a person out from elsewhere.
 * - the name from anywhere, looser: after 50 failures each network (/24, of IPv6 /48) has one try in 30 s instead of five at once.
 *   It slows guessing from many addresses, and leaves a person who comes from somewhere new a try of their own: however long
 *   somebody guesses, they are not shut out. An address from which this name got in before does not wait for it.
 * - the address whatever the names: 20 failures in 10 minutes (password spraying). A name that got in from there before is let
 *   through: neighbours behind one address (NAT, a proxy) do not lock each other out.
 *
 * A name that does not exist is counted as one that does: the answer tells nobody which names there are.
 */
import { isIPv6 } from 'node:net';
import { createFailures } from './failures.ts';

const MINUTE_MS = 60_000;
/** Of each kind of key; the one that failed longest ago makes room. */
const MOST_KEYS = 20_000;

/** Where names have got in before. */
export interface KnownPlaces {
  has(name: string, network: string): boolean;
  /** A name that is nobody's need not be kept. */
  add(name: string, network: string): void;
}

export interface Attempts {
  /**
   * Asks whether this try may go on, and answers the ms until it may: 0 is now. One that may go on is counted as failed until
   * `succeeded` says otherwise, so that tries sent side by side count too; one that is refused is not counted.
   */
  enter(name: string, address: string): number;
  /** The try that `enter` let in was right: its pair and its name begin anew, and the address is known for this name. */
  succeeded(name: string, address: string): void;
  /** The try that `enter` let in was never decided (the ledger or the hashes were busy): it does not count. */
  undecided(name: string, address: string): void;
}

export interface AttemptOptions {
  readonly now: () => number;
  /**
   * Failures of one address in 10 minutes, 20 without it. More where one address is many machines whose secrets have full entropy
   * (edges behind one router): there it saves the processor, and one broken edge must not shut out its neighbours.
   */
  readonly perAddress?: number;
  /** Where names have got in before, over restarts too; in memory when absent. */
  readonly known?: KnownPlaces;
}

export function createAttempts({ now, perAddress = 20, known = createMemory() }: AttemptOptions): Attempts {
  const most = MOST_KEYS;
  const pairs = createFailures({
    free: 5,
    firstMs: 10_000,
    mostMs: 15 * MINUTE_MS,
    keepMs: 60 * MINUTE_MS,
    most,
  });
  const hour = { keepMs: 60 * MINUTE_MS, most };
  /** Waits as long as the name is being guessed: nobody has failed for an hour then. */
  const names = createFailures({ free: 50, firstMs: hour.keepMs, mostMs: hour.keepMs, ...hour });
  const slots = createFailures({ free: 1, firstMs: 30_000, mostMs: 30_000, ...hour });
  const addresses = createWindow(perAddress, 10 * MINUTE_MS, most);

  const keysOf = (name: string, given: string) => {
    const from = networkOf(given);
    return { pair: JSON.stringify([name, from]), slot: JSON.stringify([name, wideOf(from)]), from };
  };

  return {
    enter(name, address) {
      const { pair, slot, from } = keysOf(name, address);
      const at = now();
      const elsewhere = Math.max(
        names.wait(name, at) > 0 ? slots.wait(slot, at) : 0,
        addresses.wait(from, at),
      );
      // Who is known is asked only where it matters.
      const wait = Math.max(pairs.wait(pair, at), elsewhere > 0 && !known.has(name, from) ? elsewhere : 0);
      if (wait > 0) return wait;
      pairs.add(pair, at);
      names.add(name, at);
      slots.add(slot, at);
      addresses.add(from, at);
      return 0;
    },
    succeeded(name, address) {
      const { pair, slot, from } = keysOf(name, address);
      pairs.clear(pair);
      names.clear(name);
      slots.clear(slot);
      addresses.takeBack(from);
      known.add(name, from);
    },
    undecided(name, address) {
      const { pair, slot, from } = keysOf(name, address);
      pairs.takeBack(pair);
      names.takeBack(name);
      slots.takeBack(slot);
      addresses.takeBack(from);
    },
  };
}

/** Whoever has an IPv6 address has 2^64 of them (RFC 4291, 2.5.4): they count as one. IPv4 in IPv6 is the IPv4 address. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = (plain.split('%')[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const groups = plain.includes('::')
    ? [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
    : before;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** Many addresses are one party's: of what `networkOf` answers the /24, of IPv6 the /48. */
const wideOf = (network: string): string =>
  network.includes(':')
    ? network.split(':').slice(0, 3).join(':')
    : network.slice(0, Math.max(0, network.lastIndexOf('.')));

/** Since the start; the pair that got in longest ago makes room. */
function createMemory(): KnownPlaces {
  const pairs = new Set<string>();
  return {
    has: (name, network) => pairs.has(JSON.stringify([name, network])),
    add(name, network) {
      const pair = JSON.stringify([name, network]);
      pairs.delete(pair);
      pairs.add(pair);
      if (pairs.size > MOST_KEYS) dropFirst(pairs);
    },
  };
}

interface Window {
  wait(key: string, at: number): number;
  add(key: string, at: number): void;
  takeBack(key: string): void;
}

/** `most` entries of a key within `lengthMs` from its first one on. */
function createWindow(limit: number, lengthMs: number, most: number): Window {
  const windows = new Map<string, { readonly since: number; count: number }>();
  const current = (key: string, at: number) => {
    const found = windows.get(key);
    return found !== undefined && at >= found.since && at < found.since + lengthMs ? found : undefined;
  };
  return {
    wait(key, at) {
      const found = current(key, at);
      return found !== undefined && found.count >= limit ? found.since + lengthMs - at : 0;
    },
    add(key, at) {
      const found = current(key, at);
      if (found !== undefined) {
        found.count++;
        return;
      }
      windows.delete(key);
      windows.set(key, { since: at, count: 1 });
      if (windows.size > most) dropFirst(windows);
    },
    takeBack(key) {
      const found = windows.get(key);
      if (found !== undefined && found.count > 0) found.count--;
    },
  };
}

const dropFirst = (held: { keys(): Iterator<string>; delete(key: string): boolean }): void => {
  const first = held.keys().next();
  if (!first.done) held.delete(first.value);
};
