/** Values as instruments show them: each parameter walks at random within its span, with its own decimals. */
import { type ParameterId, parameterOf } from '../../../devices/parameter.ts';
import { FLAG } from '../../../devices/quality.ts';
import type { Reading } from '../../../devices/reading.ts';
import { seededRandom } from '../../../devices/simulator/random.ts';

/** A first value and the step of ten seconds: what a weather station of this profile gives. */
export const WALKED_PROFILE = 'seeed-sensecap-one-s1000';
const WALKS: Readonly<Partial<Record<ParameterId, readonly [number, number]>>> = {
  air_temperature: [28, 0.05],
  relative_humidity: [70, 0.3],
  pressure: [1008, 0.03],
  wind_speed: [3, 0.4],
  wind_direction: [180, 8],
  illuminance: [20_000, 300],
  pm2_5: [30, 0.4],
  pm10: [55, 0.6],
  co2: [420, 2],
  wind_gust: [5, 0.6],
};
/** What every station of a bench measures. */
export const WALKED = Object.keys(WALKS) as ParameterId[];

export type Walk = (station: string, parameter: ParameterId, at: number) => Reading;

/** The same values on each run. One in two hundred is suspect; none is absent, so that a count of values is one of readings. */
export function createWalk(seed: number): Walk {
  const random = seededRandom(seed);
  const values = new Map<string, number>();
  return (station, parameter, at) => {
    const key = `${station} ${parameter}`;
    const [first, step] = WALKS[parameter] ?? [0, 1];
    const { decimals, fail } = parameterOf(parameter);
    const walked = (values.get(key) ?? first) + step * 3 * (random() + random() - 1);
    const kept = Math.min(fail[1], Math.max(fail[0], walked));
    values.set(key, kept);
    const value = Number(kept.toFixed(decimals));
    if (random() > 0.005) return { station, parameter, at, value, flag: FLAG.good, reason: null };
    return { station, parameter, at, value, flag: FLAG.suspect, reason: 'spike' };
  };
}
