/** A forest fire near a post: how strong it is over time and what the instruments then see. Pure. */
import type { ParameterId } from '../parameter.ts';

const MINUTE_MS = 60_000;

/** Minutes of replay time: it grows, stands, dies down. */
const GROWS = 10;
const STANDS = 10;
const DIES = 15;

/** 0 without fire, 1 at its full strength. `elapsedMs` is real time since it began; `speed` that of the replay. */
export function fireIntensity(elapsedMs: number, speed: number): number {
  const minutes = (elapsedMs * speed) / MINUTE_MS;
  if (minutes <= 0) return 0;
  if (minutes < GROWS) return minutes / GROWS;
  if (minutes <= GROWS + STANDS) return 1;
  return Math.max(0, 1 - (minutes - GROWS - STANDS) / DIES);
}

/** What a full fire adds, in the parameter's unit. CO is 20 ppm. */
const ADDED: Partial<Record<ParameterId, number>> = {
  air_temperature: 25,
  pm1: 700,
  pm2_5: 900,
  pm10: 1000,
  co: 22_900,
};

/** Humidity of the air at the heart of it. */
const DRY_RH = 15;

/** Intensity above which a smoke detector closes its contact, and a flame detector sees flames. */
const SMOKE_ABOVE = 0.3;
const FLAME_ABOVE = 0.6;

/** The value that an instrument shows with a fire of this intensity beside it. */
export function withFire(parameter: ParameterId, value: number | null, intensity: number): number | null {
  if (intensity <= 0) return value;
  if (parameter === 'smoke') return intensity > SMOKE_ABOVE ? 1 : value;
  if (parameter === 'flame') return intensity > FLAME_ABOVE ? 1 : value;
  if (value === null) return null;
  if (parameter === 'relative_humidity') return value + Math.min(0, DRY_RH - value) * intensity;
  return value + (ADDED[parameter] ?? 0) * intensity;
}
