/** How far apart two places are. Pure. */

export interface Place {
  /** Degrees, north and east are positive. */
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius of the earth. */
const EARTH_M = 6_371_009;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the great circle (haversine formula), in metres. */
export function metresBetween(one: Place, other: Place): number {
  const north = Math.sin(radians(other.latitude - one.latitude) / 2);
  const east = Math.sin(radians(other.longitude - one.longitude) / 2);
  const chord =
    north * north + Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * east * east;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}
