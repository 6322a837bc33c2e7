/** What the screen knows, as signals. Only `live.ts` and the login write here; everything else reads. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AlertAnswer, Session, StationAnswer } from '../../devices/wire/api.ts';
import { now } from './clock.ts';
import { type StationReadings, type StationState, stationState } from './judge.ts';
import { type Alerts, inOrder } from './merge.ts';

export type Access =
  | { readonly kind: 'asking' | 'out' | 'away' }
  | { readonly kind: 'in'; readonly session: Session };

export const access = signal<Access>({ kind: 'asking' });

/** `first`: nothing loaded yet; `failed`: and the last attempt did not work. */
export const loaded = signal<'first' | 'failed' | 'ready'>('first');
export const link = signal<'connecting' | 'live' | 'lost'>('connecting');
/** Counts the loads: what was fetched before this one may have missed something. */
export const epoch = signal(0);
/** When the gateway was last heard: what is shown is as old as that while the link is lost. */
export const heardAt = signal(0);

export const stations = signal<ReadonlyMap<string, StationAnswer>>(new Map());
export const alerts = signal<Alerts>(new Map());
/** Read aloud by screen readers at once. */
export const announcement = signal('');

export const alertList = computed(() => inOrder(alerts.value));

const NONE: readonly AlertAnswer[] = [];
const alertsByStation = computed(() => Map.groupBy(alertList.value, ({ station }) => station));
export const alertsAt = (station: string): readonly AlertAnswer[] =>
  alertsByStation.value.get(station) ?? NONE;

/** One signal a station, so that a reading redraws its own station only. */
const readings = new Map<string, Signal<StationReadings>>();

export function readingsOf(station: string): Signal<StationReadings> {
  let own = readings.get(station);
  if (!own) {
    own = signal<StationReadings>(new Map());
    readings.set(station, own);
  }
  return own;
}

const states = new Map<string, ReadonlySignal<StationState>>();

export function stateOf(id: string): ReadonlySignal<StationState> {
  let own = states.get(id);
  if (!own) {
    own = computed(() => {
      const station = stations.value.get(id);
      return station ? stationState(station, readingsOf(id).value, alertsAt(id), now.value) : 'new';
    });
    states.set(id, own);
  }
  return own;
}

/** Forgets everything of the person who was logged in. */
export function clearState(): void {
  stations.value = new Map();
  alerts.value = new Map();
  announcement.value = '';
  loaded.value = 'first';
  link.value = 'connecting';
  readings.clear();
  states.clear();
}
