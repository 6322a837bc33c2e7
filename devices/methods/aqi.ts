/** What the air quality indices of Vietnam and of the US have in common: sub-indices by bands, the greatest of them counts. */
import type { Language } from '../parameter.ts';

/** A stretch of concentrations and the stretch of the index that it stands for, straight between the ends. */
export interface Band {
  readonly low: number;
  readonly high: number;
  readonly indexLow: number;
  readonly indexHigh: number;
}

/** The unrounded sub-index; null below the first band and above the last. Bands ascend. */
export function interpolate(bands: readonly Band[], concentration: number): number | null {
  const band = bands.find(({ high }) => concentration <= high);
  if (band === undefined || concentration < band.low) return null;
  const share = (concentration - band.low) / (band.high - band.low);
  return band.indexLow + share * (band.indexHigh - band.indexLow);
}

/** Half up; the small addend lets 109.49999999999999, which stands for 109.5, become 110. */
export const publishedIndex = (index: number): number => Math.round(index + 1e-9);

export interface IndexCategory {
  /** The greatest index of the category; it begins above that of the one before. */
  readonly upTo: number;
  readonly name: Readonly<Record<Language, string>>;
  /** `#rrggbb` */
  readonly colour: string;
}

export interface AirIndex<Pollutant extends string, Category extends IndexCategory> {
  /** 0 to 500, an integer. */
  readonly aqi: number;
  /** Whose sub-index is the greatest, before rounding. */
  readonly dominant: Pollutant;
  readonly category: Category;
  /** As published: integers. Who has no sub-index is absent. */
  readonly subIndices: Readonly<Partial<Record<Pollutant, number>>>;
}

/** The unrounded sub-indices of the values that have one, in the order of `pollutants`: the first of equals is dominant. */
export function subIndicesOf<Pollutant extends string>(
  pollutants: readonly Pollutant[],
  values: Partial<Record<Pollutant, number>>,
  subIndex: (pollutant: Pollutant, ug_m3: number) => number | null,
): [Pollutant, number][] {
  return pollutants.flatMap((pollutant): [Pollutant, number][] => {
    const value = values[pollutant];
    const index = value === undefined ? null : subIndex(pollutant, value);
    return index === null ? [] : [[pollutant, index]];
  });
}

/** The index of a station: the greatest sub-index. Null when there is none. */
export function greatest<Pollutant extends string, Category extends IndexCategory>(
  subIndices: readonly [Pollutant, number][],
  categories: readonly Category[],
): AirIndex<Pollutant, Category> | null {
  const [first, ...others] = subIndices;
  if (first === undefined) return null;
  const [dominant, highest] = others.reduce((top, next) => (next[1] > top[1] ? next : top), first);
  const aqi = publishedIndex(highest);
  const category = categories.find(({ upTo }) => aqi <= upTo);
  if (category === undefined) return null;
  const published = subIndices.map(([pollutant, index]) => [pollutant, publishedIndex(index)]);
  return { aqi, dominant, category, subIndices: Object.fromEntries(published) };
}
