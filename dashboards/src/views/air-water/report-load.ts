/** Fetches what a report is made of. */

import type { StationAnswer, StationQuality } from '../../../../devices/wire/api.ts';
import type { DerivedListAnswer } from '../../../../devices/wire/derived.ts';
import { get } from '../../api.ts';
import { byDay, hourlyMeans, qualityOf } from './calls.ts';
import { AIR_MEANS, type StationReport, stationReport, WATER_MEANS } from './report-data.ts';
import type { Scale } from './scale.ts';

/** Questions at a time: the gateway closes a day's books for each. */
const AT_ONCE = 4;

export interface LoadedReport {
  readonly reports: readonly StationReport[];
  readonly scales: Readonly<Record<string, Scale>>;
}

export async function loadReport(
  stations: readonly StationAnswer[],
  days: readonly string[],
  signal: AbortSignal,
): Promise<LoadedReport> {
  const { scales } = await get<DerivedListAnswer>(
    '/derived',
    { parameter: 'vn_aqi,vn_wqi', limit: 1 },
    signal,
  );
  const reports: StationReport[] = [];
  for (const station of stations) reports.push(await loadStation(station, days, signal));
  return { reports, scales };
}

async function loadStation(
  station: StationAnswer,
  days: readonly string[],
  signal: AbortSignal,
): Promise<StationReport> {
  const parameters = station.kind === 'air' ? [...AIR_MEANS, 'vn_aqi_day'] : ['vn_wqi'];
  const own = new Set(station.parameters.map(({ id }) => id));
  const measured = station.kind === 'water' ? WATER_MEANS.filter((id) => own.has(id)) : [];
  const [derived, hours, quality] = await Promise.all([
    byDay({ station: station.id, parameters, days }, signal),
    Promise.all(measured.map((id) => hourlyMeans(station.id, id, days, signal))),
    qualityByDay(station.id, days, signal),
  ]);
  return stationReport({ station, days, derived, hours, quality });
}

async function qualityByDay(
  station: string,
  days: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, StationQuality>> {
  const found = new Map<string, StationQuality>();
  const waiting = [...days];
  const work = async (): Promise<void> => {
    for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
      const quality = await qualityOf(station, day, signal);
      if (quality !== null) found.set(day, quality);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}
