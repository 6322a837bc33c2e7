/** A page of Observations of some Datastreams, newest first unless $orderby says otherwise. */
import type { Budget } from './budget.ts';
import { wrong } from './fault.ts';
import type { Datastream, Entity, Graph, Observation } from './graph.ts';
import { observationId, parseObservationId, seriesId } from './ids.ts';
import { type Found, rowsInOrder } from './merge.ts';
import type { Page } from './page.ts';
import { type Plan, planOf } from './plan.ts';
import type { PropertyOf } from './properties.ts';
import { holds, orderOf, type Resolve, valuesOf } from './query/evaluate.ts';
import type { Order } from './query/expression.ts';
import type { Options } from './query/options.ts';
import { resolver } from './resolve.ts';
import type { Row, SeriesRows } from './series.ts';

/** What is put in another order than that of time is held in memory. */
const MOST_SORTED = 10_000;
const MOST_SKIPPED = 10_000;
const MOST_COUNTED = 100_000;
/** Nobody knows how many rows a filter lets pass: so many of all Datastreams are read at once. */
const FILTERED_AT_ONCE = 5000;

export interface ObservationParts {
  readonly series: SeriesRows;
  readonly graph: Graph;
  readonly budget: Budget;
  readonly property: PropertyOf;
}

export interface Ask {
  readonly datastreams: readonly Datastream[];
  readonly options: Options;
  readonly top: number;
  /** Without looking whether there are more behind a full page: that costs a question for each of many. */
  readonly guessNext: boolean;
}

export const observationOf = ({ datastream, row }: Found): Observation => ({
  set: 'Observations',
  id: observationId(datastream.id, row.at),
  datastream,
  row,
});

export async function pageOfObservations(
  { series, graph, budget, property }: ObservationParts,
  { datastreams: all, options, top, guessNext }: Ask,
): Promise<Page<Observation>> {
  const { filter, order, skip } = options;
  const only = guessNext && top === 1 ? newestAlone(series, all, options) : null;
  if (only !== null) return only;
  if (skip > MOST_SKIPPED)
    throw wrong(
      `$skip: at most ${MOST_SKIPPED} Observations are passed over: follow @iot.nextLink, or narrow phenomenonTime`,
    );
  const plan = planOf(filter);
  const resolve = (observation: Observation): Resolve => resolver(observation, { graph, property, budget });
  const datastreams = selected(all, plan, resolve);
  const descending = inTime(order, datastreams.length);
  const matching = async function* (from: Found | null, downwards: boolean, about: number) {
    const after = from === null ? null : { at: from.row.at, id: from.datastream.id };
    const wanted = {
      ...plan,
      descending: downwards,
      after,
      about: plan.ofRow.length > 0 ? FILTERED_AT_ONCE : about,
    };
    for await (const found of rowsInOrder(datastreams, series, wanted, budget.turn)) {
      const pause = budget.turn();
      if (pause !== undefined) await pause;
      if (plan.ofRow.length > 0) {
        budget.row();
        const own = resolve(observationOf(found));
        if (!plan.ofRow.every((part) => holds(part, own))) continue;
      }
      yield found;
    }
  };
  const counted = options.count
    ? await count(datastreams, plan, series, () => matching(null, true, MOST_COUNTED))
    : null;
  if (datastreams.length === 0 || top === 0) return { entities: [], next: null, count: counted };

  if (descending === null) {
    if (options.after !== null) throw wrong('$skiptoken does not fit this $orderby');
    const found: Observation[] = [];
    for await (const one of matching(null, true, MOST_SORTED)) {
      found.push(observationOf(one));
      if (found.length > MOST_SORTED)
        throw wrong(
          `$orderby: more than ${MOST_SORTED} Observations would have to be put in order: narrow phenomenonTime, or order by it`,
        );
    }
    const sorted = sortBy(found, order, resolve);
    const next = skip + top < sorted.length ? { $skip: skip + top, $skiptoken: null } : null;
    return { entities: sorted.slice(skip, skip + top), next, count: counted };
  }

  const page: Observation[] = [];
  let passed = 0;
  let more = false;
  const about = skip + top + (guessNext ? 0 : 1);
  for await (const found of matching(placeOfToken(options.after, all), descending, about)) {
    if (passed < skip) {
      passed++;
      continue;
    }
    if (page.length === top) {
      more = true;
      break;
    }
    page.push(observationOf(found));
    if (guessNext && page.length === top) {
      more = true;
      break;
    }
  }
  const last = page.at(-1);
  const next = more && last !== undefined ? { $skip: null, $skiptoken: last.id } : null;
  return { entities: page, next, count: counted };
}

/** What is asked most, the newest of one Datastream, where memory knows it. */
function newestAlone(
  series: SeriesRows,
  [datastream, another]: readonly Datastream[],
  { filter, order, skip, count, after }: Options,
): Page<Observation> | null {
  const isPlain = filter === null && skip === 0 && !count && after === null && inTime(order, 1) === true;
  if (datastream === undefined || another !== undefined || !isPlain) return null;
  const { station, parameter, periodS } = datastream;
  const row = series.newest({ station: station.id, parameter }, periodS);
  if (row === undefined) return null;
  const observation = observationOf({ datastream, row });
  return { entities: [observation], next: { $skip: null, $skiptoken: observation.id }, count: null };
}

function selected(
  all: readonly Datastream[],
  { ofSeries }: Plan,
  resolve: (observation: Observation) => Resolve,
): readonly Datastream[] {
  if (ofSeries.length === 0) return all;
  return all.filter((datastream) => {
    const own = resolve({ set: 'Observations', id: datastream.id, datastream, row: null });
    return ofSeries.every((part) => holds(part, own));
  });
}

/** Whether the order is that of time, from the newest (true) or the oldest (false); null: another one. */
function inTime(order: readonly Order[], datastreams: number): boolean | null {
  const [first] = order;
  if (first === undefined) return true;
  const isTime = first.by.kind === 'path' && first.by.path.join('/') === 'phenomenonTime';
  // Times of one Datastream are never the same: what comes behind decides nothing.
  return isTime && (order.length === 1 || datastreams === 1) ? first.descending : null;
}

/** A place after which a page goes on: as if the last Observation of the page before had just been given. */
function placeOfToken(token: string | null, datastreams: readonly Datastream[]): Found | null {
  if (token === null) return null;
  const place = parseObservationId(token);
  const id = place === null ? null : seriesId(place);
  const datastream = datastreams.find((one) => one.id === id);
  if (place === null || datastream === undefined)
    throw wrong('$skiptoken is not from an @iot.nextLink of this collection');
  return { datastream, row: { at: place.at } as Row };
}

async function count(
  datastreams: readonly Datastream[],
  { from, to, ofRow }: Plan,
  series: SeriesRows,
  matching: () => AsyncIterable<unknown>,
): Promise<number> {
  let counted = 0;
  const add = (more: number): void => {
    counted += more;
    if (counted > MOST_COUNTED)
      throw wrong(
        `$count: more than ${MOST_COUNTED} Observations: narrow phenomenonTime, or leave $count out`,
      );
  };
  if (ofRow.length > 0) for await (const _ of matching()) add(1);
  else
    for (const { station, parameter } of datastreams)
      add(
        await series.count(
          { station: station.id, parameter },
          { from, to, limit: MOST_COUNTED + 1 - counted },
        ),
      );
  return counted;
}

/** In the order of the keys, then of ids; what is absent comes first. */
export function sortBy<T extends Entity>(
  entities: readonly T[],
  order: readonly Order[],
  resolve: (entity: T) => Resolve,
): T[] {
  const keyed = entities.map((entity) => ({
    entity,
    keys: order.map(({ by }) => valuesOf(by, resolve(entity))[0] ?? null),
  }));
  keyed.sort((a, b) => {
    for (const [index, { descending }] of order.entries()) {
      const [x, y] = [a.keys[index], b.keys[index]];
      const step = x === null || y === null ? Number(y === null) - Number(x === null) : orderOf(x, y) || 0;
      if (step !== 0) return descending ? -step : step;
    }
    return a.entity.id < b.entity.id ? -1 : 1;
  });
  return keyed.map(({ entity }) => entity);
}
