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

/** 0 to 23. */
export const hourOfDay = (at: number): number => new Date(at + VIETNAM_AHEAD_MS).getUTCHours();

/** 1 to 12. */
export const monthOf = (at: number): number => new Date(at + VIETNAM_AHEAD_MS).getUTCMonth() + 1;
