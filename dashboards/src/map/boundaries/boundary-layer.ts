/** The imported boundaries on the map: thin lines over the land, and their names when the map is near. */
import L from 'leaflet';
import { token } from '../../theme.ts';
import { centre } from '../geo.ts';
import type { Label } from '../place-labels.ts';
import type { Boundaries, Boundary } from './boundary-file.ts';

/** Farther away the lines of communes are one grey. */
const FROM_ZOOM = 8;

export interface BoundaryLayer {
  set(boundaries: Boundaries | null): void;
  readonly names: readonly Label[];
  restyle(): void;
  remove(): void;
}

const style = (): L.PolylineOptions => ({
  interactive: false,
  fill: false,
  color: token('map-commune'),
  weight: 0.9,
});

/** A name stands in the largest part. */
function labelOf({ name, polygons }: Boundary, index: number): Label | null {
  const outer = polygons.map(([ring = []]) => centre(ring));
  const largest = outer.reduce((most, one) => (one.area > most.area ? one : most), { area: -1, at: [0, 0] });
  const [latitude = 0, longitude = 0] = largest.at;
  if (name === '' || !Number.isFinite(latitude)) return null;
  const at = [latitude, longitude] as const;
  return { key: `commune ${index}`, text: name, kind: 'commune', at, minZoom: 10.5, maxZoom: 18 };
}

export function addBoundaryLayer(map: L.Map): BoundaryLayer {
  const group = L.layerGroup();
  let names: readonly Label[] = [];

  const show = (): void => {
    const wanted = map.getZoom() >= FROM_ZOOM;
    if (wanted && !map.hasLayer(group)) group.addTo(map);
    if (!wanted && map.hasLayer(group)) group.remove();
  };

  map.on('zoomend', show);
  return {
    set: (boundaries) => {
      group.clearLayers();
      const shapes = boundaries?.shapes ?? [];
      for (const { polygons } of shapes) {
        const rings = polygons.map((polygon) => polygon.map((ring) => ring.map(([x, y]) => L.latLng(y, x))));
        group.addLayer(L.polygon(rings, style()));
      }
      names = shapes.flatMap((shape, index) => labelOf(shape, index) ?? []);
      show();
    },
    get names() {
      return names;
    },
    restyle: () => {
      group.eachLayer((layer) => (layer as L.Polygon).setStyle(style()));
    },
    remove: () => {
      map.off('zoomend', show);
      group.remove();
    },
  };
}
