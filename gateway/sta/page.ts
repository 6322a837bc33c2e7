/** A page of a collection, and the address of the next one (18-088, section 9.3.3.4). */
import type { Entity } from './graph.ts';
import type { Options } from './query/options.ts';

export interface Page<E extends Entity = Entity> {
  readonly entities: readonly E[];
  /** null when there is none. */
  readonly next: Next | null;
  /** Of the whole collection; null when it was not asked for. */
  readonly count: number | null;
}

/** Where the next page begins. */
export type Next =
  | { readonly $skip: number; readonly $skiptoken: null }
  | { readonly $skip: null; readonly $skiptoken: string };

/** The same query, with the option that says where the next page begins. */
export function nextLink(address: string, options: Options, { $skip, $skiptoken }: Next): string {
  const place = $skiptoken === null ? `$skip=${$skip}` : `$skiptoken=${encodeURIComponent($skiptoken)}`;
  return `${address}?${lasting(options)}${place}`;
}

/** The options that are the same on all pages; an $expand asks for them once for each of many. */
const lastingOf = new WeakMap<Options, string>();

function lasting(options: Options): string {
  const known = lastingOf.get(options);
  if (known !== undefined) return known;
  const made = Array.from(options.given)
    .filter(([name]) => name !== '$skip' && name !== '$skiptoken')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}&`)
    .join('');
  lastingOf.set(options, made);
  return made;
}
