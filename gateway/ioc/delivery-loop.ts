/** One destination: its items in order, each repeated until it is taken, refused for good, or nothing more is wanted. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import type { Ledger } from '../ledger.ts';
import { createBreaker } from './breaker.ts';
import { createDeadLetters, MOST_DEAD_LETTERS } from './dead-letters.ts';
import { openProgress } from './delivery-progress.ts';
import { reasonOf } from './delivery-reason.ts';
import { Gone, type Item, type OpenDestination, Refused, RetryAfter } from './destination.ts';

const BATCH = 100;
/** No item takes longer; types whose receivers answer at once have a shorter limit of their own. */
const SEND_MS = 120_000;
/** One that is stopped looks this often, besides when it is told to go on. */
const STOPPED_LOOK_MS = 3_600_000;

export interface NamedDestination {
  readonly id: string;
  readonly type: string;
  readonly most_per_second?: number | undefined;
  readonly open: OpenDestination<Item>;
}

export interface LoopParts {
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly now: () => number;
  /** Between 0 and 1: spreads the repeats of many gateways. */
  readonly random: () => number;
}

export function startLoop(destination: NamedDestination, { ledger, log, now, random }: LoopParts) {
  const { id, open } = destination;
  const { source } = open;
  const progress = openProgress(ledger, id);
  const letters = createDeadLetters(ledger, id);
  const breaker = createBreaker(random);
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Why the last try failed, null when it did not. */
  let trouble: string | null = null;
  let nextTryAt: number | null = null;
  let resting = new AbortController();
  /** The send under way: a person's resend and the loop never send at the same time. */
  let underWay: Promise<unknown> = Promise.resolve();

  async function sendNow(item: Item): Promise<void> {
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Error('the receiver did not take it in time')),
      SEND_MS,
    );
    try {
      await open.send(item, AbortSignal.any([signal, deadline.signal]));
    } finally {
      clearTimeout(timer);
    }
  }
  const send = (item: Item): Promise<void> => {
    const mine = underWay.then(() => sendNow(item));
    underWay = mine.catch(() => {});
    return mine;
  };

  async function rest(ms: number): Promise<void> {
    resting = new AbortController();
    await sleep(ms, undefined, { signal: AbortSignal.any([signal, resting.signal]) }).catch(() => {});
  }

  const intervalMs = 1000 / (destination.most_per_second ?? Number.POSITIVE_INFINITY);
  let dueAt = 0;
  async function keepPace(): Promise<void> {
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
    dueAt = Math.max(dueAt, performance.now()) + intervalMs;
  }

  function stop(reason: string): void {
    progress.setStopped({ at: now(), reason });
    log.error({ destination: id, reason }, 'delivery stopped until a person resumes it');
  }

  /** True when the next item may follow. */
  function refuse(item: Item, reason: string): boolean {
    if (letters.count() >= MOST_DEAD_LETTERS) {
      stop(`${MOST_DEAD_LETTERS} dead letters wait for a person; the last refusal: ${reason}`);
      return false;
    }
    ledger.transaction(() => {
      letters.put({ number: item.number, at: now(), reason });
      progress.advance(item.number);
    });
    log.warn({ destination: id, item: item.number, reason }, 'refused for good, kept as a dead letter');
    return true;
  }

  function succeeded(): void {
    if (trouble !== null) log.info({ destination: id }, 'delivery works again');
    trouble = null;
    breaker.succeeded();
  }

  /** True when the next item may follow. Throws when this one must be tried again. */
  async function deliver(item: Item): Promise<boolean> {
    await keepPace();
    if (signal.aborted) return false;
    breaker.trying();
    let goesOn = true;
    try {
      await send(item);
      progress.advance(item.number);
    } catch (error) {
      if (signal.aborted) return false;
      if (error instanceof Gone) {
        stop(reasonOf(error));
        goesOn = false;
      } else if (error instanceof Refused) goesOn = refuse(item, reasonOf(error));
      else throw error;
    }
    succeeded();
    return goesOn;
  }

  async function deliverAll(items: readonly Item[]): Promise<void> {
    let passed: number | null = null;
    for (const item of items) {
      if (signal.aborted) return;
      if (!open.wants(item)) passed = item.number;
      else if (await deliver(item)) passed = null;
      else return;
    }
    // Once for all: each would cost a commit.
    if (passed !== null) progress.advance(passed);
  }

  async function next(): Promise<void> {
    if (progress.stopped() !== null) return rest(STOPPED_LOOK_MS);
    const looked = new AbortController();
    try {
      // Before the look: what is added while that is under way is not missed.
      const added = source.added(AbortSignal.any([signal, looked.signal]));
      const items = await source.after(progress.delivered(), BATCH);
      if (items.length === 0) await added;
      else await deliverAll(items);
    } finally {
      looked.abort();
    }
  }

  async function recover(error: unknown): Promise<void> {
    const reason = reasonOf(error);
    const pauseMs = error instanceof RetryAfter ? breaker.putOff(error.ms) : breaker.failed();
    if (trouble !== reason)
      log.warn({ destination: id, reason, circuit: breaker.circuit() }, 'delivery failed, will be repeated');
    trouble = reason;
    nextTryAt = now() + pauseMs;
    await rest(pauseMs);
    nextTryAt = null;
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await next();
      } catch (error) {
        if (!signal.aborted) await recover(error);
      }
      // Whatever there is to deliver or pass over, the gateway's other work comes in between.
      await nextTurn();
    }
  }

  const running = run();

  /** null: its source does not have it any more. */
  async function itemOf(number: number): Promise<Item | null> {
    const [item] = await source.after(number - 1, 1);
    return item?.number === number ? item : null;
  }

  return {
    state(): DestinationAnswer {
      const delivered = progress.delivered();
      const stopped = progress.stopped();
      return {
        id,
        type: destination.type,
        status: stopped !== null ? 'stopped' : trouble !== null ? 'failing' : 'delivering',
        circuit: breaker.circuit(),
        delivered,
        behind: Math.max(0, source.newest() - delivered),
        error: trouble,
        next_try_at: nextTryAt === null ? null : Math.round(nextTryAt),
        stopped,
        dead_letters: letters.count(),
      };
    },

    /** With the items themselves, where their source still has them. */
    async letters(after: number, limit: number) {
      const found = letters.list(after, limit);
      return Promise.all(found.map(async (letter) => ({ ...letter, item: await itemOf(letter.number) })));
    },

    /** Sends a dead letter again, out of the order of the others. */
    async resend(
      number: number,
    ): Promise<'unknown' | 'gone' | 'stopped' | { readonly reason: string | null }> {
      if (progress.stopped() !== null) return 'stopped';
      if (letters.get(number) === undefined) return 'unknown';
      const item = await itemOf(number);
      if (item === null) return 'gone';
      try {
        await send(item);
      } catch (error) {
        const reason = reasonOf(error);
        if (error instanceof Gone) stop(reason);
        if (!signal.aborted && letters.get(number) !== undefined) letters.put({ number, at: now(), reason });
        return { reason };
      }
      letters.remove(number);
      return { reason: null };
    },

    discard: (number: number): boolean => letters.remove(number),

    /** Goes on where it stopped, or tries now instead of later; false when there is nothing to resume. */
    resume(): boolean {
      const stopped = progress.stopped() !== null;
      if (!stopped && nextTryAt === null) return false;
      if (stopped) progress.setStopped(null);
      resting.abort();
      return true;
    },

    test: (deadline: AbortSignal): Promise<string> => open.test(AbortSignal.any([signal, deadline])),

    async stop(): Promise<void> {
      stopping.abort();
      await running;
      await underWay;
      await open.close();
    },
  };
}

export type DeliveryLoop = ReturnType<typeof startLoop>;
