/**
 * SenML JSON (RFC 8428) as our instruments and edges speak it. `bn` is `urn:quantrac:{station}:`, `n` the
 * parameter id, `t`/`bt` seconds; a reading that is not good carries `qf` (QARTOD flag) and `qr` (reason).
 */
import { isParameter, MEASURED_IDS, type ParameterId, parameterOf } from '../parameter.ts';
import { FLAG, FLAGS, type Flag } from '../quality.ts';
import type { Reading } from '../reading.ts';
import { converter, isUnit, type UnitId } from '../unit.ts';

/** Bounds on one payload; a larger one is refused whole. */
export const MAX_RECORDS = 5000;
export const MAX_REASON = 200;

/** RFC 8428 section 4.5.3: times under 2^28 seconds are relative to now. */
const RELATIVE_BELOW = 2 ** 28;

const PREFIX = 'urn:quantrac:';

export interface SenmlRecord {
  bn?: string;
  bt?: number;
  bu?: string;
  n?: string;
  u?: string;
  v?: number;
  t?: number;
  qf?: Flag;
  qr?: string;
}

export const baseName = (station: string): string => `${PREFIX}${station}:`;

/** One payload of one station's readings; the first record carries base name and base time. */
export function encodeSenml(station: string, readings: readonly Omit<Reading, 'station'>[]): SenmlRecord[] {
  const base = readings[0]?.at ?? 0;
  return readings.map((reading, index) => {
    const record: SenmlRecord = index === 0 ? { bn: baseName(station), bt: base / 1000 } : {};
    record.n = reading.parameter;
    record.u = parameterOf(reading.parameter).unit;
    if (reading.at !== base) record.t = (reading.at - base) / 1000;
    if (reading.value !== null) record.v = reading.value;
    if (reading.flag !== FLAG.good) record.qf = reading.flag;
    if (reading.reason !== null) record.qr = reading.reason;
    return record;
  });
}

/**
 * A record that can never be accepted, with the reason in words and the record as it came, together with the base
 * fields that held for it: it means the same without its neighbours.
 */
export interface Refused {
  readonly reason: string;
  readonly record: unknown;
}

export type Decoded =
  | { readonly kind: 'payload-refused'; readonly reason: string }
  | { readonly kind: 'records'; readonly readings: Reading[]; readonly refused: Refused[] };

/**
 * Resolves a payload into readings of `station`. `now` (epoch ms) serves relative times only; whether a time
 * is acceptable is the caller's business.
 */
export function decodeSenml(payload: Uint8Array | string, station: string, now: number): Decoded {
  let pack: unknown;
  try {
    pack = JSON.parse(typeof payload === 'string' ? payload : UTF8.decode(payload));
  } catch {
    return { kind: 'payload-refused', reason: 'not SenML: the payload is no JSON' };
  }
  if (!Array.isArray(pack) || pack.length === 0) {
    return { kind: 'payload-refused', reason: 'not SenML: a pack is a JSON array with at least one record' };
  }
  if (pack.length > MAX_RECORDS) {
    return { kind: 'payload-refused', reason: `more than ${MAX_RECORDS} records in one payload` };
  }
  const readings: Reading[] = [];
  const refused: Refused[] = [];
  const base: Base = { station, name: baseName(station), now, bn: '', bt: 0, bu: undefined };
  for (const raw of pack) {
    const result = decodeRecord(raw, base);
    if (typeof result === 'string') refused.push({ reason: result, record: alone(raw, base) });
    else readings.push(result);
  }
  return { kind: 'records', readings, refused };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** What a record is read by: the base fields that hold (RFC 8428, section 4.1), and whose payload it is. */
interface Base {
  readonly station: string;
  /** The station's base name. */
  readonly name: string;
  readonly now: number;
  bn: string;
  bt: number;
  bu: string | undefined;
}

function alone(raw: unknown, { bn, bt, bu }: Base): unknown {
  if (!isRecord(raw)) return shallow(raw);
  const fields = Object.entries(raw).map(([key, value]) => [key, shallow(value)] as const);
  return {
    ...(bn !== '' && { bn }),
    ...(bt !== 0 && { bt }),
    ...(bu !== undefined && { bu }),
    ...Object.fromEntries(fields),
  };
}

/** SenML has no values in values, and one that is deep enough cannot even be written down again. */
const shallow = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[...]' : '{...}') : value;

/** A record's fields, of any type: it came from anywhere. */
type RawRecord = { readonly [K in keyof SenmlRecord]?: unknown };

const isRecord = (raw: unknown): raw is RawRecord =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

/** Control characters have no place in a reason; one could forge a line of a log or a database's protocol. */
const printable = (text: string, length: number): string => text.slice(0, length).replace(/\p{Cc}/gu, ' ');

/** A reading, or in words why it is none. */
function decodeRecord(record: unknown, base: Base): Reading | string {
  if (!isRecord(record)) return 'not SenML: a record is a JSON object';
  // Base fields hold for all records that follow (RFC 8428 section 4.1), also when this record is refused.
  if (typeof record.bn === 'string') base.bn = record.bn;
  if (typeof record.bt === 'number') base.bt = record.bt;
  if (typeof record.bu === 'string') base.bu = record.bu;
  for (const key in record) {
    // Section 4.4: a field whose name ends in "_" must be understood or the pack refused.
    if (key.endsWith('_')) return `field "${printable(key, 60)}" must be understood and is not`;
  }

  const { station, name, now } = base;
  const local = typeof record.n === 'string' ? record.n : '';
  let parameter = local;
  if (base.bn !== name) {
    const whole = base.bn + local;
    if (!whole.startsWith(name)) return `name "${printable(whole, 120)}" is not under "${name}"`;
    parameter = whole.slice(name.length);
  }
  const unit = UNIT_OF.get(parameter);
  if (unit === undefined)
    return isParameter(parameter)
      ? `"${parameter}" is derived by the gateway, no device sends it`
      : `unknown parameter "${printable(parameter, 80)}"`;

  const seconds = base.bt + (typeof record.t === 'number' ? record.t : 0);
  if (!Number.isFinite(seconds)) return 'time is no finite number';
  const at = Math.round((seconds < RELATIVE_BELOW ? now / 1000 + seconds : seconds) * 1000);
  if (!Number.isSafeInteger(at) || at < 0) return 'time is out of range';

  const { v, qf, qr } = record;
  const flag = (qf === undefined ? FLAG.good : qf) as Flag;
  if (!FLAGS.includes(flag))
    return `quality flag ${printable(JSON.stringify(shallow(qf)), 40)} is none of ${FLAGS.join(', ')}`;
  let reason = typeof qr === 'string' ? printable(qr, MAX_REASON) : null;
  let value: number | null = null;
  if (v !== undefined) {
    if (typeof v !== 'number' || !Number.isFinite(v)) return 'value "v" is no finite number';
    const given = typeof record.u === 'string' ? record.u : (base.bu ?? unit);
    const convert = given === unit ? null : converterOf(given, unit, parameter);
    if (convert === undefined)
      return `unit "${printable(given, 40)}" does not fit ${parameter}, which is in ${unit}`;
    value = convert === null ? v : convert(v);
  } else {
    if (flag === FLAG.good) return 'a record without a value "v" needs a quality flag "qf" and a reason "qr"';
    reason ??= 'no reason given';
  }
  return { station, parameter: parameter as ParameterId, at, value, flag, reason };
}

/** By parameter: a map is asked faster than the table of them, and answers for nothing else. */
const UNIT_OF: ReadonlyMap<string, UnitId> = new Map(MEASURED_IDS.map((id) => [id, parameterOf(id).unit]));

const converterOf = (given: string, unit: UnitId, parameter: string) =>
  isUnit(given) ? (converter(given, unit, parameter) ?? undefined) : undefined;
