/** The course of index P over the last days, as it is drawn: one bar a day, none where none was published. Pure. */
import { DAY_MS, dayStart } from '../../../../devices/local-time.ts';
import type { Point } from '../../series.ts';

export interface CourseDay {
  /** Midnight that begins it, epoch ms. */
  readonly day: number;
  readonly p: number | null;
}

/** The last `days` days up to today, oldest first. A day has one value, labelled 13:00. */
export function courseDays(points: readonly Point[], now: number, days: number): CourseDay[] {
  const byDay = new Map(points.map(([at, value]) => [dayStart(at), value]));
  const today = dayStart(now);
  return Array.from({ length: days }, (_, index) => {
    const day = today - (days - 1 - index) * DAY_MS;
    return { day, p: byDay.get(day) ?? null };
  });
}

export interface DryDays {
  readonly days: number;
  /** The course begins later than the drought. */
  readonly atLeast: boolean;
}

/** Days since P was set to 0 by rain, up to the newest P; null without any P. */
export function dryDays(course: readonly CourseDay[]): DryDays | null {
  const newest = course.findLastIndex(({ p }) => p !== null);
  if (newest === -1) return null;
  const wet = course.findLastIndex(({ p }) => p === 0);
  if (wet !== -1) return { days: newest - wet, atLeast: false };
  const first = course.findIndex(({ p }) => p !== null);
  return { days: newest - first + 1, atLeast: true };
}

export interface Band {
  readonly level: 1 | 2 | 3 | 4 | 5;
  readonly from: number;
  readonly to: number;
}

/** Where the levels lie up to `top`; `upTo` is the greatest P of levels I to IV, empty where no table is known. */
export function bandsOf(upTo: readonly number[], top: number): Band[] {
  if (upTo.length !== 4) return [];
  return ([1, 2, 3, 4, 5] as const)
    .map((level) => ({ level, from: upTo[level - 2] ?? 0, to: Math.min(upTo[level - 1] ?? top, top) }))
    .filter(({ from, to }) => from < to);
}

/** The top of the scale: the whole band of the greatest P is seen, and of level V some of it. */
export function topOf(course: readonly CourseDay[], upTo: readonly number[]): number {
  const greatest = Math.max(1, ...course.map(({ p }) => p ?? 0));
  return upTo.find((bound) => greatest <= bound) ?? greatest * 1.15;
}

/** The level of a P by this table, as the gateway reads it; null without a table. */
export function levelAt(p: number, upTo: readonly number[]): Band['level'] | null {
  if (upTo.length !== 4) return null;
  const index = upTo.findIndex((bound) => Math.round(p) <= bound);
  return ([1, 2, 3, 4, 5] as const)[index === -1 ? 4 : index] ?? null;
}
