/** What one round of reads has given: the words, and why others are absent. */
import type { ReadWord } from '../devices/decode.ts';
import { type AddressRange, overlaps, type RegisterArea } from '../devices/profile.ts';

/** What came of reading an instrument once. */
export interface Round {
  /** When the last block was answered; without an answer, when that was known. Epoch ms. */
  readonly at: number;
  readonly words: ReadWord;
  /** Why these registers are absent, null when they are there. */
  readonly whyAbsent: (range: AddressRange) => string | null;
}

export interface Sheet {
  keep(block: AddressRange, words: readonly number[], at: number): void;
  fail(block: AddressRange, cause: string): void;
  /** The instrument answered something, if no words. */
  spoke(at: number): void;
  /** Whether it answered anything in this round. */
  heard(): boolean;
  /** Whether these registers are there. */
  has(range: AddressRange): boolean;
  /** `cause` is that of registers that were not asked for. */
  round(now: number, cause: string): Round;
}

export function newSheet(): Sheet {
  const words = new Map<RegisterArea, Map<number, number>>();
  const failed: Array<{ readonly block: AddressRange; readonly cause: string }> = [];
  let answered: number | null = null;
  let spoken: number | null = null;
  const word = (area: RegisterArea, address: number) => words.get(area)?.get(address);
  const has = ({ area, address, count }: AddressRange): boolean => {
    for (let index = 0; index < count; index++) if (word(area, address + index) === undefined) return false;
    return true;
  };
  return {
    keep({ area, address }, answer, at) {
      const own = words.get(area) ?? new Map<number, number>();
      for (const [index, value] of answer.entries()) own.set(address + index, value);
      words.set(area, own);
      answered = at;
    },
    fail: (block, cause) => void failed.push({ block, cause }),
    spoke(at) {
      spoken ??= at;
    },
    heard: () => answered !== null || spoken !== null,
    has,
    round: (now, cause) => ({
      at: answered ?? spoken ?? now,
      words: word,
      whyAbsent: (range) =>
        has(range) ? null : (failed.find(({ block }) => overlaps(block, range))?.cause ?? cause),
    }),
  };
}
