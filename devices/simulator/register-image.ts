/** The registers of an instrument, made from what it measures: its profile read backwards. Pure. */
import { pointAddresses, type ReadWord } from '../decode.ts';
import { type ParameterId, parameterOf } from '../parameter.ts';
import {
  type Profile,
  type ProfilePoint,
  protocolAddress,
  type RegisterArea,
  type RegisterRef,
} from '../profile.ts';
import { encodeRegisters, registerCount } from '../register.ts';
import { converter, type UnitId } from '../unit.ts';

/** Values in the parameter's unit, pulses so far for a counter; null for "no value now". */
export type Measured = ReadonlyMap<ParameterId, number | null>;

export type RegisterImage = (measured: Measured) => ReadWord;

/** Whether the instrument has a way to say that it has no value. */
export const canSayAbsent = (point: ProfilePoint): boolean =>
  point.valid_when !== undefined || point.type === 'float32' || point.sentinels.length > 0;

/** A value of the parameter in the unit that the point has. Conversions between units are straight lines. */
export function inUnit(parameter: ParameterId, value: number, unit: UnitId): number {
  const convert = converter(unit, parameterOf(parameter).unit, parameter);
  if (convert === null) throw new RangeError(`${unit} does not fit ${parameter}`);
  const zero = convert(0);
  return (value - zero) / (convert(1) - zero);
}

export function createRegisterImage(profile: Profile): RegisterImage {
  const holes = readableHoles(profile);
  return (measured) => {
    const words = new Words(profile);
    for (const { area, address } of holes) words.put(area, address, 0);
    for (const point of profile.points) putValidity(profile, point, measured, words);
    for (const point of profile.points) putPoint(profile, point, measured, words);
    return words.read;
  };
}

/** The registers between points that the profile lets a reader read along. */
function readableHoles(profile: Profile): { area: RegisterArea; address: number }[] {
  const used = new Map<RegisterArea, Set<number>>();
  for (const { area, address, count } of profile.points.flatMap((point) => pointAddresses(profile, point))) {
    const addresses = used.get(area) ?? new Set<number>();
    used.set(area, addresses);
    for (let index = 0; index < count; index++) addresses.add(address + index);
  }
  const holes: { area: RegisterArea; address: number }[] = [];
  for (const [area, addresses] of used) {
    const sorted = [...addresses].sort((a, b) => a - b);
    for (const [index, address] of sorted.entries()) {
      const gap = (sorted[index + 1] ?? address + 1) - address - 1;
      if (gap > profile.link.max_gap) continue;
      for (let offset = 1; offset <= gap; offset++) holes.push({ area, address: address + offset });
    }
  }
  return holes;
}

class Words {
  readonly #profile: Profile;
  readonly #words = new Map<string, number>();

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  readonly read: ReadWord = (area, address) => this.#words.get(`${area} ${address}`);

  put(area: RegisterArea, address: number, word: number): void {
    this.#words.set(`${area} ${address}`, word);
  }

  /** Several points can share a register (flags): what is there already stays. */
  add(area: RegisterArea, address: number, bits: number): void {
    this.put(area, address, (this.read(area, address) ?? 0) | bits);
  }

  encode(ref: RegisterRef, raw: number): void {
    const start = protocolAddress(this.#profile, ref.address);
    if (ref.type === 'bit') {
      this.put(ref.area, start, raw);
      return;
    }
    for (const [index, word] of encodeRegisters(saturated(raw, ref.type), ref.type, ref.order).entries())
      this.put(ref.area, start + index, word);
  }
}

/** A register that tells of several points is bad only when none of them has a value. */
function putValidity(profile: Profile, point: ProfilePoint, measured: Measured, words: Words): void {
  const rule = point.valid_when;
  if (!rule) return;
  words.encode(rule, isBad(profile, point, measured) ? badCode(rule) : (rule.good[0] ?? 0));
}

function isBad(profile: Profile, point: ProfilePoint, measured: Measured): boolean {
  const { valid_when: rule } = point;
  if (!rule) return false;
  const sharing = profile.points.filter(
    ({ valid_when: other }) => other?.area === rule.area && other.address === rule.address,
  );
  return sharing.every((other) => (measured.get(other.parameter) ?? null) === null);
}

/** The instrument's own word for a fault: the last reason that the profile knows. */
function badCode(rule: NonNullable<ProfilePoint['valid_when']>): number {
  const known = Object.keys(rule.reasons).map(Number);
  return known.filter((code) => !rule.good.includes(code)).at(-1) ?? Math.max(...rule.good) + 1;
}

function putPoint(profile: Profile, point: ProfilePoint, measured: Measured, words: Words): void {
  const value = measured.get(point.parameter) ?? null;
  const [code, unit] = unitChoice(point);
  if (point.unit_from) words.encode(point.unit_from, code);

  if (point.counter) {
    words.encode(point, Math.floor(value ?? 0) % 2 ** point.counter.width);
    return;
  }
  const plain =
    value === null
      ? absentRaw(point, isBad(profile, point, measured))
      : (inUnit(point.parameter, value, unit) - point.offset) / point.scale;
  const decimals = point.decimals_from ? fittingDecimals(plain, point) : 0;
  if (point.decimals_from) words.encode(point.decimals_from, decimals);
  const raw = plain * 10 ** decimals;
  if (point.type !== 'bit') words.encode(point, raw);
  else words.add(point.area, protocolAddress(profile, point.address), raw >= 0.5 ? 1 << (point.bit ?? 0) : 0);
}

/** Where a validity register says bad the value is the zero that real instruments then show. */
function absentRaw(point: ProfilePoint, saidBad: boolean): number {
  if (saidBad) return 0;
  return point.sentinels[0] ?? (point.type === 'float32' ? Number.NaN : 0);
}

/** The unit code that stands for the point's own unit, or the first that there is. */
function unitChoice(point: ProfilePoint): [number, UnitId] {
  const codes = Object.entries(point.unit_from?.codes ?? {});
  const [code, unit] = codes.find(([, known]) => known === point.unit) ?? codes[0] ?? ['0', point.unit];
  return [Number(code), unit];
}

/** As many decimals as the type can hold, three at most, as such instruments are set in the factory. */
function fittingDecimals(value: number, point: ProfilePoint): number {
  let decimals = 3;
  while (decimals > 0 && saturated(value * 10 ** decimals, point.type) !== value * 10 ** decimals) decimals--;
  return decimals;
}

/** An instrument's number stops at the end of its register; it does not start again at the other end. */
function saturated(raw: number, type: RegisterRef['type']): number {
  if (type === 'float32' || type === 'bit') return raw;
  const bits = registerCount(type) * 16;
  const signed = type === 'int16' || type === 'int32';
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return Math.min(high, Math.max(signed ? -(2 ** (bits - 1)) : 0, raw));
}
