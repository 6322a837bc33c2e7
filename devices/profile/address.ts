/** Registers as they go over the wire: addresses of a profile without its manual's way of counting. Pure. */
import type { RegisterArea } from '../register.ts';

/** Registers as they go over the wire. */
export interface AddressRange {
  readonly area: RegisterArea;
  readonly address: number;
  readonly count: number;
}

export type AddressBase = 'zero' | 'one' | 'literal';

export interface AddressedProfile {
  readonly address_base: AddressBase;
}

/** The address that goes over the wire. */
export const protocolAddress = ({ address_base }: AddressedProfile, address: number): number =>
  address_base === 'one' ? address - 1 : address;

export const onWire = <R extends AddressRange>(profile: AddressedProfile, range: R): R => ({
  ...range,
  address: protocolAddress(profile, range.address),
});

export const overlaps = (a: AddressRange, b: AddressRange): boolean =>
  a.area === b.area && a.address < b.address + b.count && b.address < a.address + a.count;

export const contains = (outer: AddressRange, inner: AddressRange): boolean =>
  outer.area === inner.area &&
  outer.address <= inner.address &&
  inner.address + inner.count <= outer.address + outer.count;
