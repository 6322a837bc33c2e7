/**
 * The text file of an automatic station (Circular 10/2021/TT-BTNMT; domain-standards 4.3): one file a station and moment, one
 * line a parameter, `symbol TAB value TAB unit TAB YYYYMMDDhhmmss TAB status`, UTF-8 without a byte order mark. Pure.
 */
import { VIETNAM_AHEAD_MS } from '../../../devices/local-time.ts';
import type { FileState } from './state.ts';

export interface StationFile {
  /** Its final name, without a folder. */
  readonly name: string;
  readonly text: string;
}

export interface FileLine {
  readonly symbol: string;
  readonly value: number | null;
  readonly decimals: number;
  /** As the receiver spells it. */
  readonly unit: string;
  readonly state: FileState;
}

export interface FileFormat {
  /** With `{province}`, `{facility}`, `{station}` and `{time}`. */
  readonly name: string;
  readonly line_end: 'crlf' | 'lf';
  readonly status: Readonly<Record<FileState, string>>;
  /** What stands for a value that is not there; its line is left out when absent. */
  readonly no_value?: string | undefined;
}

/** Vietnamese time as `20260305131500`, of epoch ms. */
export const fileTime = (at: number): string =>
  new Date(at + VIETNAM_AHEAD_MS).toISOString().replace(/\D/g, '').slice(0, 14);

/** Epoch ms of a Vietnamese time `20260305131500`, null when there is no such moment. */
export function timeOfFile(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1);
  if (parts === undefined) return null;
  const [year, month, day, hour, minute, second] = parts;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - VIETNAM_AHEAD_MS;
  // Date.parse takes 31 February for 3 March.
  return Number.isFinite(at) && fileTime(at) === text ? at : null;
}

/** The words of a name template, in its order. */
export const placeholders = (template: string): string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');

/** A file as the receiver wants it; null when no line is left. `at` is what its lines and its name carry, epoch ms. */
export function stationFile(
  { name, line_end, status, no_value }: FileFormat,
  words: Readonly<Record<string, string>>,
  at: number,
  lines: readonly FileLine[],
): StationFile | null {
  const time = fileTime(at);
  const end = line_end === 'crlf' ? '\r\n' : '\n';
  const text = lines
    .map(({ symbol, value, decimals, unit, state }) => {
      const number = value === null ? no_value : decimal(value, decimals);
      return number === undefined ? '' : [symbol, number, unit, time, status[state]].join('\t') + end;
    })
    .join('');
  if (text === '') return null;
  return {
    name: name.replace(/\{([^{}]*)\}/g, (_, word) => (word === 'time' ? time : (words[word] ?? ''))),
    text,
  };
}

/** Without the sign of a zero that was rounded from below. */
const decimal = (value: number, decimals: number): string =>
  value.toFixed(decimals).replace(/^-(?=0(\.0*)?$)/, '');
