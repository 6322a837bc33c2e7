/** Entities as JSON with what $expand adds to them, and the pages that they are on. */
import { pageOfEntities } from './entities.ts';
import type { Datastream, Entity } from './graph.ts';
import { linkOf } from './model.ts';
import { type ObservationParts, pageOfObservations } from './observations.ts';
import { nextLink, type Page } from './page.ts';
import { EVER } from './plan.ts';
import type { Options } from './query/options.ts';
import { entityJson, selfLink } from './render.ts';
import type { Collection } from './walk.ts';

const DEFAULT_TOP = 100;
const MOST_TOP = 10_000;
const topOf = ({ top }: Options): number => Math.min(top ?? DEFAULT_TOP, MOST_TOP);

export type Json = Record<string, unknown>;

export interface Expander {
  /** `alone`: it was asked for by its own address. */
  render(entity: Entity, options: Options, alone?: boolean): Promise<Json>;
  pageOf(collection: Collection, options: Options): Promise<Page>;
}

/** `base`: address of the service's root. Options are taken for checked. */
export function createExpander(parts: ObservationParts, base: string): Expander {
  const { series, graph, budget, property } = parts;

  const render = async (entity: Entity, options: Options, alone = false): Promise<Json> => {
    budget.entity();
    const pause = budget.turn();
    if (pause !== undefined) await pause;
    const { select, expand } = options;
    const self = selfLink(base, entity);
    const json = entityJson(entity, property, self, select, (link) =>
      expand.some((one) => one.link === link),
    );
    if (entity.set === 'Datastreams' && (select?.includes('phenomenonTime') ?? alone))
      Object.assign(json, await spanOf(entity));
    for (const { link, options: below } of expand) {
      if (linkOf(entity.set, link)?.many) await addMany(json, entity, self, link, below);
      else {
        const [related] = graph.related(entity, link);
        if (related !== undefined) json[link] = await render(related, below);
      }
    }
    return json;
  };

  const addMany = async (json: Json, entity: Entity, self: string, link: string, options: Options) => {
    const datastreams = graph.series(entity, link);
    const page =
      datastreams === null
        ? pageOfEntities(graph.related(entity, link), options, parts)
        : await pageOfObservations(parts, { datastreams, options, top: topOf(options), guessNext: true });
    const rendered: Json[] = [];
    for (const one of page.entities) rendered.push(await render(one, options));
    json[link] = rendered;
    if (page.count !== null) json[`${link}@iot.count`] = page.count;
    if (page.next !== null) json[`${link}@iot.nextLink`] = nextLink(`${self}/${link}`, options, page.next);
  };

  /** From its first Observation to its last. */
  const spanOf = async ({ station, parameter, periodS }: Datastream): Promise<Json> => {
    const name = { station: station.id, parameter };
    const ever = { from: 0, to: EVER, limit: 1 };
    const [oldest] = await series.ascending(name, ever);
    const newest = series.newest(name, periodS) ?? (await series.descending(name, ever))[0];
    if (oldest === undefined || newest === undefined) return {};
    return {
      phenomenonTime: [oldest.from ?? oldest.at, newest.at].map((at) => new Date(at).toISOString()).join('/'),
    };
  };

  return {
    render,
    pageOf: async (collection, options) =>
      'datastreams' in collection
        ? pageOfObservations(parts, {
            ...{ datastreams: collection.datastreams, options, top: topOf(options), guessNext: false },
          })
        : pageOfEntities(collection.entities, options, parts),
  };
}
