/** Readings out of a file: CSV or SenML as the export writes them, or a recording that ships (devices/simulator/recordings). */
import { UserFault } from '../../devices/kit/fault.ts';
import { VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';
import { isParameter, parameterOf } from '../../devices/parameter.ts';
import { FLAG, FLAGS, type Flag, judgeGrossRange } from '../../devices/quality.ts';
import type { Recording } from '../../devices/simulator/recording.ts';
import { decodeSenml, MAX_RECORDS } from '../../devices/wire/senml.ts';
import type { StoredReading } from '../store/store.ts';

/** Columns that must be there; `flag`, `reason` and `received_at` may be. */
const NEEDED = ['station', 'parameter', 'time', 'value'] as const;
const PREFIX = /^urn:quantrac:([a-z0-9-]+):/;

/** Ascending by arrival. Throws a UserFault that names file, line and fault. */
export function readingsOfText(text: string, file: string): StoredReading[] {
  const readings = text.trimStart().startsWith('[') ? ofSenml(text, file) : ofCsv(text, file);
  return readings.sort((a, b) => a.receivedAt - b.receivedAt || a.at - b.at);
}

function ofCsv(text: string, file: string): StoredReading[] {
  const [head = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = cellsOf(head);
  const absent = NEEDED.find((name) => !names.includes(name));
  if (absent !== undefined) throw new UserFault(`${file}:1: there is no column "${absent}"`);
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    const cells = cellsOf(line);
    const row = Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']));
    const reading = ofRow(row);
    if (typeof reading === 'string') throw new UserFault(`${file}:${index + 2}: ${reading}`);
    return [reading];
  });
}

/** RFC 4180: a field in quotes may hold commas, and a doubled quote is one. */
const cellsOf = (line: string): string[] =>
  Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );

function ofRow(row: Readonly<Record<string, string>>): StoredReading | string {
  const { station = '', parameter = '', time = '', value: text = '', unit = '', reason = '' } = row;
  if (!isParameter(parameter)) return `"${parameter}" is no known parameter`;
  const canonical = parameterOf(parameter).unit;
  if (unit !== '' && unit !== canonical) return `unit "${unit}": ${parameter} is exported in ${canonical}`;
  const at = Date.parse(time);
  if (Number.isNaN(at)) return `"${time}" is no time`;
  const receivedAt = row.received_at ? Date.parse(row.received_at) : at;
  if (Number.isNaN(receivedAt)) return `"${row.received_at}" is no time`;
  const value = text === '' ? null : Number(text);
  if (Number.isNaN(value)) return `"${text}" is no number`;
  const flag = row.flag ? Number(row.flag) : value === null ? FLAG.missing : FLAG.good;
  if (!FLAGS.includes(flag as Flag)) return `"${row.flag}" is no flag`;
  return { station, parameter, at, value, flag: flag as Flag, reason: reason || null, receivedAt };
}

/** The export writes a pack of many pages, each with a base name of its own and a record a line. */
function ofSenml(text: string, file: string): StoredReading[] {
  let pack: unknown;
  try {
    pack = JSON.parse(text);
  } catch {
    throw new UserFault(`${file}: neither CSV with a head nor SenML`);
  }
  const readings: StoredReading[] = [];
  let page: unknown[] = [];
  let station = '';
  const decode = (): void => {
    if (page.length === 0) return;
    const decoded = decodeSenml(JSON.stringify(page), station, 0);
    if (decoded.kind === 'payload-refused') throw new UserFault(`${file}: ${decoded.reason}`);
    const [fault] = decoded.refused;
    if (fault !== undefined) throw new UserFault(`${file}: ${fault.reason}`);
    for (const reading of decoded.readings) readings.push({ ...reading, receivedAt: reading.at });
    page = [];
  };
  for (const record of pack as unknown[]) {
    const { bn } = (record ?? {}) as { bn?: unknown };
    if (typeof bn === 'string' || page.length === MAX_RECORDS) {
      decode();
      station = PREFIX.exec(String(bn))?.[1] ?? station;
    }
    page.push(record);
  }
  decode();
  return readings;
}

/** Columns of a recording that are parameters, judged by their range, as readings of one station in Vietnamese clock time. */
export function readingsOfRecording({ times, columns }: Recording, station: string): StoredReading[] {
  const series = [...columns].flatMap(([name, values]) =>
    isParameter(name) ? [{ parameter: name, values }] : [],
  );
  return Array.from(times).flatMap((time, row) => {
    const at = time - VIETNAM_AHEAD_MS;
    return series.map(({ parameter, values }) => ({
      ...{ station, parameter, at, receivedAt: at },
      ...judgeGrossRange(parameter, values[row] ?? Number.NaN),
    }));
  });
}
