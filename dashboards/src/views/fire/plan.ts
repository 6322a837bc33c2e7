/** A plan of an incident's posts: places in metres around their middle, and a scale to it. Pure. */
import { metresBetween, type Place } from '../../../../devices/distance.ts';

export interface Spot {
  /** In the units of the plan, from the left and from the top. */
  readonly x: number;
  readonly y: number;
}

export interface Plan {
  readonly spots: readonly Spot[];
  /** A round length, and how long it is drawn. */
  readonly scale: { readonly metres: number; readonly length: number };
}

const ROUND_M = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

/** Places within a box, north up; of one place, or places that are one, the box is 500 m wide. */
export function planOf(places: readonly Place[], width: number, height: number, margin: number): Plan {
  const [first = { latitude: 0, longitude: 0 }] = places;
  const south = Math.min(...places.map(({ latitude }) => latitude));
  const west = Math.min(...places.map(({ longitude }) => longitude));
  const corner = { latitude: south, longitude: west };
  const metres = places.map((place) => ({
    east: metresBetween(
      { latitude: first.latitude, longitude: west },
      { latitude: first.latitude, longitude: place.longitude },
    ),
    north: metresBetween(corner, { latitude: place.latitude, longitude: west }),
  }));
  const wide = Math.max(0, ...metres.map(({ east }) => east));
  const high = Math.max(0, ...metres.map(({ north }) => north));
  const [roomX, roomY] = [width - 2 * margin, height - 2 * margin];
  const perMetre = Math.min(roomX / Math.max(wide, 1), roomY / Math.max(high, 1), roomX / 500);
  const spots = metres.map(({ east, north }) => ({
    x: width / 2 + (east - wide / 2) * perMetre,
    y: height / 2 - (north - high / 2) * perMetre,
  }));
  const most = width / 3 / perMetre;
  const round = ROUND_M.findLast((length) => length <= most) ?? ROUND_M[0] ?? 50;
  return { spots, scale: { metres: round, length: round * perMetre } };
}
