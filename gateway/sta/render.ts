/** Entities as JSON with their links (18-088, section 8.1), and what $select leaves of them. */
import type { Entity } from './graph.ts';
import { placeOf } from './ids.ts';
import { hasProperty, isId, MODEL } from './model.ts';
import type { PropertyOf } from './properties.ts';

/** Where an entity is, below the root of the service. */
export const selfLink = (base: string, { set, id }: Pick<Entity, 'set' | 'id'>): string =>
  `${base}/${placeOf(set, id)}`;

/** `self`: the entity's own address. `select` null: everything. Links that are expanded are not told. */
export function entityJson(
  entity: Entity,
  property: PropertyOf,
  self: string,
  select: readonly string[] | null,
  isExpanded: (link: string) => boolean,
): Record<string, unknown> {
  const { properties, links } = MODEL[entity.set];
  const json: Record<string, unknown> = {};
  if (select === null || select.includes('@iot.selfLink')) json['@iot.selfLink'] = self;
  if (select === null || select.some(isId)) json['@iot.id'] = entity.id;
  for (const name of select ?? properties) {
    if (select !== null && !hasProperty(entity.set, name)) continue;
    const value = property(entity, name);
    if (value !== undefined) json[name] = value;
  }
  for (const link in links)
    if ((select === null || select.includes(link)) && !isExpanded(link))
      json[`${link}@iot.navigationLink`] = `${self}/${link}`;
  return json;
}
