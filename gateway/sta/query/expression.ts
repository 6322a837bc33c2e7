/**
 * $filter and $orderby (18-088, sections 9.3.3.5.1 and 9.3.3.5.2):
 *
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | comparison
 *     comparison = sum [ ( "eq" | "ne" | "gt" | "ge" | "lt" | "le" ) sum ]
 *     sum        = product { ( "add" | "sub" ) product }
 *     product    = factor { ( "mul" | "div" | "mod" ) factor }
 *     factor     = "-" factor | literal | call | path | "(" or ")"
 *     call       = name "(" [ or { "," or } ] ")"
 *     path       = name { "/" name }
 *     orderby    = sum [ "asc" | "desc" ] { "," sum [ "asc" | "desc" ] }
 *
 * A literal is a number, 'text' with quotes doubled, a bare time with its zone, true, false, null, geography'WKT' or
 * duration'PT1H'.
 */
import { wrong } from '../fault.ts';
import { FUNCTIONS } from './functions.ts';
import { type Literal, type Token, tokensOf } from './tokens.ts';

export const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type Operator = Comparison | 'and' | 'or' | 'add' | 'sub' | 'mul' | 'div' | 'mod';

export type Expression =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'path'; readonly path: readonly string[] }
  | { readonly kind: 'call'; readonly name: string; readonly of: readonly Expression[] }
  | { readonly kind: 'not' | 'minus'; readonly of: readonly [Expression] }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly of: readonly [Expression, Expression] };

export interface Order {
  readonly by: Expression;
  readonly descending: boolean;
}

/** Parentheses, calls and signs within each other. */
const MOST_DEPTH = 50;

export function parseFilter(text: string): Expression {
  const parser = createParser(text, '$filter');
  const expression = parser.or();
  parser.end();
  return expression;
}

export function parseOrder(text: string): Order[] {
  const parser = createParser(text, '$orderby');
  const orders: Order[] = [];
  do {
    const by = parser.sum();
    const descending = parser.word('desc');
    if (!descending) parser.word('asc');
    orders.push({ by, descending });
  } while (parser.symbol(','));
  parser.end();
  return orders;
}

function createParser(text: string, part: string) {
  const tokens = tokensOf(text, part);
  let next = 0;
  let depth = 0;
  const peek = (): Token => tokens[next] as Token;
  const fault = (wanted: string) => {
    const token = peek();
    const found = token.kind === 'literal' ? text.slice(token.at, token.at + 20) : token.text;
    return wrong(`${part}: ${wanted} is missing at ${token.at + 1}, before "${found}"`);
  };
  const take = (kind: 'name' | 'symbol', texts: readonly string[]): string | null => {
    const token = peek();
    if (token.kind !== kind || !texts.includes(token.text)) return null;
    next++;
    return token.text;
  };
  const expect = (symbol: string): void => {
    if (take('symbol', [symbol]) === null) throw fault(`"${symbol}"`);
  };
  const chain = (operators: readonly Operator[], operand: () => Expression) => (): Expression => {
    let left = operand();
    for (;;) {
      const operator = take('name', operators) as Operator | null;
      if (operator === null) return left;
      left = { kind: 'binary', operator, of: [left, operand()] };
    }
  };

  const factor = (): Expression => {
    if (++depth > MOST_DEPTH) throw wrong(`${part}: more than ${MOST_DEPTH} levels`);
    try {
      return innermost();
    } finally {
      depth--;
    }
  };
  const innermost = (): Expression => {
    if (take('symbol', ['-'])) return { kind: 'minus', of: [factor()] };
    if (take('symbol', ['('])) {
      const inner = or();
      expect(')');
      return inner;
    }
    const token = peek();
    if (token.kind === 'literal') {
      next++;
      return { kind: 'literal', value: token.value };
    }
    if (token.kind !== 'name') throw fault('a value');
    next++;
    if (take('symbol', ['('])) return call(token.text);
    const path = [token.text];
    while (take('symbol', ['/'])) {
      const name = peek();
      if (name.kind !== 'name') throw fault('a name');
      next++;
      path.push(name.text);
    }
    return { kind: 'path', path };
  };
  const call = (name: string): Expression => {
    const of: Expression[] = [];
    if (!take('symbol', [')'])) {
      do of.push(or());
      while (take('symbol', [',']));
      expect(')');
    }
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (known === undefined)
      throw wrong(`${part}: there is no function "${name}"; there are ${Object.keys(FUNCTIONS).join(', ')}`);
    if (!known.takes.includes(of.length))
      throw wrong(`${part}: ${name} takes ${known.takes.join(' or ')} values, not ${of.length}`);
    return { kind: 'call', name, of };
  };
  const product = chain(['mul', 'div', 'mod'], factor);
  const sum = chain(['add', 'sub'], product);
  const comparison = (): Expression => {
    const left = sum();
    const operator = take('name', COMPARISONS) as Comparison | null;
    return operator === null ? left : { kind: 'binary', operator, of: [left, sum()] };
  };
  const not = (): Expression => {
    if (!take('name', ['not'])) return comparison();
    if (++depth > MOST_DEPTH) throw wrong(`${part}: more than ${MOST_DEPTH} levels`);
    const inner = not();
    depth--;
    return { kind: 'not', of: [inner] };
  };
  const and = chain(['and'], not);
  const or: () => Expression = chain(['or'], and);

  return {
    or,
    sum,
    word: (word: string): boolean => take('name', [word]) !== null,
    symbol: (symbol: string): boolean => take('symbol', [symbol]) !== null,
    end(): void {
      if (peek().kind !== 'end') throw fault('an operator');
    },
  };
}
