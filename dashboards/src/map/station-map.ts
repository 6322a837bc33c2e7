/** The map of the stations: Leaflet over local GeoJSON, no tile server, no other host. */
import 'leaflet/dist/leaflet.css';
import L from 'leaflet';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import { calm } from '../theme.ts';
import { addBaseLayers, type BaseLayers } from './base-layers.ts';
import { addLabelLayer } from './label-layer.ts';
import type { Label } from './place-labels.ts';
import { addStationPins } from './station-pins.tsx';

export interface MapTexts {
  readonly hoangSa: string;
  readonly truongSa: string;
  readonly stationName: (station: StationAnswer) => string;
}

export interface MapParts {
  readonly choose: (id: string) => void;
  /** Pixels at the right that something lies over. */
  readonly covered: (map: DOMRect) => number;
  readonly baseFailed: () => void;
}

export interface StationMap {
  show(stations: readonly StationAnswer[], selected: string | null, texts: MapTexts): void;
  fit(): void;
  country(): void;
  zoom(steps: 1 | -1): void;
  restyle(): void;
  remove(): void;
}

/** From Điện Biên to Trường Sa. */
const COUNTRY = L.latLngBounds([7.5, 102], [23.5, 116.5]);

export function createStationMap(
  element: HTMLElement,
  { choose, covered, baseFailed }: MapParts,
): StationMap {
  const moving = !calm();
  const map = L.map(element, {
    preferCanvas: true,
    renderer: L.canvas({ padding: 0.5 }),
    zoomControl: false,
    attributionControl: false,
    zoomAnimation: moving,
    fadeAnimation: moving,
    markerZoomAnimation: moving,
    minZoom: 4,
    maxZoom: 15,
    zoomSnap: 0.5,
    maxBounds: COUNTRY.pad(0.4),
    maxBoundsViscosity: 0.8,
  });
  map.fitBounds(COUNTRY);
  L.control.scale({ imperial: false, position: 'bottomright' }).addTo(map);

  const ending = new AbortController();
  const names = addLabelLayer(map);
  const pins = addStationPins(map, choose);
  let base: BaseLayers | null = null;
  let places: readonly Label[] = [];
  let shown: { stations: readonly StationAnswer[]; selected: string | null; texts: MapTexts } | null = null;
  /** The first view is ours; once there is something to see the person's own stays. */
  let fitted: 'no' | 'home' | 'stations' = 'no';
  let selectedBefore: string | null = null;
  let panTimer: ReturnType<typeof setTimeout> | undefined;

  function bounds(): L.LatLngBounds | null {
    const at = shown?.stations.map(({ latitude, longitude }) => L.latLng(latitude, longitude)) ?? [];
    return at.length > 0 ? L.latLngBounds(at) : (base?.home ?? null);
  }

  function fit(animate: boolean): void {
    const box = bounds();
    if (box) map.fitBounds(box, { padding: [56, 56], maxZoom: 11, animate: animate && moving });
  }

  function draw(): void {
    if (!shown) return;
    const { stations, selected, texts } = shown;
    const archipelago = (key: string, text: string, at: Label['at']): Label => ({
      key,
      text,
      kind: 'islands',
      at,
      minZoom: 0,
      maxZoom: 18,
    });
    const own = stations.map(
      (station): Label => ({
        key: `station ${station.id}`,
        text: texts.stationName(station),
        kind: 'station',
        at: [station.latitude, station.longitude],
        minZoom: 9,
        maxZoom: 18,
        room: station.id === selected ? 27 : 17,
      }),
    );
    const islands = [
      archipelago('hoang-sa', texts.hoangSa, [16.1, 112]),
      archipelago('truong-sa', texts.truongSa, [9.2, 113.6]),
    ];
    names.set(
      [...islands, ...own, ...(base?.names ?? []), ...places],
      new Map(stations.map(({ id, latitude, longitude }) => [`station ${id}`, [latitude, longitude]])),
    );
  }

  addBaseLayers(map, ending.signal)
    .then(async (layers) => {
      base = layers;
      if (fitted === 'no' && layers.home) {
        fitted = 'home';
        fit(false);
      }
      draw();
      places = await layers.places;
      draw();
    })
    .catch(() => {
      if (!ending.signal.aborted) baseFailed();
    });

  const resize = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  resize.observe(element);

  return {
    show: (stations, selected, texts) => {
      shown = { stations, selected, texts };
      if (fitted !== 'stations' && stations.length > 0 && element.clientWidth > 0) {
        fitted = 'stations';
        fit(false);
      }
      pins.set(stations, selected);
      draw();
      const chosen = stations.find(({ id }) => id === selected);
      if (chosen && selected !== selectedBefore) {
        // The panel of the station opens first and makes the map narrower.
        clearTimeout(panTimer);
        panTimer = setTimeout(() => {
          const right = covered(element.getBoundingClientRect());
          map.panInside([chosen.latitude, chosen.longitude], {
            paddingTopLeft: [60, 80],
            // On a phone the panel covers all: there is nothing to make room for.
            paddingBottomRight: [right < element.clientWidth - 120 ? right + 60 : 60, 80],
          });
        }, 50);
      }
      selectedBefore = selected;
    },
    fit: () => fit(true),
    country: () => map.fitBounds(COUNTRY, { animate: moving }),
    zoom: (steps) => map.setZoom(map.getZoom() + steps),
    restyle: () => base?.restyle(),
    remove: () => {
      ending.abort();
      clearTimeout(panTimer);
      resize.disconnect();
      names.remove();
      pins.remove();
      map.remove();
    },
  };
}
