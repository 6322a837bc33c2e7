/** Means of directions. Pure. */

/** Shorter than this share of what it would be if all pointed one way, the sum points nowhere: rounding decides. */
const NOWHERE = 1e-6;

/**
 * Degrees, 0 ≤ mean < 360: the direction of the sum of unit vectors, so that 350 and 10 are north and not south (WMO-No. 8, Guide
 * to Instruments and Methods of Observation, has directions averaged as vectors). null: there is none, or they cancel each other.
 */
export function meanDirection(degrees: readonly number[]): number | null {
  let [x, y] = [0, 0];
  for (const value of degrees) {
    const radians = (value * Math.PI) / 180;
    x += Math.cos(radians);
    y += Math.sin(radians);
  }
  if (degrees.length === 0 || Math.hypot(x, y) < NOWHERE * degrees.length) return null;
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
}
