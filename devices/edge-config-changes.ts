/** How two configurations of an edge differ, in words for people: by the names of things, not by their place in a list. Pure. */
import { isSettings, type Settings } from './edge-config.ts';

export interface ConfigChange {
  /** "station cau-rong, instrument climate, period_s". */
  readonly place: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What it was and what it is to be, as JSON, cut when long; null where there is nothing. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Lists whose members have a name, and what one of them is called. */
const NAMED: Readonly<Record<string, string>> = {
  lines: 'line',
  stations: 'station',
  instruments: 'instrument',
  limits: 'limit',
  sirens: 'siren',
};

/** More of a value than fits a line of a screen helps nobody. */
const MOST_CHARACTERS = 120;

/** In the order of the new one, what is gone from a part at the end of it. Empty when they say the same. */
export const configChanges = (before: Settings, after: Settings): ConfigChange[] =>
  compare([], before, after);

/** The place of a fault, named as a change is. */
export function placeInWords(config: unknown, path: readonly PropertyKey[]): string {
  const words: string[] = [];
  let value: unknown = config;
  for (const [index, step] of path.entries()) {
    const inside = (value as Record<PropertyKey, unknown> | null | undefined)?.[step];
    const list = path[index - 1];
    const kind = typeof step === 'number' && typeof list === 'string' ? NAMED[list] : undefined;
    const name = nameOf(inside);
    if (kind !== undefined) words[words.length - 1] = `${kind} ${name ?? Number(step) + 1}`;
    else words.push(String(step));
    value = inside;
  }
  return words.join(', ');
}

export const describeChange = ({ place, kind, from, to }: ConfigChange): string => {
  if (kind === 'changed') return `${place}: ${from} → ${to}`;
  return kind === 'added' ? `${place}: added ${to}` : `${place}: removed (was ${from})`;
};

function compare(place: readonly string[], before: unknown, after: unknown): ConfigChange[] {
  if (isSettings(before) && isSettings(after))
    return keysOf(before, after).flatMap((key) => compareKey(place, key, before[key], after[key]));
  if (same(before, after)) return [];
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return [{ place: place.join(', '), kind, from: short(before), to: short(after) }];
}

function compareKey(place: readonly string[], key: string, before: unknown, after: unknown): ConfigChange[] {
  const kind = NAMED[key];
  const [old, now] = [kind && membersOf(before), kind && membersOf(after)];
  if (!kind || !old || !now) return compare([...place, key], before, after);
  const changes = [...new Set([...now.keys(), ...old.keys()])].flatMap((name) =>
    compare([...place, `${kind} ${name}`], old.get(name), now.get(name)),
  );
  if (changes.length > 0 || same([...old.keys()], [...now.keys()])) return changes;
  const order = (members: ReadonlyMap<string, unknown>) => short([...members.keys()]);
  return [
    { place: [...place, `order of ${key}`].join(', '), kind: 'changed', from: order(old), to: order(now) },
  ];
}

/** By name; null when they cannot be told apart by it. */
function membersOf(list: unknown): ReadonlyMap<string, unknown> | null {
  if (list === undefined) return new Map();
  if (!Array.isArray(list)) return null;
  const members = new Map<string, unknown>();
  for (const member of list) {
    const name = nameOf(member);
    if (name === null || members.has(name)) return null;
    members.set(name, member);
  }
  return members;
}

/** Of a line, station, instrument or siren its id, of a limit its parameter and name. */
function nameOf(member: unknown): string | null {
  if (!isSettings(member)) return null;
  const { id, name, parameter } = member;
  if (typeof id === 'string') return id;
  return typeof name === 'string' && typeof parameter === 'string' ? `${parameter}/${name}` : null;
}

const keysOf = (before: Settings, after: Settings): string[] => [
  ...new Set([...Object.keys(after), ...Object.keys(before)]),
];

/** As JSON, in which the order of keys says nothing. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  if (isSettings(one) && isSettings(other))
    return keysOf(one, other).every((key) => same(one[key], other[key]));
  return one === other;
}

function short(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
