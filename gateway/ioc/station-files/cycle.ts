/** The files of one sending cycle, made from what the store holds of it. */
import { type ParameterId, parameterOf } from '../../../devices/parameter.ts';
import type { Reading } from '../../../devices/reading.ts';
import { converter } from '../../../devices/unit.ts';
import type { Store } from '../../store/store.ts';
import { type FileLine, type StationFile, stationFile } from './format.ts';
import type { ParameterFormat, StationFileSettings } from './settings.ts';
import { cycleValue } from './state.ts';
import { SYMBOLS } from './symbols.ts';

/** Readings of a page. */
const PAGE = 5000;

export interface Cycle {
  /** Whether the store has readings of it, whatever they say. */
  readonly known: boolean;
  /** null: there is nothing to send. */
  readonly file: StationFile | null;
}

/** Of the cycle that ends at `number`, seconds since 1970. */
export async function cycleOf(
  store: Pick<Store, 'rows'>,
  settings: StationFileSettings,
  { id, station, facility }: StationFileSettings['stations'][number],
  number: number,
): Promise<Cycle> {
  const to = number * 1000;
  const from = to - settings.period_s * 1000;
  const lines: FileLine[] = [];
  let known = false;
  for (const [parameter, format] of Object.entries(settings.parameters) as [ParameterId, ParameterFormat][]) {
    const readings = await readingsOf(store, id, parameter, from, to);
    known ||= readings.length > 0;
    const line = lineOf(parameter, format, readings);
    if (line !== null) lines.push(line);
  }
  const at = settings.stamp === 'end' ? to : from;
  return { known, file: stationFile(settings, { station, facility: facility ?? '' }, at, lines) };
}

function lineOf(
  parameter: ParameterId,
  format: ParameterFormat,
  readings: readonly Reading[],
): FileLine | null {
  const { unit, decimals } = parameterOf(parameter);
  const told = cycleValue(readings, unit === 'deg');
  if (told === null) return null;
  const convert = converter(unit, format.convert_to ?? unit, parameter);
  return {
    symbol: format.symbol ?? SYMBOLS[parameter] ?? parameter,
    value: told.value === null || convert === null ? null : convert(told.value),
    decimals: format.decimals ?? decimals,
    unit: format.unit,
    state: told.state,
  };
}

async function readingsOf(
  store: Pick<Store, 'rows'>,
  station: string,
  parameter: ParameterId,
  from: number,
  to: number,
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (let next = from; next < to; ) {
    const page = await store.rows({ station, parameter, from: next, to, limit: PAGE });
    readings.push(...page);
    next = page.length < PAGE ? to : (page.at(-1)?.at ?? to) + 1;
  }
  return readings;
}
