/**
 * Fewer points for the same borders. Neighbours share their border point for point: it is cut where more than two lines meet,
 * and each piece is thinned once, so that no gap opens between them. Douglas and Peucker (1973). Pure.
 */

/** Longitude, latitude in degrees. */
export type Point = readonly [number, number];
/** Closed: the first point is the last again. */
export type Ring = readonly Point[];

/** Points are told apart to 1e-5 degrees, about a metre, on which they lie: a whole number for each. */
const keyOf = ([x, y]: Point): number => Math.round((x + 180) * 1e5) * 2 ** 25 + Math.round((y + 90) * 1e5);

/** Points where lines meet or part, by their keys: these stay. */
export function junctionsOf(rings: readonly Ring[]): Set<number> {
  const [first, second] = [new Map<number, number>(), new Map<number, number>()];
  const junctions = new Set<number>();
  const join = (a: number, b: number): void => {
    const one = first.get(a);
    if (one === undefined) first.set(a, b);
    else if (one !== b) {
      const other = second.get(a);
      if (other === undefined) second.set(a, b);
      else if (other !== b) junctions.add(a);
    }
  };
  for (const ring of rings)
    for (let i = 0; i + 1 < ring.length; i++) {
      const [a, b] = [keyOf(ring[i] as Point), keyOf(ring[i + 1] as Point)];
      if (a === b) continue;
      join(a, b);
      join(b, a);
    }
  return junctions;
}

/** The point between two of a line that is farthest from the straight way, and the square of how far that is. */
function farthest(line: readonly Point[], from: number, to: number): { at: number; far2: number } {
  const [ax, ay] = line[from] as Point;
  const [bx, by] = line[to] as Point;
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  let [at, far2] = [-1, -1];
  for (let i = from + 1; i < to; i++) {
    const point = line[i] as Point;
    const x = point[0] - ax;
    const y = point[1] - ay;
    const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / length2));
    // A degree is a degree in both directions, near enough.
    const own = (x - along * dx) ** 2 + (y - along * dy) ** 2;
    if (own > far2) {
      at = i;
      far2 = own;
    }
  }
  return { at, far2 };
}

function thin(line: readonly Point[], tolerance: number): Point[] {
  const keep = new Uint8Array(line.length);
  keep[0] = 1;
  keep[line.length - 1] = 1;
  const open: [number, number][] = [[0, line.length - 1]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span;
    const { at, far2 } = farthest(line, from, to);
    if (far2 <= tolerance ** 2) continue;
    keep[at] = 1;
    open.push([from, at], [at, to]);
  }
  return line.filter((_, index) => keep[index] === 1);
}

/** In the direction that both neighbours agree on; they go round it in opposite ones. */
function thinPiece(piece: readonly Point[], tolerance: number): Point[] {
  const [first, last] = [piece[0] as Point, piece.at(-1) as Point];
  const forward = first[0] < last[0] || (first[0] === last[0] && first[1] <= last[1]);
  return forward ? thin(piece, tolerance) : thin(piece.toReversed(), tolerance).reverse();
}

/** A ring that meets no other begins at its most western point and is cut at the one farthest from there. */
function thinAlone(ring: Ring, tolerance: number): Point[] {
  const points = ring.slice(0, -1);
  let start = 0;
  points.forEach(([x, y], index) => {
    const [startX, startY] = points[start] as Point;
    if (x < startX || (x === startX && y < startY)) start = index;
  });
  const turned = [...points.slice(start), ...points.slice(0, start)];
  const origin = turned[0] as Point;
  let [far, most] = [0, -1];
  turned.forEach(([x, y], index) => {
    const own = (x - origin[0]) ** 2 + (y - origin[1]) ** 2;
    if (own > most) [far, most] = [index, own];
  });
  const there = thinPiece(turned.slice(0, far + 1), tolerance);
  const back = thinPiece([...turned.slice(far), origin], tolerance);
  return [...there, ...back.slice(1)];
}

function thinRing(ring: Ring, junctions: ReadonlySet<number>, tolerance: number): Ring {
  const start = ring.findIndex((point) => junctions.has(keyOf(point)));
  if (start < 0) return thinAlone(ring, tolerance);
  const turned = [...ring.slice(start, -1), ...ring.slice(0, start + 1)];
  const thinned: Point[] = [turned[0] as Point];
  let piece: Point[] = [turned[0] as Point];
  for (const point of turned.slice(1)) {
    piece.push(point);
    if (!junctions.has(keyOf(point))) continue;
    thinned.push(...thinPiece(piece, tolerance).slice(1));
    piece = [point];
  }
  return thinned;
}

/** `tolerance` in degrees. A ring that would shrink to a line stays as it is: a small island is not lost. */
export function simplify(
  rings: readonly Ring[],
  tolerance: number,
  junctions: ReadonlySet<number> = junctionsOf(rings),
): Ring[] {
  return rings.map((ring) => {
    const thinned = thinRing(ring, junctions, tolerance);
    return thinned.length < 4 ? ring : thinned;
  });
}
