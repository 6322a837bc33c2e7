/**
 * The query options of a request and of each $expand (18-088, section 9.3):
 *
 *     options = [ option { ";" option } ]                  (of the request itself: "&", by HTTP)
 *     option  = "$top=" n | "$skip=" n | "$count=" ( "true" | "false" ) | "$filter=" or | "$orderby=" orderby
 *             | "$select=" name { "," name } | "$expand=" expand { "," expand }
 *     expand  = link { "/" link } [ "(" options ")" ]
 */
import { wrong } from '../fault.ts';
import { type Expression, type Order, parseFilter, parseOrder } from './expression.ts';

export interface Options {
  readonly top: number | null;
  readonly skip: number;
  readonly count: boolean;
  readonly filter: Expression | null;
  readonly order: readonly Order[];
  /** null: everything. */
  readonly select: readonly string[] | null;
  readonly expand: readonly Expand[];
  readonly dataArray: boolean;
  /** Where the page before ended, as its nextLink says; of Observations only. */
  readonly after: string | null;
  /** As they came, for links to the next page. */
  readonly given: ReadonlyMap<string, string>;
}

export interface Expand {
  readonly link: string;
  readonly options: Options;
}

const MOST_DEPTH = 6;
/** Of a whole query. */
const MOST_EXPANDS = 50;
const TOP_LEVEL_ONLY = ['$resultFormat', '$skiptoken'];

/** `given`: decoded. Throws a fault that names the option. */
export function parseOptions(given: Iterable<readonly [string, string]>): Options {
  return optionsOf(given, { depth: 0, counter: { expands: 0 } });
}

interface Within {
  readonly depth: number;
  /** Of the whole query. */
  readonly counter: { expands: number };
}

function optionsOf(given: Iterable<readonly [string, string]>, within: Within): Options {
  const known = new Map<string, string>();
  for (const [key, value] of given) {
    const name = nameOf(key);
    if (known.has(name)) throw wrong(`${name} is given twice`);
    if (within.depth > 0 && TOP_LEVEL_ONLY.includes(name)) throw wrong(`${name} has no place in $expand`);
    known.set(name, value);
  }
  const text = (name: string) => known.get(name);
  const format = text('$resultFormat');
  if (format !== undefined && format !== 'dataArray')
    throw wrong(`$resultFormat=${format.slice(0, 40)} is not known: dataArray is`);
  const count = text('$count') ?? 'false';
  if (count !== 'true' && count !== 'false') throw wrong('$count is true or false');
  const [filter, order, select, expand] = ['$filter', '$orderby', '$select', '$expand'].map(text);
  return {
    top: numberOf('$top', text('$top')),
    skip: numberOf('$skip', text('$skip')) ?? 0,
    count: count === 'true',
    filter: filter === undefined ? null : parseFilter(filter),
    order: order === undefined ? [] : parseOrder(order),
    select: select === undefined ? null : split(select, ',', '$select').map((name) => name.trim()),
    expand: expand === undefined ? [] : expandsOf(expand, within),
    dataArray: format === 'dataArray',
    after: text('$skiptoken') ?? null,
    given: known,
  };
}

const NAMES = ['$top', '$skip', '$count', '$filter', '$orderby', '$select', '$expand', ...TOP_LEVEL_ONLY];

function nameOf(key: string): string {
  const name = key === 'resultFormat' ? '$resultFormat' : key;
  if (!NAMES.includes(name))
    throw wrong(`there is no query option "${key.slice(0, 40)}": ${NAMES.slice(0, -1).join(', ')}`);
  return name;
}

function numberOf(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,9}$/.test(text)) throw wrong(`${name}=${text.slice(0, 40)} is no whole number from 0`);
  return Number(text);
}

function expandsOf(text: string, within: Within): Expand[] {
  if (within.depth >= MOST_DEPTH) throw wrong(`$expand: more than ${MOST_DEPTH} levels`);
  const found = new Map<string, Expand>();
  for (const item of split(text, ',', '$expand')) {
    if (++within.counter.expands > MOST_EXPANDS)
      throw wrong(`$expand: more than ${MOST_EXPANDS} in one query`);
    const one = expandOf(item.trim(), within);
    const before = found.get(one.link);
    found.set(one.link, before === undefined ? one : together(before, one));
  }
  return [...found.values()];
}

function expandOf(item: string, { depth, counter }: Within): Expand {
  const [, path = '', inner] = /^([A-Za-z/]+)\s*(?:\((.*)\))?$/s.exec(item) ?? [];
  const links = path.split('/');
  if (links.includes(''))
    throw wrong(`$expand: "${item.slice(0, 60)}" is not a link with options in parentheses`);
  if (depth + links.length > MOST_DEPTH) throw wrong(`$expand: more than ${MOST_DEPTH} levels`);
  const given = (inner === undefined ? [] : split(inner, ';', '$expand')).map((option) => {
    const [, key = '', value = ''] = /^\s*([^=]*)=(.*)$/s.exec(option) ?? [];
    if (key === '') throw wrong(`$expand: "${option.slice(0, 60)}" is no query option`);
    return [key, value] as const;
  });
  const last = optionsOf(given, { depth: depth + links.length, counter });
  return links.reduceRight<Expand | null>(
    (below, link) => ({ link, options: below === null ? last : { ...NONE, expand: [below] } }),
    null,
  ) as Expand;
}

export const NONE: Options = {
  ...{ top: null, skip: 0, count: false, filter: null, order: [], select: null },
  ...{ expand: [], dataArray: false, after: null, given: new Map() },
};

/** `Datastreams,Datastreams/Thing`: options of one, what is below of both. */
function together(a: Expand, b: Expand): Expand {
  if (a.options.given.size > 0 && b.options.given.size > 0) throw wrong(`$expand: ${a.link} is there twice`);
  const options = a.options.given.size > 0 ? a.options : b.options;
  const below = new Map(a.options.expand.map((one) => [one.link, one]));
  for (const one of b.options.expand) {
    const before = below.get(one.link);
    below.set(one.link, before === undefined ? one : together(before, one));
  }
  return { link: a.link, options: { ...options, expand: [...below.values()] } };
}

/** Parts a text where it is neither in parentheses nor in quotes. */
export function split(text: string, separator: string, part: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
    if (depth < 0) throw wrong(`${part}: a ")" at ${index + 1} too many`);
  }
  if (depth > 0 || quoted) throw wrong(`${part}: a ${quoted ? 'quote' : '")"'} is missing at its end`);
  parts.push(text.slice(start));
  return parts;
}
