/** The original index of Nesterov: temperature times its distance from the dew point at 15:00, summed since the last rain. Pure. */
import type { Language } from '../parameter.ts';
import { dewPoint } from './humid-air.ts';

/** A day of more rain than this sets it back to 0. */
const RAIN_MM = 3;

export interface NesterovDay {
  /** Air temperature at 15:00, °C. */
  readonly t15: number;
  /** Relative humidity at 15:00, %. */
  readonly rh15: number;
  /** Rain of the 24 hours before 15:00, mm. */
  readonly rain: number;
}

/** The index after one more day, from that of the day before: 0 after rain. */
export function stepNesterov(index: number, { t15, rh15, rain }: NesterovDay): number {
  if (rain > RAIN_MM) return 0;
  return index + Math.max(0, (t15 - dewPoint(t15, rh15)) * t15);
}

export type NesterovClass = 'none' | 'low' | 'moderate' | 'high' | 'extreme';

export const NESTEROV_CLASS_NAMES: Readonly<Record<NesterovClass, Readonly<Record<Language, string>>>> = {
  none: { vi: 'Không có nguy cơ', en: 'None' },
  low: { vi: 'Thấp', en: 'Low' },
  moderate: { vi: 'Trung bình', en: 'Moderate' },
  high: { vi: 'Cao', en: 'High' },
  extreme: { vi: 'Cực cao', en: 'Extreme' },
};

export function nesterovClass(index: number): NesterovClass {
  if (index < 300) return 'none';
  if (index < 1000) return 'low';
  if (index < 4000) return 'moderate';
  return index <= 10_000 ? 'high' : 'extreme';
}
