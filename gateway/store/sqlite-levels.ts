/** Rollups of the embedded store: minutes, hours and Vietnamese days (`intervalStart`). */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Level {
  readonly table: 'day' | 'hour' | 'minute';
  readonly ms: number;
}

/** Coarsest first. */
export const LEVELS: readonly Level[] = [
  { table: 'day', ms: DAY_MS },
  { table: 'hour', ms: HOUR_MS },
  { table: 'minute', ms: MINUTE_MS },
];
