/** The wind at a place: of the nearest station that measures it now. Pure. */
import { metresBetween, type Place } from '../../../../devices/distance.ts';
import { isStale } from '../../../../devices/quality.ts';
import type { LatestReading, StationAnswer } from '../../../../devices/wire/api.ts';
import type { Post } from './area-levels.ts';

export interface Measured {
  readonly station: StationAnswer;
  readonly reading: LatestReading & { readonly value: number };
  readonly metres: number;
  readonly stale: boolean;
}

export interface Wind {
  readonly speed: Measured | null;
  readonly direction: Measured | null;
}

/** Farther away it is another valley's wind. */
const MOST_M = 20_000;

/** Speed and direction may come from different stations. Of what is stale only where nothing is fresh. */
export const windAt = (place: Place, posts: Iterable<Post>, now: number): Wind => {
  const all = [...posts];
  return {
    speed: nearest('wind_speed', place, all, now),
    direction: nearest('wind_direction', place, all, now),
  };
};

function nearest(parameter: string, place: Place, posts: readonly Post[], now: number): Measured | null {
  const found = posts.flatMap(({ station, readings }): Measured[] => {
    const reading = readings.get(parameter);
    const metres = metresBetween(place, station);
    // What failed its tests points nowhere.
    if (reading === undefined || reading.value === null || reading.flag === 4 || metres > MOST_M) return [];
    const periodS = station.parameters.find(({ id }) => id === parameter)?.period_s ?? 60;
    const stale = isStale(reading.at, periodS, now);
    return [{ station, reading: { ...reading, value: reading.value }, metres, stale }];
  });
  const [first] = found.sort(
    (one, other) => Number(one.stale) - Number(other.stale) || one.metres - other.metres,
  );
  return first ?? null;
}
