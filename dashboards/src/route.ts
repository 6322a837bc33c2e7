/** Where the person is, kept in the address after "#" so that a link and the back button work: `#/view/part/part?name=value`. */
import { signal } from '@preact/signals';

export const VIEW_IDS = [
  'overview',
  'station',
  'air-water',
  'fire',
  'traffic',
  'alerts',
  'limits',
  'fleet',
  'wall',
  'users',
  'profile',
] as const;
export type ViewId = (typeof VIEW_IDS)[number];

export type Query = Readonly<Record<string, string>>;

export interface Route {
  /** null: the address names no view. */
  readonly view: ViewId | null;
  /** What follows the view, decoded: the id of a station, a tab. */
  readonly path: readonly string[];
  readonly query: Query;
}

/** A link longer than this was not made here. */
const MAX_LENGTH = 2000;

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.slice(0, MAX_LENGTH).replace(/^#\/?/, '').split('?');
  const [first = '', ...rest] = path.split('/').filter((part) => part !== '');
  return {
    view: first === '' ? 'overview' : (VIEW_IDS.find((id) => id === first) ?? null),
    path: rest.map(decode),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** The address of a view; an empty value in the query is left out. */
export function hrefOf(view: ViewId, path: readonly string[] = [], query: Query = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return `#/${[view, ...path.map(encodeURIComponent)].join('/')}${search === '' ? '' : `?${search}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal<Route>(parseRoute(globalThis.location?.hash ?? ''));

export function followAddress(): () => void {
  const follow = (): void => {
    route.value = parseRoute(location.hash);
  };
  window.addEventListener('hashchange', follow);
  return () => window.removeEventListener('hashchange', follow);
}

export const go = (view: ViewId, path?: readonly string[], query?: Query): void => {
  location.hash = hrefOf(view, path, query);
};

/** Another choice within the view (a filter, a span): the back button does not go through each of them. */
export function choose(changes: Query): void {
  const { view, path, query } = route.value;
  history.replaceState(null, '', hrefOf(view ?? 'overview', path, { ...query, ...changes }));
  route.value = parseRoute(location.hash);
}
