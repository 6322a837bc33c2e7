/** Proves a chain, the feed as an integrator can: that no number is missing, and that each hash and signature holds. Pure. */
import type { KeyObject } from 'node:crypto';
import { isSignedBy, recordHash } from './signing.ts';

/** A record as it was received: with all of its fields, also those that nobody here knows. */
export interface Received {
  readonly number: number;
  readonly hash: string;
  readonly signature: string;
}

/** What faults call the chain and what it is made of. */
export interface ChainWords {
  readonly chain: string;
  readonly one: string;
  readonly many: string;
}
export const FEED_WORDS: ChainWords = { chain: 'feed', one: 'record', many: 'records' };

export interface Verifier {
  /** What is wrong with the record that comes next, in a sentence; null when it holds. */
  take(record: Received): string | null;
  /** Number of the last record that held. */
  last(): number;
  lastHash(): string;
}

/** `after` and `previous`: number and hash of the record before the first, 0 and '' at the beginning of all. */
export function createVerifier(
  key: KeyObject,
  after: number,
  previous: string,
  { chain, one, many }: ChainWords = FEED_WORDS,
): Verifier {
  let last = after;
  let lastHash = previous;
  return {
    take(received) {
      const { hash, signature, ...record } = received;
      const { number } = record;
      if (number <= last) return `${one} ${number} comes again after ${last}`;
      if (number > last + 1)
        return number === last + 2
          ? `${one} ${last + 1} is missing`
          : `${many} ${last + 1} to ${number - 1} are missing`;
      if (recordHash(lastHash, record) !== hash)
        return `${one} ${number}: its hash is not that of what it says after ${one} ${last}: one of them was changed`;
      if (!isSignedBy(key, { hash, signature }))
        return `${one} ${number}: its signature is not made with the key of the ${chain}`;
      last = number;
      lastHash = hash;
      return null;
    },
    last: () => last,
    lastHash: () => lastHash,
  };
}
