/** What lies within the country: its rivers are drawn, and not where they come from, where no land is drawn. Pure. */
import type { Feature, FeatureCollection, LineString, MultiLineString, Position } from 'geojson';
import type { Shape } from './geo.ts';

interface Ring {
  readonly points: readonly Position[];
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

function ringOf(points: readonly Position[]): Ring {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = 0, y = 0] of points) {
    west = Math.min(west, x);
    south = Math.min(south, y);
    east = Math.max(east, x);
    north = Math.max(north, y);
  }
  return { points, west, south, east, north };
}

/** By the crossings of a ray (even-odd rule). */
function isIn({ points, west, south, east, north }: Ring, x: number, y: number): boolean {
  if (x < west || x > east || y < south || y > north) return false;
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [x1 = 0, y1 = 0] = points[i] as Position;
    const [x2 = 0, y2 = 0] = points[j] as Position;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

const linesOf = ({ geometry }: Feature): Position[][] =>
  geometry.type === 'LineString'
    ? [(geometry as LineString).coordinates]
    : geometry.type === 'MultiLineString'
      ? (geometry as MultiLineString).coordinates
      : [];

/** The parts of the lines that lie within the shapes; a part has two points at least. */
export function withinLand(lines: FeatureCollection, land: readonly Shape[]): MultiLineString {
  const rings = land.flatMap(({ geometry }) =>
    (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).map(([ring = []]) =>
      ringOf(ring),
    ),
  );
  const parts: Position[][] = [];
  for (const line of lines.features.flatMap(linesOf)) {
    let part: Position[] = [];
    for (const at of line) {
      const [x = 0, y = 0] = at;
      if (rings.some((ring) => isIn(ring, x, y))) part.push(at);
      else {
        if (part.length > 1) parts.push(part);
        part = [];
      }
    }
    if (part.length > 1) parts.push(part);
  }
  return { type: 'MultiLineString', coordinates: parts };
}
