/**
 * Danger classes of the Canadian indices. They were set for the forests of Minnesota; no calibration for Vietnam has been
 * published, so they are a second opinion beside the province's fire level and never stand for it.
 */
import type { Language } from '../parameter.ts';

type Words = Readonly<Record<Language, string>>;

export const FWI_CLASSES = ['low', 'moderate', 'high', 'very_high', 'extreme'] as const;
export type FwiClass = (typeof FWI_CLASSES)[number];

export const FWI_CLASS_NAMES: Readonly<Record<FwiClass, Words>> = {
  low: { vi: 'Thấp', en: 'Low' },
  moderate: { vi: 'Trung bình', en: 'Moderate' },
  high: { vi: 'Cao', en: 'High' },
  very_high: { vi: 'Rất cao', en: 'Very high' },
  extreme: { vi: 'Cực cao', en: 'Extreme' },
};

/** Lower bounds of moderate, high, very high and extreme. */
type LowerBounds = readonly [number, number, number, number];
export type ClassedIndex = 'ffmc' | 'dmc' | 'dc' | 'isi' | 'bui' | 'fwi';

export const MINNESOTA = {
  source: 'Minnesota Department of Natural Resources',
  /** Stands wherever a class is shown. */
  caution: {
    vi: 'Chưa hiệu chỉnh cho Việt Nam (ngưỡng của bang Minnesota, Hoa Kỳ)',
    en: 'Not calibrated for Vietnam (bounds of Minnesota, USA)',
  },
  bounds: {
    ffmc: [81, 88, 90.5, 92.5],
    dmc: [13, 28, 42, 63],
    dc: [80, 210, 274, 360],
    isi: [4, 8, 11, 19],
    bui: [19, 34, 54, 77],
    fwi: [5, 14, 21, 33],
  },
} as const satisfies {
  source: string;
  caution: Words;
  bounds: Readonly<Record<ClassedIndex, LowerBounds>>;
};

export function fwiClass(index: ClassedIndex, value: number): FwiClass {
  const [moderate, high, veryHigh, extreme] = MINNESOTA.bounds[index];
  if (value >= extreme) return 'extreme';
  if (value >= veryHigh) return 'very_high';
  if (value >= high) return 'high';
  return value >= moderate ? 'moderate' : 'low';
}
