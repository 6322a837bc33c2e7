/**
 * What the field measures: the same value for the same station, parameter and time on each run. Daily cycles of Vietnamese
 * time, days that exceed, rain on some afternoons, faults with the reasons that an edge gives them.
 */
import { DAY_MS, HOUR_MS } from '../../devices/local-time.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';

const VIETNAM_MS = 7 * HOUR_MS;
export const localDay = (at: number): number => Math.floor((at + VIETNAM_MS) / DAY_MS);
const localHour = (at: number): number => ((at + VIETNAM_MS) % DAY_MS) / HOUR_MS;

/** 0 to 1, the same for the same two numbers (an integer hash of 32 bits). */
function chance(seed: number, number: number): number {
  let bits = Math.imul(seed ^ Math.imul(number | 0, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
export const seedOf = (text: string): number =>
  [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);

/** A hump of the day, 0 to 1: `width` hours to each side. */
const hump = (hour: number, centre: number, width: number): number => {
  const away = Math.min(Math.abs(hour - centre), 24 - Math.abs(hour - centre));
  return Math.exp(-((away / width) ** 2));
};
const sun = (hour: number): number => Math.max(0, Math.sin(((hour - 5.5) / 12.5) * Math.PI));

/** mm of a local day, most of it from 15:00 to 18:00; two days in nine. */
const rainOfDay = (day: number): number => (day % 9 === 4 || day % 9 === 5 ? 6 + (day % 5) * 4 : 0);
const RAIN_BEGINS = 20_000;
const rainBefore = [0];
/** Of the counter since it was mounted, mm. */
function rainTotal(day: number, hour: number): number {
  for (let next = rainBefore.length; next <= day - RAIN_BEGINS; next++)
    rainBefore.push((rainBefore[next - 1] ?? 0) + rainOfDay(RAIN_BEGINS + next - 1));
  const share = Math.min(1, Math.max(0, (hour - 15) / 3));
  return (rainBefore[Math.max(0, day - RAIN_BEGINS)] ?? 0) + rainOfDay(day) * share;
}

interface Moment {
  readonly at: number;
  readonly day: number;
  readonly hour: number;
  /** 0 to 1, another one for each station. */
  readonly site: number;
  /** -1 to 1, another one for each value. */
  readonly noise: number;
}

/** Two days in nine the air stands. */
const haze = ({ day }: Moment): number => (day % 9 === 0 ? 2.6 : day % 9 === 1 ? 1.7 : 1);
const rush = ({ hour }: Moment): number => hump(hour, 7.3, 1.6) + 1.1 * hump(hour, 17.6, 1.9);
const dust = (m: Moment): number => (16 + 14 * m.site + 14 * rush(m)) * haze(m) * (1 + 0.08 * m.noise);
const heat = (m: Moment): number => 23.5 + 8 * sun(m.hour) - (rainOfDay(m.day) > 0 ? 2 : 0) - 3 * m.site;
const tide = ({ at, site }: Moment): number => Math.sin((at / (12.42 * HOUR_MS) + site) * 2 * Math.PI);
const cars = (m: Moment): number => 0.12 + 0.75 * hump(m.hour, 13, 5) + rush(m);

const VALUES: Readonly<Partial<Record<ParameterId, (m: Moment) => number>>> = {
  pm2_5: dust,
  pm10: (m) => dust(m) * 1.55 + 6,
  so2: (m) => 7 + 6 * m.site + 5 * hump(m.hour, 10, 4) + m.noise,
  no2: (m) => 14 + 30 * rush(m) * (0.5 + m.site) + 2 * m.noise,
  o3: (m) => 28 + 105 * sun(m.hour - 1) * (0.7 + 0.3 * haze(m)) + 3 * m.noise,
  co: (m) => 420 + 780 * rush(m) * (0.5 + m.site) + 30 * m.noise,
  air_temperature: (m) => heat(m) + 0.3 * m.noise,
  relative_humidity: (m) => Math.min(99, 92 - 34 * sun(m.hour) + (rainOfDay(m.day) > 0 ? 8 : 0) + m.noise),
  pressure: (m) => 1009 - 9 * m.site + 1.6 * Math.cos(((m.hour - 10) / 12) * 2 * Math.PI) + 0.2 * m.noise,
  wind_speed: (m) => 1.4 + 3.2 * hump(m.hour, 14, 4) + 0.6 * (1 + m.noise),
  wind_gust: (m) => 2.6 + 5.4 * hump(m.hour, 14, 4) + 1.6 * (1 + m.noise),
  wind_direction: (m) => (75 + 60 * sun(m.hour) + 25 * m.noise + 360) % 360,
  rain_total: (m) => rainTotal(m.day, m.hour),
  solar_radiation: (m) => 860 * sun(m.hour) * (rainOfDay(m.day) > 0 ? 0.55 : 1) * (1 + 0.05 * m.noise),
  water_temperature: (m) => 26.2 + 1.5 * sun(m.hour - 1.5) - m.site + 0.05 * m.noise,
  ph: (m) => 7.1 + 0.25 * m.site + 0.12 * sun(m.hour) + 0.02 * m.noise,
  dissolved_oxygen: (m) => (m.day % 8 === 2 ? 4.1 : 6.1) + 1.1 * sun(m.hour) + 0.05 * m.noise,
  cod: (m) => (m.day % 8 === 2 ? 26 : 11) + 3 * m.site + 0.6 * m.noise,
  ammonium: (m) => (m.day % 8 === 2 ? 0.62 : 0.19) + 0.05 * rush(m) + 0.01 * m.noise,
  turbidity: (m) => 14 + 8 * m.site + (rainOfDay(m.day - 1) > 0 ? 45 * Math.exp(-m.hour / 8) : 0) + m.noise,
  conductivity: (m) => 0.22 + 0.5 * m.site * (1 + 0.4 * tide(m)) + 0.005 * m.noise,
  water_level: (m) => 1.15 + 0.35 * tide(m) + 0.02 * rainOfDay(m.day - 1) + 0.01 * m.noise,
  smoke: () => 0,
  fire_detection: () => 0,
  traffic_flow: (m) => Math.max(20, 1900 * cars(m) * (0.6 + 0.4 * m.site) * (1 + 0.06 * m.noise)),
  traffic_speed: (m) => Math.max(9, 52 - 24 * rush(m) - 6 * hump(m.hour, 13, 5) + 2 * m.noise),
  occupancy: (m) => Math.min(92, 4 + 24 * rush(m) + 7 * hump(m.hour, 13, 5) + m.noise),
};

/** What the parameter is there and then, as its instrument shows it. */
export function valueAt(station: string, parameter: ParameterId, at: number): number {
  const seed = seedOf(station);
  const moment: Moment = {
    at,
    day: localDay(at),
    hour: localHour(at),
    site: chance(seed, 1),
    noise: 2 * chance(seed ^ seedOf(parameter), Math.floor(at / 60_000)) - 1,
  };
  const value = VALUES[parameter]?.(moment) ?? 0;
  return Number(value.toFixed(parameterOf(parameter).decimals));
}

/** What stands now (field-alerts.ts) is seen in the readings of the last quarter of an hour, too. */
const NOW: Readonly<Record<string, Readonly<Partial<Record<ParameterId, number>>>>> = {
  'kk-cau-rong': { pm2_5: 116, pm10: 171 },
  'kk-hoa-khanh': { pm2_5: 128, pm10: 190 },
  'nuoc-cau-do': { water_level: 2.31 },
  'nuoc-song-han': { dissolved_oxygen: 3.8 },
  'gt-cau-rong': { traffic_speed: 10, occupancy: 71 },
  'chot-hoa-bac-1': { smoke: 1, fire_detection: 2, air_temperature: 46.2, co: 9400 },
  'chot-hoa-bac-2': { smoke: 1, fire_detection: 2, air_temperature: 44.6, co: 7100 },
  'chot-hoa-bac-3': { smoke: 1, fire_detection: 1, co: 4200 },
};
const NOW_MS = HOUR_MS / 4;

/** The same as `valueAt`, but for what stands when `at` is near to `now`. */
export const valueNear = (station: string, parameter: ParameterId, at: number, now: number): number =>
  (now - at < NOW_MS ? NOW[station]?.[parameter] : undefined) ?? valueAt(station, parameter, at);

type Measured = Omit<Reading, 'station'>;

/**
 * A reading of the history, or null in a hole that no edge tells of. `index` is the parameter's place at its station: a fault is
 * of one instrument's parameter, not of all.
 */
export function readingAt(
  station: string,
  parameter: ParameterId,
  index: number,
  at: number,
  now: number,
): Measured | null {
  const turn = (localDay(at) + (seedOf(station) >>> 0)) % 14;
  const hour = localHour(at);
  // The box had no power.
  if (turn === 9 && hour >= 2 && hour < 5) return null;
  if (turn === 5 && hour >= 1 && hour < 4 && index < 3)
    return { parameter, at, value: null, flag: FLAG.missing, reason: 'timeout' };
  const value = valueNear(station, parameter, at, now);
  if (turn === 11 && hour >= 10 && hour < 12 && index === 1)
    return { parameter, at, value, flag: FLAG.fail, reason: 'flat: no change for 48 h' };
  if (turn === 3 && hour >= 13 && hour < 14 && index === 0)
    return { parameter, at, value, flag: FLAG.suspect, reason: 'rate: more than usual in a minute' };
  return { parameter, at, value, flag: FLAG.good, reason: null };
}
