/**
 * What a filter of Observations asks of the store: which Datastreams, between which times, and what is left to be tried
 * row by row. Only parts joined by `and` can narrow; whatever else a filter says is tried row by row.
 */
import { parseObservationId, seriesId } from './ids.ts';
import { isId } from './model.ts';
import { valuesOf } from './query/evaluate.ts';
import type { Comparison, Expression } from './query/expression.ts';
import { COMPARISONS } from './query/expression.ts';
import { millisOf } from './query/functions.ts';
import { pathsOf } from './resolve.ts';

export interface Plan {
  /** from ≤ at < to, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Holds or not for a whole Datastream. */
  readonly ofSeries: readonly Expression[];
  readonly ofRow: readonly Expression[];
}

/** Further than any time that a reading has. */
export const EVER = 8.64e15;

export function planOf(filter: Expression | null): Plan {
  let [from, to] = [0, EVER];
  const ofSeries: Expression[] = [];
  const ofRow: Expression[] = [];
  for (const part of filter === null ? [] : conjuncts(filter)) {
    const range = rangeOf(part);
    if (range !== null) {
      from = Math.max(from, range.from);
      to = Math.min(to, range.to);
      ofSeries.push(...range.also);
      continue;
    }
    const heads = Array.from(pathsOf(part), ([head]) => head);
    const isOfSeries =
      heads.length > 0 && heads.every((head) => head === 'Datastream' || head === 'FeatureOfInterest');
    (isOfSeries ? ofSeries : ofRow).push(part);
  }
  return { from, to, ofSeries, ofRow };
}

const conjuncts = (expression: Expression): Expression[] =>
  expression.kind === 'binary' && expression.operator === 'and'
    ? expression.of.flatMap(conjuncts)
    : [expression];

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  ...{ eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' },
};

interface Range {
  readonly from: number;
  readonly to: number;
  readonly also: readonly Expression[];
}

/** The times that a comparison of phenomenonTime, or of id, leaves; null when it is none. Times of readings are whole ms. */
function rangeOf(part: Expression): Range | null {
  if (part.kind !== 'binary' || !COMPARISONS.some((one) => one === part.operator)) return null;
  const [left, right] = part.of;
  const mirrored = left.kind !== 'path';
  const [path, other] = mirrored ? [right, left] : [left, right];
  if (path.kind !== 'path' || path.path.length !== 1 || !pathsOf(other).next().done) return null;
  const operator = mirrored ? MIRRORED[part.operator as Comparison] : part.operator;
  const [value] = valuesOf(other, () => []);
  const [name = ''] = path.path;
  if (isId(name) && operator === 'eq' && typeof value === 'string') return ofId(value);
  const at = millisOf(value);
  if (name !== 'phenomenonTime' || Number.isNaN(at)) return null;
  const range = (from: number, to: number): Range => ({ from, to, also: [] });
  switch (operator) {
    case 'eq':
      return range(at, at + 1);
    case 'gt':
      return range(at + 1, EVER);
    case 'ge':
      return range(at, EVER);
    case 'lt':
      return range(0, at);
    case 'le':
      return range(0, at + 1);
    default:
      return null;
  }
}

function ofId(id: string): Range {
  const found = parseObservationId(id);
  if (found === null) return { from: 0, to: 0, also: [] };
  const series: Expression = {
    kind: 'binary',
    operator: 'eq',
    of: [
      { kind: 'path', path: ['Datastream', 'id'] },
      { kind: 'literal', value: seriesId(found) },
    ],
  };
  return { from: found.at, to: found.at + 1, also: [series] };
}
