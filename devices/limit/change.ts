/**
 * The greatest change within a time. The window is kept in sixty stretches with their lowest and highest values, so that its
 * size does not depend on the period: what is older than the window never counts, and where a stretch has several
 * readings it leaves as one, at most a sixtieth of the window early.
 */
import { z } from 'zod';
import type { Direction } from './schema.ts';

const STRETCHES = 60;
/** One more at each end, since stretches begin at full multiples of their length. */
export const MOST_STRETCHES = STRETCHES + 2;

export const stretchSchema = z.strictObject({
  /** Time of its first reading, epoch ms. */
  at: z.number().min(0),
  low: z.number(),
  high: z.number(),
});
export type Stretch = z.infer<typeof stretchSchema>;

/** The window of so many seconds that ends with this reading. */
export function withValue(window: readonly Stretch[], withinS: number, at: number, value: number): Stretch[] {
  const lengthMs = (withinS * 1000) / STRETCHES;
  const stretchOf = (time: number): number => Math.floor(time / lengthMs);
  const kept = window.filter((stretch) => stretch.at >= at - withinS * 1000 && stretch.at <= at);
  const last = kept.at(-1);
  if (last === undefined || stretchOf(last.at) !== stretchOf(at))
    return [...kept, { at, low: value, high: value }];
  kept[kept.length - 1] = {
    at: last.at,
    low: Math.min(last.low, value),
    high: Math.max(last.high, value),
  };
  return kept;
}

/** How far a value is above the lowest (up, 0 or more) or below the highest (down, 0 or less) of its window; of both the greater one. */
export function changeIn(window: readonly Stretch[], value: number, direction: Direction): number {
  const rise = value - Math.min(value, ...window.map(({ low }) => low));
  const fall = value - Math.max(value, ...window.map(({ high }) => high));
  if (direction === 'up') return rise;
  if (direction === 'down') return fall;
  return rise >= -fall ? rise : fall;
}
