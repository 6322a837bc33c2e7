/** The newest reading of every series, in memory: what "now" means for API, stream and watch. */
import type { ParameterId } from '../devices/parameter.ts';
import { FLAG } from '../devices/quality.ts';
import type { StoredReading } from './store/store.ts';

export interface LiveReadings {
  /** Takes over what is newer than what is known, and returns that. */
  update(readings: readonly StoredReading[]): StoredReading[];
  of(station: string): StoredReading[];
  get(station: string, parameter: ParameterId): StoredReading | undefined;
  /** Time of the newest good reading of a series, epoch ms; undefined when none was heard. */
  goodAt(station: string, parameter: ParameterId): number | undefined;
}

export function createLiveReadings(): LiveReadings {
  const stations = new Map<string, Map<ParameterId, StoredReading>>();
  const goodAt = new Map<string, number>();
  return {
    update: (readings) =>
      readings.filter((reading) => {
        const known = stations.get(reading.station) ?? new Map<ParameterId, StoredReading>();
        stations.set(reading.station, known);
        if ((known.get(reading.parameter)?.at ?? -1) >= reading.at) return false;
        known.set(reading.parameter, reading);
        if (reading.flag === FLAG.good) goodAt.set(`${reading.station}/${reading.parameter}`, reading.at);
        return true;
      }),
    of: (station) => [...(stations.get(station)?.values() ?? [])],
    get: (station, parameter) => stations.get(station)?.get(parameter),
    goodAt: (station, parameter) => goodAt.get(`${station}/${parameter}`),
  };
}

/** A series is silent when nothing came for three periods, but give every series a minute. */
export const silentAfterMs = (periodS: number): number => Math.max(3 * periodS * 1000, 60_000);
