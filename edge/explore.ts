/**
 * Why an instrument refuses a request: halves it until what is refused stands alone. What answers meanwhile is kept, so
 * that a wrong register costs its own value only, in the first round already.
 */

import type { Learned } from '../devices/line/learned.ts';
import { type Block, blockFrom } from '../devices/line/plan.ts';
import type { AddressRange, Profile } from '../devices/profile.ts';
import type { ReadFault, ReadResult } from './sources/source.ts';

export interface Answer {
  readonly block: Block;
  readonly words: readonly number[];
}

export interface Exploration {
  readonly answers: readonly Answer[];
  readonly learned: Learned;
  /** What ended it before it was through: something other than a refusal. */
  readonly fault: ReadFault | null;
}

export interface ExploreOptions {
  readonly ask: (block: Block) => Promise<ReadResult>;
  readonly causeOf: (block: Block, fault: ReadFault) => string;
  readonly link: Pick<Profile['link'], 'even_start'>;
  /** Requests that it may take. */
  readonly most: number;
}

/** Exceptions 2 and 3 and an answer that is too short: it spoke, and it does not give this. */
export const isRefusal = (fault: ReadFault): boolean =>
  fault.kind === 'short' || (fault.kind === 'exception' && (fault.code === 2 || fault.code === 3));

type Outcome = 'answered' | 'settled';

/** Ends an exploration from within. */
class Ended extends Error {
  readonly fault: ReadFault | null;
  constructor(fault: ReadFault | null) {
    super('exploration ended');
    this.fault = fault;
  }
}

/** `parts` are the ranges that a refused block was asked for, ascending; none of them is ever divided. */
export async function explore(
  parts: readonly AddressRange[],
  refusal: ReadFault,
  { ask, causeOf, link, most }: ExploreOptions,
): Promise<Exploration> {
  const answers: Answer[] = [];
  const illegal: Array<AddressRange & { cause: string }> = [];
  const apart: Array<Learned['apart'][number]> = [];
  let maxRegisters: number | null = null;
  let asked = 0;

  const spanOf = (own: readonly AddressRange[]): Block => {
    const [first] = own;
    const last = own.at(-1);
    if (!first || !last) throw new RangeError('nothing to ask for');
    return blockFrom(first.address, last.address + last.count, first, link);
  };

  /** The refusal, or null when it was answered. */
  async function request(own: readonly AddressRange[]): Promise<ReadFault | null> {
    if (asked >= most) throw new Ended(null);
    asked += 1;
    const block = spanOf(own);
    const result = await ask(block);
    if (result.kind === 'words') {
      answers.push({ block, words: result.words });
      return null;
    }
    if (!isRefusal(result.fault)) throw new Ended(result.fault);
    return result.fault;
  }

  /** Of parts that were refused together. */
  async function divide(own: readonly AddressRange[], fault: ReadFault): Promise<void> {
    const [only] = own;
    if (only && own.length === 1) {
      illegal.push({ ...only, cause: causeOf(spanOf(own), fault) });
      return;
    }
    const middle = Math.ceil(own.length / 2);
    const [left, right] = [own.slice(0, middle), own.slice(middle)];
    const outcomes = [await settle(left), await settle(right)];
    if (outcomes.every((outcome) => outcome === 'answered')) await judgeJoint(own, middle, fault);
  }

  async function settle(own: readonly AddressRange[]): Promise<Outcome> {
    const refused = await request(own);
    if (refused === null) return 'answered';
    await divide(own, refused);
    return 'settled';
  }

  /** Both halves answer and the whole does not: it is what lies between them, or the length. */
  async function judgeJoint(own: readonly AddressRange[], middle: number, fault: ReadFault): Promise<void> {
    const pair = own.slice(middle - 1, middle + 1);
    const refused = own.length === 2 ? fault : await request(pair);
    if (refused !== null) {
      noteBetween(pair, refused);
      return;
    }
    maxRegisters = await longest(own, middle);
    // All other requests are planned anew with it.
    throw new Ended(null);
  }

  function noteBetween([before, after]: readonly AddressRange[], fault: ReadFault): void {
    if (!before || !after) return;
    const { area } = before;
    const address = before.address + before.count;
    const gap = { area, address, count: after.address - address };
    if (gap.count > 0) illegal.push({ ...gap, cause: causeOf(gap, fault) });
    else apart.push({ area, address });
  }

  /** The longest answer from the first part on; so many parts are known to answer together. */
  async function longest(own: readonly AddressRange[], known: number): Promise<number> {
    let [answered, refused] = [known, own.length];
    while (refused - answered > 1) {
      const middle = Math.floor((answered + refused) / 2);
      if ((await request(own.slice(0, middle))) === null) answered = middle;
      else refused = middle;
    }
    return spanOf(own.slice(0, answered)).count;
  }

  let ended: ReadFault | null = null;
  try {
    await divide(parts, refusal);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    ended = error.fault;
  }
  return { answers, learned: { illegal, apart, maxRegisters }, fault: ended };
}
