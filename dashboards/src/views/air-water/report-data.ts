/** A month at a station as the report has it: a row a day. Pure. */
import { dayOf } from '../../../../devices/local-time.ts';
import type { Language } from '../../../../devices/parameter.ts';
import type { ReadingsAnswer, StationAnswer, StationQuality } from '../../../../devices/wire/api.ts';
import type { DerivedDaysAnswer } from '../../../../devices/wire/derived.ts';
import { daysIn, valueOfDay } from './index-order.ts';
import { type Medium, mediumOf } from './medium.ts';

/** Means of the averaging times of QCVN 05, in the order of the report. */
export const AIR_MEANS = [
  ...['pm2_5_24h', 'pm10_24h', 'so2_1h', 'so2_24h', 'no2_1h', 'no2_24h'],
  ...['o3_1h', 'o3_8h', 'co_1h', 'co_8h'],
] as const;

/** Measured parameters of water whose means of the day are reported. */
export const WATER_MEANS = [
  ...['ph', 'dissolved_oxygen', 'cod', 'ammonium', 'water_temperature'],
  ...['turbidity', 'conductivity', 'salinity'],
] as const;

export interface Source {
  readonly station: StationAnswer;
  readonly days: readonly string[];
  readonly derived: DerivedDaysAnswer;
  /** Of water: the hours of each measured parameter. */
  readonly hours: readonly ReadingsAnswer[];
  /** By day; absent for a day whose readings are not kept any more. */
  readonly quality: ReadonlyMap<string, StationQuality>;
}

export interface Column {
  readonly parameter: string;
  readonly unit: string;
  /** `value`: the one of the day; `high`, `low`: the extreme of its hours; `mean`: of its hours. */
  readonly part: 'value' | 'high' | 'low' | 'mean';
}

export interface Cell {
  readonly value: number | null;
}

export interface ReportRow {
  readonly day: string;
  /** One for each column. */
  readonly cells: readonly Cell[];
  /** What stands for the day: VN_AQI of the day, the lowest VN_WQI of its hours. */
  readonly index: number | null;
  readonly dominant: string | null;
  /** With an index what is to be said of it, without one why there is none. */
  readonly note: Readonly<Record<Language, string>> | null;
  /** Means that were above their limit; null: none was held against one that day. */
  readonly exceeded: readonly Exceeded[] | null;
  readonly quality: StationQuality | null;
}

export interface Exceeded {
  readonly parameter: string;
  readonly count: number;
  readonly of: number;
}

export interface StationReport {
  readonly station: StationAnswer;
  readonly medium: Medium;
  readonly columns: readonly Column[];
  readonly rows: readonly ReportRow[];
}

export function stationReport(source: Source): StationReport {
  const { station, days, derived, quality } = source;
  const medium = mediumOf(station.kind);
  if (medium === null) throw new Error(`no report of a station of kind ${station.kind}`);
  const series = medium.id === 'air' ? airSeries(source) : waterSeries(source);
  const index = daysIn(derived, station.id, medium.day);
  const rows = days.map((day): ReportRow => {
    const ofDay = index.get(day);
    return {
      day,
      cells: series.map(({ cells }) => cells.get(day) ?? NOTHING),
      index: valueOfDay(ofDay, medium),
      dominant: ofDay?.dominant ?? null,
      note: ofDay?.note ?? null,
      exceeded: exceededOn(source, day),
      quality: quality.get(day) ?? null,
    };
  });
  return { station, medium, columns: series.map(({ column }) => column), rows };
}

const NOTHING: Cell = { value: null };

interface Series {
  readonly column: Column;
  readonly cells: ReadonlyMap<string, Cell>;
}

/** Those of which the month has something. */
function airSeries({ station, derived }: Source): Series[] {
  const own = derived.stations.find((one) => one.station === station.id)?.parameters ?? [];
  return AIR_MEANS.flatMap((parameter) => {
    const found = own.find((one) => one.parameter === parameter);
    if (found === undefined) return [];
    const part = parameter.endsWith('_24h') ? 'value' : 'high';
    const cells = found.days.map((day): [string, Cell] => [day.day, { value: day.span?.high ?? null }]);
    return [{ column: { parameter, unit: found.unit, part } as const, cells: new Map(cells) }];
  });
}

function waterSeries({ station, derived, hours }: Source): Series[] {
  const measured = hours.flatMap(({ parameter, unit, points }): Series[] => {
    const means = meansByDay(points);
    return means.size === 0 ? [] : [{ column: { parameter, unit, part: 'mean' }, cells: means }];
  });
  const index = daysIn(derived, station.id, 'vn_wqi');
  const highest = [...index].map(([day, { span }]): [string, Cell] => [day, { value: span?.high ?? null }]);
  const column: Column = { parameter: 'vn_wqi', unit: 'index', part: 'high' };
  return highest.length === 0 ? measured : [...measured, { column, cells: new Map(highest) }];
}

/** An hour's point has the time of its beginning. */
function meansByDay(points: ReadingsAnswer['points']): Map<string, Cell> {
  const byDay = Map.groupBy(
    points.flatMap(([at, value]) => (value === null ? [] : [{ at, value }])),
    ({ at }) => dayOf(at),
  );
  return new Map(
    Array.from(byDay, ([day, own]) => [
      day,
      { value: own.reduce((sum, { value }) => sum + value, 0) / own.length },
    ]),
  );
}

function exceededOn({ station, derived }: Source, day: string): Exceeded[] | null {
  const judged = AIR_MEANS.flatMap((parameter) => {
    const found = daysIn(derived, station.id, parameter).get(day);
    return found?.limit ? [{ parameter, count: found.limit.exceeded, of: found.count }] : [];
  });
  return judged.length === 0 ? null : judged.filter(({ count }) => count > 0);
}

/** Of the days together: clean samples of those that were due; null when none was due. */
export function completenessOfMonth(rows: readonly ReportRow[]): number | null {
  const sum = (pick: (quality: StationQuality) => number): number =>
    rows.reduce((total, { quality }) => total + (quality === null ? 0 : pick(quality)), 0);
  const expected = sum((quality) => quality.expected);
  return expected === 0
    ? null
    : Math.min(1, sum(({ clean, expected: due }) => Math.min(clean, due)) / expected);
}

/** Least, mean and greatest of a column; the mean only where the cells are themselves means of a day. */
export function columnSummary(
  rows: readonly ReportRow[],
  column: number,
  { part }: Column,
): { readonly low: number; readonly mean: number | null; readonly high: number } | null {
  const values = rows.flatMap(({ cells }) => cells[column]?.value ?? []);
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const isMean = part === 'value' || part === 'mean';
  return { low: Math.min(...values), mean: isMean ? mean : null, high: Math.max(...values) };
}
