/**
 * What an expression says of an entity. A path over a link to many has as many values as there are entities behind it: a
 * comparison holds when it holds for one of them.
 */
import { wrong } from '../fault.ts';
import type { Comparison, Expression, Operator } from './expression.ts';
import { FUNCTIONS, millisOf } from './functions.ts';

/** The values at a path of an entity; absent ones are null. */
export type Resolve = (path: readonly string[]) => readonly unknown[];

export const holds = (expression: Expression, resolve: Resolve): boolean =>
  valuesOf(expression, resolve).includes(true);

export function valuesOf(expression: Expression, resolve: Resolve): readonly unknown[] {
  switch (expression.kind) {
    case 'literal':
      return [expression.value];
    case 'path':
      return resolve(expression.path);
    case 'not':
      return [!holds(expression.of[0], resolve)];
    case 'minus':
      return valuesOf(expression.of[0], resolve).map((value) => (typeof value === 'number' ? -value : null));
    case 'call': {
      const callable = FUNCTIONS[expression.name];
      const given = expression.of.map((one) => valuesOf(one, resolve));
      return combinations(given).map((values) => callable?.run(...values) ?? null);
    }
    case 'binary': {
      const { operator, of } = expression;
      if (operator === 'and') return [holds(of[0], resolve) && holds(of[1], resolve)];
      if (operator === 'or') return [holds(of[0], resolve) || holds(of[1], resolve)];
      const [left, right] = [valuesOf(of[0], resolve), valuesOf(of[1], resolve)];
      bounded(left.length * right.length);
      return left.flatMap((a) => right.map((b) => apply(operator, a, b)));
    }
  }
}

/** Of the values of links to many. */
const MOST_COMBINATIONS = 10_000;

function bounded(count: number): void {
  if (count > MOST_COMBINATIONS)
    throw wrong(`$filter: links to many are combined in more than ${MOST_COMBINATIONS} ways`);
}

const combinations = (given: readonly (readonly unknown[])[]): unknown[][] => {
  bounded(given.reduce((product, values) => product * values.length, 1));
  return given.reduce<unknown[][]>(
    (all, values) => all.flatMap((one) => values.map((value) => [...one, value])),
    [[]],
  );
};

function apply(operator: Exclude<Operator, 'and' | 'or'>, a: unknown, b: unknown): unknown {
  switch (operator) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'mod':
      return calculated(operator, a, b);
    default:
      return compared(operator, a, b);
  }
}

function calculated(operator: 'add' | 'sub' | 'mul' | 'div' | 'mod', a: unknown, b: unknown): unknown {
  const span = typeof b === 'object' && b !== null && 'ms' in b ? (b.ms as number) : null;
  if (span !== null) {
    const at = millisOf(a) + (operator === 'sub' ? -span : span);
    return Number.isNaN(at) || (operator !== 'add' && operator !== 'sub') ? null : new Date(at);
  }
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  const result = { add: a + b, sub: a - b, mul: a * b, div: a / b, mod: a % b }[operator];
  return Number.isFinite(result) ? result : null;
}

function compared(operator: Comparison, a: unknown, b: unknown): boolean {
  if (a === null || b === null) return operator === 'eq' ? a === b : operator === 'ne' && a !== b;
  const order = orderOf(a, b);
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

/** Negative, 0 or positive as for sorting; NaN of what cannot be compared. */
export function orderOf(a: unknown, b: unknown): number {
  if (a instanceof Date || b instanceof Date) return millisOf(a) - millisOf(b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return Number.NaN;
}
