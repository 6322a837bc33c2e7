/**
 * AQI of the US Environmental Protection Agency, table of 2024, for comparison beside VN_AQI. Its table is in µg/m³ for dust,
 * ppb for gases and ppm for carbon monoxide; values come in µg/m³ and are turned into that at 25 °C and 101.325 kPa.
 */
import { converter, type UnitId } from '../unit.ts';
import {
  type AirIndex,
  type Band,
  greatest,
  type IndexCategory,
  interpolate,
  publishedIndex,
  subIndicesOf,
} from './aqi.ts';

const INDEX = [
  [0, 50],
  [51, 100],
  [101, 150],
  [151, 200],
  [201, 300],
  [301, 500],
] as const;

type Range = readonly [low: number, high: number] | null;

interface Column {
  readonly unit: UnitId;
  /** The parameter whose molar mass turns µg/m³ into the unit. */
  readonly gas?: string;
  /** Decimals that are left before the table is read: the others are cut off. */
  readonly decimals: number;
  /** One range for each of INDEX. */
  readonly ranges: readonly Range[];
}

/** By parameter and averaging time: dust of 24 hours or NowCast, sulphur and nitrogen dioxide of one hour. */
const TABLE = {
  pm2_5: {
    unit: 'ug/m3',
    decimals: 1,
    ranges: [
      [0, 9],
      [9.1, 35.4],
      [35.5, 55.4],
      [55.5, 125.4],
      [125.5, 225.4],
      [225.5, 325.4],
    ],
  },
  pm10: {
    unit: 'ug/m3',
    decimals: 0,
    ranges: [
      [0, 54],
      [55, 154],
      [155, 254],
      [255, 354],
      [355, 424],
      [425, 604],
    ],
  },
  o3_8h: {
    unit: 'ppb',
    gas: 'o3',
    decimals: 0,
    ranges: [[0, 54], [55, 70], [71, 85], [86, 105], [106, 200], null],
  },
  o3_1h: {
    unit: 'ppb',
    gas: 'o3',
    decimals: 0,
    ranges: [null, null, [125, 164], [165, 204], [205, 404], [405, 604]],
  },
  co_8h: {
    unit: 'ppm',
    gas: 'co',
    decimals: 1,
    ranges: [
      [0, 4.4],
      [4.5, 9.4],
      [9.5, 12.4],
      [12.5, 15.4],
      [15.5, 30.4],
      [30.5, 50.4],
    ],
  },
  so2: {
    unit: 'ppb',
    gas: 'so2',
    decimals: 0,
    ranges: [
      [0, 35],
      [36, 75],
      [76, 185],
      [186, 304],
      [305, 604],
      [605, 1004],
    ],
  },
  no2: {
    unit: 'ppb',
    gas: 'no2',
    decimals: 0,
    ranges: [
      [0, 53],
      [54, 100],
      [101, 360],
      [361, 649],
      [650, 1249],
      [1250, 2049],
    ],
  },
} as const satisfies Record<string, Column>;

export type UsAqiPollutant = keyof typeof TABLE;

export const US_AQI_POLLUTANTS = Object.keys(TABLE) as UsAqiPollutant[];

const columnOf = (pollutant: UsAqiPollutant): Column => TABLE[pollutant];

const bandsOf = ({ ranges }: Column): Band[] =>
  INDEX.flatMap(([indexLow, indexHigh], i) => {
    const range = ranges[i] ?? null;
    return range === null ? [] : [{ low: range[0], high: range[1], indexLow, indexHigh }];
  });

const BANDS = Object.fromEntries(
  US_AQI_POLLUTANTS.map((pollutant) => [pollutant, bandsOf(columnOf(pollutant))]),
) as Record<UsAqiPollutant, Band[]>;

/** A concentration in µg/m³ in the table's unit, cut off (not rounded) to the table's decimals. */
export function inTableUnit(pollutant: UsAqiPollutant, ug_m3: number): number {
  const { unit, gas, decimals } = columnOf(pollutant);
  const ugPerUnit = converter(unit, 'ug/m3', gas)?.(1) ?? Number.NaN;
  // What stands for 78 after the conversion may be 77.99999999999999.
  return Math.floor((ug_m3 / ugPerUnit) * 10 ** decimals + 1e-6) / 10 ** decimals;
}

/**
 * An integer, 0 to 500; null where the table has nothing: ozone of 8 hours above 200 ppb, ozone of one hour below 125 ppb.
 * Above the table's end it stays 500.
 */
export function usAqiSubIndex(pollutant: UsAqiPollutant, ug_m3: number): number | null {
  const bands = BANDS[pollutant];
  const concentration = inTableUnit(pollutant, ug_m3);
  const top = bands.at(-1);
  if (top !== undefined && top.indexHigh === 500 && concentration > top.high) return 500;
  const index = interpolate(bands, concentration);
  return index === null ? null : publishedIndex(index);
}

/** Names are recalled from the agency's publications; colours are the same as of VN_AQI. */
export const US_AQI_CATEGORIES: readonly IndexCategory[] = [
  { upTo: 50, name: { vi: 'Tốt', en: 'Good' }, colour: '#00e400' },
  { upTo: 100, name: { vi: 'Trung bình', en: 'Moderate' }, colour: '#ffff00' },
  {
    upTo: 150,
    name: { vi: 'Không tốt cho người nhạy cảm', en: 'Unhealthy for sensitive groups' },
    colour: '#ff7e00',
  },
  { upTo: 200, name: { vi: 'Không tốt', en: 'Unhealthy' }, colour: '#ff0000' },
  { upTo: 300, name: { vi: 'Rất không tốt', en: 'Very unhealthy' }, colour: '#8f3f97' },
  { upTo: 500, name: { vi: 'Nguy hại', en: 'Hazardous' }, colour: '#7e0023' },
];

/** The greatest sub-index of what there is, values in µg/m³; null when nothing has a sub-index. */
export function usAqi(
  values: Partial<Record<UsAqiPollutant, number>>,
): AirIndex<UsAqiPollutant, IndexCategory> | null {
  return greatest(subIndicesOf(US_AQI_POLLUTANTS, values, usAqiSubIndex), US_AQI_CATEGORIES);
}
