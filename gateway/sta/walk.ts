/** What a path of a request leads to: an entity, or a collection. */
import { notFound } from './fault.ts';
import type { Datastream, Entity, Graph } from './graph.ts';
import { parseObservationId, seriesId } from './ids.ts';
import { linkOf, type SetName } from './model.ts';
import { observationOf } from './observations.ts';
import { EVER } from './plan.ts';
import type { Path } from './query/path.ts';
import type { SeriesRows } from './series.ts';

/** Observations are told by their Datastreams: they are not read yet. */
export type Collection = { readonly set: SetName } & (
  | { readonly entities: readonly Entity[] }
  | { readonly datastreams: readonly Datastream[] }
);

/** Throws a fault where nothing is there. */
export async function walk(
  { steps }: Path,
  graph: Graph,
  series: SeriesRows,
): Promise<{ readonly entity: Entity } | Collection> {
  let entity: Entity | null = null;
  let collection: Collection | null = null;
  for (const { name, set, key } of steps) {
    const from: Entity | null = entity;
    const datastreams: readonly Datastream[] | null =
      from !== null
        ? graph.series(from, name)
        : set === 'Observations'
          ? (graph.all('Datastreams') as readonly Datastream[])
          : null;
    if (datastreams !== null) {
      collection = { set, datastreams };
      entity = key === null ? null : await observation(datastreams, key, series);
    } else if (from === null) {
      collection = key === null ? { set, entities: graph.all(set) } : null;
      entity = key === null ? null : (graph.find(set, key) ?? none(set, key));
    } else {
      const entities = graph.related(from, name);
      collection = { set, entities };
      const isOne = linkOf(from.set, name)?.many === false;
      if (isOne) entity = entities[0] ?? none(set, '');
      else entity = key === null ? null : (entities.find(({ id }) => id === key) ?? none(set, key));
    }
  }
  return entity === null ? (collection as Collection) : { entity };
}

async function observation(
  datastreams: readonly Datastream[],
  id: string,
  series: SeriesRows,
): Promise<Entity> {
  const place = parseObservationId(id);
  const datastream = place && datastreams.find((one) => one.id === seriesId(place));
  if (!place || !datastream) return none('Observations', id);
  const { station, parameter, at } = place;
  const [row] = await series.ascending(
    { station, parameter },
    { from: at, to: Math.min(at + 1, EVER), limit: 1 },
  );
  return row === undefined ? none('Observations', id) : observationOf({ datastream, row });
}

function none(set: SetName, id: string): never {
  throw notFound(`there is no "${id.slice(0, 100)}" among ${set}`);
}
