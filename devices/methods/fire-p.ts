/**
 * Index P of Phạm Ngọc Hưng, by which Vietnam tells its forest fire levels: the sum of temperature times saturation deficit at
 * 13:00 since the last day of rain. Pure: one step a day. What P means is a province's table (standards/fire-levels.ts).
 */
import type { Language } from '../parameter.ts';
import { saturationDeficit } from './humid-air.ts';

/** What stands beside an index that contains a day nobody measured. */
export const ESTIMATED: Readonly<Record<Language, string>> = { vi: 'ước tính', en: 'estimated' };

/** So many days on end may be estimated; with one more there is no index. */
const MOST_MISSING_DAYS = 2;

/** A missing day is taken as the mean of so many. */
const NEAREST_DAYS = 2;

/** One day's weather, null where it is not known. */
export interface FirePDay {
  /** Air temperature at 13:00, °C. */
  readonly t13: number | null;
  /** Relative humidity at 13:00, %. */
  readonly rh13: number | null;
  /** Rain from 13:00 of the day before to 13:00, mm. Which 24 hours are meant the sources leave open. */
  readonly rain: number | null;
}

export interface FirePSettings {
  /**
   * Rain of a day that sets P back to 0 (R0). It differs by province, zone and, in some decisions, month: 5 mm in the formula, 6 to
   * 10 mm in decisions and studies. So it has no default and is given with each day.
   */
  readonly rain_threshold_mm: number;
}

export interface FirePState {
  /** null: not known, until it rains enough. */
  readonly p: number | null;
  /** P contains a day that nobody measured. */
  readonly estimated: boolean;
  /** Days in a row, up to now, of which something was missing. */
  readonly missing: number;
  /** Temperature times deficit of the latest days that were measured, newest first. */
  readonly nearest: readonly number[];
}

/** Begins from the P of the day before as the rangers know it, 0 after a day of rain; null waits for such a day. */
export const startFireP = (p: number | null): FirePState => ({
  p,
  estimated: false,
  missing: 0,
  nearest: [],
});

/**
 * The state after one more day. A day without its 13:00 values counts as the mean of the two nearest days, which on that day are
 * the two measured last. Rain that nobody measured is taken as none, so that a fire danger is never too low by a broken
 * gauge. Both make P an estimate until it rains.
 */
export function stepFireP(state: FirePState, day: FirePDay, settings: FirePSettings): FirePState {
  const drying =
    day.t13 === null || day.rh13 === null
      ? null
      : Math.max(0, day.t13 * saturationDeficit(day.t13, day.rh13));
  const nearest = drying === null ? state.nearest : [drying, ...state.nearest].slice(0, NEAREST_DAYS);
  const missing = drying === null || day.rain === null ? state.missing + 1 : 0;

  if (day.rain !== null && day.rain >= settings.rain_threshold_mm)
    return { p: 0, estimated: false, missing: 0, nearest };

  const added = drying ?? meanOfNearest(state.nearest);
  if (state.p === null || added === null || missing > MOST_MISSING_DAYS)
    return { p: null, estimated: false, missing, nearest };
  return { p: state.p + added, estimated: state.estimated || missing > 0, missing, nearest };
}

function meanOfNearest(nearest: readonly number[]): number | null {
  if (nearest.length < NEAREST_DAYS) return null;
  return nearest.reduce((sum, drying) => sum + drying, 0) / nearest.length;
}
