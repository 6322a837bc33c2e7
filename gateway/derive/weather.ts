/** The weather at an hour of observation, from a station's readings. */
import { DAY_MS, HOUR_MS } from '../../devices/local-time.ts';
import { valuesOfMean } from '../../devices/mean.ts';
import { neededOf } from '../../devices/methods/means.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { KnownStation } from '../catalog.ts';
import { expectedSamples, goodReadings } from './samples.ts';
import type { Sources } from './sources.ts';

const MINUTE_MS = 60_000;
/** Over which the WMO means temperature, humidity and wind (Guide to Instruments, WMO-No. 8). */
const MEAN_MS = 10 * MINUTE_MS;
/** What is read less often has one value, not older than this. */
const OLDEST_MS = 30 * MINUTE_MS;

/** More rain than that does not fall: a counter that jumps was exchanged. */
const MOST_MM_AN_HOUR = 500;

export interface Observation {
  /** Air temperature in °C, relative humidity in %, wind in m/s, rain of the 24 hours before in mm; null: not known. */
  readonly t: number | null;
  readonly rh: number | null;
  readonly wind: number | null;
  readonly rain: number | null;
}

export const WEATHER_INPUTS: readonly ParameterId[] = [
  'air_temperature',
  'relative_humidity',
  'wind_speed',
  'rain_total',
  'rain_rate',
];

/** `at`: the hour of observation, epoch ms. */
export async function observe(sources: Sources, station: KnownStation, at: number): Promise<Observation> {
  const momentOf = (parameter: ParameterId) =>
    station.parameterIds.has(parameter) ? valueAt(sources, station.id, parameter, at) : null;
  return {
    t: await momentOf('air_temperature'),
    rh: await momentOf('relative_humidity'),
    wind: await momentOf('wind_speed'),
    rain: await rainBefore(sources, station, at),
  };
}

/** The mean of the ten minutes up to the moment, or the newest value of the half hour; null when there is none. */
async function valueAt(
  { store }: Sources,
  station: string,
  parameter: ParameterId,
  at: number,
): Promise<number | null> {
  let newest: number | null = null;
  let sum = 0;
  let count = 0;
  for await (const readings of goodReadings(store, { station, parameter }, at - OLDEST_MS, at + 1)) {
    for (const reading of readings) {
      newest = reading.value;
      if (reading.at <= at - MEAN_MS) continue;
      sum += reading.value;
      count++;
    }
  }
  return count > 0 ? sum / count : newest;
}

/** By the gauge's counter where there is one, else from its intensity. */
async function rainBefore(sources: Sources, station: KnownStation, at: number): Promise<number | null> {
  if (station.parameterIds.has('rain_total')) {
    const counted = await countedRain(sources, station.id, at);
    if (counted !== null) return counted;
  }
  return station.parameterIds.has('rain_rate') ? rainOfRate(sources, station.id, at) : null;
}

/**
 * What the counter grew by. One that shows less than before began anew at 0. What it counted while nobody read it is in the
 * next reading; so only the ends must be there, as near as the share of completeness asks.
 */
async function countedRain(
  { store, settings }: Sources,
  station: string,
  at: number,
): Promise<number | null> {
  const from = at - DAY_MS;
  const series = { station, parameter: 'rain_total' } as const;
  let first: number | null = null;
  let last: { at: number; value: number } | null = null;
  let mm = 0;
  for await (const readings of goodReadings(store, series, from - HOUR_MS, at + 1)) {
    for (const reading of readings) {
      if (last !== null && reading.at > from) {
        const grown = reading.value >= last.value ? reading.value - last.value : reading.value;
        const hours = (reading.at - last.at) / HOUR_MS;
        if (grown <= MOST_MM_AN_HOUR * Math.max(hours, 1 / 60)) mm += grown;
      }
      // The last reading before the day began is where counting begins.
      if (first === null || reading.at <= from) first = Math.max(reading.at, from);
      last = reading;
    }
  }
  if (first === null || last === null) return null;
  return last.at - first >= settings.completeness * DAY_MS ? mm : null;
}

async function rainOfRate(
  { store, settings, periodsOf }: Sources,
  station: string,
  at: number,
): Promise<number | null> {
  const from = at - DAY_MS;
  let sum = 0;
  let have = 0;
  for await (const readings of goodReadings(store, { station, parameter: 'rain_rate' }, from, at)) {
    for (const { value, reason } of readings) {
      const weight = valuesOfMean(reason) ?? 1;
      sum += weight * value;
      have += weight;
    }
  }
  const of = expectedSamples(periodsOf(station).get('rain_rate') ?? [], from, at);
  return have >= neededOf(of, settings.completeness) ? (sum / have) * (DAY_MS / HOUR_MS) : null;
}
