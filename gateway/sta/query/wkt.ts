/** Well-known text of points and polygons, longitude before latitude, and whether a point is within a polygon. */
import { wrong } from '../fault.ts';

export type Position = readonly [longitude: number, latitude: number];

export type Shape =
  | { readonly type: 'Point'; readonly coordinates: Position }
  /** The first ring is the outline, the others are holes; each ends where it begins. */
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] };

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const POSITION = new RegExp(`^\\s*(${NUMBER})\\s+(${NUMBER})\\s*$`);
const POINT = /^\s*POINT\s*\(([^()]*)\)\s*$/i;
const POLYGON = /^\s*POLYGON\s*\(\s*(\([^()]*\)(?:\s*,\s*\([^()]*\))*)\s*\)\s*$/i;

/** Throws a fault that names `part`, the query option. */
export function parseWkt(text: string, part: string): Shape {
  const position = (pair: string): Position => {
    const [, longitude, latitude] = POSITION.exec(pair) ?? [];
    if (longitude === undefined || latitude === undefined)
      throw wrong(`${part}: "${pair.trim().slice(0, 40)}" is no position: longitude and latitude in degrees`);
    return [Number(longitude), Number(latitude)];
  };
  const point = POINT.exec(text)?.[1];
  if (point !== undefined) return { type: 'Point', coordinates: position(point) };
  const rings = POLYGON.exec(text)?.[1];
  if (rings === undefined)
    throw wrong(
      `${part}: geography'${text.slice(0, 40)}' is neither POINT(lon lat) nor POLYGON((lon lat, ...))`,
    );
  const coordinates = Array.from(rings.matchAll(/\(([^()]*)\)/g), ([, ring = '']) =>
    ring.split(',').map(position),
  );
  for (const ring of coordinates) {
    const [first, last] = [ring[0], ring.at(-1)];
    if (ring.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
      throw wrong(
        `${part}: a ring of a polygon has at least four positions, and the last is the first again`,
      );
  }
  return { type: 'Polygon', coordinates };
}

/** Whether a point is in the outline and in none of the holes. In degrees as on a plane: areas of a province need no more. */
export const isWithin = (point: Position, rings: readonly (readonly Position[])[]): boolean =>
  rings.every((ring, index) => isInside(point, ring) === (index === 0));

/** By the crossings of a ray to the east. */
function isInside([x, y]: Position, ring: readonly Position[]): boolean {
  let inside = false;
  for (let index = 1; index < ring.length; index++) {
    const [ax, ay] = ring[index - 1] as Position;
    const [bx, by] = ring[index] as Position;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
