/**
 * The Canadian Fire Weather Index System: three moisture codes that remember the days before, and what they mean for a fire today.
 * Equations: Van Wagner and Pickett (1985), Forestry Technical Report 33; day lengths for all latitudes as in the R package
 * cffdrs, with whose published values fwi.test.ts compares. Pure: one step a day.
 */
import { dailyFfmc, type FineFuelWeather, fineFuelMoisture } from './ffmc.ts';

/** What is carried from day to day. */
export interface FwiState {
  /** Fine Fuel Moisture Code: litter. */
  readonly ffmc: number;
  /** Duff Moisture Code: loose organic layers. */
  readonly dmc: number;
  /** Drought Code: deep compact layers. */
  readonly dc: number;
}

/** Where a season begins when nothing is known of it. */
export const FWI_START: FwiState = { ffmc: 85, dmc: 6, dc: 15 };

/** Weather at noon of standard time; rain is that of the 24 hours before. */
export interface FwiNoon extends FineFuelWeather {
  /** 1 to 12. */
  readonly month: number;
  /** Degrees, north positive. */
  readonly latitude: number;
}

export interface Fwi extends FwiState {
  /** Initial Spread Index. */
  readonly isi: number;
  /** Buildup Index. */
  readonly bui: number;
  /** Fire Weather Index. */
  readonly fwi: number;
  /** Daily Severity Rating. */
  readonly dsr: number;
}

/** The codes of a day from those of the day before and the weather at noon. */
export function stepFwi(state: FwiState, noon: FwiNoon): Fwi {
  const ffmc = dailyFfmc(state.ffmc, noon);
  const dmc = duffMoisture(state.dmc, noon);
  const dc = drought(state.dc, noon);
  const isi = initialSpread(ffmc, noon.wind_kmh);
  const bui = buildup(dmc, dc);
  const fwi = fireWeather(isi, bui);
  return { ffmc, dmc, dc, isi, bui, fwi, dsr: 0.0272 * fwi ** 1.77 };
}

/** By month, for latitudes above a bound (the bound itself belongs to the next row); the first row that fits counts. */
interface LatitudeRow {
  readonly above: number;
  readonly months: readonly number[];
}

/** Effective day lengths for the Duff Moisture Code, hours. Vietnam: the second row, the third at and below 10° N. */
const DAY_LENGTHS: readonly LatitudeRow[] = [
  { above: 30, months: [6.5, 7.5, 9.0, 12.8, 13.9, 13.9, 12.4, 10.9, 9.4, 8.0, 7.0, 6.0] },
  { above: 10, months: [7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8] },
  { above: -10, months: Array(12).fill(9) },
  { above: -30, months: [10.1, 9.6, 9.1, 8.5, 8.1, 7.8, 7.9, 8.3, 8.9, 9.4, 9.9, 10.2] },
  { above: -Infinity, months: [11.5, 10.5, 9.2, 7.9, 6.8, 6.2, 6.5, 7.4, 8.7, 10.0, 11.2, 11.8] },
];

/** Day length adjustments of the Drought Code. In the dry season they step at 20° N: so the standard has it. */
const DROUGHT_FACTORS: readonly LatitudeRow[] = [
  { above: 20, months: [-1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5.0, 2.4, 0.4, -1.6, -1.6] },
  { above: -20, months: Array(12).fill(1.4) },
  { above: -Infinity, months: [6.4, 5.0, 2.4, 0.4, -1.6, -1.6, -1.6, -1.6, -1.6, 0.9, 3.8, 5.8] },
];

/** Throws when the month is not 1 to 12 or the latitude is no number. */
function ofLatitude(rows: readonly LatitudeRow[], { latitude, month }: FwiNoon): number {
  const value = rows.find(({ above }) => latitude > above)?.months[month - 1];
  if (value === undefined) throw new RangeError(`no day length for month ${month} at latitude ${latitude}`);
  return value;
}

function duffMoisture(before: number, noon: FwiNoon): number {
  const t = Math.max(-1.1, noon.t);
  const drying = 1.894 * (t + 1.1) * (100 - Math.min(100, noon.rh)) * ofLatitude(DAY_LENGTHS, noon) * 1e-4;
  return Math.max(0, duffAfterRain(before, noon.rain_mm) + drying);
}

function duffAfterRain(before: number, rain_mm: number): number {
  if (rain_mm <= 1.5) return before;
  const effective = 0.92 * rain_mm - 1.27;
  const moisture = 20 + 280 / Math.exp(0.023 * before);
  const wet = moisture + (1000 * effective) / (48.77 + rainSlope(before) * effective);
  return Math.max(0, 43.43 * (5.6348 - Math.log(wet - 20)));
}

/** How much of the rain the duff takes. */
function rainSlope(dmc: number): number {
  if (dmc <= 33) return 100 / (0.5 + 0.3 * dmc);
  return dmc <= 65 ? 14 - 1.3 * Math.log(dmc) : 6.2 * Math.log(dmc) - 17.2;
}

function drought(before: number, noon: FwiNoon): number {
  const t = Math.max(-2.8, noon.t);
  const evaporation = Math.max(0, (0.36 * (t + 2.8) + ofLatitude(DROUGHT_FACTORS, noon)) / 2);
  return Math.max(0, droughtAfterRain(before, noon.rain_mm) + evaporation);
}

function droughtAfterRain(before: number, rain_mm: number): number {
  if (rain_mm <= 2.8) return before;
  const effective = 0.83 * rain_mm - 1.27;
  const store = 800 * Math.exp(-before / 400);
  return Math.max(0, before - 400 * Math.log(1 + (3.937 * effective) / store));
}

function initialSpread(ffmc: number, wind_kmh: number): number {
  const moisture = fineFuelMoisture(ffmc);
  const fuel = 91.9 * Math.exp(-0.1386 * moisture) * (1 + moisture ** 5.31 / 4.93e7);
  return 0.208 * Math.exp(0.05039 * wind_kmh) * fuel;
}

function buildup(dmc: number, dc: number): number {
  if (dmc === 0 && dc === 0) return 0;
  const both = (0.8 * dmc * dc) / (dmc + 0.4 * dc);
  if (both >= dmc) return both;
  return Math.max(0, dmc - ((0.92 + (0.0114 * dmc) ** 1.7) * (dmc - both)) / dmc);
}

function fireWeather(isi: number, bui: number): number {
  const duff = bui <= 80 ? 0.626 * bui ** 0.809 + 2 : 1000 / (25 + 108.64 * Math.exp(-0.023 * bui));
  const intensity = 0.1 * isi * duff;
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: 0.434 is the report's own figure.
  return intensity > 1 ? Math.exp(2.72 * (0.434 * Math.log(intensity)) ** 0.647) : intensity;
}
