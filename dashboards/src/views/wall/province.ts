/** In which province most stations are: what the head of a wall is called when nobody named it. Pure. */
import type { Position } from 'geojson';
import type { Shape } from '../../map/geo.ts';

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** By the crossings of a ray (even-odd rule). */
function isInRing(ring: readonly Position[], { latitude, longitude }: Place): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[j] ?? [];
    if (y1 > latitude !== y2 > latitude && longitude < ((x2 - x1) * (latitude - y1)) / (y2 - y1) + x1)
      inside = !inside;
  }
  return inside;
}

/** Holes do not matter: a province within another does not exist. */
const isIn = ({ geometry }: Shape, place: Place): boolean =>
  (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).some(([ring = []]) =>
    isInRing(ring, place),
  );

/** More stations say nothing more about where they are. */
const MOST_ASKED = 60;

/** null: none of them is in any. */
export function provinceOf(provinces: readonly Shape[], places: readonly Place[]): string | null {
  const counts = new Map<string, number>();
  const step = Math.max(1, Math.ceil(places.length / MOST_ASKED));
  for (let index = 0; index < places.length; index += step) {
    const name = provinces.find((shape) => isIn(shape, places[index] as Place))?.properties.name_2025;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  return first?.[0] ?? null;
}
