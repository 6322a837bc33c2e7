/** The paths of a query, and what values they lead to. */
import type { Budget } from './budget.ts';
import type { Entity, Graph } from './graph.ts';
import { isId, linkOf } from './model.ts';
import type { PropertyOf } from './properties.ts';
import type { Resolve } from './query/evaluate.ts';
import type { Expression } from './query/expression.ts';

export function* pathsOf(expression: Expression): Generator<readonly string[]> {
  if (expression.kind === 'path') yield expression.path;
  else if (expression.kind !== 'literal') for (const one of expression.of) yield* pathsOf(one);
}

export interface Readers {
  readonly graph: Graph;
  readonly property: PropertyOf;
  readonly budget: Pick<Budget, 'step'>;
}

export function resolver(entity: Entity, { graph, property, budget }: Readers): Resolve {
  const values = (from: Entity, path: readonly string[], index: number): readonly unknown[] => {
    const name = path[index] as string;
    if (isId(name)) return [from.id];
    if (linkOf(from.set, name) === undefined) return [within(property(from, name), path.slice(index + 1))];
    return graph.related(from, name).flatMap((one) => {
      budget.step();
      return values(one, path, index + 1);
    });
  };
  return (path) => values(entity, path, 0);
}

/** A value within values; null where there is none. */
export function within(value: unknown, names: readonly string[]): unknown {
  let found = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return null;
    found = (found as Record<string, unknown>)[name];
  }
  return found ?? null;
}
