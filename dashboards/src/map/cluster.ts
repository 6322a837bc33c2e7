/** Stations that would lie over each other on the map become one mark with their number. Pure. */
import type { Position } from './place.ts';

/** Pixels of a tile of the web map; the world is this wide at zoom 0. */
const TILE = 256;

export interface Point {
  readonly id: string;
  /** Parts of the world's width and height from its north-west corner, 0 to 1 (web Mercator). */
  readonly x: number;
  readonly y: number;
}

export interface Cluster {
  /** That of its first station: the same while zoom and stations are the same. */
  readonly key: string;
  /** In their order; one: a station that stands alone. */
  readonly ids: readonly string[];
  /** The middle of its stations, as a Point has it. */
  readonly x: number;
  readonly y: number;
}

export function pointOf(id: string, { latitude, longitude }: Position): Point {
  const sin = Math.sin((latitude * Math.PI) / 180);
  return {
    id,
    x: longitude / 360 + 0.5,
    y: 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI),
  };
}

export const positionOf = ({ x, y }: Pick<Point, 'x' | 'y'>): Position => ({
  latitude: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
  longitude: (x - 0.5) * 360,
});

/**
 * Groups of points whose middles are at least `radius` pixels apart at this zoom. What is near is joined, and so is what came
 * near by that, until nothing is: a mark then covers no other.
 */
export function cluster(points: readonly Point[], zoom: number, radius: number): Cluster[] {
  const near = radius / (TILE * 2 ** zoom);
  let clusters = points.map(({ id, x, y }): Cluster => ({ key: id, ids: [id], x, y }));
  for (let before = Number.POSITIVE_INFINITY; clusters.length < before; ) {
    before = clusters.length;
    clusters = joinNear(clusters, near);
  }
  return clusters;
}

/** The first of the order that is free takes in all free ones near it. Only the nine cells around it are looked at. */
function joinNear(clusters: readonly Cluster[], near: number): Cluster[] {
  const cellOf = (value: number): number => Math.floor(value / near);
  const width = cellOf(1) + 3;
  const cells = new Map<number, Cluster[]>();
  for (const one of clusters) {
    const cell = cellOf(one.y) * width + cellOf(one.x);
    const own = cells.get(cell);
    if (own) own.push(one);
    else cells.set(cell, [one]);
  }
  const taken = new Set<Cluster>();
  return clusters.flatMap((first) => {
    if (taken.has(first)) return [];
    const members: Cluster[] = [];
    for (const [row, side] of AROUND) {
      const cell = (cellOf(first.y) + row) * width + cellOf(first.x) + side;
      const free: Cluster[] = [];
      for (const one of cells.get(cell) ?? []) {
        if (Math.hypot(one.x - first.x, one.y - first.y) < near) members.push(one);
        else free.push(one);
      }
      if (free.length > 0) cells.set(cell, free);
      else cells.delete(cell);
    }
    for (const one of members) taken.add(one);
    return join(first, members);
  });
}

const AROUND = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((side) => [row, side] as const));

/** In the middle of all its stations. */
function join(first: Cluster, members: readonly Cluster[]): Cluster {
  if (members.length === 1) return first;
  const count = members.reduce((sum, { ids }) => sum + ids.length, 0);
  const middle = (axis: 'x' | 'y'): number =>
    members.reduce((sum, one) => sum + one[axis] * one.ids.length, 0) / count;
  return { key: first.key, ids: members.flatMap(({ ids }) => ids), x: middle('x'), y: middle('y') };
}

/** Where the map cannot be zoomed further, those of one place stand around it: `radius` pixels of room each. */
export function spread({ ids, x, y }: Cluster, zoom: number, radius: number): Cluster[] {
  const world = TILE * 2 ** zoom;
  // Like the seeds of a sunflower: each has the same room, however many there are.
  const turn = Math.PI * (3 - Math.sqrt(5));
  return ids.map((id, index) => {
    const away = (radius * Math.sqrt(index + 0.5)) / world;
    const angle = index * turn;
    return { key: id, ids: [id], x: x + away * Math.cos(angle), y: y + away * Math.sin(angle) };
  });
}
