/** Which reading of unknown registers gives the number on the display. Pure. */
import { BYTE_ORDERS, type ByteOrder, type ValueType } from '../../devices/profile.ts';
import { decodeRegisters, registerCount } from '../../devices/register.ts';

/** A word at a protocol address, undefined when it is not known. */
export type Words = (address: number) => number | undefined;

export interface Decoding {
  readonly address: number;
  /** -1 and +1: the register before and after those that were asked for, as manuals that count from 1 have it. */
  readonly offset: -1 | 0 | 1;
  readonly type: Exclude<ValueType, 'bit'>;
  readonly order: ByteOrder;
  readonly scale: number;
  readonly raw: number;
  readonly value: number;
  /** The unsigned type would give the same now: only a negative value tells them apart. */
  readonly unsignedToo: boolean;
  /** A register nearby that holds just the number of decimals this scale takes off. */
  readonly decimalsAt: number | null;
  /** The lower, the more likely. */
  readonly penalty: number;
}

export interface Expected {
  readonly value: number;
  /** One step of the display's last digit: 0.1 for 27.4. */
  readonly step: number;
}

/** The number as the technician typed it: its decimals say how exact the display is. */
export function parseExpected(text: string): Expected | null {
  const match = /^[+-]?\d+(?:[.,](\d+))?$/.exec(text.trim());
  const value = Number(text.trim().replace(',', '.'));
  // Nothing tells a zero from an empty register.
  if (!match || value === 0) return null;
  return { value, step: 10 ** -(match[1]?.length ?? 0) };
}

/** How usual each scale is for a 16-bit and for a 32-bit integer; 0 is the most usual. */
const SCALES: readonly (readonly [scale: number, short: number, long: number])[] = [
  [1, 0.2, 1],
  [0.1, 0, 1],
  [0.01, 0.2, 0.7],
  [0.001, 1, 0],
  [0.0001, 3, 1.5],
  [0.00001, 4, 2],
  [0.000001, 5, 2],
  [10, 2.5, 3],
  [100, 3.5, 4],
];
const FLOAT_SCALED = 4;

const FLOAT_ORDER: Readonly<Record<ByteOrder, number>> = { ABCD: 0, CDAB: 0.3, DCBA: 0.6, BADC: 1.2 };
const LONG_ORDER: Readonly<Record<ByteOrder, number>> = { ABCD: 0, CDAB: 1.2, DCBA: 3, BADC: 3 };
const SHORT_ORDER: Readonly<Partial<Record<ByteOrder, number>>> = { ABCD: 0, BADC: 2.5 };
/** Two registers that make a float of just this value are hardly chance. */
const FLOAT = -1;
const OUTSIDE = 1;

/** All decodings of the known registers that come near the expected value, the likeliest first. */
export function rankDecodings(
  words: Words,
  range: { readonly address: number; readonly count: number },
  expected: Expected,
): Decoding[] {
  const found: Decoding[] = [];
  for (let address = range.address - 1; address <= range.address + range.count; address++) {
    const offset = address < range.address ? -1 : address >= range.address + range.count ? 1 : 0;
    const base = (offset === 0 ? 0 : OUTSIDE) + Math.max(0, address - range.address) * 0.001;
    for (const { type, order, raw, penalty } of rawValues(words, address)) {
      for (const [scale, short, long] of SCALES) {
        const value = tidy(raw * scale);
        const miss = missPenalty(value, expected);
        if (miss === null) continue;
        const usual =
          type === 'float32' ? (scale === 1 ? 0 : FLOAT_SCALED) : registerCount(type) === 1 ? short : long;
        const decimalsAt = registerCount(type) === 1 ? decimalsNear(words, address, scale) : null;
        found.push({
          address,
          offset,
          type,
          order,
          scale,
          raw,
          value,
          unsignedToo: type === 'int16' || type === 'int32' ? raw >= 0 : false,
          decimalsAt,
          penalty: base + penalty + miss + usual - (decimalsAt === null ? 0 : 0.5),
        });
      }
    }
  }
  return found.sort((a, b) => a.penalty - b.penalty);
}

interface RawValue {
  readonly type: Decoding['type'];
  readonly order: ByteOrder;
  readonly raw: number;
  readonly penalty: number;
}

/** Signed, unless only the unsigned reading differs: it is then a value of its own. */
function* rawValues(words: Words, address: number): Generator<RawValue> {
  const [first, second] = [words(address), words(address + 1)];
  if (first === undefined) return;
  for (const order of BYTE_ORDERS) {
    const short = SHORT_ORDER[order];
    if (short !== undefined) {
      for (const type of ['int16', 'uint16'] as const) {
        const raw = decodeRegisters([first], type, order);
        if (type === 'uint16' && raw < 0x8000) continue;
        yield { type, order, raw, penalty: short };
      }
    }
    if (second === undefined) continue;
    const pair = [first, second];
    for (const type of ['int32', 'uint32'] as const) {
      const raw = decodeRegisters(pair, type, order);
      if (type === 'uint32' && raw < 0x8000_0000) continue;
      yield { type, order, raw, penalty: LONG_ORDER[order] };
    }
    const float = decodeRegisters(pair, 'float32', order);
    if (Number.isFinite(float))
      yield { type: 'float32', order, raw: float, penalty: FLOAT + FLOAT_ORDER[order] };
  }
}

/** The display rounds or cuts off, and the value may have moved since it was looked at. */
function missPenalty(value: number, { value: expected, step }: Expected): number | null {
  const miss = Math.abs(value - expected);
  if (miss <= step * 0.501) return 0;
  if (miss <= step * 1.001) return 1;
  if (miss <= Math.max(step * 5, Math.abs(expected) * 0.01)) return 4;
  return null;
}

/** QDY30A and its like keep the number of decimals in a register just before the value. */
function decimalsNear(words: Words, address: number, scale: number): number | null {
  const decimals = Math.round(-Math.log10(scale));
  if (decimals < 1 || decimals > 4) return null;
  for (const candidate of [address - 1, address + 1, address - 2])
    if (words(candidate) === decimals) return candidate;
  return null;
}

const tidy = (value: number): number => Number(value.toPrecision(9));

/** 32-bit readings of two registers that a measurement could be (a pressure in thousandths of a pascal is the longest). */
export function isPlausible(value: number, type: 'int32' | 'float32'): boolean {
  const size = Math.abs(value);
  return type === 'int32' ? size < 2e8 : size === 0 || (size >= 1e-4 && size < 1e7);
}
