/** Directions between places and of the wind, as they are said over a radio. Pure. */
import type { Place } from '../../../../devices/distance.ts';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Where the other one lies, degrees from north over east, 0 to below 360. */
export function bearing(one: Place, other: Place): number {
  const east = radians(other.longitude - one.longitude);
  const [from, to] = [radians(one.latitude), radians(other.latitude)];
  const y = Math.sin(east) * Math.cos(to);
  const x = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(east);
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
}

/** One of eight names of directions, by its number clockwise from north. */
export type Compass = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
export const compass = (degrees: number): Compass =>
  (Math.round((((degrees % 360) + 360) % 360) / 45) % 8) as Compass;

/** The wind's direction says where it comes from; smoke and fire go the other way. */
export const leeward = (degrees: number): number => (degrees + 180) % 360;

/** Lower bounds of Beaufort 1 to 12, m/s (WMO-No. 8). */
const BEAUFORT = [0.3, 1.6, 3.4, 5.5, 8, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7];
export const beaufort = (metresPerSecond: number): number =>
  BEAUFORT.filter((bound) => metresPerSecond >= bound).length;
