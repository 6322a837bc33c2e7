/** The number that stands in registers, before anything is known of its meaning. Pure. */
import { type AddressedProfile, protocolAddress } from './profile/address.ts';
import type { RegisterRef } from './profile/point.ts';
import { decodeRegisters, type RegisterArea, registerCount } from './register.ts';

/** A word (or a bit as 0 or 1) at a protocol address, undefined when it was not read. */
export type ReadWord = (area: RegisterArea, address: number) => number | undefined;

/** The number in a register (a bit as 0 or 1) without scale or unit; undefined when it was not all read. */
export function rawValue(
  profile: AddressedProfile,
  ref: RegisterRef & { bit?: number | undefined },
  read: ReadWord,
  order = ref.order,
): number | undefined {
  const address = protocolAddress(profile, ref.address);
  const words: number[] = [];
  for (let index = 0; index < registerCount(ref.type); index++) {
    const word = read(ref.area, address + index);
    if (word === undefined) return undefined;
    words.push(word);
  }
  if (ref.type === 'bit') return ((words[0] ?? 0) >> (ref.bit ?? 0)) & 1;
  const value = decodeRegisters(words, ref.type, order);
  return ref.type === 'float32' ? shortest(value) : value;
}

/** The shortest decimal that is the same float32: 6.7 instead of 6.699999809265137. Nothing is lost. */
function shortest(value: number): number {
  // Integers that float32 holds exactly are their own shortest form.
  if (Number.isInteger(value) && Math.abs(value) <= 0x100_0000) return value;
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}
