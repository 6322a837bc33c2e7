/**
 * The resource path of a request (18-088, section 9.2), decoded:
 *
 *     path = set [ key ] { "/" link [ key ] } [ "/" property { "/" name } [ "/$value" ] | "/$ref" ]
 *     key  = "(" ( "'" id "'" | id ) ")"
 */
import { notFound, wrong } from '../fault.ts';
import { hasProperty, isSet, linkOf, type SetName } from '../model.ts';
import { split } from './options.ts';

export interface Step {
  /** The set at the first step, the link at others. */
  readonly name: string;
  readonly set: SetName;
  readonly key: string | null;
}

export interface Path {
  readonly steps: readonly [Step, ...Step[]];
  /** Whether it leads to one entity, or to a collection. */
  readonly one: boolean;
  /** A property of the entity, and names within it. */
  readonly property: readonly string[] | null;
  /** The value alone, as text. */
  readonly raw: boolean;
  /** Only links to the entities. */
  readonly ref: boolean;
}

const MOST_STEPS = 20;
const SEGMENT = /^([A-Za-z]+)(?:\((?:'((?:[^']|'')*)'|([^']+))\))?$/;

/** `text` without the root and without a slash at its ends. */
export function parsePath(text: string): Path {
  const segments = split(text, '/', 'the path');
  if (segments.length > MOST_STEPS) throw wrong(`the path has more than ${MOST_STEPS} steps`);
  const steps: Step[] = [];
  let one = false;
  let set: SetName | null = null;
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index] as string;
    if (set !== null && segment === '$ref' && index === segments.length - 1) return end({ ref: true });
    const [, name = '', quoted, bare] = SEGMENT.exec(segment) ?? [];
    const key = quoted?.replaceAll("''", "'") ?? bare ?? null;
    if (set !== null && one && hasProperty(set, name) && key === null) return property(segments.slice(index));
    const link: { set: SetName; many: boolean } | undefined =
      set === null
        ? isSet(name)
          ? { set: name, many: true }
          : undefined
        : one
          ? linkOf(set, name)
          : undefined;
    if (link === undefined || (key !== null && !link.many))
      throw notFound(
        `there is no "${segment.slice(0, 60)}"${set === null ? '' : ` at ${one ? 'one of ' : ''}${set}`}`,
      );
    set = link.set;
    one = !link.many || key !== null;
    steps.push({ name, set, key });
  }
  return end({});

  function end(fields: Partial<Path>): Path {
    return { steps: steps as [Step, ...Step[]], one, property: null, raw: false, ref: false, ...fields };
  }
  function property(names: readonly string[]): Path {
    const raw = names.at(-1) === '$value';
    return end({ property: raw ? names.slice(0, -1) : names, raw });
  }
}
