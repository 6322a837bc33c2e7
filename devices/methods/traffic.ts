/** Flow, speed and density of traffic, from what roadside counters deliver (docs/methods.md). */

/** Vehicles an hour, from a count over an interval in seconds. */
export const flow = (count: number, intervalS: number): number => (count * 3600) / intervalS;

/**
 * Space-mean speed in km/h of vehicles that passed one point: the harmonic mean, since fast ones pass it more often than they
 * are on the road. Null of no vehicle.
 */
export function spaceMeanSpeed(speedsKmh: readonly number[]): number | null {
  if (speedsKmh.length === 0) return null;
  return speedsKmh.length / speedsKmh.reduce((sum, speed) => sum + 1 / speed, 0);
}

/** Vehicles a km, from vehicles an hour and their space-mean speed. Null at standstill, where flow says nothing of density. */
export const densityFromFlow = (flowPerHour: number, speedKmh: number): number | null =>
  speedKmh > 0 ? flowPerHour / speedKmh : null;

/**
 * Vehicles a km of one lane, from the share of time in % that its detector was covered. The length is that of a mean vehicle and
 * the detection zone together: the site's own, it has no default.
 */
export const densityFromOccupancy = (occupancyPercent: number, vehicleAndDetectorM: number): number =>
  (1000 * (occupancyPercent / 100)) / vehicleAndDetectorM;

/** Peak-hour factor, 0.25 to 1, of the four quarter hours of an hour. Null when nothing passed. */
export function peakHourFactor(quarterHours: readonly [number, number, number, number]): number | null {
  const most = Math.max(...quarterHours);
  return most > 0 ? quarterHours.reduce((sum, volume) => sum + volume, 0) / (4 * most) : null;
}
