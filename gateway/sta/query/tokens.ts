/** The tokens of $filter and $orderby, with the place of each for who has to find a fault. */
import { wrong } from '../fault.ts';
import { parseWkt, type Shape } from './wkt.ts';

export interface Duration {
  readonly ms: number;
}

/** A time is a Date, everything else what it looks like. */
export type Literal = string | number | boolean | null | Date | Duration | Shape;

export type Token =
  | { readonly kind: 'literal'; readonly value: Literal; readonly at: number }
  | { readonly kind: 'name' | 'symbol' | 'end'; readonly text: string; readonly at: number };

const SPACE = /\s+/y;
const TIME = /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?|(?=[\s),]|$))/iy;
const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const QUOTED = /(geography|geometry|duration)?'((?:[^']|'')*)'/iy;
const NAME = /[A-Za-z_@][\w.@]*/y;
const SYMBOL = /[(),/-]/y;
const DURATION = /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const WORDS: Readonly<Record<string, Literal>> = { true: true, false: false, null: null };

/** Throws a fault that names `part`, the query option, and the place in it. */
export function tokensOf(text: string, part: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  const literal = (value: Literal, start: number) => tokens.push({ kind: 'literal', value, at: start });
  while (at < text.length) {
    if (match(SPACE)) continue;
    const start = at;
    const time = match(TIME);
    if (time) {
      if (time[1] === undefined)
        throw wrong(
          `${part}: the time "${time[0]}" needs hours, minutes and a zone, as 2026-03-05T00:00:00Z or with %2B07:00, its plus sign encoded`,
        );
      literal(timeOf(time[0], part), start);
      continue;
    }
    const number = match(NUMBER);
    if (number) {
      literal(Number(number[0]), start);
      continue;
    }
    const quoted = match(QUOTED);
    if (quoted) {
      const [, type, inner = ''] = quoted;
      const value = inner.replaceAll("''", "'");
      if (type === undefined) literal(value, start);
      else
        literal(type.toLowerCase() === 'duration' ? durationOf(value, part) : parseWkt(value, part), start);
      continue;
    }
    const name = match(NAME)?.[0];
    if (name !== undefined) {
      if (Object.hasOwn(WORDS, name)) literal(WORDS[name] as Literal, start);
      else tokens.push({ kind: 'name', text: name, at: start });
      continue;
    }
    const symbol = match(SYMBOL)?.[0];
    if (symbol === undefined)
      throw wrong(`${part}: "${text.slice(at, at + 20)}" at ${at + 1} is not understood`);
    tokens.push({ kind: 'symbol', text: symbol, at: start });
  }
  tokens.push({ kind: 'end', text: 'the end', at: text.length });
  return tokens;
}

function timeOf(text: string, part: string): Date {
  const time = new Date(text.toUpperCase().replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(time.getTime())) throw wrong(`${part}: there is no time "${text}"`);
  return time;
}

function durationOf(text: string, part: string): Duration {
  const [, minus, ...units] = DURATION.exec(text) ?? [];
  if (units.every((unit) => unit === undefined))
    throw wrong(`${part}: "${text}" is no duration of days, hours, minutes and seconds, as PT1H30M`);
  const [days, hours, minutes, seconds] = units.map((unit) => Number(unit ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return { ms: minus === undefined ? ms : -ms };
}
