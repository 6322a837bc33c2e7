/** Minutes of one series and hour as bytes: a row of the table minute. */
import { ByteWriter } from './sqlite-bytes.ts';
import { seal, unseal } from './sqlite-codec.ts';
import { MINUTE_MS } from './sqlite-levels.ts';
import { COUNTED, emptySummary, type Summary } from './sqlite-summary.ts';
import { readValues, writeValues } from './sqlite-values.ts';

const MAX_MINUTES = 60;
const SAME = 1;

const writer = new ByteWriter();
const column = new Float64Array(MAX_MINUTES);

const orNaN = (value: number | null): number => value ?? Number.NaN;
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** `minutes` ascend and lie within the hour that begins at `hour`. */
export function encodeMinutes(hour: number, minutes: readonly Summary[]): Buffer {
  const fill = (of: (minute: Summary) => number): void => {
    for (const [index, minute] of minutes.entries()) column[index] = of(minute);
  };
  const count = minutes.length;
  writer.clear();
  writer.integer(count);
  fill(({ at }) => (at - hour) / MINUTE_MS);
  writer.integers(column, 0, count);
  fill(({ usable }) => usable);
  writer.integers(column, 0, count);
  for (const place of COUNTED.keys()) {
    fill(({ counts }) => counts[place] as number);
    writer.integers(column, 0, count);
  }
  // With one value a minute, which is common, its sum says all.
  const same = minutes.every(({ sum, min, max }) => Object.is(sum, min) && Object.is(sum, max));
  writer.byte(same ? SAME : 0);
  for (const name of same ? (['sum'] as const) : (['sum', 'min', 'max'] as const)) {
    fill((minute) => orNaN(minute[name]));
    writeValues(writer, column, 0, count);
  }
  return seal(writer);
}

/** Throws an error that says what is wrong with the bytes. */
export function decodeMinutes(hour: number, data: Uint8Array): Summary[] {
  const reader = unseal(data);
  const count = reader.integer();
  if (count < 0 || count > MAX_MINUTES) throw new Error(`it says that it holds ${count} minutes`);
  const read = (then: (minute: Summary, value: number) => void): void => {
    for (const [index, minute] of minutes.entries()) then(minute, column[index] as number);
  };
  reader.integers(column, count);
  const minutes = Array.from({ length: count }, (_, index) =>
    emptySummary(hour + (column[index] as number) * MINUTE_MS),
  );
  reader.integers(column, count);
  read((minute, value) => {
    minute.usable = value;
  });
  for (const place of COUNTED.keys()) {
    reader.integers(column, count);
    read((minute, value) => {
      minute.counts[place] = value;
    });
  }
  const same = reader.byte() === SAME;
  for (const name of same ? (['sum'] as const) : (['sum', 'min', 'max'] as const)) {
    readValues(reader, column, count);
    read((minute, value) => {
      minute[name] = orNull(value);
    });
  }
  if (same)
    for (const minute of minutes) {
      minute.min = minute.sum;
      minute.max = minute.sum;
    }
  return minutes;
}
