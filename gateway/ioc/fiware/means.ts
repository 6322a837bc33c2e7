/** Means of an hour in the units of a model. Pure. */
import type { ParameterId } from '../../../devices/parameter.ts';
import { converter, isUnit, type UnitId } from '../../../devices/unit.ts';
import type { Observations } from '../../../devices/wire/feed.ts';
import { short } from '../../derive/derived-value.ts';

export type Attributes = Readonly<Record<string, unknown>>;

/** One attribute of a model that is the mean of a parameter. */
export interface Mean {
  readonly attribute: string;
  readonly parameter: ParameterId;
  readonly unit: UnitId;
  /** From that unit to the model's, where it is none of ours. */
  readonly factor?: number;
  /** What the model allows; from 0 upwards when left out. */
  readonly least?: number;
  readonly most?: number;
}

export const measuredOf = (
  hour: Observations,
  parameter: ParameterId,
): Observations['measured'][number] | undefined => hour.measured.find((one) => one.parameter === parameter);

/** The mean in a unit, null when there is none. */
export function meanIn(hour: Observations, parameter: ParameterId, unit: UnitId): number | null {
  const one = measuredOf(hour, parameter);
  const convert = one && isUnit(one.unit) ? converter(one.unit, unit, parameter) : null;
  return one?.mean == null || convert === null ? null : convert(one.mean);
}

/** What the model does not allow is left out. */
export function means(hour: Observations, of: readonly Mean[]): Attributes {
  return Object.fromEntries(
    of.flatMap(({ attribute, parameter, unit, factor = 1, least = 0, most = Number.POSITIVE_INFINITY }) => {
      const mean = meanIn(hour, parameter, unit);
      if (mean === null) return [];
      const value = short(mean * factor);
      return value < least || value > most ? [] : [[attribute, value]];
    }),
  );
}

/** A fraction in the models; a sensor in fog may say a little more than 100 %. */
export function humidity(hour: Observations): Attributes {
  const percent = meanIn(hour, 'relative_humidity', '%RH');
  return percent === null ? {} : { relativeHumidity: short(Math.min(1, Math.max(0, percent / 100))) };
}

/** The last value of an hour, null when none was published. */
export const derivedOf = (hour: Observations, parameter: ParameterId): number | null =>
  hour.derived.findLast((one) => one.parameter === parameter && one.value !== null)?.value ?? null;
