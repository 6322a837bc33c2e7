/** A small map around one place: to be looked at, not moved. The place is in its middle. */
import 'leaflet/dist/leaflet.css';
import L from 'leaflet';
import { addBaseLayers } from './base-layers.ts';
import { addLabelLayer } from './label-layer.ts';
import type { Position } from './place.ts';

/** Rivers and neighbouring communes are to be seen: some 30 km across. */
const ZOOM = 9.5;

export interface PlaceMap {
  /** After light has become dark or the reverse. */
  restyle(): void;
  remove(): void;
}

export function createPlaceMap(element: HTMLElement, { latitude, longitude }: Position): PlaceMap {
  const map = L.map(element, {
    ...{ preferCanvas: true, zoomControl: false, attributionControl: false, zoomSnap: 0.5 },
    ...{ zoomAnimation: false, fadeAnimation: false, dragging: false, keyboard: false, boxZoom: false },
    ...{ scrollWheelZoom: false, doubleClickZoom: false, touchZoom: false },
  });
  map.setView([latitude, longitude], ZOOM);
  L.control.scale({ imperial: false, position: 'bottomright', maxWidth: 80 }).addTo(map);
  const names = addLabelLayer(map);
  // No name lies over the station's mark.
  const here = new Map([['here', { at: L.latLng(latitude, longitude), half: 18 }]]);
  const ending = new AbortController();
  let restyle = (): void => {};
  void addBaseLayers(map, ending.signal).then(
    async (base) => {
      restyle = base.restyle;
      names.set(base.names, here);
      const places = await base.places;
      if (!ending.signal.aborted) names.set([...base.names, ...places], here);
    },
    // Without the land the place is still told in degrees.
    () => {},
  );
  return {
    restyle: () => restyle(),
    remove: () => {
      ending.abort();
      names.remove();
      map.remove();
    },
  };
}
