/**
 * Readings as bytes: a column each for time, value, flag, reason and arrival, with a version and a checksum. A block
 * holds readings of one series, a batch those of one commit with their series.
 *
 * Columns are packed so tightly that a general compressor in addition saves little: it would take most of the time.
 */
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from './sqlite-bytes.ts';
import { type Columns, createColumns, growColumns } from './sqlite-columns.ts';
import { readValues, writeValues } from './sqlite-values.ts';

/** Of the bytes; what begins with another one was written by something newer. */
const VERSION = 1;
const HEADER = 5;
/** Readings of one batch or block: more is damage. */
const MAX_COUNT = 2 ** 25;

const writer = new ByteWriter();
let scratch = new Float64Array(4096);
function room(count: number): Float64Array {
  if (scratch.length < count) scratch = new Float64Array(2 * count);
  return scratch;
}

/** The bytes of readings `from` ≤ index < `to`, ascending in time. */
export function encodeBlock(columns: Columns, from: number, to: number): Buffer {
  writer.clear();
  writer.integer(to - from);
  writeColumns(columns, from, to);
  return seal(writer);
}

/**
 * Fills `columns` from its start, and answers how many decimals are enough for all values (null when none are). Throws
 * an error that says what is wrong with the bytes.
 */
export function decodeBlock(data: Uint8Array, columns: Columns): number | null {
  const reader = unseal(data);
  const count = countOf(reader);
  growColumns(columns, count);
  return readColumns(reader, columns, count);
}

/** `series` are the readings' own, by the same index as the columns. */
export function encodeBatch(series: Uint32Array, columns: Columns, from: number, to: number): Buffer {
  writer.clear();
  writer.integer(to - from);
  writeSmall(series, from, to);
  writeColumns(columns, from, to);
  return seal(writer);
}

export function decodeBatch(data: Uint8Array): { series: Uint32Array; columns: Columns } {
  const reader = unseal(data);
  const count = countOf(reader);
  const series = new Uint32Array(count);
  readSmall(reader, series, count);
  const columns = createColumns(count);
  readColumns(reader, columns, count);
  return { series, columns };
}

/** What was written, with a version and a checksum, in bytes of its own. */
export function seal(from: ByteWriter): Buffer {
  const body = from.view();
  const sealed = Buffer.allocUnsafe(HEADER + body.length);
  sealed[0] = VERSION;
  sealed.writeUInt32LE(crc32(body), 1);
  sealed.set(body, HEADER);
  return sealed;
}

export function unseal(data: Uint8Array): ByteReader {
  const sealed = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (sealed.length < HEADER) throw new Error('it is cut off');
  if (sealed[0] !== VERSION) throw new Error(`it is of version ${sealed[0]}, known is ${VERSION}`);
  const body = sealed.subarray(HEADER);
  if (crc32(body) !== sealed.readUInt32LE(1)) throw new Error('its checksum does not fit');
  return new ByteReader(body);
}

function countOf(reader: ByteReader): number {
  const count = reader.integer();
  if (count < 0 || count > MAX_COUNT) throw new Error(`it says that it holds ${count} readings`);
  return count;
}

function writeSmall(source: Uint8Array | Uint32Array, from: number, to: number): void {
  const numbers = room(to - from);
  for (let i = from; i < to; i++) numbers[i - from] = source[i] as number;
  writer.integers(numbers, 0, to - from);
}

function readSmall(reader: ByteReader, out: Uint8Array | Uint32Array, count: number): void {
  const numbers = room(count);
  reader.integers(numbers, count);
  for (let i = 0; i < count; i++) out[i] = numbers[i] as number;
}

function writeColumns(columns: Columns, from: number, to: number): void {
  writer.integers(columns.at, from, to);
  writeValues(writer, columns.value, from, to);
  writeSmall(columns.flag, from, to);
  writeReasons(columns, from, to);
  writeArrivals(columns, from, to);
}

/** Answers the decimals of the values. */
function readColumns(reader: ByteReader, columns: Columns, count: number): number | null {
  columns.count = count;
  reader.integers(columns.at, count);
  const decimals = readValues(reader, columns.value, count);
  readSmall(reader, columns.flag, count);
  readReasons(reader, columns, count);
  readArrivals(reader, columns, count);
  return decimals;
}

/** The reasons of these readings only, in the order in which they come. */
function writeReasons({ reason, reasons }: Columns, from: number, to: number): void {
  let some = false;
  for (let i = from; i < to && !some; i++) some = reason[i] !== 0;
  if (!some) {
    writer.integer(0);
    return;
  }
  const known = new Map<number, number>([[0, 0]]);
  const numbers = room(to - from);
  for (let i = from; i < to; i++) {
    const own = reason[i] as number;
    const number = known.get(own) ?? known.size;
    if (number === known.size) known.set(own, number);
    numbers[i - from] = number;
  }
  writer.integer(known.size - 1);
  for (const own of known.keys()) if (own !== 0) writer.text(reasons[own] as string);
  writer.integers(numbers, 0, to - from);
}

function readReasons(reader: ByteReader, columns: Columns, count: number): void {
  const texts = reader.integer();
  columns.reasons = [null];
  if (texts === 0) {
    columns.reason.fill(0, 0, count);
    return;
  }
  if (texts > count) throw new Error('it has more reasons than readings');
  for (let n = 0; n < texts; n++) columns.reasons.push(reader.text());
  readSmall(reader, columns.reason, count);
}

/** Beyond it the difference of two times may not be exact. */
const MAX_TIME = 2 ** 50;
const ARRIVAL = { times: 0, lags: 1 } as const;

/** Arrivals of a live line keep their distance from the times; those of one payload are one time. */
function writeArrivals({ at, receivedAt }: Columns, from: number, to: number): void {
  const lags = room(to - from);
  let [lagSteps, timeSteps, largest] = [0, 0, 0];
  let [lagBefore, timeBefore] = [Number.NaN, Number.NaN];
  for (let i = from; i < to; i++) {
    const time = receivedAt[i] as number;
    const lag = time - (at[i] as number);
    lags[i - from] = lag;
    if (lag !== lagBefore) lagSteps++;
    if (time !== timeBefore) timeSteps++;
    lagBefore = lag;
    timeBefore = time;
    largest = Math.max(largest, Math.abs(time), Math.abs(lag));
  }
  if (largest > MAX_TIME || timeSteps < lagSteps) {
    writer.byte(ARRIVAL.times);
    writer.integers(receivedAt, from, to);
  } else {
    writer.byte(ARRIVAL.lags);
    writer.integers(lags, 0, to - from);
  }
}

function readArrivals(reader: ByteReader, { at, receivedAt }: Columns, count: number): void {
  const kind = reader.byte();
  reader.integers(receivedAt, count);
  if (kind === ARRIVAL.lags)
    for (let i = 0; i < count; i++) receivedAt[i] = (receivedAt[i] as number) + (at[i] as number);
}
