/** Water vapour in air, by the Magnus formula of the WMO (over water, -45 to 60 °C). Pure. */

/** 1 % is less than any sensor can tell, and dry air has no dew point. */
const LEAST_RH = 1;

const within = (rh: number): number => Math.min(100, Math.max(LEAST_RH, rh));

/** Saturation vapour pressure in hPa at a temperature in °C. */
export const saturationPressure = (t: number): number => 6.112 * Math.exp((17.62 * t) / (243.12 + t));

/** How much vapour is missing to saturation, hPa; `rh` in %. Never negative. */
export const saturationDeficit = (t: number, rh: number): number =>
  saturationPressure(t) * (1 - within(rh) / 100);

/** Dew point in °C; `rh` in %. */
export function dewPoint(t: number, rh: number): number {
  const g = Math.log(within(rh) / 100) + (17.62 * t) / (243.12 + t);
  return (243.12 * g) / (17.62 - g);
}
