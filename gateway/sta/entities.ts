/** A page of entities that stand still: all of them are in memory. */
import { wrong } from './fault.ts';
import type { Entity } from './graph.ts';
import { sortBy } from './observations.ts';
import type { Page } from './page.ts';
import { holds } from './query/evaluate.ts';
import type { Options } from './query/options.ts';
import { type Readers, resolver } from './resolve.ts';

const DEFAULT_TOP = 100;
const MOST_TOP = 1000;

export function pageOfEntities(
  entities: readonly Entity[],
  { filter, order, skip, top: wanted, after, count }: Options,
  readers: Readers,
): Page {
  if (after !== null) throw wrong('$skiptoken is of Observations only');
  const resolve = (entity: Entity) => resolver(entity, readers);
  const found = filter === null ? entities : entities.filter((entity) => holds(filter, resolve(entity)));
  const sorted = order.length === 0 ? found : sortBy(found, order, resolve);
  const top = Math.min(wanted ?? DEFAULT_TOP, MOST_TOP);
  const end = skip + top;
  return {
    entities: sorted.slice(skip, end),
    next: top > 0 && end < sorted.length ? { $skip: end, $skiptoken: null } : null,
    count: count ? sorted.length : null,
  };
}
