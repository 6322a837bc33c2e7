/** Where the points of the small chart of an alert lie: its time, its values, its line with breaks. Pure. */
import type { Point } from '../../series.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of a long alert its beginning is what caused it. */
const LONGEST_MS = 24 * HOUR_MS;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Before it as long as it lasted, at least half an hour; after its end half as long. */
export function spanAround(openedAt: number, clearedAt: number | null, now: number): Span {
  const end = Math.min(clearedAt ?? now, openedAt + LONGEST_MS);
  const lasted = Math.max(end - openedAt, 0);
  const before = Math.min(Math.max(lasted, 30 * MINUTE_MS), 6 * HOUR_MS);
  const after = clearedAt === null ? 0 : Math.min(Math.max(lasted / 2, 15 * MINUTE_MS), 3 * HOUR_MS);
  return { from: openedAt - before, to: Math.min(end + after, now) };
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Scale {
  x(at: number): number;
  y(value: number): number;
  readonly low: number;
  readonly high: number;
}

/** With the threshold in sight and a tenth of room above and below; null: there is no value. */
export function scaleOf(
  points: readonly Point[],
  threshold: number | null,
  { from, to }: Span,
  { width, height }: Box,
): Scale | null {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  const all = threshold === null ? values : [...values, threshold];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  // A line that never changes lies in the middle.
  const room = most > least ? (most - least) / 10 : Math.max(Math.abs(most) / 10, 1);
  const bottom = least - room;
  const spread = most + room - bottom;
  return {
    x: (at) => ((at - from) / (to - from)) * width,
    y: (value) => height - ((value - bottom) / spread) * height,
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

/** The path of an SVG; it breaks where a value or more than three intervals are missing. */
export function pathOf(points: readonly Point[], everyS: number, { x, y }: Pick<Scale, 'x' | 'y'>): string {
  let last: number | null = null;
  let path = '';
  for (const [at, value] of points) {
    if (value === null) {
      last = null;
      continue;
    }
    const joins = last !== null && at - last <= 3 * everyS * 1000;
    const place = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    // A point between two holes is a dot: a line of no length with round ends.
    path += joins ? `L${place}` : `M${place}l0 0`;
    last = at;
  }
  return path;
}
