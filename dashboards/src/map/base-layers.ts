/** The base map: provinces, Da Nang, rivers, lakes and remote islands, drawn on one canvas. */
import L from 'leaflet';
import { token } from '../theme.ts';
import * as geo from './geo.ts';
import { withinLand } from './land.ts';
import type { Label } from './place-labels.ts';

export interface BaseLayers {
  /** Colours anew, after light has become dark or the reverse. */
  restyle(): void;
  /** Names of the country: provinces at once, places when they have come. */
  readonly names: readonly Label[];
  readonly places: Promise<readonly Label[]>;
  readonly home: L.LatLngBounds | null;
}

/** Leaflet 1.9 draws a canvas whose map was removed in the frame that it was to be drawn in, without its context. */
const canvas = L.Canvas.prototype as unknown as { _ctx?: unknown; _redraw(): void };
const redraw = canvas._redraw;
canvas._redraw = function (): void {
  if (this._ctx !== undefined) redraw.call(this);
};

const styles = {
  province: () => ({
    fillColor: token('map-land'),
    fillOpacity: 1,
    color: token('map-border'),
    weight: 1,
  }),
  home: () => ({
    fillColor: token('map-home'),
    fillOpacity: 1,
    color: token('map-home-border'),
    weight: 1.5,
  }),
  river: () => ({ color: token('map-water-line'), weight: 1.2, opacity: 0.9, fill: false }),
  lake: () => ({
    fillColor: token('map-water'),
    fillOpacity: 1,
    color: token('map-water-line'),
    weight: 0.5,
  }),
  island: () => ({ fillColor: token('map-home-border'), fillOpacity: 1, stroke: false, radius: 2 }),
} satisfies Record<string, () => L.CircleMarkerOptions>;

export async function addBaseLayers(map: L.Map, signal: AbortSignal): Promise<BaseLayers> {
  // Provinces carry the picture; a river that does not come is no reason to show none.
  const [provinces, home, rivers, lakes] = await Promise.all([
    geo.loadProvinces(signal),
    geo.loadDaNang(signal).catch(() => null),
    geo.loadRivers(signal).catch(() => null),
    geo.loadLakes(signal).catch(() => null),
  ]);
  signal.throwIfAborted();
  const painted: [L.GeoJSON | L.CircleMarker, () => L.PathOptions][] = [];
  const add = (
    data: GeoJSON.GeoJsonObject,
    style: () => L.PathOptions,
    filter?: (level: string) => boolean,
  ) => {
    const layer = L.geoJSON(data, {
      interactive: false,
      style,
      ...(filter && { filter: (feature) => filter(String(feature.properties?.level ?? '')) }),
    });
    painted.push([layer.addTo(map), style]);
    return layer;
  };
  add(provinces, styles.province);
  const homeLayer = home && add(home, styles.home, (level) => level === 'province_2025');
  if (rivers) add(withinLand(rivers, [...provinces.features]), styles.river);
  if (lakes) add(lakes, styles.lake);
  for (const at of geo.remoteIslands([...provinces.features, ...(home?.features ?? [])])) {
    const dot = L.circleMarker(at, { interactive: false, ...styles.island() });
    painted.push([dot.addTo(map), styles.island]);
  }
  return {
    restyle: () => {
      for (const [layer, style] of painted) layer.setStyle(style());
    },
    names: geo.provinceLabels(provinces),
    places: geo.loadPlaces(signal).catch(() => []),
    home: homeLayer ? mainland(homeLayer.getBounds()) : null,
  };
}

/** The province without its islands far out. */
const mainland = (bounds: L.LatLngBounds): L.LatLngBounds =>
  L.latLngBounds(
    [bounds.getSouth(), bounds.getWest()],
    [bounds.getNorth(), Math.min(bounds.getEast(), 108.8)],
  );
