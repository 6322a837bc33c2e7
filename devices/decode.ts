/** Raw registers to judged values in the parameter's unit, as the profile says. Pure. */
import { type CounterMemory, stepCounter } from './counter.ts';
import { judgeState } from './instrument-state.ts';
import { type ParameterId, parameterOf } from './parameter.ts';
import {
  type ProfilePoint,
  pointRefs,
  type RegisterRef,
  type ValidityRule,
  validityRules,
} from './profile/point.ts';
import { stateRules } from './profile/state.ts';
import { type AddressRange, type Profile, protocolAddress } from './profile.ts';
import { FLAG, type Judged, judgeGrossRange, missing } from './quality.ts';
import { type ReadWord, rawValue } from './raw-value.ts';
import { type ByteOrder, registerCount } from './register.ts';
import { converter, UNITS, type UnitId } from './unit.ts';

export type { AddressRange } from './profile.ts';
export { type ReadWord, rawValue } from './raw-value.ts';

/** The reason of a value whose registers are absent; who read them may know a better one. */
export const NOT_READ = 'not read';

export interface Decoded {
  readonly parameter: ParameterId;
  readonly judged: Judged;
}

export interface Decoder {
  /** All points from one round of reads; `at` (epoch ms) serves counters only. */
  decode(read: ReadWord, at: number): Decoded[];
}

/** Every range that the point needs, its scale, unit, validity and status registers included. */
export const pointAddresses = (profile: Profile, point: ProfilePoint): AddressRange[] =>
  [...pointRefs(point), ...stateRules(profile, point)].map((ref) => ({
    area: ref.area,
    address: protocolAddress(profile, ref.address),
    count: registerCount(ref.type),
  }));

/** A decoder of one instrument. It remembers the counters, so that each instrument has its own. */
export function createDecoder(profile: Profile, points: readonly ProfilePoint[]): Decoder {
  const counters = new Map<ProfilePoint, CounterMemory>();
  const states = points.map((point) => stateRules(profile, point));
  return {
    decode: (read, at) =>
      points.map((point, index) => {
        const judged = decodeValue(profile, point, read, counters, at);
        const rules = states[index] ?? [];
        return {
          parameter: point.parameter,
          judged:
            rules.length === 0 ? judged : judgeState(judged, rules, (ref) => rawValue(profile, ref, read)),
        };
      }),
  };
}

function decodeValue(
  profile: Profile,
  point: ProfilePoint,
  read: ReadWord,
  counters: Map<ProfilePoint, CounterMemory>,
  at: number,
): Judged {
  const get = (ref: RegisterRef) => rawValue(profile, ref, read);
  for (const rule of validityRules(point)) {
    const state = get(rule);
    const reason = state === undefined ? NOT_READ : whyInvalid(rule, state);
    if (reason !== null) return missing(reason);
  }
  const order = point.order_from ? coded(point.order_from, get, 'byte order') : point.order;
  if (typeof order !== 'string') return order;
  const raw = rawValue(profile, point, read, order);
  if (raw === undefined) return missing(NOT_READ);
  if (point.sentinels.includes(raw))
    return missing(point.sentinel_reasons[raw] ?? `the instrument has no value (${raw})`);
  if (!Number.isFinite(raw)) return missing('not a number');

  const unit = point.unit_from ? coded(point.unit_from, get, 'unit') : point.unit;
  if (typeof unit !== 'string') return unit;
  const factor = scaleFactor(point, get);
  if (typeof factor !== 'number') return factor;

  const target = parameterOf(point.parameter).unit;
  const convert = unit === target ? same : converter(unit, target, point.parameter);
  if (convert === null) return missing(`${unit} does not fit ${point.parameter}`);

  let number = raw;
  let partial = false;
  if (point.counter) {
    const highest = highestRate(point.parameter, convert);
    const step = stepCounter(point.counter, counters.get(point), raw, at, highest);
    counters.set(point, step.memory);
    if (step.kind !== 'rate') return missing(`counter ${step.kind}`);
    number = step.perHour;
    partial = step.overMs < point.counter.window_s * 1000;
  }
  const inUnit = number * factor * point.scale + point.offset;
  // What nothing was done to needs no tidying, which is the dearest part of a decode.
  if (!partial && inUnit === raw && convert === same) return judge(point, raw, raw, unit);
  const judged = judge(point, tidy(inUnit), tidy(convert(inUnit)), unit);
  // A few pulses in a few seconds are no rate to judge a limit by: shown, and out of all means.
  return partial && judged.flag === FLAG.good
    ? { ...judged, flag: FLAG.notEvaluated, reason: PARTIAL_WINDOW }
    : judged;
}

export const PARTIAL_WINDOW = 'counted over less than its window';

/** Why the register that this rule looks at makes a value invalid; null when it does not. */
export function whyInvalid(rule: ValidityRule, raw: number): string | null {
  const { mask, good, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = rule;
  // >>> makes the 32 bits unsigned again.
  const state = mask === undefined ? raw : (raw & mask) >>> 0;
  if ((good === undefined || good.includes(state)) && state >= min && state <= max) return null;
  const beyond = state < min ? rule.below : state > max ? rule.above : undefined;
  return rule.reasons[state] ?? beyond ?? rule.other ?? `the instrument says invalid (${state})`;
}

/** What a code register says, or that nobody knows its code. */
function coded<T extends ByteOrder | UnitId | number>(
  ref: RegisterRef & { readonly codes: Readonly<Record<string, T>> },
  get: (ref: RegisterRef) => number | undefined,
  what: string,
): T | Judged {
  const code = get(ref);
  if (code === undefined) return missing(NOT_READ);
  return ref.codes[code] ?? missing(`unknown ${what} code ${code}`);
}

/** What the instrument itself says of its number's size: decimals, a power of ten or a factor in other registers. */
function scaleFactor(point: ProfilePoint, get: (ref: RegisterRef) => number | undefined): number | Judged {
  const { scale_from, decimals_from, exponent_from } = point;
  if (!scale_from && !decimals_from && !exponent_from) return 1;
  let factor: number | undefined | Judged = 1;
  if (scale_from?.codes) factor = coded({ ...scale_from, codes: scale_from.codes }, get, 'scale');
  else if (scale_from) factor = get(scale_from);
  if (typeof factor === 'object') return factor;
  const decimals = decimals_from ? get(decimals_from) : 0;
  const exponent = exponent_from ? get(exponent_from) : 0;
  if (factor === undefined || decimals === undefined || exponent === undefined) return missing(NOT_READ);
  if (!Number.isFinite(factor) || factor === 0) return missing(`a scale of ${factor} makes no sense`);
  if (!plausibleTens(decimals)) return missing(`${decimals} decimals make no sense`);
  if (!plausibleTens(exponent)) return missing(`an exponent of ${exponent} makes no sense`);
  const tens = exponent - decimals;
  // 10 ** -1 is no exact number; a division keeps 253 / 10 at 25.3.
  return tens < 0 ? factor / 10 ** -tens : factor * 10 ** tens;
}

const same = (value: number): number => value;

const plausibleTens = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= 9;

/**
 * Nothing measures so small a number that is not 0. A float whose two words changed places has an exponent by chance:
 * more often than not it is beyond the ranges or below this.
 */
const LEAST_MEASURED = 1e-12;
const TOO_SMALL = 'too small to be measured: are its words in the right order?';

/** The instrument's own range says suspect; the parameter's gross range may say worse. */
function judge(point: ProfilePoint, inUnit: number, value: number, unit: UnitId): Judged {
  const gross = judgeGrossRange(point.parameter, value);
  if (gross.flag === FLAG.good && inUnit !== 0 && Math.abs(inUnit) < LEAST_MEASURED)
    return { value, flag: FLAG.suspect, reason: TOO_SMALL };
  const [low, high] = point.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if ((inUnit >= low && inUnit <= high) || gross.flag === FLAG.fail || gross.value === null) return gross;
  const label = UNITS[unit].label;
  return {
    value,
    flag: FLAG.suspect,
    reason: `outside the instrument's range ${low}..${high}${label && ` ${label}`}`,
  };
}

/** The greatest rate that is possible for the parameter, in the point's unit: conversions of rates are linear. */
function highestRate(parameter: ParameterId, convert: (value: number) => number): number {
  return parameterOf(parameter).fail[1] / (convert(1) - convert(0));
}

/** Takes off what binary fractions add to decimal scales: 29 × 0.1 is 2.9. */
const tidy = (value: number): number => Number(value.toPrecision(12));
