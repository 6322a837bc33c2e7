/** Which stations a session may see: those of its areas. What it does not see is to be answered as what does not exist. */
import type { Session } from '../devices/wire/api.ts';
import type { Catalog, KnownStation } from './catalog.ts';

export interface Scope {
  /** All of them, also those that were withdrawn. */
  readonly whole: boolean;
  /** A station that was withdrawn has no area any more: only who sees all sees what is left of it. */
  sees(station: string): boolean;
  /** The catalog, as if there were no other stations. */
  get(station: string): KnownStation | undefined;
  all(): KnownStation[];
  /** An edge has a station here. */
  seesEdge(edge: string): boolean;
  /** All stations of an edge are here: what is done to it concerns nobody else. */
  hasEdge(edge: string): boolean;
  /** Leaves out what is of other stations. */
  narrow<T extends { readonly station: string }>(items: readonly T[]): T[];
}

export type ScopeCatalog = Pick<Catalog, 'get' | 'all'>;

export function scopeOf({ areas }: Pick<Session, 'areas'>, catalog: ScopeCatalog): Scope {
  if (areas === null)
    return {
      whole: true,
      sees: () => true,
      get: catalog.get,
      all: catalog.all,
      seesEdge: () => true,
      hasEdge: () => true,
      narrow: (items) => [...items],
    };
  const own = new Set(areas);
  const isOwn = (station: KnownStation): boolean => own.has(station.area.vi);
  const get = (id: string): KnownStation | undefined => {
    const station = catalog.get(id);
    return station !== undefined && isOwn(station) ? station : undefined;
  };
  const sees = (id: string): boolean => get(id) !== undefined;
  const stationsOf = (edge: string): KnownStation[] => catalog.all().filter((one) => one.edge === edge);
  return {
    whole: false,
    sees,
    get,
    all: () => catalog.all().filter(isOwn),
    seesEdge: (edge) => stationsOf(edge).some(isOwn),
    hasEdge(edge) {
      const stations = stationsOf(edge);
      return stations.length > 0 && stations.every(isOwn);
    },
    narrow: (items) => items.filter(({ station }) => sees(station)),
  };
}
