/**
 * What a type of destination is. One file in destinations/ makes one; delivery.ts does for all of them what they have in
 * common: order, cursor, rate, repeats, circuit breaker and dead letters.
 */
import type { z } from 'zod';
import type { Logger } from '../../devices/kit/log.ts';
import type { StoredReading } from '../store/store.ts';

/** What is delivered: a record of the feed, a CAP message, the station files of a period. */
export interface Item {
  /** Ascends; holes are allowed. The cursor of a destination is the number of the last one that it has, or wanted not. */
  readonly number: number;
}

/** Where a destination's items come from. */
export interface Source<T extends Item> {
  /** The next ones after a number, ascending. */
  after(number: number, limit: number): T[] | Promise<T[]>;
  /** No item has a greater number. */
  newest(): number;
  /** How many items come after a number, where that is not the difference to the newest. */
  behind?(number: number): number;
  /** Of the oldest item that is kept. Only where numbers have no holes: what is missing before the next one is not kept any more. */
  oldest?(): number;
  /** Resolves when an item may have been added since the call, or the signal is aborted. Never rejects. */
  added(signal: AbortSignal): Promise<void>;
}

export interface OpenDestination<T extends Item> {
  readonly source: Source<T>;
  /** What it is not for is passed over. */
  wants(item: T): boolean;
  /**
   * Returns when the receiver has taken the item. Throws Refused, Gone or RetryAfter below; whatever else it throws is
   * tried again. The same item may come again after a lost answer or a kill: its id must be the same.
   */
  send(item: T, signal: AbortSignal): Promise<void>;
  /** Reaches the receiver and sends it nothing that counts, or what says that it is a test; says in a sentence what was tried. Throws with the reason. An item may be on its way meanwhile. */
  test(signal: AbortSignal): Promise<string>;
  /** Hears of what the store has committed. Never throws. */
  stored?(readings: readonly Pick<StoredReading, 'station' | 'at'>[]): void;
  /** No send is waited for any more when it is called. */
  close(): Promise<void>;
}

/** What the gateway gives a destination. */
export interface DestinationContext<Parts> {
  readonly id: string;
  readonly parts: Parts;
  readonly now: () => number;
  readonly log: Logger;
}

export interface DestinationType<Name extends string, Settings, Parts, T extends Item = Item> {
  readonly type: Name;
  /** Its own fields, a strict object or a union of such; id, type and rate are everybody's (destinations/index.ts). */
  readonly settings: z.ZodType<Settings>;
  /** Connects to nothing yet: an absent receiver does not stop the start. Throws a UserFault when a file or secret of its settings is absent. */
  open(settings: Settings, context: DestinationContext<Parts>): OpenDestination<T>;
}

/** The receiver will never take this item: it becomes a dead letter that a person can look at and send again. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The receiver wants nothing more: its destination stops until a person lets it go on. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** The receiver says when it can be tried again. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter';
  readonly ms: number;

  constructor(message: string, ms: number) {
    super(message);
    this.ms = ms;
  }
}
