/** One destination: its items in order, each repeated until it is taken, refused for good, or nothing more is wanted. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import { createAudit } from '../audit/audit.ts';
import type { Sides } from '../audit/content.ts';
import type { Ledger } from '../ledger.ts';
import type { StoredReading } from '../store/store.ts';
import { createBreaker } from './breaker.ts';
import { createDeadLetters, MOST_DEAD_LETTERS } from './dead-letters.ts';
import { openProgress } from './delivery-progress.ts';
import { reasonOf } from './delivery-reason.ts';
import { createSend } from './delivery-send.ts';
import { Gone, type Item, type OpenDestination, Refused, RetryAfter } from './destination.ts';

const BATCH = 100;
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
  const progress = openProgress(ledger, id, (source.oldest?.() ?? 1) - 1);
  const letters = createDeadLetters(ledger, id);
  const audit = createAudit(ledger, now);
  const record = (action: string, letter: number | null, sides: Sides, reason?: string | null): void =>
    audit.record({
      action,
      what: `destinations/${id}${letter === null ? '' : `/${letter}`}`,
      ...sides,
      reason,
    });
  const breaker = createBreaker(random);
  const stopping = new AbortController();
  const { signal } = stopping;
  const send = createSend(open, signal);
  /** Why the last try failed, null when it did not. */
  let trouble: string | null = null;
  let nextTryAt: number | null = null;
  let resting = new AbortController();
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
    const stopped = { at: now(), reason };
    ledger.transaction(() => {
      record('destination.stop', null, { before: { stopped: null }, after: { stopped } }, reason);
      progress.setStopped(stopped);
    });
    log.error({ destination: id, reason }, 'delivery stopped until a person resumes it');
  }

  /** False when there is no room for more: then it is stopped. */
  function keepLetter(number: number, reason: string): boolean {
    const known = letters.get(number);
    if (known === undefined && letters.count() >= MOST_DEAD_LETTERS) {
      stop(`${MOST_DEAD_LETTERS} dead letters wait for a person; the last one: ${reason}`);
      return false;
    }
    letters.put({ number, at: now(), reason });
    if (known?.reason !== reason)
      log.warn({ destination: id, item: number, reason }, 'it will not have this, kept as a dead letter');
    return true;
  }

  /** Tells of items that are gone before it had them. True when the next item may follow. */
  function tellMissing(next: number): boolean {
    const first = progress.delivered() + 1;
    if (source.oldest === undefined || next === first) return true;
    return keepLetter(first, `records ${first} to ${next - 1} were not kept any more`);
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
    } catch (error) {
      if (signal.aborted) return false;
      if (error instanceof Gone) {
        stop(reasonOf(error));
        goesOn = false;
      } else if (error instanceof Refused) goesOn = keepLetter(item.number, reasonOf(error));
      else throw error;
    }
    if (goesOn) progress.advance(item.number);
    succeeded();
    return goesOn;
  }

  async function deliverAll(items: readonly Item[]): Promise<void> {
    for (const item of items) {
      if (signal.aborted) return;
      if (!open.wants(item)) progress.advance(item.number);
      else if (!(await deliver(item))) return;
    }
  }

  /** A cursor beyond the newest would pass over all that comes, and be called up to date. */
  function checkCursor(): void {
    const [delivered, newest] = [progress.delivered(), source.newest()];
    if (delivered > newest)
      throw new Error(
        `it has all up to ${delivered}, but the newest that there is is ${newest}: this id was that of another destination ` +
          'before (give this one an id of its own), or the clock was set back',
      );
  }

  async function next(): Promise<void> {
    progress.save();
    if (progress.stopped() !== null) return rest(STOPPED_LOOK_MS);
    checkCursor();
    const looked = new AbortController();
    try {
      // Before the look: what is added while that is under way is not missed.
      const added = source.added(AbortSignal.any([signal, looked.signal]));
      const items = await source.after(progress.delivered(), BATCH);
      const [first] = items;
      if (first === undefined) {
        succeeded();
        await added;
      } else if (tellMissing(first.number)) await deliverAll(items);
    } finally {
      looked.abort();
      progress.save();
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
        behind: source.behind?.(delivered) ?? Math.max(0, source.newest() - delivered),
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
        ledger.transaction(() => {
          record('dead_letter.resend', number, { after: { delivered: false } }, reason);
          if (!signal.aborted && letters.get(number) !== undefined)
            letters.put({ number, at: now(), reason });
        });
        return { reason };
      }
      ledger.transaction(() => {
        record('dead_letter.resend', number, { before: letters.get(number), after: { delivered: true } });
        letters.remove(number);
      });
      return { reason: null };
    },

    discard: (number: number): boolean =>
      ledger.transaction(() => {
        const before = letters.get(number);
        if (before !== undefined) record('dead_letter.discard', number, { before });
        return letters.remove(number);
      }),

    /** Goes on where it stopped, or tries now instead of later; false when there is nothing to resume. */
    resume(): boolean {
      const stopped = progress.stopped();
      if (stopped === null && nextTryAt === null) return false;
      ledger.transaction(() => {
        record('destination.resume', null, { before: { stopped }, after: { stopped: null } });
        if (stopped !== null) progress.setStopped(null);
      });
      resting.abort();
      return true;
    },

    stored: (readings: readonly Pick<StoredReading, 'station' | 'at'>[]): void => open.stored?.(readings),

    test: (deadline: AbortSignal): Promise<string> => open.test(AbortSignal.any([signal, deadline])),

    async stop(): Promise<void> {
      stopping.abort();
      await running;
      await open.close();
    },
  };
}

export type DeliveryLoop = ReturnType<typeof startLoop>;
