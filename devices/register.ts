/** Registers: what kinds there are, and bytes of a Modbus answer to numbers and back. Pure. */

export const REGISTER_AREAS = ['coil', 'discrete', 'holding', 'input'] as const;
export type RegisterArea = (typeof REGISTER_AREAS)[number];

export const VALUE_TYPES = ['bit', 'int16', 'uint16', 'int32', 'uint32', 'float32'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export const BYTE_ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export type ByteOrder = (typeof BYTE_ORDERS)[number];

/** How many 16-bit registers (or single bits) a value of this type takes. */
export const registerCount = (type: ValueType): 1 | 2 =>
  type === 'int32' || type === 'uint32' || type === 'float32' ? 2 : 1;

const view = new DataView(new ArrayBuffer(4));

/** The order in which the answer's bytes (numbered A first) make a big-endian value. */
const PERMUTATION: Readonly<Record<ByteOrder, readonly [number, number, number, number]>> = {
  ABCD: [0, 1, 2, 3],
  CDAB: [2, 3, 0, 1],
  BADC: [1, 0, 3, 2],
  DCBA: [3, 2, 1, 0],
};

/** A number from registers as they came, high byte first within each. For 16-bit values BADC and DCBA swap bytes. */
export function decodeRegisters(words: readonly number[], type: ValueType, order: ByteOrder): number {
  const count = registerCount(type);
  if (words.length < count) throw new RangeError(`${type} needs ${count} registers, got ${words.length}`);
  if (count === 1) {
    const word = words[0] ?? 0;
    const swapped = order === 'BADC' || order === 'DCBA' ? ((word & 0xff) << 8) | (word >> 8) : word;
    view.setUint16(0, swapped);
    return type === 'int16' ? view.getInt16(0) : view.getUint16(0);
  }
  const [high = 0, low = 0] = words;
  const bytes = [high >> 8, high & 0xff, low >> 8, low & 0xff];
  for (const [target, source] of PERMUTATION[order].entries()) view.setUint8(target, bytes[source] ?? 0);
  if (type === 'float32') return view.getFloat32(0);
  return type === 'int32' ? view.getInt32(0) : view.getUint32(0);
}

/** The inverse of decodeRegisters, for simulators and writes. The number is rounded to what the type can hold. */
export function encodeRegisters(value: number, type: ValueType, order: ByteOrder): number[] {
  if (registerCount(type) === 1) {
    view.setUint16(0, Math.round(value) & 0xffff);
    const word = view.getUint16(0);
    return [order === 'BADC' || order === 'DCBA' ? ((word & 0xff) << 8) | (word >> 8) : word];
  }
  if (type === 'float32') view.setFloat32(0, value);
  else view.setUint32(0, Math.round(value) >>> 0);
  const bytes = [0, 0, 0, 0];
  for (const [source, target] of PERMUTATION[order].entries()) bytes[target] = view.getUint8(source);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return [(a << 8) | b, (c << 8) | d];
}
