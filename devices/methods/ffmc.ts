/**
 * Fine Fuel Moisture Code of the Canadian Fire Weather Index System: how dry litter and needles are, 0 to 101. Daily and hourly.
 * Equations: Van Wagner and Pickett (1985), Forestry Technical Report 33. Pure.
 */

export interface FineFuelWeather {
  /** Air temperature, °C. */
  readonly t: number;
  /** Relative humidity, %. */
  readonly rh: number;
  /** Wind at 10 m, km/h. */
  readonly wind_kmh: number;
  /** Rain since the step before, mm. */
  readonly rain_mm: number;
}

/** 250 * 59.5 / 101, which the report prints as 147.2: with it 101 stands for bone dry and 0 for 250 % of moisture. */
const SCALE = (250 * 59.5) / 101;

/** The equations have no saturated air. */
const MOST_RH = 99.9999;

/** Rain that stays in the canopy in a day, mm. */
const CANOPY_MM = 0.5;

/** Log drying rate at 21.1 °C to that of the step: a day, and each hour. */
const RATE_A_DAY = 0.581;
const RATE_AN_HOUR = 0.0579;

/** Moisture in % of dry weight that a code stands for. */
export const fineFuelMoisture = (ffmc: number): number => (SCALE * (101 - ffmc)) / (59.5 + ffmc);

/** The code at noon from that of the noon before. */
export function dailyFfmc(before: number, weather: FineFuelWeather): number {
  const wet = wetted(fineFuelMoisture(before), Math.max(0, weather.rain_mm - CANOPY_MM));
  return codeOf(dried(wet, weather, RATE_A_DAY));
}

/** The code `hours` after the step before, with the rain of those hours. */
export function hourlyFfmc(before: number, weather: FineFuelWeather, hours = 1): number {
  const wet = wetted(fineFuelMoisture(before), weather.rain_mm);
  return codeOf(dried(wet, weather, RATE_AN_HOUR * hours));
}

const codeOf = (moisture: number): number =>
  Math.min(101, Math.max(0, (59.5 * (250 - moisture)) / (SCALE + moisture)));

/** Moisture after `rain` mm have reached the fuel. */
function wetted(moisture: number, rain: number): number {
  if (rain <= 0) return moisture;
  const soaked = moisture + 42.5 * rain * Math.exp(-100 / (251 - moisture)) * (1 - Math.exp(-6.93 / rain));
  const sodden = moisture > 150 ? 0.0015 * (moisture - 150) ** 2 * Math.sqrt(rain) : 0;
  return Math.min(250, soaked + sodden);
}

/** Moisture after the step's way towards its equilibrium with the air, from above by drying or from below by wetting. */
function dried(moisture: number, { t, rh, wind_kmh }: FineFuelWeather, rate: number): number {
  const h = Math.min(MOST_RH, Math.max(0, rh));
  const warmth = 0.18 * (21.1 - t) * (1 - Math.exp(-0.115 * h));
  const drying = 0.942 * h ** 0.679 + 11 * Math.exp((h - 100) / 10) + warmth;
  const wetting = 0.618 * h ** 0.753 + 10 * Math.exp((h - 100) / 10) + warmth;
  const log = (share: number): number =>
    (0.424 * (1 - share ** 1.7) + 0.0694 * Math.sqrt(wind_kmh) * (1 - share ** 8)) *
    rate *
    Math.exp(0.0365 * t);

  if (moisture > drying) return drying + (moisture - drying) * 10 ** -log(h / 100);
  if (moisture < wetting) return wetting - (wetting - moisture) * 10 ** -log((100 - h) / 100);
  return moisture;
}
