/** The stations on the map: real elements, so that keyboard and screen reader reach each of them. */
import { effect } from '@preact/signals';
import L from 'leaflet';
import { render } from 'preact';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import { local, t } from '../i18n.ts';
import { rank } from '../judge.ts';
import { StationMark } from '../parts/station-mark.tsx';
import { stateOf } from '../state.ts';

export interface StationPins {
  set(stations: Iterable<StationAnswer>, selected: string | null): void;
  remove(): void;
}

interface Pin {
  readonly station: StationAnswer;
  readonly marker: L.Marker;
  readonly element: HTMLElement;
  readonly unfollow: () => void;
}

const SIZE = 40;

/** A pin that is replaced loses the keyboard's focus: only what it shows is a reason to. */
const looksSame = (a: StationAnswer, b: StationAnswer): boolean =>
  a.kind === b.kind &&
  a.latitude === b.latitude &&
  a.longitude === b.longitude &&
  a.name.vi === b.name.vi &&
  a.name.en === b.name.en;

export function addStationPins(map: L.Map, choose: (id: string) => void): StationPins {
  const pins = new Map<string, Pin>();

  function add(station: StationAnswer): Pin {
    const element = document.createElement('span');
    element.className = 'pin';
    const icon = L.divIcon({ html: element, className: 'pin-icon', iconSize: [SIZE, SIZE] });
    const marker = L.marker([station.latitude, station.longitude], { icon, riseOnHover: true }).addTo(map);
    marker.on('click', () => choose(station.id));
    render(<StationMark id={station.id} kind={station.kind} size={SIZE} />, element);
    const unfollow = effect(() => {
      const state = stateOf(station.id).value;
      const label = `${local(station.name)}, ${t(`kind.${station.kind}`)}: ${t(`state.${state}`)}`;
      marker.getElement()?.setAttribute('aria-label', label);
      marker.getElement()?.setAttribute('title', label);
      marker.setZIndexOffset((10 - rank(state)) * 1000);
    });
    return { station, marker, element, unfollow };
  }

  function drop(pin: Pin): void {
    pin.unfollow();
    render(null, pin.element);
    pin.marker.remove();
    pins.delete(pin.station.id);
  }

  return {
    set: (stations, selected) => {
      const wanted = new Map([...stations].map((station) => [station.id, station]));
      for (const pin of [...pins.values()]) {
        const station = wanted.get(pin.station.id);
        if (!station || !looksSame(station, pin.station)) drop(pin);
      }
      for (const station of wanted.values()) {
        if (!pins.has(station.id)) pins.set(station.id, add(station));
      }
      for (const [id, { marker }] of pins) {
        marker.getElement()?.classList.toggle('pin-selected', id === selected);
        if (id === selected) marker.getElement()?.setAttribute('aria-current', 'true');
        else marker.getElement()?.removeAttribute('aria-current');
      }
    },
    remove: () => {
      for (const pin of [...pins.values()]) drop(pin);
    },
  };
}
