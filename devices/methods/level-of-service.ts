/**
 * Level of service by HCM 2000. It is built on cars: what it says of a stream of motorcycles is a comparison, no standard
 * (docs/methods.md).
 */

/** From free flow to breakdown. The parameter `level_of_service` counts them from 1. */
export const LEVELS_OF_SERVICE = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export type LevelOfService = (typeof LEVELS_OF_SERVICE)[number];

/** 1 to 6 for A to F. */
export const serviceNumber = (level: LevelOfService): number => LEVELS_OF_SERVICE.indexOf(level) + 1;

/** Highest density of A to E, passenger cars a km and lane. */
const FREEWAY_DENSITY = [7, 11, 16, 22, 28];

/** Level of a freeway by its density in passenger cars a km and lane. */
export const freewayService = (density: number): LevelOfService =>
  level(FREEWAY_DENSITY.findIndex((most) => density <= most));

const KM_PER_MILE = 1.609344;

/** Speed in mph that A to E are above, by class of the street (free flow about 50, 40, 33 and 30 mph). */
const URBAN_SPEED_MPH = {
  I: [42, 34, 27, 21, 16],
  II: [35, 28, 22, 17, 13],
  III: [30, 24, 18, 14, 10],
  IV: [25, 19, 13, 9, 7],
} as const;
export type StreetClass = keyof typeof URBAN_SPEED_MPH;

/** Level of an urban street by its mean travel speed in km/h. A speed at one point is no travel speed: stops count in it. */
export const urbanService = (street: StreetClass, travelSpeedKmh: number): LevelOfService =>
  level(URBAN_SPEED_MPH[street].findIndex((above) => travelSpeedKmh > above * KM_PER_MILE));

const level = (index: number): LevelOfService => LEVELS_OF_SERVICE[index] ?? 'F';
