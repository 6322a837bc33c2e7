/** What the last 365 days of an air station come to against the limits that QCVN 05:2023 sets for a year. Pure. */
import { neededOf } from '../../devices/methods/means.ts';
import { parameterOf } from '../../devices/parameter.ts';
import { exceedsAmbient, qcvn05YearAt } from '../../devices/standards/qcvn-05.ts';
import type { YearMean } from '../../devices/wire/derived.ts';

export const YEAR_DAYS = 365;

/** By the mean of a day that a mean of a year is made of. */
export const OF_DAYS = { pm2_5_24h: 'pm2_5', pm10_24h: 'pm10', so2_24h: 'so2', no2_24h: 'no2' } as const;

export type YearParameter = keyof typeof OF_DAYS;

/**
 * `means` are those of the calendar days that have one, µg/m³; `day` is the last of the days. Null without any, and when no
 * limit of a year is in force on that day.
 */
export function yearMeanOf(
  parameter: YearParameter,
  means: readonly number[],
  day: string,
  completeness: number,
): YearMean | null {
  const limit = qcvn05YearAt(OF_DAYS[parameter], day);
  if (limit === undefined || means.length === 0) return null;
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const isComplete = means.length >= neededOf(YEAR_DAYS, completeness);
  return {
    ...{ parameter, unit: parameterOf(parameter).unit, mean, days: means.length },
    limit: { value: limit.ug_m3, clause: limit.clause },
    exceeded: isComplete ? exceedsAmbient(limit, mean) : null,
  };
}
