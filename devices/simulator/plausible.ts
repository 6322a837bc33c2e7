/** Made-up values for any profile, such as its instrument might show on a quiet day. Pure. */
import { type ParameterId, parameterOf } from '../parameter.ts';
import type { ProfilePoint } from '../profile.ts';
import { converter } from '../unit.ts';
import type { Source } from './settings.ts';

/** Mean and amplitude in the parameter's unit; a parameter that is not here goes around the middle of its span. */
const QUIET_DAY: Partial<Record<ParameterId, readonly [mean: number, amplitude: number]>> = {
  pm1: [12, 4],
  pm2_5: [18, 6],
  pm10: [35, 10],
  so2: [12, 4],
  no2: [20, 8],
  o3: [60, 25],
  co: [400, 150],
  co2: [430, 15],
  noise: [52, 6],
  air_temperature: [28, 4],
  relative_humidity: [75, 12],
  pressure: [1008, 2],
  wind_speed: [2.4, 1.5],
  wind_direction: [120, 40],
  rain_total: [12, 0],
  rain_rate: [0, 0],
  solar_radiation: [350, 200],
  illuminance: [30_000, 15_000],
  water_temperature: [26, 2],
  dissolved_oxygen: [6.4, 1.2],
  dissolved_oxygen_saturation: [80, 12],
  ph: [7.4, 0.3],
  conductivity: [0.3, 0.05],
  turbidity: [14, 5],
  redox: [220, 20],
  water_level: [1.6, 0.3],
  traffic_flow: [900, 0],
  traffic_speed: [42, 6],
  occupancy: [12, 5],
};

/** Short enough to be watched. */
const PERIOD_S = 600;

/** A source for every point. */
export const plausiblePoints = (points: readonly ProfilePoint[]): Partial<Record<ParameterId, Source>> =>
  Object.fromEntries(points.map((point) => [point.parameter, plausible(point)]));

function plausible(point: ProfilePoint): Source {
  // Contacts and detectors are at rest.
  if (point.type === 'bit') return { constant: 0, noise: 0 };
  const [low, high] = span(point);
  const [mean, amplitude] = QUIET_DAY[point.parameter] ?? [(low + high) / 2, (high - low) / 20];
  const middle = Math.min(high, Math.max(low, mean));
  const room = Math.min(amplitude, middle - low, high - middle);
  return room === 0
    ? { constant: middle, noise: 0 }
    : { sine: { mean: middle, amplitude: room, period_s: PERIOD_S }, noise: 0 };
}

/** What both the parameter and the instrument call good, in the parameter's unit. */
function span(point: ProfilePoint): [number, number] {
  const { unit, suspect, fail } = parameterOf(point.parameter);
  const [low, high] = suspect ?? fail;
  const convert = converter(point.unit, unit, point.parameter);
  if (!point.range || !convert) return [low, high];
  const ends = point.range.map(convert);
  return [Math.max(low, Math.min(...ends)), Math.min(high, Math.max(...ends))];
}
