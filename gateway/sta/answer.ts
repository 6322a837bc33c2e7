/** What is answered of the entity or the collection that a path leads to. */
import { dataArray } from './data-array.ts';
import { createExpander } from './expand.ts';
import { notFound, wrong } from './fault.ts';
import type { Entity } from './graph.ts';
import { createListBody } from './list-body.ts';
import type { ObservationParts } from './observations.ts';
import { nextLink } from './page.ts';
import { NONE, type Options } from './query/options.ts';
import type { Path } from './query/path.ts';
import { selfLink } from './render.ts';
import { within } from './resolve.ts';
import type { Collection } from './walk.ts';

export interface StaAnswer {
  /** Text is a value alone ($value). */
  readonly type: 'application/json' | 'text/plain';
  readonly body: string | Buffer;
}

export const jsonAnswer = (value: unknown): StaAnswer => ({
  type: 'application/json',
  body: JSON.stringify(value),
});

export interface AnswerParts extends ObservationParts {
  /** Address of the service's root. */
  readonly base: string;
}

export async function answerEntity(
  parts: AnswerParts,
  entity: Entity,
  { property, raw, ref }: Path,
  options: Options,
): Promise<StaAnswer> {
  const { base } = parts;
  if (ref) return jsonAnswer({ '@iot.selfLink': selfLink(base, entity) });
  if (options.dataArray) throw wrong('$resultFormat=dataArray is for collections of Observations');
  const { render } = createExpander(parts, base);
  if (property === null) return jsonAnswer(await render(entity, options, true));
  const value = within(await render(entity, NONE, true), property);
  if (!raw) return jsonAnswer({ [property.at(-1) as string]: value });
  if (value === null) throw notFound(`${property.join('/')} of this entity has no value`);
  return { type: 'text/plain', body: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}

/** `address`: of the collection, for its next page. */
export async function answerCollection(
  parts: AnswerParts,
  collection: Collection,
  { ref }: Path,
  options: Options,
  address: string,
): Promise<StaAnswer> {
  if (options.dataArray && (collection.set !== 'Observations' || options.expand.length > 0 || ref))
    throw wrong('$resultFormat=dataArray is for collections of Observations, without $expand');
  const { base, property } = parts;
  const { render, pageOf } = createExpander(parts, base);
  const { entities, count, next } = await pageOf(collection, options);
  const list = createListBody();
  if (ref) for (const entity of entities) list.add({ '@iot.selfLink': selfLink(base, entity) });
  else if (options.dataArray)
    for (const group of dataArray(entities, options.select, base, property)) list.add(group);
  else for (const entity of entities) list.add(await render(entity, options));
  const head = {
    ...(count !== null && { '@iot.count': count }),
    ...(next !== null && { '@iot.nextLink': nextLink(address, options, next) }),
  };
  return { type: 'application/json', body: list.end(head) };
}
