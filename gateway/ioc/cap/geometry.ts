/** Polygons and circles as CAP writes them. Pure. */

type Point = readonly [latitude: number, longitude: number];

const NUMBER = String.raw`[-+]?\d+(?:\.\d+)?`;
const POINT = new RegExp(`^(${NUMBER}),(${NUMBER})$`);
const CIRCLE = /^(\S+) (\d+(?:\.\d+)?)$/;

/** `lat,lon` in degrees; null when it is none. */
function pointOf(text: string): Point | null {
  const [, latitude = '', longitude = ''] = POINT.exec(text) ?? [];
  const point: Point = [Number(latitude), Number(longitude)];
  const inside = latitude !== '' && Math.abs(point[0]) <= 90 && Math.abs(point[1]) <= 180;
  return inside ? point : null;
}

/** Why this is no polygon; null when it is one. */
export function polygonFault(text: string): string | null {
  const points = text.trim().split(/\s+/).map(pointOf);
  if (points.includes(null)) return 'must be "lat,lon" pairs in degrees';
  return ringFault(points as Point[]);
}

/** Corners `[latitude, longitude]`, the first once more at the end. */
export function ringFault(points: readonly Point[]): string | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 4) return 'needs at least four points';
  if (first[0] !== last[0] || first[1] !== last[1]) return 'must end where it began';
  const edges = points.slice(1).map((end, i) => [points[i] as Point, end] as const);
  for (const [i, one] of edges.entries())
    for (const [j, other] of edges.entries()) {
      const neighbours = j - i <= 1 || (i === 0 && j === edges.length - 1);
      if (!neighbours && crosses(one, other)) return 'its edges must not cross';
    }
  return null;
}

type Edge = readonly [Point, Point];

/** On which side of the line through an edge a point lies: the sign. */
const side = ([a, b]: Edge, p: Point): number =>
  Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));

const between = (a: number, b: number, x: number): boolean => Math.min(a, b) <= x && x <= Math.max(a, b);
const onEdge = (edge: Edge, p: Point): boolean =>
  side(edge, p) === 0 && between(edge[0][0], edge[1][0], p[0]) && between(edge[0][1], edge[1][1], p[1]);

const crosses = (one: Edge, other: Edge): boolean =>
  (side(one, other[0]) * side(one, other[1]) < 0 && side(other, one[0]) * side(other, one[1]) < 0) ||
  other.some((end) => onEdge(one, end)) ||
  one.some((end) => onEdge(other, end));

/** Why this is no `lat,lon radius_km`; null when it is one. */
export function circleFault(text: string): string | null {
  const [, centre = '', radius = ''] = CIRCLE.exec(text.trim()) ?? [];
  return pointOf(centre) === null || radius === ''
    ? 'must be "lat,lon radius" in degrees and kilometres'
    : null;
}
