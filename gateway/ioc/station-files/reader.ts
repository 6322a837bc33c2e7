/**
 * Reads station files of others (domain-standards 4.3, reader rules): TAB or runs of spaces, CRLF or LF, decimal comma or point,
 * `PM2,5` or `PM2.5`. A line that cannot be read is refused and named, its neighbours are taken. Pure.
 */
import type { ParameterId } from '../../../devices/parameter.ts';
import { parameterOf } from '../../../devices/parameter.ts';
import { FLAG, type Judged, judgeGrossRange } from '../../../devices/quality.ts';
import type { Reading } from '../../../devices/reading.ts';
import { converter, type UnitId } from '../../../devices/unit.ts';
import { timeOfFile } from './format.ts';
import { FILE_STATES, type FileState } from './state.ts';

export interface ReadRules {
  /** Symbol of the file → what it is. */
  readonly symbols: ReadonlyMap<string, ParameterId>;
  /** Unit as the file spells it → unit. A spelling that nobody named is refused: a guess would be wrong by a thousand. */
  readonly units: ReadonlyMap<string, UnitId>;
  readonly status: Readonly<Record<FileState, string>>;
  /** Which end of their cycle the times of the files are of. */
  readonly stamp: 'end' | 'start';
}

export type FileReading = Omit<Reading, 'station'>;

export interface RefusedLine {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** Characters of a line that are still read. */
const MOST_LINE = 500;

/** Lines of a text, each a reading in its parameter's unit or refused; empty lines are passed over. */
export function readStationFile(
  text: string,
  rules: ReadRules,
): { readonly readings: FileReading[]; readonly refused: RefusedLine[] } {
  const readings: FileReading[] = [];
  const refused: RefusedLine[] = [];
  const symbols = new Map([...rules.symbols].map(([symbol, parameter]) => [pointed(symbol), parameter]));
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line, { ...rules, symbols });
    if (typeof read === 'string') refused.push({ line: index + 1, reason: read });
    else readings.push(read);
  }
  return { readings, refused };
}

const pointed = (symbol: string): string => symbol.replaceAll(',', '.');

/** What was read, fit for a terminal and a log. */
const quoted = (text: string): string => `"${text.slice(0, 40).replace(/\p{Cc}/gu, ' ')}"`;

/** A reading, or in words why it is none. */
function readLine(line: string, { symbols, units, status, stamp }: ReadRules): FileReading | string {
  if (line.length > MOST_LINE) return `longer than ${MOST_LINE} characters`;
  // With a TAB a unit may have a space in it.
  const fields = line.includes('\t')
    ? line.split('\t').map((field) => field.trim())
    : line.trim().split(/ +/);
  const [symbol = '', number = '', spelling = '', time = '', code = ''] = fields;
  if (fields.length !== 5)
    return `${fields.length} fields, five are expected: symbol, value, unit, time, status`;

  const parameter = symbols.get(pointed(symbol));
  if (parameter === undefined) return `symbol ${quoted(symbol)} is not among those of the map`;
  if (!/^[+-]?\d{1,15}([.,]\d{1,15})?$/.test(number)) return `value ${quoted(number)} is no number`;
  const unit = units.get(spelling);
  if (unit === undefined) return `unit ${quoted(spelling)} is not among those of the map`;
  const convert = converter(unit, parameterOf(parameter).unit, parameter);
  if (convert === null) return `unit ${quoted(spelling)} does not fit ${parameter}`;
  const stamped = timeOfFile(time);
  if (stamped === null) return `time ${quoted(time)} is no YYYYMMDDhhmmss`;
  const state = FILE_STATES.find((known) => status[known] === code);
  if (state === undefined) return `status ${quoted(code)} is none of ${Object.values(status).join(', ')}`;

  // The mean of the cycle that ends at 14:00 is of the hour before.
  const at = stamp === 'end' ? stamped - 1 : stamped;
  return { parameter, at, ...judged(parameter, convert(Number(number.replace(',', '.'))), state) };
}

/** A value of a calibration or a fault is kept and never good, so that it enters no mean and no index. */
function judged(parameter: ParameterId, value: number, state: FileState): Judged {
  switch (state) {
    case 'measuring':
      return judgeGrossRange(parameter, value);
    case 'calibrating':
      return { value, flag: FLAG.notEvaluated, reason: 'calibration: status of the station file' };
    case 'error':
      return { value, flag: FLAG.fail, reason: 'instrument error: status of the station file' };
  }
}
