/** JSON payloads and the way to a value in them. Pure. */
import type { JsonPath } from '../../devices/mqtt-instrument.ts';
import { shown } from './message.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value, or undefined: JSON has no undefined. */
export function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
}

/** Lists in lists are looked through so deep; SenseCAP's have two levels. */
const DEEPEST_LIST = 3;
const MOST_MEMBERS = 1000;

type Step = Exclude<JsonPath, string>[number];

const stepsOf = (path: JsonPath): readonly Step[] => (typeof path === 'string' ? path.split('.') : path);

/** undefined when nothing is there. Only an object's own keys count: "constructor" is a word like any other. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of stepsOf(path)) {
    value = stepInto(value, step);
    if (value === undefined) return undefined;
  }
  return value;
}

function stepInto(value: unknown, step: Step): unknown {
  if (typeof step === 'object') return memberOf(value, step, DEEPEST_LIST);
  if (Array.isArray(value)) return /^\d{1,3}$/.test(String(step)) ? value[Number(step)] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[String(step)] : undefined;
}

function memberOf(
  list: unknown,
  selector: Readonly<Record<string, string | number>>,
  depth: number,
): unknown {
  if (!Array.isArray(list) || depth === 0) return undefined;
  const [[key, wanted] = ['', '']] = Object.entries(selector);
  for (const member of list.slice(0, MOST_MEMBERS)) {
    const found = isObject(member)
      ? Object.hasOwn(member, key) && String(member[key]) === String(wanted) && member
      : memberOf(member, selector, depth - 1);
    if (found) return found;
  }
  return undefined;
}

export const pathText = (path: JsonPath): string => (typeof path === 'string' ? path : JSON.stringify(path));

/** For a technician whose path finds nothing: what there is. */
export function describeKeys(root: unknown): string {
  if (!isObject(root)) return `there is ${shown(root)}`;
  const keys = Object.keys(root);
  return keys.length === 0
    ? 'it is empty'
    : `there is ${keys.slice(0, 8).map(shown).join(', ')}${keys.length > 8 ? ' …' : ''}`;
}
