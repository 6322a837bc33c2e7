/** What the screen knows, as signals. Only `live.ts` and the login write here; everything else reads. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AlertAnswer, Session } from '../../devices/wire/api.ts';
import { now } from './clock.ts';
import { judgeStation, type StationReadings, type StationState } from './judge.ts';
import { type Alerts, inOrder, type Stations, withAlert } from './merge.ts';

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

export const stations = signal<Stations>(new Map());
export const alerts = signal<Alerts>(new Map());
/** Tries at once to hear the gateway again. */
export const reconnect = signal<() => void>(() => {});
/** Read aloud by screen readers at once. */
export const announcement = signal('');

export const alertList = computed(() => inOrder(alerts.value));

const NONE: readonly AlertAnswer[] = [];
const alertsByStation = computed(() => Map.groupBy(alertList.value, ({ station }) => station));
export const alertsAt = (station: string): readonly AlertAnswer[] =>
  alertsByStation.value.get(station) ?? NONE;

/** What people do with alerts just now; `overtaken`: what is shown has become newer than the answer that is awaited. */
const underWay = new Set<{ readonly id: string; overtaken: boolean }>();

/** The stream has told of these alerts, and it is shown. */
export function overtake(isTold: (id: string) => boolean): void {
  for (const own of underWay) if (isTold(own.id)) own.overtaken = true;
}

/** Shows the answer to what a person did with an alert, unless the stream has told of the alert since: then it may be over. */
export async function showAnswer(id: string, answer: Promise<AlertAnswer>): Promise<void> {
  const own = { id, overtaken: false };
  underWay.add(own);
  try {
    const alert = await answer;
    if (!own.overtaken) alerts.value = withAlert(alerts.value, alert);
  } finally {
    underWay.delete(own);
  }
}

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

interface Watched {
  readonly state: ReadonlySignal<StationState>;
  /** Moved when the state may have changed though nothing came. */
  readonly turn: Signal<number>;
  /** Epoch ms. */
  due: number;
}

const watched = new Map<string, Watched>();

/** Thousands of stations: time alone changes a state at few moments, and those are known beforehand. */
let lastTick = now.peek();
effect(() => {
  const at = now.value;
  const setBack = at < lastTick;
  lastTick = at;
  for (const own of watched.values()) {
    if (at > own.due || setBack) own.turn.value = own.turn.peek() + 1;
  }
});

function watch(id: string): Watched {
  const turn = signal(0);
  // News of one station or alert is looked at by all, and judged anew by its own alone.
  const place = computed(() => stations.value.get(id));
  const alerting = computed(() => alertsAt(id));
  const state = computed(() => {
    void turn.value;
    if (!place.value) return 'new';
    const judged = judgeStation(place.value, readingsOf(id).value, alerting.value, now.peek());
    own.due = judged.until;
    return judged.state;
  });
  const own: Watched = { state, turn, due: Number.POSITIVE_INFINITY };
  return own;
}

export function stateOf(id: string): ReadonlySignal<StationState> {
  let own = watched.get(id);
  if (!own) {
    own = watch(id);
    watched.set(id, own);
  }
  return own.state;
}

/** Of all stations, for counts, filters and clusters. */
export const stationStates = computed<ReadonlyMap<string, StationState>>(
  () => new Map([...stations.value.keys()].map((id) => [id, stateOf(id).value])),
);

/** Forgets everything of the person who was logged in. */
export function clearState(): void {
  stations.value = new Map();
  alerts.value = new Map();
  announcement.value = '';
  loaded.value = 'first';
  link.value = 'connecting';
  readings.clear();
  watched.clear();
  overtake(() => true);
}
