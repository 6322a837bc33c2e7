/** Vietnamese time: UTC+7 all year, without summer time since 1975. Days and hours of rules are counted in it. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const VIETNAM_AHEAD_MS = 7 * HOUR_MS;

/** The bounds of a Vietnamese day `2026-03-05`, epoch ms; null when there is no such day. */
export function dayBounds(day: string): { readonly from: number; readonly to: number } | null {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (!Number.isFinite(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return null;
  const from = midnight - VIETNAM_AHEAD_MS;
  return { from, to: from + DAY_MS };
}

/** The Vietnamese day of a moment, `2026-03-05`. */
export const dayOf = (at: number): string => new Date(at + VIETNAM_AHEAD_MS).toISOString().slice(0, 10);

/** When the Vietnamese day of a moment began, epoch ms. */
export const dayStart = (at: number): number =>
  Math.floor((at + VIETNAM_AHEAD_MS) / DAY_MS) * DAY_MS - VIETNAM_AHEAD_MS;

/** Monday, 5 January 1970, 0:00 in Vietnam: the beginning of a week, a day and an hour. */
const INTERVALS_FROM_MS = 4 * DAY_MS - VIETNAM_AHEAD_MS;

/** How far the intervals of a length are from those that are counted from 1970 in UTC, ms; 0 of what divides an hour. */
export const intervalOffset = (everyMs: number): number => INTERVALS_FROM_MS % everyMs;

/**
 * When the interval of `everyMs` that a moment is in began, epoch ms. Hours and what divides them are the same everywhere;
 * intervals of several hours and of days begin at Vietnamese midnight, those of weeks on Monday.
 */
export function intervalStart(at: number, everyMs: number): number {
  const offset = intervalOffset(everyMs);
  return Math.floor((at - offset) / everyMs) * everyMs + offset;
}

/** 0 to 23. */
export const hourOfDay = (at: number): number => new Date(at + VIETNAM_AHEAD_MS).getUTCHours();

/** 1 to 12. */
export const monthOf = (at: number): number => new Date(at + VIETNAM_AHEAD_MS).getUTCMonth() + 1;
