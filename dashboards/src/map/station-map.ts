/** The map of the stations: Leaflet over local GeoJSON, no tile server, no other host. */
import 'leaflet/dist/leaflet.css';
import L from 'leaflet';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import { calm } from '../theme.ts';
import { addBaseLayers, type BaseLayers } from './base-layers.ts';
import type { Boundaries } from './boundaries/boundary-file.ts';
import { addBoundaryLayer } from './boundaries/boundary-layer.ts';
import { addLabelLayer, type Mark } from './label-layer.ts';
import { type Area, COUNTRY, isPlaced, MAP } from './place.ts';
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
  /** The map was moved, and shows this now. */
  readonly moved: (area: Area) => void;
}

export interface StationMap {
  /** Those without a place are left out. */
  show(stations: readonly StationAnswer[], selected: string | null, texts: MapTexts): void;
  showBoundaries(boundaries: Boundaries | null): void;
  fit(): void;
  /** Moves only when none of the stations is in sight. */
  seek(): void;
  country(): void;
  zoom(steps: 1 | -1): void;
  restyle(): void;
  remove(): void;
}

const boundsOf = ({ south, west, north, east }: Area): L.LatLngBounds =>
  L.latLngBounds([south, west], [north, east]);

/** Half of the width of a mark and of a cluster, in pixels. */
const HALF = { station: 17, cluster: 24 } as const;

export function createStationMap(
  element: HTMLElement,
  { choose, covered, baseFailed, moved }: MapParts,
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
    maxBounds: boundsOf(MAP),
    maxBoundsViscosity: 0.8,
  });
  map.fitBounds(boundsOf(COUNTRY));
  L.control.scale({ imperial: false, position: 'bottomright', maxWidth: 80 }).addTo(map);

  const ending = new AbortController();
  const names = addLabelLayer(map);
  const communes = addBoundaryLayer(map);
  const pins = addStationPins(map, {
    choose,
    drawn: (alone, others) => {
      const label = ({ station }: (typeof alone)[number]): Label => ({
        key: `station ${station.id}`,
        text: shown?.texts.stationName(station) ?? '',
        kind: 'station',
        at: [station.latitude, station.longitude],
        minZoom: 9,
        maxZoom: 18,
        room: station.id === shown?.selected ? 27 : 17,
      });
      stationNames = alone.map(label);
      marks = new Map<string, Mark>([
        ...alone.map(({ station, at }) => [`station ${station.id}`, { at, half: HALF.station }] as const),
        ...others.map((at, index) => [`cluster ${index}`, { at, half: HALF.cluster }] as const),
      ]);
      drawNames();
    },
  });
  let base: BaseLayers | null = null;
  let places: readonly Label[] = [];
  let stationNames: readonly Label[] = [];
  let marks: ReadonlyMap<string, Mark> = new Map();
  let shown: { stations: readonly StationAnswer[]; selected: string | null; texts: MapTexts } | null = null;
  /** The first view is ours; once there is something to see the person's own stays. */
  let fitted: 'no' | 'home' | 'stations' = 'no';
  let selectedBefore: string | null = null;
  let panTimer: ReturnType<typeof setTimeout> | undefined;

  const positions = (): L.LatLng[] =>
    shown?.stations.map(({ latitude, longitude }) => L.latLng(latitude, longitude)) ?? [];

  /** Leaflet forgets what it is asked for while it zooms. */
  let zooming = false;
  map.on('zoomstart', () => {
    zooming = true;
  });
  map.on('zoomend', () => {
    zooming = false;
  });
  const still = (work: () => void): void => {
    if (zooming) map.once('zoomend', work);
    else work();
  };

  function fit(animate: boolean): void {
    const at = positions();
    const box = at.length > 0 ? L.latLngBounds(at) : (base?.home ?? null);
    if (box) map.fitBounds(box, { padding: [56, 56], maxZoom: 11, animate: animate && moving });
  }

  function drawNames(): void {
    if (!shown) return;
    const { texts } = shown;
    const archipelago = (key: string, text: string, at: Label['at']): Label => ({
      ...{ key, text, at, kind: 'islands', minZoom: 0, maxZoom: 18 },
    });
    // The names of communes that an operator brought are those in force; ours are mostly the former ones.
    const own = communes.names.length > 0 ? places.filter(({ kind }) => kind === 'city') : places;
    names.set(
      [
        archipelago('hoang-sa', texts.hoangSa, [16.1, 112]),
        archipelago('truong-sa', texts.truongSa, [9.2, 113.6]),
        ...stationNames,
        ...(base?.names ?? []),
        ...communes.names,
        ...own,
      ],
      marks,
    );
  }

  const based = addBaseLayers(map, ending.signal).then(
    async (layers) => {
      base = layers;
      if (fitted === 'no' && layers.home) {
        fitted = 'home';
        fit(false);
      }
      drawNames();
      void layers.places.then((all) => {
        places = all;
        if (!ending.signal.aborted) drawNames();
      });
    },
    () => {
      if (!ending.signal.aborted) baseFailed();
    },
  );

  const tellMoved = (): void => {
    // Behind the list of a phone it has no size.
    if (element.clientWidth === 0) return;
    const box = map.getBounds();
    moved({ south: box.getSouth(), west: box.getWest(), north: box.getNorth(), east: box.getEast() });
  };
  map.on('moveend resize', tellMoved);

  const resize = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  resize.observe(element);

  /** The panel of the station opens first and makes the map narrower. */
  function bringIntoView({ latitude, longitude }: StationAnswer): void {
    clearTimeout(panTimer);
    panTimer = setTimeout(() => {
      const right = covered(element.getBoundingClientRect());
      map.panInside([latitude, longitude], {
        paddingTopLeft: [60, 80],
        // On a phone the panel covers all: there is nothing to make room for.
        paddingBottomRight: [right < element.clientWidth - 120 ? right + 60 : 60, 80],
      });
    }, 50);
  }

  return {
    show: (all, selected, texts) => {
      shown = { stations: all.filter(isPlaced), selected, texts };
      if (fitted !== 'stations' && shown.stations.length > 0 && element.clientWidth > 0) {
        fitted = 'stations';
        fit(false);
      }
      pins.set(shown.stations, selected);
      const chosen = shown.stations.find(({ id }) => id === selected);
      if (chosen && selected !== selectedBefore) bringIntoView(chosen);
      selectedBefore = selected;
    },
    // What is drawn later lies above: the land has to be there first.
    showBoundaries: (boundaries) =>
      void based.then(() => {
        if (ending.signal.aborted) return;
        communes.set(boundaries);
        drawNames();
      }),
    fit: () => still(() => fit(true)),
    seek: () => {
      const area = map.getBounds();
      if (!positions().some((at) => area.contains(at))) fit(true);
    },
    country: () => still(() => map.fitBounds(boundsOf(COUNTRY), { animate: moving })),
    zoom: (steps) => still(() => map.setZoom(map.getZoom() + steps)),
    restyle: () => {
      base?.restyle();
      communes.restyle();
    },
    remove: () => {
      ending.abort();
      clearTimeout(panTimer);
      resize.disconnect();
      map.off('moveend resize', tellMoved);
      names.remove();
      pins.remove();
      communes.remove();
      map.remove();
    },
  };
}
