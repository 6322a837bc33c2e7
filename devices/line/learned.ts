/** What an instrument has shown of itself that its profile does not know: firmware differs, options are not fitted. Pure. */
import type { AddressRange, RegisterArea } from '../profile.ts';

/** Addresses as they go over the wire. */
export interface Learned {
  /** Registers that it refuses, and in which words; also what lies between two values that cannot be read together. */
  readonly illegal: ReadonlyArray<AddressRange & { readonly cause: string }>;
  /** Addresses that no request may cross: what is before and what is from there on answers only apart. */
  readonly apart: ReadonlyArray<{ readonly area: RegisterArea; readonly address: number }>;
  /** The longest request that it answered where longer ones were refused. */
  readonly maxRegisters: number | null;
}

export const NOTHING_LEARNED: Learned = { illegal: [], apart: [], maxRegisters: null };

export const isNothing = ({ illegal, apart, maxRegisters }: Learned): boolean =>
  illegal.length === 0 && apart.length === 0 && maxRegisters === null;

/** Both; of two longest requests the shorter one. */
export function joinLearned(one: Learned, other: Learned): Learned {
  const lengths = [one.maxRegisters, other.maxRegisters].filter((length) => length !== null);
  return {
    illegal: [
      ...one.illegal,
      ...other.illegal.filter((range) => !one.illegal.some((own) => same(own, range))),
    ],
    apart: [
      ...one.apart,
      ...other.apart.filter(
        ({ area, address }) => !one.apart.some((own) => own.area === area && own.address === address),
      ),
    ],
    maxRegisters: lengths.length === 0 ? null : Math.min(...lengths),
  };
}

const same = (a: AddressRange, b: AddressRange): boolean =>
  a.area === b.area && a.address === b.address && a.count === b.count;

/** "input 6", "input 6 to 7". */
export const describeRange = ({ area, address, count }: AddressRange): string =>
  count <= 1 ? `${area} ${address}` : `${area} ${address} to ${address + count - 1}`;

/** The same in a sentence for the log. */
export function describeLearned({ illegal, apart, maxRegisters }: Learned): string {
  const parts = [
    ...illegal.map((range) => `refuses ${describeRange(range)}`),
    ...apart.map(({ area, address }) => `answers no request across ${area} ${address}`),
    ...(maxRegisters === null ? [] : [`answers at most ${maxRegisters} registers at once`]),
  ];
  return parts.join('; ');
}

/** What is known of one instrument, and when it is to be looked at again. */
export interface Lesson {
  readonly learned: Learned;
  /** How often the same was found, which is how long it is believed. */
  readonly tests: number;
  /** Epoch ms. */
  readonly since: number;
  readonly retestAt: number;
}

/** A refusal may have been a moment's: it is looked at again after so long, then each time after twice as long. */
const FIRST_RETEST_MS = 10 * 60_000;
const LAST_RETEST_MS = 24 * 3_600_000;

export function nextLesson(before: Lesson | null, found: Learned, now: number): Lesson {
  // What is found beside something that still holds is looked at together with it.
  if (before && !isNothing(before.learned)) return { ...before, learned: joinLearned(before.learned, found) };
  const tests = (before?.tests ?? 0) + 1;
  return {
    learned: found,
    tests,
    since: now,
    retestAt: now + Math.min(LAST_RETEST_MS, FIRST_RETEST_MS * 2 ** (tests - 1)),
  };
}

/** A clock that was set back makes it due too: nobody knows how old it is. */
export const isRetestDue = ({ since, retestAt }: Lesson, now: number): boolean =>
  now >= retestAt || now < since;
