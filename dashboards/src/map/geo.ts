/** The geography that the gateway serves beside the page; its credits are in geo/CREDITS.md. */
import type { Feature, FeatureCollection, MultiPolygon, Point, Polygon, Position } from 'geojson';
import type { Label } from './place-labels.ts';

export type Shape = Feature<Polygon | MultiPolygon, Record<string, string>>;

async function load<T extends FeatureCollection>(file: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(`/geo/${file}.geojson`, { signal });
  if (!response.ok) throw new Error(`${file}: HTTP ${response.status}`);
  return (await response.json()) as T;
}

type Shapes = FeatureCollection<Polygon | MultiPolygon, Record<string, string>>;
type Points = FeatureCollection<Point, Record<string, string>>;

export const loadProvinces = (signal: AbortSignal) => load<Shapes>('vn-provinces-34-2025', signal);
export const loadDaNang = (signal: AbortSignal) => load<Shapes>('da-nang-2025', signal);
export const loadRivers = (signal: AbortSignal) => load<FeatureCollection>('vn-rivers-naturalearth', signal);
export const loadLakes = (signal: AbortSignal) => load<Shapes>('vn-lakes-naturalearth', signal);

/** Cities that are shown before the other places, with their names as Vietnam writes them. */
const CITIES: Readonly<Record<string, string>> = {
  Hanoi: 'Hà Nội',
  'Ho Chi Minh City': 'TP. Hồ Chí Minh',
  Haiphong: 'Hải Phòng',
  'Da Nang': 'Đà Nẵng',
  'Nha Trang': 'Nha Trang',
  'Qui Nhon': 'Quy Nhơn',
  'Hoi An': 'Hội An',
  'Dien Bien Phu': 'Điện Biên Phủ',
  'Tam Kỳ': 'Tam Kỳ',
  Vinh: 'Vinh',
  Pleiku: 'Pleiku',
  'Kon Tum': 'Kon Tum',
  Prao: 'Prao',
};

const isCity = (name: string): boolean => Object.hasOwn(CITIES, name);

/** Cities first, then the posts' own area, then all other places; a name is not repeated nearby. */
export async function loadPlaces(signal: AbortSignal): Promise<Label[]> {
  const [country, area] = await Promise.all([
    load<Points>('vn-places-geonames', signal),
    load<Points>('dong-giang-tay-giang-points-geonames', signal),
  ]);
  const seen = new Set<string>();
  const labels: Label[] = [];
  const add = (feature: Points['features'][number], kind: 'city' | 'place', minZoom: number): void => {
    const [longitude = 0, latitude = 0] = feature.geometry.coordinates;
    const { name = '' } = feature.properties;
    const key = `${name} ${Math.round(latitude * 5)} ${Math.round(longitude * 5)}`;
    // The archipelagos carry their full names already.
    if (seen.has(key) || longitude > 110.5) return;
    seen.add(key);
    labels.push({ key, text: CITIES[name] ?? name, kind, at: [latitude, longitude], minZoom, maxZoom: 18 });
  };
  for (const feature of country.features) if (isCity(feature.properties.name ?? '')) add(feature, 'city', 8);
  for (const feature of area.features) add(feature, 'place', 10);
  for (const feature of country.features)
    if (!isCity(feature.properties.name ?? '')) add(feature, 'place', 11);
  return labels;
}

const polygonsOf = ({ geometry }: Shape): Position[][][] =>
  geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;

/** Area and centre of a ring by the shoelace formula; exact enough for where a name stands. */
export function centre(ring: ReadonlyArray<readonly number[]>): { area: number; at: [number, number] } {
  let [area, x, y] = [0, 0, 0];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? [];
    const cross = x1 * y2 - x2 * y1;
    area += cross / 2;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
  }
  return { area: Math.abs(area), at: [y / (6 * area), x / (6 * area)] };
}

/** A province's name stands in its largest part. */
export function provinceLabels(provinces: Shapes): Label[] {
  return provinces.features.map((feature) => {
    const parts = polygonsOf(feature).map(([ring = []]) => centre(ring));
    const { at } = parts.reduce((largest, part) => (part.area > largest.area ? part : largest));
    const text = feature.properties.name_2025 ?? '';
    return { key: `province ${text}`, text, kind: 'province', at, minZoom: 6, maxZoom: 9 };
  });
}

/** Islands far out at sea are smaller than a pixel when the country is seen whole: these get a dot. */
export const remoteIslands = (shapes: readonly Shape[]): [number, number][] =>
  shapes
    .flatMap(polygonsOf)
    .map(([ring = []]) => centre(ring).at)
    .filter(([, longitude]) => longitude > 110.5);
