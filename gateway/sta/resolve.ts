/** Paths of a query over entities: whether they exist, and what values they lead to. */
import { notAnswered, wrong } from './fault.ts';
import type { Entity, Graph } from './graph.ts';
import { hasProperty, isId, linkOf, MODEL, type SetName } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resolve } from './query/evaluate.ts';
import type { Expression } from './query/expression.ts';

/** Throws a fault that names `part`, the query option, where the set has no such path. */
export function checkPaths(expression: Expression, set: SetName, part: string): void {
  for (const path of pathsOf(expression)) checkPath(path, set, part);
}

export function* pathsOf(expression: Expression): Generator<readonly string[]> {
  if (expression.kind === 'path') yield expression.path;
  else if (expression.kind !== 'literal') for (const one of expression.of) yield* pathsOf(one);
}

function checkPath(path: readonly string[], set: SetName, part: string): void {
  let at = set;
  for (const [index, name] of path.entries()) {
    const link = linkOf(at, name);
    if (link === undefined) {
      if (isId(name) && index === path.length - 1) return;
      if (at === 'Datastreams' && name === 'phenomenonTime')
        throw notAnswered(
          `${part}: phenomenonTime of a Datastream cannot be asked for here; that of its Observations can`,
        );
      // What is within a property is anybody's: an absent value is null.
      if (hasProperty(at, name)) return;
      const known = ['id', ...MODEL[at].properties, ...Object.keys(MODEL[at].links)];
      throw wrong(`${part}: ${at} have no "${name}"; they have ${known.join(', ')}`);
    }
    if (link.set === 'Observations')
      throw notAnswered(
        `${part}: "${path.join('/')}" asks for Observations of other entities; ask Observations themselves`,
      );
    at = link.set;
  }
  throw wrong(`${part}: "${path.join('/')}" is no property`);
}

/** `properties` answers an entity's own; `step` is called for each entity that a path leads over. */
export function resolver(entity: Entity, { graph, properties, step }: Readers): Resolve {
  const values = (from: Entity, path: readonly string[], index: number): readonly unknown[] => {
    const name = path[index] as string;
    if (isId(name)) return [from.id];
    if (linkOf(from.set, name) === undefined) return [within(properties(from), path.slice(index))];
    return graph.related(from, name).flatMap((one) => {
      step();
      return values(one, path, index + 1);
    });
  };
  return (path) => values(entity, path, 0);
}

export interface Readers {
  readonly graph: Graph;
  readonly properties: (entity: Entity) => Properties;
  readonly step: () => void;
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
