/** What the fuzz tests share: chance that can be repeated, and the measure of memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seededRandom } from '../../devices/simulator/random.ts';

/** QUANTRAC_FUZZ_SEED tries others; a failure says which one it was. */
export const SEED = Number(process.env.QUANTRAC_FUZZ_SEED ?? 20_260_305);

export interface Chance {
  random(): number;
  /** low ≤ n ≤ high */
  whole(low: number, high: number): number;
  one<T>(choices: readonly T[]): T;
  bytes(length: number): Buffer;
  /** Some bytes changed, cut out, doubled or put in. */
  mutated(bytes: Uint8Array): Buffer;
  text(): string;
}

export function chance(seed: number): Chance {
  const random = seededRandom(seed);
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const one = <T>(choices: readonly T[]): T => choices[whole(0, choices.length - 1)] as T;
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => whole(0, 255)));
  const change = (from: Buffer): Buffer => {
    const at = whole(0, from.length);
    const to = Math.min(from.length, at + whole(1, 8));
    const [before, part, after] = [from.subarray(0, at), from.subarray(at, to), from.subarray(to)];
    switch (whole(0, 3)) {
      case 0:
        return Buffer.concat([before, bytes(part.length), after]);
      case 1:
        return Buffer.concat([before, after]);
      case 2:
        return Buffer.concat([before, part, part, after]);
      default:
        return Buffer.concat([before, bytes(whole(1, 8)), part, after]);
    }
  };
  return {
    random,
    whole,
    one,
    bytes,
    mutated(from) {
      let result = Buffer.from(from);
      for (let n = whole(1, 4); n > 0; n--) result = Buffer.from(change(result));
      return result;
    },
    text: () =>
      Array.from({ length: whole(0, 20) }, () =>
        String.fromCodePoint(one([whole(0, 31), whole(32, 126), whole(127, 0x2fff), 0x202e, 0x1f600])),
      ).join(''),
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are really in use. */
export function heapUsed(): number {
  collect();
  collect();
  const { heapUsed: heap, external } = process.memoryUsage();
  return heap + external;
}

export const MB = 1024 * 1024;

/** Runs `count` cases, `together` at a time; what fails says how to see it again. */
export async function runCases(
  count: number,
  together: number,
  run: (pick: Chance, index: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < count; start += together) {
    await Promise.all(
      Array.from({ length: Math.min(together, count - start) }, async (_, offset) => {
        const index = start + offset;
        try {
          await run(chance(SEED + index * 7919), index);
        } catch (cause) {
          throw new Error(`case ${index} of QUANTRAC_FUZZ_SEED=${SEED}: ${String(cause)}`, { cause });
        }
      }),
    );
  }
}
