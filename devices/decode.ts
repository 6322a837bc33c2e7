/** Raw registers to judged values in the parameter's unit, as the profile says. Pure. */
import { type CounterMemory, stepCounter } from './counter.ts';
import { type ParameterId, parameterOf } from './parameter.ts';
import {
  type Profile,
  type ProfilePoint,
  protocolAddress,
  type RegisterArea,
  type RegisterRef,
} from './profile.ts';
import { FLAG, type Judged, judgeGrossRange, missing } from './quality.ts';
import { decodeRegisters, registerCount } from './register.ts';
import { converter, UNITS, type UnitId } from './unit.ts';

/** A word (or a bit as 0 or 1) at a protocol address, undefined when it was not read. */
export type ReadWord = (area: RegisterArea, address: number) => number | undefined;

export interface AddressRange {
  readonly area: RegisterArea;
  /** As it goes over the wire. */
  readonly address: number;
  readonly count: number;
}

export interface Decoded {
  readonly parameter: ParameterId;
  readonly judged: Judged;
}

export interface Decoder {
  /** All points from one round of reads; `at` (epoch ms) serves counters only. */
  decode(read: ReadWord, at: number): Decoded[];
}

/** Every range that the point needs, its scale, unit and validity registers included. */
export function pointAddresses(profile: Profile, point: ProfilePoint): AddressRange[] {
  const refs: readonly (RegisterRef | undefined)[] = [
    point,
    point.decimals_from,
    point.unit_from,
    point.valid_when,
  ];
  return refs
    .filter((ref) => ref !== undefined)
    .map((ref) => ({
      area: ref.area,
      address: protocolAddress(profile, ref.address),
      count: registerCount(ref.type),
    }));
}

/** A decoder of one instrument. It remembers the counters, so that each instrument has its own. */
export function createDecoder(profile: Profile, points: readonly ProfilePoint[]): Decoder {
  const counters = new Map<ProfilePoint, CounterMemory>();
  return {
    decode: (read, at) =>
      points.map((point) => ({
        parameter: point.parameter,
        judged: decodePoint(profile, point, read, counters, at),
      })),
  };
}

export function decodePoint(
  profile: Profile,
  point: ProfilePoint,
  read: ReadWord,
  counters: Map<ProfilePoint, CounterMemory>,
  at: number,
): Judged {
  const get = (ref: RegisterRef) => rawValue(profile, ref, read);
  const raw = get(point);
  if (raw === undefined) return missing('not read');

  if (point.valid_when) {
    const word = get(point.valid_when);
    if (word === undefined) return missing('not read');
    const { mask, good, reasons } = point.valid_when;
    const state = mask === undefined ? word : word & mask;
    if (!good.includes(state)) return missing(reasons[state] ?? `the instrument says invalid (${state})`);
  }
  if (point.sentinels.includes(raw)) return missing(`the instrument has no value (${raw})`);
  if (!Number.isFinite(raw)) return missing('not a number');

  const unit = point.unit_from ? unitOf(point.unit_from.codes, get(point.unit_from)) : point.unit;
  if (typeof unit !== 'string') return unit;
  const decimals = point.decimals_from ? get(point.decimals_from) : 0;
  if (decimals === undefined) return missing('not read');
  if (!Number.isInteger(decimals) || Math.abs(decimals) > 9)
    return missing(`${decimals} decimals make no sense`);

  const convert = converter(unit, parameterOf(point.parameter).unit, point.parameter);
  if (convert === null) return missing(`${unit} does not fit ${point.parameter}`);

  let number = raw;
  if (point.counter) {
    const highest = highestRate(point.parameter, convert);
    const step = stepCounter(point.counter, counters.get(point), raw, at, highest);
    counters.set(point, step.memory);
    if (step.kind !== 'rate') return missing(`counter ${step.kind}`);
    number = step.perHour;
  }
  const inUnit = (number / 10 ** decimals) * point.scale + point.offset;
  return judge(point, tidy(inUnit), tidy(convert(inUnit)), unit);
}

/** The instrument's own range says suspect; the parameter's gross range may say worse. */
function judge(point: ProfilePoint, inUnit: number, value: number, unit: UnitId): Judged {
  const gross = judgeGrossRange(point.parameter, value);
  const [low, high] = point.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if ((inUnit >= low && inUnit <= high) || gross.flag === FLAG.fail || gross.value === null) return gross;
  const label = UNITS[unit].label;
  return {
    value,
    flag: FLAG.suspect,
    reason: `outside the instrument's range ${low}..${high}${label && ` ${label}`}`,
  };
}

function rawValue(
  profile: Profile,
  ref: RegisterRef & { bit?: number | undefined },
  read: ReadWord,
): number | undefined {
  const address = protocolAddress(profile, ref.address);
  const words: number[] = [];
  for (let index = 0; index < registerCount(ref.type); index++) {
    const word = read(ref.area, address + index);
    if (word === undefined) return undefined;
    words.push(word);
  }
  if (ref.type === 'bit') return ((words[0] ?? 0) >> (ref.bit ?? 0)) & 1;
  const value = decodeRegisters(words, ref.type, ref.order);
  return ref.type === 'float32' ? shortest(value) : value;
}

function unitOf(codes: Readonly<Record<string, UnitId>>, code: number | undefined): UnitId | Judged {
  if (code === undefined) return missing('not read');
  return codes[code] ?? missing(`unknown unit code ${code}`);
}

/** The greatest rate that is possible for the parameter, in the point's unit: conversions of rates are linear. */
function highestRate(parameter: ParameterId, convert: (value: number) => number): number {
  return parameterOf(parameter).fail[1] / (convert(1) - convert(0));
}

/** The shortest decimal that is the same float32: 6.7 instead of 6.699999809265137. Nothing is lost. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** Takes off what binary fractions add to decimal scales: 29 × 0.1 is 2.9. */
const tidy = (value: number): number => Number(value.toPrecision(12));
