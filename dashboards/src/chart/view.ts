/** The time that a chart shows: how it is moved and zoomed, and how fine the data for it must be. Pure. */

/** from ≤ at < to, epoch ms. */
export interface View {
  readonly from: number;
  readonly to: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Less is not shown: of the fastest instruments that is a dozen values. */
export const SHORTEST_MS = 60_000;
/** Longer than any series of a product that is younger. */
export const LONGEST_MS = 20 * 366 * DAY_MS;

export const SPANS = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '1y': 365 * DAY_MS,
} as const;
/** `all`: from the first value there is. */
export type Span = keyof typeof SPANS | 'all';
export const SPAN_IDS: readonly Span[] = [...(Object.keys(SPANS) as (keyof typeof SPANS)[]), 'all'];

export const spanOfView = ({ from, to }: View): number => to - from;

/** Within what there can be: nothing is later than now, and no view is shorter or longer than it makes sense. */
export function clamp({ from, to }: View, now: number): View {
  const span = Math.min(Math.max(to - from, SHORTEST_MS), LONGEST_MS);
  const end = Math.min(to, now);
  return { from: Math.max(0, end - span), to: Math.max(0, end - span) + span };
}

/** `factor` above 1 shows more time; the moment `at` stays where it is on the screen. */
export function zoomAt(view: View, at: number, factor: number, now: number): View {
  const span = Math.min(Math.max(spanOfView(view) * factor, SHORTEST_MS), LONGEST_MS);
  const left = (at - view.from) / spanOfView(view);
  return clamp({ from: at - left * span, to: at + (1 - left) * span }, now);
}

/** By a part of what is shown: 0.25 goes a quarter of it ahead. */
export const move = (view: View, part: number, now: number): View => {
  const by = spanOfView(view) * part;
  return clamp({ from: view.from + by, to: view.to + by }, now);
};

/** Parts of an hour, hours that divide a day of Vietnam, its day, and its week (`intervalStart`). */
const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
] as const;
/** So many readings are drawn one by one. */
const MOST_RAW = 2000;

/** Seconds of one interval so that a view has about as many as there are pixels; null: the readings themselves. */
export function fineness(spanMs: number, periodS: number, width: number): number | null {
  if (spanMs / 1000 / periodS <= MOST_RAW) return null;
  const most = Math.min(Math.max(width * 1.3, 300), 1500);
  const atLeast = Math.max(periodS, spanMs / 1000 / most);
  return STEPS_S.find((step) => step >= atLeast) ?? 604_800;
}

/** What is asked for: some more on both sides, so that a small move shows something at once. */
export function withMargin({ from, to }: View, now: number): View {
  const more = (to - from) / 4;
  return {
    from: Math.max(0, Math.floor(from - more)),
    to: Math.ceil(Math.min(to + more, Math.max(now, to))),
  };
}

export interface Held extends View {
  readonly everyS: number | null;
}

/** Whether what is held is enough for a view: all of it, and as fine as it should be. */
export const suffices = (held: Held | null, view: View, everyS: number | null, now: number): boolean =>
  held !== null &&
  held.everyS === everyS &&
  held.from <= view.from &&
  held.to >= Math.min(view.to, now) - Math.max(60_000, (everyS ?? 0) * 1000);
