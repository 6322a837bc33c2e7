/** Whether a query asks only for what the model has; looked at once, before anything is read. */
import { notAnswered, wrong } from './fault.ts';
import { hasProperty, isId, linkOf, MODEL, type SetName } from './model.ts';
import type { Expression } from './query/expression.ts';
import type { Options } from './query/options.ts';
import { pathsOf } from './resolve.ts';

/** Throws a fault that names the query option, also where an $expand within it is wrong. */
export function checkOptions({ select, filter, order, expand }: Options, set: SetName): void {
  for (const name of select ?? []) checkSelected(name, set);
  if (filter !== null) checkPaths(filter, set, '$filter');
  for (const { by } of order) checkPaths(by, set, '$orderby');
  for (const { link, options } of expand) {
    const to = linkOf(set, link);
    if (to === undefined) throw wrong(`$expand: ${set} have no link "${link}"`);
    checkOptions(options, to.set);
  }
}

function checkSelected(name: string, set: SetName): void {
  if (!isId(name) && name !== '@iot.selfLink' && !hasProperty(set, name) && linkOf(set, name) === undefined)
    throw wrong(
      `$select: ${set} have no "${name.slice(0, 60)}"; they have ${['id', ...MODEL[set].properties].join(', ')}`,
    );
}

function checkPaths(expression: Expression, set: SetName, part: string): void {
  for (const path of pathsOf(expression)) checkPath(path, set, part);
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
