/** What list and map show of the stations now, as signals: the filters of the address applied to what there is. */
import { computed, signal } from '@preact/signals';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { language, local } from '../../i18n.ts';
import type { StationState } from '../../judge.ts';
import { type Area, isPlaced, isWithin } from '../../map/place.ts';
import { route } from '../../route.ts';
import { stationStates, stations } from '../../state.ts';
import { filtered, filterOf, KINDS, type Kind } from './filter.ts';

export const filter = computed(() => filterOf(route.value.query));

/** The list follows the map as well. */
export const onlySeen = computed(() => route.value.query.seen === '1');

/** What the map shows; null while there is none, or it is behind the list. */
export const seenArea = signal<Area | null>(null);

interface Place {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
}

/** By kind and name: values change, places in the list do not. Sorting thousands of names again takes too long. */
let order: readonly Place[] = [];
let orderOf = language.peek();

const stillHolds = (all: ReadonlyMap<string, StationAnswer>): boolean =>
  orderOf === language.value &&
  order.length === all.size &&
  order.every(({ id, kind, name }) => {
    const station = all.get(id);
    return station !== undefined && station.kind === kind && local(station.name) === name;
  });

const inOrder = computed<readonly StationAnswer[]>(() => {
  const all = stations.value;
  if (!stillHolds(all)) {
    orderOf = language.value;
    const collator = new Intl.Collator(orderOf, { numeric: true });
    order = [...all.values()]
      .map(({ id, kind, name }) => ({ id, kind, name: local(name) }))
      .sort(
        (a, b) =>
          KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
          collator.compare(a.name, b.name) ||
          collator.compare(a.id, b.id),
      );
  }
  return order.flatMap(({ id }) => all.get(id) ?? []);
});

const stateOf = (id: string): StationState => stationStates.value.get(id) ?? 'new';

export const result = computed(() => filtered(inOrder.value, stateOf, filter.value));

const isSame = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

/** The same array as long as it has the same in it: a state that changes redraws no list. */
function steady<T>(make: () => readonly T[]): { readonly value: readonly T[] } {
  let last: readonly T[] = [];
  return computed(() => {
    const next = make();
    if (!isSame(last, next)) last = next;
    return last;
  });
}

export const shownStations = steady(() => result.value.stations);

export const listed = steady(() => {
  const area = onlySeen.value ? seenArea.value : null;
  return area === null
    ? shownStations.value
    : shownStations.value.filter((station) => isPlaced(station) && isWithin(station, area));
});
