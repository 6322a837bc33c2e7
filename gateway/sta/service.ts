/** Answers requests to the read side of OGC SensorThings API 1.1 (18-088, section 9). */
import type { Periods } from '../books/periods.ts';
import { type Budget, createBudget } from './budget.ts';
import { dataArray } from './data-array.ts';
import { notFound, wrong } from './fault.ts';
import { createGraph, type Datastream, type Entity, type Graph, type GraphParts } from './graph.ts';
import { parseObservationId, seriesId } from './ids.ts';
import { linkOf, SETS, type SetName } from './model.ts';
import { observationOf, pageOfObservations, sortBy } from './observations.ts';
import { EVER } from './plan.ts';
import { type Properties, propertiesOf } from './properties.ts';
import { holds } from './query/evaluate.ts';
import { NONE, type Options, parseOptions } from './query/options.ts';
import { type Path, parsePath } from './query/path.ts';
import { checkSelect, entityJson, selfLink } from './render.ts';
import { checkPaths, resolver, within } from './resolve.ts';
import type { SeriesRows } from './series.ts';

export interface StaRequest {
  /** Below the root, decoded. */
  readonly path: string;
  readonly query: Iterable<readonly [string, string]>;
  /** Address of the root as the client knows it, without a slash at its end. */
  readonly base: string;
  /** Address of the broker as the client knows it, for subscribers. */
  readonly broker: string;
}

/** `text` is a value alone ($value). */
export type StaAnswer = { readonly json: unknown } | { readonly text: string };

export interface ServiceParts extends GraphParts {
  readonly series: SeriesRows;
  readonly periods: Pick<Periods, 'of'>;
}

const DEFAULT_TOP = 100;
const MOST_TOP = 1000;
const MOST_TOP_OBSERVATIONS = 10_000;

const CONFORMANCE = 'http://www.opengis.net/spec/iot_sensing/1.1/req';
const BY_MQTT = `${CONFORMANCE}/receive-updates-via-mqtt/receive-updates`;

/** Throws a StaFault where a request asks for what is not there, wrong or beyond the bounds of an answer. */
export async function answerSta(parts: ServiceParts, request: StaRequest): Promise<StaAnswer> {
  const options = parseOptions(request.query);
  const text = request.path.replace(/^\/+|\/+$/g, '');
  if (text === '') return { json: rootOf(request) };
  const path = parsePath(text);
  const graph = createGraph(parts);
  const since = (station: string): number | null => {
    const starts = [...parts.periods.of(station).values()].flatMap((spans) =>
      spans.map((span) => span.since),
    );
    return starts.length === 0 ? null : Math.min(...starts);
  };
  const answering = createAnswering(parts, graph, since, request.base);
  const target = await answering.walk(path);
  if ('entity' in target) return answering.one(path, target.entity, options);
  return { json: await answering.collection(target, path, options, `${request.base}/${encodePath(text)}`) };
}

type Collection = { readonly set: SetName } & (
  | { readonly entities: readonly Entity[] }
  | { readonly datastreams: readonly Datastream[] }
);

function createAnswering(
  { series }: ServiceParts,
  graph: Graph,
  since: (station: string) => number | null,
  base: string,
) {
  const budget: Budget = createBudget();
  const properties = (entity: Entity): Properties => propertiesOf(entity, since);

  const walk = async ({ steps }: Path): Promise<{ readonly entity: Entity } | Collection> => {
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
        entity = key === null ? null : await observation(datastreams, key);
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
  };

  const observation = async (datastreams: readonly Datastream[], id: string): Promise<Entity> => {
    const place = parseObservationId(id);
    const datastream = place && datastreams.find((one) => one.id === seriesId(place));
    if (!place || !datastream) return none('Observations', id);
    const { station, parameter, at } = place;
    const [row] = await series.ascending(
      { station, parameter },
      { from: at, to: Math.min(at + 1, EVER), limit: 1 },
    );
    return row === undefined ? none('Observations', id) : observationOf({ datastream, row });
  };

  /** `alone`: it was asked for by its own address. */
  const render = async (
    entity: Entity,
    options: Options,
    alone = false,
  ): Promise<Record<string, unknown>> => {
    budget.entity();
    const pause = budget.turn();
    if (pause !== undefined) await pause;
    checkSelect(options.select, entity.set);
    let own = properties(entity);
    if (entity.set === 'Datastreams' && (options.select?.includes('phenomenonTime') ?? alone))
      own = { ...own, ...(await spanOf(entity)) };
    const { expand } = options;
    const json = entityJson(entity, own, base, options.select, (link) =>
      expand.some((one) => one.link === link),
    );
    for (const { link, options: below } of expand) {
      const to = linkOf(entity.set, link);
      if (to === undefined) throw wrong(`$expand: ${entity.set} have no link "${link}"`);
      const datastreams = graph.series(entity, link);
      const related = datastreams === null ? graph.related(entity, link) : [];
      if (!to.many && related[0] !== undefined) json[link] = await render(related[0], below);
      if (!to.many) continue;
      const found = datastreams === null ? { set: to.set, entities: related } : { set: to.set, datastreams };
      const page = await pageOf(found, below, true);
      json[link] = await renderAll(page.entities, below);
      if (page.count !== null) json[`${link}@iot.count`] = page.count;
      if (page.next !== null)
        json[`${link}@iot.nextLink`] = nextLink(`${selfLink(base, entity)}/${link}`, below, page.next);
    }
    return json;
  };

  const renderAll = async (entities: readonly Entity[], options: Options) => {
    const rendered: Record<string, unknown>[] = [];
    for (const entity of entities) rendered.push(await render(entity, options));
    return rendered;
  };

  /** From its first Observation to its last. */
  const spanOf = async ({ station, parameter, periodS }: Datastream): Promise<Properties> => {
    const name = { station: station.id, parameter };
    const ever = { from: 0, to: EVER, limit: 1 };
    const [oldest] = await series.ascending(name, ever);
    const newest = series.newest(name, periodS) ?? (await series.descending(name, ever))[0];
    if (oldest === undefined || newest === undefined) return {};
    return {
      phenomenonTime: [oldest.from ?? oldest.at, newest.at].map((at) => new Date(at).toISOString()).join('/'),
    };
  };

  const pageOf = async (collection: Collection, options: Options, guessNext: boolean) => {
    checkSelect(options.select, collection.set);
    if ('datastreams' in collection) {
      const top = Math.min(options.top ?? DEFAULT_TOP, MOST_TOP_OBSERVATIONS);
      const { datastreams } = collection;
      const page = await pageOfObservations(
        { series, graph, budget, properties },
        { datastreams, options, top, guessNext },
      );
      return { entities: page.observations as readonly Entity[], next: page.next, count: page.count };
    }
    return pageOfEntities(collection.set, collection.entities, options);
  };

  const pageOfEntities = (set: SetName, entities: readonly Entity[], options: Options) => {
    const { filter, order, skip } = options;
    const resolve = (entity: Entity) => resolver(entity, { graph, properties, step: budget.step });
    if (filter !== null) checkPaths(filter, set, '$filter');
    for (const { by } of order) checkPaths(by, set, '$orderby');
    if (options.after !== null) throw wrong('$skiptoken is of Observations only');
    const found = filter === null ? entities : entities.filter((entity) => holds(filter, resolve(entity)));
    const sorted = order.length === 0 ? found : sortBy(found, order, resolve);
    const top = Math.min(options.top ?? DEFAULT_TOP, MOST_TOP);
    const end = skip + top;
    return {
      entities: sorted.slice(skip, end),
      next: top > 0 && end < sorted.length ? { $skip: String(end), $skiptoken: null } : null,
      count: options.count ? sorted.length : null,
    };
  };

  return {
    walk,
    async one({ property, raw, ref }: Path, entity: Entity, options: Options): Promise<StaAnswer> {
      if (ref) return { json: { '@iot.selfLink': selfLink(base, entity) } };
      if (options.dataArray) throw wrong('$resultFormat=dataArray is for collections of Observations');
      if (property === null) return { json: await render(entity, options, true) };
      const all = await render(entity, NONE, true);
      const value = within(all, property);
      if (!raw) return { json: { [property.at(-1) as string]: value } };
      if (value === null) throw notFound(`${property.join('/')} of this entity has no value`);
      return { text: typeof value === 'object' ? JSON.stringify(value) : String(value) };
    },
    async collection(collection: Collection, path: Path, options: Options, address: string) {
      if (options.dataArray && (collection.set !== 'Observations' || options.expand.length > 0 || path.ref))
        throw wrong('$resultFormat=dataArray is for collections of Observations, without $expand');
      const page = await pageOf(collection, options, false);
      return {
        ...(page.count !== null && { '@iot.count': page.count }),
        ...(page.next !== null && { '@iot.nextLink': nextLink(address, options, page.next) }),
        value: path.ref
          ? page.entities.map((entity) => ({ '@iot.selfLink': selfLink(base, entity) }))
          : options.dataArray
            ? dataArray(page.entities, options.select, base, properties)
            : await renderAll(page.entities, options),
      };
    },
  };
}

function none(set: SetName, id: string): never {
  throw notFound(`there is no "${id.slice(0, 100)}" among ${set}`);
}

/** The same query, with the options that say where the next page begins. */
function nextLink(address: string, options: Options, next: Readonly<Record<string, string | null>>): string {
  const changed = Object.entries(next).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `${address}?${[...lasting(options), ...changed].join('&')}`;
}

/** The options that are the same on all pages; an $expand asks for them once for each of many. */
const lastingOf = new WeakMap<Options, readonly string[]>();

function lasting(options: Options): readonly string[] {
  const known = lastingOf.get(options);
  if (known !== undefined) return known;
  const made = [...options.given]
    .filter(([name]) => name !== '$skip' && name !== '$skiptoken')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  lastingOf.set(options, made);
  return made;
}

/** Keys keep their slashes coded: they are no steps. */
const encodePath = (text: string): string =>
  text.replace(/'(?:[^']|'')*'/g, (key) => encodeURIComponent(key).replaceAll('%3A', ':'));

const rootOf = ({ base, broker }: StaRequest) => ({
  value: SETS.map((name) => ({ name, url: `${base}/${name}` })),
  serverSettings: {
    conformance: [
      `${CONFORMANCE}/datamodel`,
      `${CONFORMANCE}/resource-path/resource-path-to-entities`,
      `${CONFORMANCE}/request-data`,
      `${CONFORMANCE}/data-array/data-array`,
      BY_MQTT,
    ],
    [BY_MQTT]: { endpoints: [broker] },
  },
});
