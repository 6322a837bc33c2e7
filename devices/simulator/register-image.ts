/** The registers of an instrument, made from what it measures: its profile read backwards. Pure. */
import { pointAddresses, type ReadWord, rawValue, whyInvalid } from '../decode.ts';
import { type ParameterId, parameterOf } from '../parameter.ts';
import { type ProfilePoint, type RegisterRef, type ValidityRule, validityRules } from '../profile/point.ts';
import { type StateRule, stateOf } from '../profile/state.ts';
import { fixedBlocks, forbiddenRanges, overlaps, type Profile, protocolAddress } from '../profile.ts';
import { encodeRegisters, type RegisterArea, registerCount } from '../register.ts';
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
    for (const read of profile.fingerprint) words.encode(read, read.expect[0] ?? 0);
    for (const rule of profile.state_from) words.encode(rule, measuringContent(rule));
    putValidity(profile, measured, words);
    // What is measured comes last: where two points share a register it is that one which stands there.
    const has = ({ parameter }: ProfilePoint) => (measured.get(parameter) ?? null) !== null;
    for (const point of profile.points.filter((one) => !has(one))) putPoint(profile, point, measured, words);
    for (const point of profile.points.filter(has)) putPoint(profile, point, measured, words);
    return words.read;
  };
}

/** A content that says nothing special; several rules can look at bits of one register, and 0 is none of them. */
function measuringContent(rule: StateRule): number {
  let content = 0;
  while (stateOf(rule, content) !== null) content++;
  return content;
}

/** The registers between points that the profile lets a reader read along. */
function readableHoles(profile: Profile): { area: RegisterArea; address: number }[] {
  const { even_start: even, max_gap: widest } = profile.link;
  const used = new Map<RegisterArea, Set<number>>();
  const points = profile.points.flatMap((point) => pointAddresses(profile, point));
  const blocks = fixedBlocks(profile);
  for (const { area, address, count } of [...points, ...blocks]) {
    const addresses = used.get(area) ?? new Set<number>();
    used.set(area, addresses);
    const pairs = even && !isBits(area);
    const start = pairs ? address - (address % 2) : address;
    const end = address + count;
    for (let at = start; at < (pairs ? end + (end % 2) : end); at++) addresses.add(at);
  }
  const avoided = forbiddenRanges(profile);
  const holes: { area: RegisterArea; address: number }[] = [];
  for (const [area, addresses] of used) {
    const sorted = [...addresses].sort((a, b) => a - b);
    for (const [index, address] of sorted.entries()) {
      const gap = (sorted[index + 1] ?? address + 1) - address - 1;
      for (let offset = 0; offset <= (gap > widest ? 0 : gap); offset++) {
        const range = { area, address: address + offset, count: 1 };
        if (!avoided.some((other) => overlaps(range, other))) holes.push(range);
      }
    }
  }
  return holes;
}

const isBits = (area: RegisterArea): boolean => area === 'coil' || area === 'discrete';

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

  get(ref: RegisterRef): number {
    return rawValue(this.#profile, ref, this.read) ?? 0;
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

/** All validity registers good, then bad for the points without a value as far as that harms no point that has one. */
function putValidity(profile: Profile, measured: Measured, words: Words): void {
  const rules = profile.points.flatMap((point) => validityRules(point).map((rule) => ({ point, rule })));
  for (const { rule } of rules) setState(words, rule, goodState(rule));
  for (const { point, rule } of rules) {
    if ((measured.get(point.parameter) ?? null) !== null || isBad(point, words)) continue;
    const before = words.get(rule);
    const harms = () =>
      rules.some(
        (other) =>
          (measured.get(other.point.parameter) ?? null) !== null &&
          whyInvalid(other.rule, words.get(other.rule)) !== null,
      );
    for (const state of badStates(rule)) {
      setState(words, rule, state);
      if (!harms()) break;
      words.encode(rule, before);
    }
  }
}

const isBad = (point: ProfilePoint, words: Words): boolean =>
  validityRules(point).some((rule) => whyInvalid(rule, words.get(rule)) !== null);

/** The state in the rule's own bits; the others stay. */
function setState(words: Words, rule: ValidityRule, state: number): void {
  const { mask } = rule;
  words.encode(rule, mask === undefined ? state : ((words.get(rule) & ~mask) | (state & mask)) >>> 0);
}

const goodState = ({ good, min, max }: ValidityRule): number => good?.[0] ?? min ?? max ?? 0;

/** The instrument's own words for a fault, the last reason that the profile knows first; else one that is not good. */
function badStates(rule: ValidityRule): number[] {
  const { good = [], mask, min, max } = rule;
  const beyond =
    max === undefined ? (min ?? Math.max(...good, 0) + 1) - (min === undefined ? 0 : 1) : max + 1;
  const known = Object.keys(rule.reasons).map(Number).reverse();
  const fallback = rule.type === 'bit' ? 1 - goodState(rule) : (mask ?? beyond);
  return [...known, fallback].filter((state) => whyInvalid(rule, state) !== null);
}

function putPoint(profile: Profile, point: ProfilePoint, measured: Measured, words: Words): void {
  const value = measured.get(point.parameter) ?? null;
  const [unitCode, unit] = choice(point.unit_from?.codes, point.unit);
  if (point.unit_from) words.encode(point.unit_from, unitCode);
  const [orderCode, order] = choice(point.order_from?.codes, point.order);
  if (point.order_from) words.encode(point.order_from, orderCode);
  const [scaleCode, factor] = choice(point.scale_from?.codes, 1);
  if (point.scale_from) words.encode(point.scale_from, point.scale_from.codes ? scaleCode : 1);
  const place = { ...point, order };

  if (point.counter) {
    words.encode(place, Math.floor(value ?? 0) % 2 ** point.counter.width);
    return;
  }
  const plain =
    value === null
      ? absentRaw(point, isBad(point, words))
      : (inUnit(point.parameter, value, unit) - point.offset) / point.scale / factor;
  const decimals = point.decimals_from || point.exponent_from ? fittingDecimals(plain, point) : 0;
  if (point.decimals_from) words.encode(point.decimals_from, decimals);
  if (point.exponent_from) words.encode(point.exponent_from, -decimals);
  const raw = plain * 10 ** decimals;
  if (point.type !== 'bit') words.encode(place, raw);
  else words.add(point.area, protocolAddress(profile, point.address), raw >= 0.5 ? 1 << (point.bit ?? 0) : 0);
}

/** Where a validity register says bad the value is the zero that real instruments then show. */
function absentRaw(point: ProfilePoint, saidBad: boolean): number {
  if (saidBad) return 0;
  return point.sentinels[0] ?? (point.type === 'float32' ? Number.NaN : 0);
}

/** The code that stands for what the point itself says, or the first that there is. */
function choice<T>(table: Readonly<Record<string, T>> | undefined, own: T): [number, T] {
  const codes = Object.entries(table ?? {});
  const [code, meaning] = codes.find(([, known]) => known === own) ?? codes[0] ?? ['0', own];
  return [Number(code), meaning];
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
