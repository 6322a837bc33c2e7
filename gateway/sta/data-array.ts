/** Observations as rows of values, by Datastream ($resultFormat=dataArray; 18-088, section 12). */
import type { Entity, Observation } from './graph.ts';
import { hasProperty, isId, MODEL } from './model.ts';
import type { PropertyOf } from './properties.ts';
import { selfLink } from './render.ts';

export function dataArray(
  entities: readonly Entity[],
  select: readonly string[] | null,
  base: string,
  property: PropertyOf,
) {
  const components =
    select === null
      ? ['id', ...MODEL.Observations.properties]
      : select
          .filter((name) => isId(name) || hasProperty('Observations', name))
          .map((name) => (isId(name) ? 'id' : name));
  const groups = Map.groupBy(entities as readonly Observation[], ({ datastream }) => datastream);
  return Array.from(groups, ([datastream, observations]) => ({
    'Datastream@iot.navigationLink': selfLink(base, datastream),
    components,
    'dataArray@iot.count': observations.length,
    dataArray: observations.map((observation) =>
      components.map((name) => (name === 'id' ? observation.id : (property(observation, name) ?? null))),
    ),
  }));
}
