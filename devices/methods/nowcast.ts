/**
 * NowCast of dust for the hourly VN_AQI (Decision 1459/QD-TCMT): a mean of the last 12 hours in which the newest weigh the
 * more, the less steady the air was. Always divided by the weights: as the decision prints it, without that division when
 * the weight is 1/2, the value falls far too low as soon as hours are missing.
 */

export const NOWCAST_HOURS = 12;

const LEAST_WEIGHT = 0.5;

/** Hourly means, newest first, 12 of them, null where there is none. Null with fewer than two of the newest three. */
export function nowcast(hours: readonly (number | null)[]): number | null {
  const newest = hours.slice(0, 3).filter((mean) => mean !== null);
  if (newest.length < 2) return null;
  const weight = nowcastWeight(hours);
  let sum = 0;
  let weights = 0;
  for (const [age, mean] of hours.slice(0, NOWCAST_HOURS).entries()) {
    if (mean === null) continue;
    sum += weight ** age * mean;
    weights += weight ** age;
  }
  return sum / weights;
}

/** 1/2 to 1: the smallest mean over the greatest, and 1 when all are 0. */
export function nowcastWeight(hours: readonly (number | null)[]): number {
  const present = hours.slice(0, NOWCAST_HOURS).filter((mean) => mean !== null);
  const greatest = Math.max(...present);
  return greatest > 0 ? Math.max(Math.min(...present) / greatest, LEAST_WEIGHT) : 1;
}
