/** Columns of values: whole numbers and a power of ten where every value comes back exactly so, else doubles. */
import type { ByteReader, ByteWriter } from './sqlite-bytes.ts';

const POWERS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000] as const;
/** Numbers up to it times the largest power are exact, and so are their differences. */
const MAX_WHOLE = 2 ** 50;
/** Added and taken away again it rounds a number of up to 2^51 to a whole one: several times faster than Math.round. */
const ROUND = 1.5 * 2 ** 52;

const DOUBLES = 15;
const HAS_NULLS = 16;

let whole = new Float64Array(4096);

/** The fewest decimals that are enough for all, with `whole` filled; null when there are none. */
function scale(source: Float64Array, from: number, to: number): number | null {
  if (whole.length < to - from) whole = new Float64Array(2 * (to - from));
  let decimals = 0;
  let power: number = POWERS[0];
  let again = from;
  let before = 0;
  for (let i = from; i < to; i++) {
    const value = source[i] as number;
    // In place of an absent value stands the one before, a step of nothing.
    if (!Number.isNaN(value)) {
      let rounded = value * power + ROUND - ROUND;
      // The quotient of two exact whole numbers is the double that is nearest: more decimals change it no more.
      while (rounded / power !== value) {
        const next = POWERS[++decimals];
        if (next === undefined) return null;
        power = next;
        again = i;
        rounded = value * power + ROUND - ROUND;
      }
      if (rounded > MAX_WHOLE || rounded < -MAX_WHOLE || (rounded === 0 && 1 / value < 0)) return null;
      before = rounded;
    }
    whole[i - from] = before;
  }
  before = 0;
  for (let i = from; i < again; i++) {
    const value = source[i] as number;
    if (!Number.isNaN(value)) before = value * power + ROUND - ROUND;
    if (before > MAX_WHOLE || before < -MAX_WHOLE) return null;
    whole[i - from] = before;
  }
  return decimals;
}

/** NaN stands for no value. */
export function writeValues(writer: ByteWriter, source: Float64Array, from: number, to: number): void {
  const decimals = scale(source, from, to);
  let nulls = false;
  for (let i = from; i < to && !nulls; i++) nulls = Number.isNaN(source[i]);
  writer.byte((decimals ?? DOUBLES) | (nulls ? HAS_NULLS : 0));
  if (nulls) writer.bits((index) => Number.isNaN(source[from + index]), to - from);
  if (decimals === null) writer.doubles(source, from, to);
  else writer.integers(whole, 0, to - from);
}

/** Answers the decimals that are enough for all of them, null when they are doubles. */
export function readValues(reader: ByteReader, out: Float64Array, count: number): number | null {
  const mode = reader.byte();
  const decimals = mode & 15;
  let nulls: number[] | null = null;
  if (mode & HAS_NULLS) {
    const indexes: number[] = [];
    reader.bits((index) => indexes.push(index), count);
    nulls = indexes;
  }
  if (decimals === DOUBLES) reader.doubles(out, count);
  else {
    const power = POWERS[decimals];
    if (power === undefined) throw new RangeError(`it has values of ${decimals} decimals`);
    reader.integers(out, count);
    if (power > 1) for (let i = 0; i < count; i++) out[i] = (out[i] as number) / power;
  }
  if (nulls) for (const index of nulls) out[index] = Number.NaN;
  return decimals === DOUBLES ? null : decimals;
}

/** The nearest number of so many decimals: what a sum of such values is without its rounding. */
export function atDecimals(value: number, decimals: number | null): number {
  const power = decimals === null ? undefined : POWERS[decimals];
  if (power === undefined || Math.abs(value * power) > MAX_WHOLE) return value;
  return Math.round(value * power) / power;
}
