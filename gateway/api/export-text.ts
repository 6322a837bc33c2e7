/** Readings as the texts that are exported: CSV for spreadsheets, SenML for machines. Pure. */
import { VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';
import { parameterOf } from '../../devices/parameter.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import type { StoredReading } from '../store/store.ts';

export const EXPORT_FORMATS = ['csv', 'senml'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportText {
  readonly type: string;
  readonly head: string;
  /** `first`: nothing came before. */
  page(rows: readonly StoredReading[], first: boolean): string;
  readonly foot: string;
}

/** ISO 8601 in Vietnamese time, as the screens show it, with its offset. */
const localTime = (at: number): string =>
  `${new Date(at + VIETNAM_AHEAD_MS).toISOString().slice(0, -1)}+07:00`;

/** A spreadsheet takes a text that begins so for a formula and runs it (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** RFC 4180 section 2: fields with separators, quotes or line ends stand in quotes, a quote is doubled. */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine = ({ station, parameter, at, value, flag, reason, receivedAt }: StoredReading): string =>
  `${csvText(station)},${csvText(parameter)},${localTime(at)},${value ?? ''},${csvText(parameterOf(parameter).unit)},${flag},${csvText(reason ?? '')},${localTime(receivedAt)}\r\n`;

const COLUMNS = 'station,parameter,time,value,unit,flag,reason,received_at\r\n';

/**
 * Excel takes a file without a byte order mark for one of the system's old code page and shows Vietnamese as rubbish;
 * who reads it with a program can do without.
 */
export const csvExport = (mark: 'bom' | 'none'): ExportText => ({
  type: 'text/csv; charset=utf-8; header=present',
  head: (mark === 'bom' ? '\uFEFF' : '') + COLUMNS,
  page: (rows) => rows.map(csvLine).join(''),
  foot: '',
});

/** One pack; each page begins with its own base name and time, and a record a line lets it be read as a stream. */
export const senmlExport: ExportText = {
  type: 'application/senml+json',
  head: '[',
  page(rows, first) {
    const [{ station } = { station: '' }] = rows;
    const records = encodeSenml(station, rows).map((record) => JSON.stringify(record));
    return `${first ? '' : ','}\n${records.join(',\n')}`;
  },
  foot: '\n]\n',
};
