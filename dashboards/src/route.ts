/** Where the person is, kept in the address after "#" so that a link and the back button work. */
import { signal } from '@preact/signals';

export const TABS = ['map', 'stations', 'alerts'] as const;
export type Tab = (typeof TABS)[number];
export type Route =
  | { readonly kind: 'overview'; readonly tab: Tab }
  | { readonly kind: 'station'; readonly id: string };

export function parseRoute(hash: string): Route {
  const [first = '', second] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'station' && second) return { kind: 'station', id: decode(second) };
  return { kind: 'overview', tab: TABS.find((tab) => tab === first) ?? 'map' };
}

export const hashOf = (route: Route): string =>
  route.kind === 'station' ? `#/station/${encodeURIComponent(route.id)}` : `#/${route.tab}`;

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal<Route>(parseRoute(globalThis.location?.hash ?? ''));
/** The tab to go back to from a station, on a phone. */
export const lastTab = signal<Tab>(route.value.kind === 'overview' ? route.value.tab : 'map');

export function followAddress(): () => void {
  const follow = (): void => {
    route.value = parseRoute(location.hash);
    if (route.value.kind === 'overview') lastTab.value = route.value.tab;
  };
  window.addEventListener('hashchange', follow);
  return () => window.removeEventListener('hashchange', follow);
}

export const go = (to: Route): void => {
  location.hash = hashOf(to);
};
