/** The newest reading of every series, in memory: what "now" means for API, stream and watch. */
import { isDerived, type ParameterId } from '../devices/parameter.ts';
import { FLAG } from '../devices/quality.ts';
import type { StoredReading } from './store/store.ts';

export interface LiveReadings {
  /** Takes over what is newer than what is known; answers the newest reading of each series that this changed. */
  update(readings: readonly StoredReading[]): StoredReading[];
  of(station: string): StoredReading[];
  get(station: string, parameter: ParameterId): StoredReading | undefined;
  /** Time of the newest good reading of a series, epoch ms; undefined when none was heard. */
  goodAt(station: string, parameter: ParameterId): number | undefined;
}

interface Series {
  newest: StoredReading;
  goodAt: number | undefined;
}

export function createLiveReadings(): LiveReadings {
  const stations = new Map<string, Map<ParameterId, Series>>();

  const ofStation = (station: string): Map<ParameterId, Series> => {
    const known = stations.get(station);
    if (known !== undefined) return known;
    const made = new Map<ParameterId, Series>();
    stations.set(station, made);
    return made;
  };

  return {
    update(readings) {
      const changed = new Set<Series>();
      let name: string | null = null;
      let known = new Map<ParameterId, Series>();
      for (const reading of readings) {
        // Neighbours are of one station nearly always.
        if (reading.station !== name) {
          name = reading.station;
          known = ofStation(name);
        }
        let series = known.get(reading.parameter);
        if (series === undefined) {
          series = { newest: reading, goodAt: undefined };
          known.set(reading.parameter, series);
        } else if (!replaces(reading, series.newest)) continue;
        series.newest = reading;
        if (reading.flag === FLAG.good) series.goodAt = reading.at;
        changed.add(series);
      }
      return Array.from(changed, ({ newest }) => newest);
    },
    of: (station) => Array.from(stations.get(station)?.values() ?? [], ({ newest }) => newest),
    get: (station, parameter) => stations.get(station)?.get(parameter)?.newest,
    goodAt: (station, parameter) => stations.get(station)?.get(parameter)?.goodAt,
  };
}

/** Of readings of one time the first stays, as in the store; what is derived again replaces what it was. */
const replaces = (reading: StoredReading, known: StoredReading): boolean =>
  reading.at > known.at || (reading.at === known.at && isDerived(reading.parameter));

/** A series is silent when nothing came for three periods, but give every series a minute. */
export const silentAfterMs = (periodS: number): number => Math.max(3 * periodS * 1000, 60_000);
