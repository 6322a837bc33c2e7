/** A file with boundaries that an operator has: read, checked and made small. Pure; it runs in a worker. */
import { type Area, COUNTRY } from '../place.ts';
import { nameFieldOf } from './name-field.ts';
import { junctionsOf, type Point, type Ring, simplify } from './simplify.ts';

export const MAX_BYTES = 20 * 1024 * 1024;
/** What a map draws without being felt; a province has 100,000 points in detail. */
const MOST_POINTS = 150_000;
/** Degrees: 11 m is half a pixel where the map ends to zoom. */
const FINEST = 0.0001;

/** Vietnam with its seas. */
const VIETNAM: Area = { ...COUNTRY, south: 6, north: 24, west: 101.5, east: 118 };

export interface Boundary {
  readonly name: string;
  /** Polygons of it, each with its outer ring and its holes. */
  readonly polygons: ReadonlyArray<readonly Ring[]>;
}

export interface Boundaries {
  readonly file: string;
  /** Epoch ms. */
  readonly importedAt: number;
  readonly shapes: readonly Boundary[];
}

/** Why a file is refused; `feature` counts from 1, `name` is what the file calls it. */
export type Fault =
  | { readonly kind: 'tooLarge' | 'notJson' | 'notGeoJson' | 'empty' }
  | { readonly kind: 'notPolygon'; readonly feature: number; readonly name: string; readonly type: string }
  | { readonly kind: 'badRing'; readonly feature: number; readonly name: string }
  | {
      readonly kind: 'outside' | 'projected' | 'swapped';
      readonly feature: number;
      readonly name: string;
      readonly x: string;
      readonly y: string;
    };

export type Read =
  | { readonly kind: 'ok'; readonly shapes: readonly Boundary[] }
  | { readonly kind: 'fault'; readonly fault: Fault };

interface Feature {
  readonly geometry: unknown;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Leaves a reading in the middle. */
class Refused extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.kind);
    this.fault = fault;
  }
}

export function readBoundaries(text: string, mostPoints = MOST_POINTS): Read {
  try {
    return { kind: 'ok', shapes: smaller(shapesOf(featuresOf(parse(text))), mostPoints) };
  } catch (error) {
    if (error instanceof Refused) return { kind: 'fault', fault: error.fault };
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    // Windows programs put a mark before the first character.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new Refused({ kind: 'notJson' });
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function featuresOf(json: unknown): Feature[] {
  if (!isObject(json)) throw new Refused({ kind: 'notGeoJson' });
  const raw =
    json.type === 'FeatureCollection' && Array.isArray(json.features)
      ? json.features
      : json.type === 'Feature'
        ? [json]
        : json.type === 'Polygon' || json.type === 'MultiPolygon'
          ? [{ geometry: json, properties: {} }]
          : null;
  if (raw === null) throw new Refused({ kind: 'notGeoJson' });
  const features = raw.filter(isObject).map(({ geometry, properties }): Feature => {
    return { geometry, properties: isObject(properties) ? properties : {} };
  });
  if (features.length === 0) throw new Refused({ kind: 'empty' });
  return features;
}

function shapesOf(features: readonly Feature[]): Boundary[] {
  const field = nameFieldOf(features.map(({ properties }) => properties));
  return features.map(({ geometry, properties }, index) => {
    const named = field === null ? null : properties[field];
    const name = typeof named === 'string' || typeof named === 'number' ? String(named).trim() : '';
    return { name, polygons: polygonsOf(geometry, index + 1, name) };
  });
}

function polygonsOf(geometry: unknown, feature: number, name: string): Ring[][] {
  const type = isObject(geometry) ? String(geometry.type) : 'null';
  const coordinates = isObject(geometry) ? geometry.coordinates : null;
  if (type !== 'Polygon' && type !== 'MultiPolygon')
    throw new Refused({ kind: 'notPolygon', feature, name, type });
  const polygons = type === 'Polygon' ? [coordinates] : coordinates;
  const bad = (): never => {
    throw new Refused({ kind: 'badRing', feature, name });
  };
  if (!Array.isArray(polygons) || polygons.length === 0) return bad();
  return polygons.map((rings: unknown) => {
    if (!Array.isArray(rings) || rings.length === 0) return bad();
    return rings.map((ring: unknown) => ringOf(ring, feature, name) ?? bad());
  });
}

/** Closed; null when it is no ring. A height beside longitude and latitude is dropped. */
function ringOf(ring: unknown, feature: number, name: string): Ring | null {
  if (!Array.isArray(ring)) return null;
  const points: Point[] = [];
  for (const at of ring as unknown[]) {
    if (!Array.isArray(at)) return null;
    const [x, y] = at as unknown[];
    if (typeof x !== 'number' || typeof y !== 'number') return null;
    assertInVietnam(x, y, feature, name);
    // About a metre: neighbours that differ by less share their border.
    points.push([Math.round(x * 1e5) / 1e5, Math.round(y * 1e5) / 1e5]);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) points.push(first);
  return points.length < 4 ? null : points;
}

const inVietnam = (x: number, y: number): boolean =>
  x >= VIETNAM.west && x <= VIETNAM.east && y >= VIETNAM.south && y <= VIETNAM.north;

function assertInVietnam(x: number, y: number, feature: number, name: string): void {
  if (inVietnam(x, y)) return;
  const isDegrees = Math.abs(x) <= 180 && Math.abs(y) <= 90;
  const kind = inVietnam(y, x) ? 'swapped' : isDegrees ? 'outside' : 'projected';
  throw new Refused({ kind, feature, name, x: String(x), y: String(y) });
}

/** With as few points as a map can draw: the finest that keeps to the bound. */
function smaller(shapes: readonly Boundary[], mostPoints: number): Boundary[] {
  const rings = shapes.flatMap(({ polygons }) => polygons.flat());
  const junctions = junctionsOf(rings);
  let tolerance = FINEST;
  let simple = simplify(rings, tolerance, junctions);
  while (simple.reduce((sum, ring) => sum + ring.length, 0) > mostPoints && tolerance < 0.01) {
    tolerance *= 2;
    simple = simplify(rings, tolerance, junctions);
  }
  let next = 0;
  return shapes.map(({ name, polygons }) => ({
    name,
    polygons: polygons.map((polygon) => polygon.map(() => simple[next++] as Ring)),
  }));
}
