/** Reads one instrument on its line, and knows which of its blocks fail and until when to leave them alone. */
import type { ReadWord } from '../devices/decode.ts';
import type { LineAction, RegisterArea } from '../devices/profile.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { giveOrders } from './orders.ts';
import type { Block } from './plan.ts';
import { describeFault, type ReadFault, type ReadResult } from './sources/source.ts';

/** Points of one instrument that are read together, again and again. */
export interface PollTask {
  readonly line: string;
  /** station/instrument, for people. An instrument has a task for each of its periods. */
  readonly instrument: string;
  readonly unit: number;
  readonly blocks: readonly Block[];
  /** The least that can be asked of the instrument: only this while it does not answer. */
  readonly probe: Block;
  /** What it must be told once, and again after it was silent: it may have lost power. */
  readonly atStart: readonly LineAction[];
  /** What it must be told before each round. */
  readonly before: readonly LineAction[];
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** Silence on the line after each of its requests. */
  readonly pauseMs: number;
  /** Is given every round, at most one a period. */
  readonly take: (round: Round) => void;
  /** Is told of a period that went by without a round: when it was due (epoch ms), and why. */
  readonly skip: (at: number, reason: string) => void;
}

/** What came of reading an instrument once. */
export interface Round {
  /** When the last block was answered; without an answer, when that was known. Epoch ms. */
  readonly at: number;
  readonly words: ReadWord;
  /** Why words are absent, null when none is. */
  readonly fault: string | null;
}

/** The longest time that a failing instrument is left alone. */
const LONGEST_REST_MS = 60_000;

interface Rest {
  failures: number;
  until: number;
}

/** Whether an instrument answers at all: its tasks share it, so that a dead one is asked by one of them only. */
export interface Health extends Rest {
  cause: string | null;
  /** Whether it was told what it must be told at the start. */
  started: boolean;
}

export const newHealth = (): Health => ({ failures: 0, until: 0, cause: null, started: false });

export interface Reader {
  /** Of the last round. */
  readonly fault: string | null;
  /** One round through `ask`, or the remembered cause when it is left alone. */
  read(ask: (block: Block) => Promise<ReadResult>, signal: AbortSignal): Promise<Round>;
}

export function createReader(
  task: PollTask,
  clock: Pick<Clock, 'now' | 'ticks' | 'sleep'>,
  health: Health = newHealth(),
): Reader {
  const blocks = task.blocks.map((block) => ({ block, failures: 0, until: 0, fault: '' }));
  const baseMs = Math.max(1000, task.periodMs);
  let lastFault: string | null = null;

  function rest(of: Rest): void {
    of.failures += 1;
    of.until =
      clock.ticks() +
      Math.max(task.periodMs, backoffMs({ firstMs: 2 * baseMs, maxMs: LONGEST_REST_MS }, of.failures));
  }

  function die(cause: string): void {
    rest(health);
    health.cause = cause;
    health.started = false;
  }

  /** Gives the orders of the profile; the cause when one was not taken. */
  async function prepare(
    ask: (block: Block) => Promise<ReadResult>,
    signal: AbortSignal,
  ): Promise<{ readonly fault: ReadFault; readonly cause: string } | null> {
    const orders = health.started ? task.before : [...task.atStart, ...task.before];
    const fault = await giveOrders(orders, { ask, wakeWith: task.probe, clock, signal });
    health.started = fault === null;
    const place = `line ${task.line}, unit ${task.unit}, its start command`;
    return fault && { fault, cause: `${describeFault(fault)} (${place})` };
  }

  async function read(ask: (block: Block) => Promise<ReadResult>, signal: AbortSignal): Promise<Round> {
    const words = new Map<RegisterArea, Map<number, number>>();
    const round = (at: number | null, fault: string | null): Round => {
      lastFault = fault;
      return { at: at ?? clock.now(), words: (area, address) => words.get(area)?.get(address), fault };
    };
    if (clock.ticks() < health.until) return round(null, health.cause);

    let at: number | null = null;
    let fault: string | null = null;
    let retries = 1;
    if (health.failures > 0) {
      const result = await ask(task.probe);
      if (result.kind === 'fault' && (result.fault.kind === 'link' || costsTime(result.fault))) {
        const cause = causeOf(task, task.probe, result.fault);
        if (result.fault.kind !== 'link') die(cause);
        return round(null, cause);
      }
      health.failures = 0;
      at = clock.now();
      retries = 0;
    }
    const unready = await prepare(ask, signal);
    if (unready !== null) {
      if (costsTime(unready.fault)) die(unready.cause);
      return round(null, unready.cause);
    }
    // A block that failed is asked last: while the others answer, the instrument is not dead.
    for (const entry of blocks.toSorted((a, b) => a.failures - b.failures)) {
      if (clock.ticks() < entry.until) {
        fault ??= entry.fault;
        continue;
      }
      let result = await ask(entry.block);
      if (result.kind === 'fault' && retries > 0 && entry.failures === 0) {
        retries -= 1;
        result = await ask(entry.block);
      }
      if (result.kind === 'words') {
        at = clock.now();
        entry.failures = 0;
        keep(words, entry.block, result.words);
        continue;
      }
      entry.fault = causeOf(task, entry.block, result.fault);
      fault ??= entry.fault;
      if (result.fault.kind === 'link') break;
      if (!costsTime(result.fault)) {
        // It spoke, so it is there; asking it again when it is due costs next to nothing.
        entry.failures += 1;
        at ??= clock.now();
        continue;
      }
      if (at !== null || entry.failures > 0) rest(entry);
      if (at === null) {
        die(entry.fault);
        break;
      }
    }
    return round(at, fault);
  }

  return {
    get fault() {
      return lastFault;
    },
    read,
  };
}

/** A fault with its place: who looks for it needs line, unit and register. A fault of the line is of no unit. */
function causeOf({ line, unit }: PollTask, { area, address, count }: Block, fault: ReadFault): string {
  const what = describeFault(fault);
  if (fault.kind === 'link') return what;
  const registers = count === 1 ? `${address}` : `${address} to ${address + count - 1}`;
  return `${what} (line ${line}, unit ${unit}, ${area} ${registers})`;
}

/** Faults that hold up the line or break its connection. 10 and 11 come from a gateway that has waited in vain. */
const costsTime = (fault: ReadFault): boolean =>
  fault.kind === 'no-answer' ||
  fault.kind === 'malformed' ||
  (fault.kind === 'exception' && (fault.code === 10 || fault.code === 11));

function keep(
  words: Map<RegisterArea, Map<number, number>>,
  { area, address }: Block,
  answer: readonly number[],
): void {
  const own = words.get(area) ?? new Map<number, number>();
  for (const [index, word] of answer.entries()) own.set(address + index, word);
  words.set(area, own);
}
