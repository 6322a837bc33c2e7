/** Every text and list that the API takes has a bound, by what the running gateway says of itself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Operation, operationsOf, unbounded } from './described.ts';
import { openTarget, type Target } from './target.ts';

let target: Target;
let operations: Operation[] = [];
beforeAll(async () => {
  target = await openTarget();
  operations = operationsOf(await (await target.get('/api/v1/openapi.json')).json());
});
afterAll(() => target?.stop());

test('the description has the routes, their parameters and bodies', () => {
  expect(operations.length).toBeGreaterThan(40);
  expect(operations.flatMap(({ parameters }) => parameters).length).toBeGreaterThan(40);
  expect(operations.filter(({ body }) => body !== null).length).toBeGreaterThan(10);
});

test('the walk finds what has no bound', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'string' },
      b: { type: 'array', items: { anyOf: [{ type: 'string', maxLength: 3 }, { type: 'string' }] } },
      c: { type: 'string', enum: ['x'] },
    },
  };
  expect(unbounded(schema, 'body')).toEqual(['body.a: text', 'body.b: list', 'body.b[]: text']);
});

test('no parameter takes a text or list without a bound', () => {
  const found = operations.flatMap(({ method, path, parameters }) =>
    parameters.flatMap(({ name, schema }) => unbounded(schema, `${method} ${path} ${name}`)),
  );
  expect(found).toEqual([]);
});

test('no body takes a text or list without a bound', () => {
  const found = operations.flatMap(({ method, path, body }) =>
    body === null ? [] : unbounded(body, `${method} ${path} body`),
  );
  expect(found).toEqual([]);
});
