/** Entities as JSON with their links (18-088, section 8.1), what $select leaves of them and what $expand adds. */
import { wrong } from './fault.ts';
import type { Entity } from './graph.ts';
import { placeOf } from './ids.ts';
import { hasProperty, isId, linkOf, MODEL, type SetName } from './model.ts';
import type { Properties } from './properties.ts';

/** Where an entity is, below the root of the service. */
export const selfLink = (base: string, { set, id }: Pick<Entity, 'set' | 'id'>): string =>
  `${base}/${placeOf(set, id)}`;

/** Throws a fault where $select names what the set has not. */
export function checkSelect(select: readonly string[] | null, set: SetName): void {
  for (const name of select ?? [])
    if (!isId(name) && name !== '@iot.selfLink' && !hasProperty(set, name) && linkOf(set, name) === undefined)
      throw wrong(
        `$select: ${set} have no "${name.slice(0, 60)}"; they have ${['id', ...MODEL[set].properties].join(', ')}`,
      );
}

/** `base`: address of the service's root. `select` null: everything. Links that are expanded are not told. */
export function entityJson(
  entity: Entity,
  properties: Properties,
  base: string,
  select: readonly string[] | null,
  isExpanded: (link: string) => boolean,
): Record<string, unknown> {
  const self = selfLink(base, entity);
  const json: Record<string, unknown> = {};
  if (select === null || select.includes('@iot.selfLink')) json['@iot.selfLink'] = self;
  if (select === null || select.some(isId)) json['@iot.id'] = entity.id;
  if (select === null) Object.assign(json, properties);
  else
    for (const name of select)
      if (hasProperty(entity.set, name) && properties[name] !== undefined) json[name] = properties[name];
  for (const link in MODEL[entity.set].links)
    if ((select === null || select.includes(link)) && !isExpanded(link))
      json[`${link}@iot.navigationLink`] = `${self}/${link}`;
  return json;
}
