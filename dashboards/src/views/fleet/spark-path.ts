/** The line of a small chart. Pure. */

export type SparkPoint = readonly [at: number, value: number | null];

export interface SparkShape {
  /** Of an SVG path in the box of `width` by `height`. */
  readonly line: string;
  readonly low: number;
  readonly high: number;
  readonly last: number | null;
}

interface SparkBox {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly fromZero: boolean;
}

/** Beyond it nobody knows what was between: the line breaks. Rows come every five minutes, old ones every hour. */
const HOLE = 2.5;

export function sparkOf(points: readonly SparkPoint[], box: SparkBox): SparkShape | null {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const floor = box.fromZero ? Math.min(0, low) : low;
  const tall = high - floor || 1;
  const usual = usualStep(points);
  let line = '';
  let last: number | null = null;
  for (const [at, value] of points) {
    if (value === null) {
      last = null;
      continue;
    }
    const x = ((at - box.from) / (box.to - box.from)) * box.width;
    const y = box.height - ((value - floor) / tall) * box.height;
    const breaks = last === null || at - last > usual * HOLE;
    line += `${breaks ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A point without neighbours is drawn as a dot of the line's width.
    if (breaks) line += 'h.1';
    last = at;
  }
  return { line, low, high, last: points.findLast(([, value]) => value !== null)?.[1] ?? null };
}

function usualStep(points: readonly SparkPoint[]): number {
  const steps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? Number.POSITIVE_INFINITY;
}
