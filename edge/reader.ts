/** Reads one instrument on its line, and knows which of its blocks fail and until when to leave them alone. */
import type { ReadWord } from '../devices/decode.ts';
import type { RegisterArea } from '../devices/profile.ts';
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Block } from './plan.ts';
import { describeFault, type ReadFault, type ReadResult } from './sources/source.ts';

/** One instrument to read again and again. */
export interface PollTask {
  /** station/instrument, for people. */
  readonly instrument: string;
  readonly unit: number;
  readonly blocks: readonly Block[];
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** Silence on the line after each of its requests. */
  readonly pauseMs: number;
  /** Is given every round, at each due time exactly one unless the line was too busy. */
  readonly take: (round: Round) => void;
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

export interface Reader {
  /** Of the last round. */
  readonly fault: string | null;
  /** One round through `ask`, or the remembered cause when it is left alone. */
  read(ask: (block: Block) => Promise<ReadResult>): Promise<Round>;
}

export function createReader(task: PollTask, clock: Pick<Clock, 'now' | 'ticks'>): Reader {
  const whole: Rest & { fault: string | null } = { failures: 0, until: 0, fault: null };
  const blocks = task.blocks.map((block) => ({ block, failures: 0, until: 0, fault: '' }));
  const baseMs = Math.max(1000, task.periodMs);

  function rest(of: Rest): void {
    of.failures += 1;
    of.until =
      clock.ticks() +
      Math.max(task.periodMs, backoffMs({ firstMs: 2 * baseMs, maxMs: LONGEST_REST_MS }, of.failures));
  }

  async function read(ask: (block: Block) => Promise<ReadResult>): Promise<Round> {
    const words = new Map<RegisterArea, Map<number, number>>();
    const round = (at: number, fault: string | null): Round => {
      whole.fault = fault;
      return { at, words: (area, address) => words.get(area)?.get(address), fault };
    };
    if (clock.ticks() < whole.until) return round(clock.now(), whole.fault);

    let at: number | null = null;
    let fault: string | null = null;
    let retries = whole.failures === 0 ? 1 : 0;
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
      entry.fault = describeFault(result.fault);
      fault ??= entry.fault;
      if (result.fault.kind === 'link') break;
      if (!costsTime(result.fault)) {
        // It spoke, so it is there; asking it again when it is due costs next to nothing.
        entry.failures += 1;
        at ??= clock.now();
        continue;
      }
      rest(entry);
      if (at === null) {
        rest(whole);
        break;
      }
    }
    if (at !== null) whole.failures = 0;
    return round(at ?? clock.now(), fault);
  }

  return {
    get fault() {
      return whole.fault;
    },
    read,
  };
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
