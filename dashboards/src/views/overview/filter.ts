/** Which stations are shown: by area, kind, state and words, as the address says. Pure. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { fold } from '../../fold.ts';
import { type StationState, WORST_FIRST } from '../../judge.ts';
import type { Query } from '../../route.ts';

export type Kind = StationAnswer['kind'];
export const KINDS: readonly Kind[] = ['air', 'water', 'weather', 'fire', 'traffic'];

export interface Filter {
  /** Vietnamese name of the area; empty: all. */
  readonly area: string;
  readonly kind: Kind | '';
  /** Empty: all. */
  readonly states: readonly StationState[];
  /** Folded words that must all be there. */
  readonly words: readonly string[];
}

/** What an address says that this version does not know is left aside: a link is never a dead end. */
export function filterOf(query: Query): Filter {
  const states = (query.state ?? '').split(',');
  return {
    area: query.area ?? '',
    kind: KINDS.find((kind) => kind === query.kind) ?? '',
    states: WORST_FIRST.filter((state) => states.includes(state)),
    words: fold(query.q ?? '')
      .split(' ')
      .filter((word) => word !== ''),
  };
}

export const isFiltered = ({ area, kind, states, words }: Filter): boolean =>
  area !== '' || kind !== '' || states.length > 0 || words.length > 0;

/** The query with one state more or less. */
export function toggled(states: readonly StationState[], state: StationState): string {
  const after = states.includes(state) ? states.filter((one) => one !== state) : [...states, state];
  return WORST_FIRST.filter((one) => after.includes(one)).join(',');
}

/** Folding thousands of names at each key would be felt; a station that changes is another object. */
const searchTexts = new WeakMap<StationAnswer, string>();

function searchText(station: StationAnswer): string {
  let text = searchTexts.get(station);
  if (text === undefined) {
    const { id, name, area } = station;
    text = fold([name.vi, name.en, area.vi, area.en, id].join('\n'));
    searchTexts.set(station, text);
  }
  return text;
}

export interface Filtered {
  /** Those that pass. */
  readonly stations: readonly StationAnswer[];
  /** How many of each state pass all but the filter by state. */
  readonly states: ReadonlyMap<StationState, number>;
  /** How many of each kind pass all but the filter by kind. */
  readonly kinds: ReadonlyMap<Kind, number>;
}

export function filtered(
  stations: Iterable<StationAnswer>,
  stateOf: (id: string) => StationState,
  { area, kind, states, words }: Filter,
): Filtered {
  const passed: StationAnswer[] = [];
  const byState = new Map<StationState, number>();
  const byKind = new Map<Kind, number>();
  for (const station of stations) {
    if (area !== '' && station.area.vi !== area) continue;
    if (words.length > 0 && !words.every((word) => searchText(station).includes(word))) continue;
    const state = stateOf(station.id);
    const kindFits = kind === '' || station.kind === kind;
    const stateFits = states.length === 0 || states.includes(state);
    if (kindFits) byState.set(state, (byState.get(state) ?? 0) + 1);
    if (stateFits) byKind.set(station.kind, (byKind.get(station.kind) ?? 0) + 1);
    if (kindFits && stateFits) passed.push(station);
  }
  return { stations: passed, states: byState, kinds: byKind };
}
