/** Answers requests to the read side of OGC SensorThings API 1.1 (18-088, section 9). */
import type { Periods } from '../books/periods.ts';
import { type AnswerParts, answerCollection, answerEntity, jsonAnswer, type StaAnswer } from './answer.ts';
import { createBudget } from './budget.ts';
import { checkOptions } from './check.ts';
import { createGraph, type GraphParts } from './graph.ts';
import { propertyOf } from './properties.ts';
import { parseOptions } from './query/options.ts';
import { parsePath } from './query/path.ts';
import { rootOf } from './root.ts';
import type { SeriesRows } from './series.ts';
import { walk } from './walk.ts';

export interface StaRequest {
  /** Below the root, decoded. */
  readonly path: string;
  readonly query: Iterable<readonly [string, string]>;
  /** Address of the root as the client knows it, without a slash at its end. */
  readonly base: string;
  /** Address of the broker as the client knows it, for subscribers. */
  readonly broker: string;
}

export interface ServiceParts extends GraphParts {
  readonly series: SeriesRows;
  readonly periods: Pick<Periods, 'of'>;
}

/** Throws a StaFault where a request asks for what is not there, wrong or beyond the bounds of an answer. */
export async function answerSta(
  parts: ServiceParts,
  { path: asked, query, base, broker }: StaRequest,
): Promise<StaAnswer> {
  const options = parseOptions(query);
  const text = asked.replace(/^\/+|\/+$/g, '');
  if (text === '') return jsonAnswer(rootOf(base, broker));
  const path = parsePath(text);
  const { series, periods } = parts;
  const since = (station: string): number | null => {
    const starts = [...periods.of(station).values()].flatMap((spans) => spans.map((span) => span.since));
    return starts.length === 0 ? null : Math.min(...starts);
  };
  const answering: AnswerParts = {
    ...{ series, base, graph: createGraph(parts), budget: createBudget() },
    property: (entity, name) => propertyOf(entity, name, since),
  };
  const target = await walk(path, answering.graph, series);
  checkOptions(options, 'entity' in target ? target.entity.set : target.set);
  return 'entity' in target
    ? answerEntity(answering, target.entity, path, options)
    : answerCollection(answering, target, path, options, `${base}/${encodePath(text)}`);
}

/** Keys keep their slashes coded: they are no steps. */
const encodePath = (text: string): string =>
  text.replace(/'(?:[^']|'')*'/g, (key) => encodeURIComponent(key).replaceAll('%3A', ':'));
