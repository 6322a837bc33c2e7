/** The stations on the map, near ones as clusters: real elements, so that keyboard and screen reader reach each of them. */
import { computed, effect } from '@preact/signals';
import L from 'leaflet';
import { render } from 'preact';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import { local, t } from '../i18n.ts';
import { rank } from '../judge.ts';
import { StationMark } from '../parts/station-mark.tsx';
import { stateOf, stationStates } from '../state.ts';
import { type Cluster, cluster, type Point, pointOf, positionOf, spread } from './cluster.ts';
import { ClusterMark, clusterLabel, sharesOf, sizeOf } from './cluster-mark.tsx';

export interface StationPins {
  set(stations: readonly StationAnswer[], selected: string | null): void;
  remove(): void;
}

interface PinParts {
  readonly choose: (id: string) => void;
  /** What is drawn now: for the names beside the marks. */
  readonly drawn: (
    alone: ReadonlyArray<{ station: StationAnswer; at: L.LatLng }>,
    others: L.LatLng[],
  ) => void;
}

interface Pin {
  readonly look: string;
  readonly cluster: Cluster;
  readonly marker: L.Marker;
  readonly end: () => void;
}

const SIZE = 40;
/** Marks nearer than this, in pixels, are one: a cluster of hundreds is about as wide. */
const APART = 54;
/** Where the map cannot be zoomed further only those that lie on each other are spread. */
const APART_AT_END = 24;
/** Marks are made this far beyond what is seen, in parts of it: a short drag shows no empty edge. */
const BEYOND = 0.2;

const at = (point: Pick<Point, 'x' | 'y'>): L.LatLng => {
  const { latitude, longitude } = positionOf(point);
  return L.latLng(latitude, longitude);
};

/** A mark that is replaced loses the keyboard's focus: only what it shows is a reason to. */
const lookOf = ({ ids, x, y }: Cluster, station: StationAnswer | undefined): string =>
  JSON.stringify([ids, x, y, station?.kind, station?.name]);

export function addStationPins(map: L.Map, { choose, drawn }: PinParts): StationPins {
  const pins = new Map<string, Pin>();
  let stations: ReadonlyMap<string, StationAnswer> = new Map();
  let points: readonly Point[] = [];
  let selected: string | null = null;
  let clustered: { readonly zoom: number; readonly clusters: readonly Cluster[] } | null = null;
  /** Whoever opened a cluster by keyboard goes on at one of its stations. */
  let goOnAt: readonly string[] | null = null;

  function clusters(): readonly Cluster[] {
    const zoom = map.getZoom();
    if (clustered?.zoom === zoom) return clustered.clusters;
    const own = points.filter(({ id }) => id === selected);
    const others = points.filter(({ id }) => id !== selected);
    const atEnd = zoom >= map.getMaxZoom();
    const made = cluster(others, zoom, atEnd ? APART_AT_END : APART).flatMap((one) =>
      atEnd && one.ids.length > 1 ? spread(one, zoom, APART_AT_END) : one,
    );
    const alone = own.map(({ id, x, y }): Cluster => ({ key: id, ids: [id], x, y }));
    clustered = { zoom, clusters: [...alone, ...made] };
    return clustered.clusters;
  }

  function open({ ids }: Cluster, byKeyboard: boolean): void {
    const members = new Set(ids);
    const box = L.latLngBounds(points.filter(({ id }) => members.has(id)).map(at));
    // At least a step nearer, also where they fill the screen already.
    const zoom = Math.max(map.getBoundsZoom(box, false, L.point(80, 80)), map.getZoom() + 1);
    if (byKeyboard) goOnAt = ids;
    map.setView(box.getCenter(), Math.min(zoom, map.getMaxZoom()));
  }

  function marker(one: Cluster, size: number, element: HTMLElement, act: (byKeyboard: boolean) => void) {
    const icon = L.divIcon({ html: element, className: 'pin-icon', iconSize: [size, size] });
    const own = L.marker(at(one), { icon, riseOnHover: true }).addTo(map);
    own.on('click', () => act(false));
    // Leaflet calls it a button and leaves the keys of one to us.
    own.getElement()?.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      act(true);
    });
    return own;
  }

  const name = (own: L.Marker, label: string): void => {
    own.getElement()?.setAttribute('aria-label', label);
    own.getElement()?.setAttribute('title', label);
  };

  function addStation(one: Cluster, station: StationAnswer): Pick<Pin, 'marker' | 'end'> {
    const element = document.createElement('span');
    element.className = 'pin';
    const own = marker(one, SIZE, element, () => choose(station.id));
    render(<StationMark id={station.id} kind={station.kind} size={SIZE} />, element);
    const unfollow = effect(() => {
      const state = stateOf(station.id).value;
      name(own, `${local(station.name)}, ${t(`kind.${station.kind}`)}: ${t(`state.${state}`)}`);
      own.setZIndexOffset((10 - rank(state)) * 1000);
    });
    return { marker: own, end: () => end(unfollow, element) };
  }

  function addCluster(one: Cluster): Pick<Pin, 'marker' | 'end'> {
    const element = document.createElement('span');
    element.className = 'pin';
    const size = sizeOf(one.ids.length);
    const own = marker(one, size, element, (byKeyboard) => open(one, byKeyboard));
    const shares = computed(() => JSON.stringify(sharesOf(one.ids, stationStates.value)));
    const unfollow = effect(() => {
      const now = JSON.parse(shares.value) as ReturnType<typeof sharesOf>;
      render(<ClusterMark shares={now} size={size} />, element);
      name(own, clusterLabel(now));
      own.setZIndexOffset((10 - rank(now[0]?.state ?? 'new')) * 1000);
    });
    return { marker: own, end: () => end(unfollow, element) };
  }

  function end(unfollow: () => void, element: HTMLElement): void {
    unfollow();
    render(null, element);
  }

  function drop(key: string, pin: Pin): void {
    pin.end();
    pin.marker.remove();
    pins.delete(key);
  }

  function draw(): void {
    const area = map.getBounds().pad(BEYOND);
    const wanted = new Map<string, Cluster>();
    for (const one of clusters()) {
      const isStation = one.ids.length === 1;
      if (one.key === selected || area.contains(at(one)))
        wanted.set(`${isStation ? 'station' : 'cluster'} ${one.key}`, one);
    }
    for (const [key, pin] of [...pins]) {
      const one = wanted.get(key);
      if (!one || lookOf(one, stationOf(one)) !== pin.look) drop(key, pin);
    }
    for (const [key, one] of wanted) if (!pins.has(key)) add(key, one);
    for (const { cluster: one, marker: own } of pins.values()) mark(own, one.key === selected);
    tellDrawn();
    goOn();
  }

  const stationOf = ({ ids }: Cluster): StationAnswer | undefined =>
    ids.length === 1 ? stations.get(ids[0] as string) : undefined;

  function add(key: string, one: Cluster): void {
    const station = stationOf(one);
    const made = station ? addStation(one, station) : addCluster(one);
    pins.set(key, { ...made, cluster: one, look: lookOf(one, station) });
  }

  function mark(own: L.Marker, isSelected: boolean): void {
    const element = own.getElement();
    element?.classList.toggle('pin-selected', isSelected);
    if (isSelected) element?.setAttribute('aria-current', 'true');
    else element?.removeAttribute('aria-current');
  }

  function tellDrawn(): void {
    const alone: { station: StationAnswer; at: L.LatLng }[] = [];
    const others: L.LatLng[] = [];
    for (const { cluster: one, marker: own } of pins.values()) {
      const station = stationOf(one);
      if (station) alone.push({ station, at: own.getLatLng() });
      else others.push(own.getLatLng());
    }
    drawn(alone, others);
  }

  function goOn(): void {
    const ids = goOnAt;
    if (!ids) return;
    goOnAt = null;
    const next = [...pins.values()].find(({ cluster: one }) => one.ids.some((id) => ids.includes(id)));
    next?.marker.getElement()?.focus({ preventScroll: true });
  }

  map.on('moveend', draw);
  return {
    set: (next, nextSelected) => {
      stations = new Map(next.map((station) => [station.id, station]));
      points = next.map((station) => pointOf(station.id, station));
      selected = nextSelected;
      clustered = null;
      draw();
    },
    remove: () => {
      map.off('moveend', draw);
      for (const [key, pin] of [...pins]) drop(key, pin);
    },
  };
}
