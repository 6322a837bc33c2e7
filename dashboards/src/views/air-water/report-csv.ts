/**
 * The report as CSV (RFC 4180), in the spelling of the gateway's export (docs/books.md): a byte order mark, by which Excel knows
 * that the text is UTF-8, commas between fields, a point before decimals, CRLF. Pure.
 */
import { isParameter, type Language, parameterOf } from '../../../../devices/parameter.ts';
import type { Column, StationReport } from './report-data.ts';
import { type Scale, stepOf } from './scale.ts';

const MARK = '\uFEFF';

/** A spreadsheet takes a text that begins so for a formula and runs it (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const PARTS = { value: '', high: '_max', low: '_min', mean: '_mean' } as const;
const nameOf = ({ parameter, part, unit }: Column): string =>
  `${parameter}${PARTS[part]}${unit === 'index' ? '' : ` [${unit}]`}`;

function rounded(value: number | null | undefined, parameter: string): string {
  if (value === null || value === undefined) return '';
  return value.toFixed(isParameter(parameter) ? parameterOf(parameter).decimals : 2);
}

const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '' : (100 * share).toFixed(1);

/** One file for all stations: a column that a station does not have is empty in its rows. */
export function reportCsv(
  reports: readonly StationReport[],
  scales: Readonly<Record<string, Scale>>,
  language: Language,
): string {
  const columns = [
    ...new Map(reports.flatMap((report) => report.columns).map((one) => [nameOf(one), one])).keys(),
  ];
  const indices = [
    ...new Set(reports.map(({ medium }) => (medium.id === 'air' ? 'vn_aqi_day' : 'vn_wqi_min'))),
  ];
  const head = [
    ...['station', 'station_name', 'area', 'day'],
    ...columns,
    ...indices,
    ...['category', 'dominant', 'exceeded', 'complete_percent', 'note'],
  ];
  const lines = reports.flatMap(({ station, medium, columns: own, rows }) =>
    rows.map(({ day, cells, index, dominant, note, exceeded, quality }) => {
      const values = new Map(
        own.map((column, at) => [nameOf(column), rounded(cells[at]?.value, column.parameter)]),
      );
      const indexName = medium.id === 'air' ? 'vn_aqi_day' : 'vn_wqi_min';
      const category = index === null ? null : stepOf(scales[medium.hour] ?? [], index);
      return [
        ...[station.id, station.name[language], station.area[language], day],
        ...columns.map((name) => values.get(name) ?? ''),
        ...indices.map((name) => (name === indexName && index !== null ? String(index) : '')),
        category?.name[language] ?? '',
        dominant ?? '',
        exceeded?.map(({ parameter, count, of }) => `${parameter} ${count}/${of}`).join('; ') ?? '',
        percent(quality?.du),
        note?.[language] ?? '',
      ];
    }),
  );
  return MARK + [head, ...lines].map((line) => `${line.map(csvText).join(',')}\r\n`).join('');
}
