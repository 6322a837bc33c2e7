/**
 * Queries that want to be more than a value, through every text parameter and every text of every body of the API, as its
 * description has them: no answer is a fault of the gateway, none has other rows than a harmless word gives, and InfluxDB is
 * asked nothing that carries them unquoted.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startFakeInflux } from '../support/influx-fake.ts';
import { type Operation, operationsOf, type Schema } from './described.ts';
import { openTarget, STATION, type Target, TOKEN } from './target.ts';

vi.setConfig({ testTimeout: 180_000 });

const INJECTIONS: readonly string[] = [
  "' OR '1'='1",
  "x' OR 1=1 --",
  "x'; DROP TABLE user; --",
  "x' UNION SELECT name, password FROM user --",
  '" OR ""="',
  "' || (SELECT 1) || '",
  "x\\' OR 1=1",
  '); DELETE FROM account; --',
  '%',
  '_',
  '*',
  "x'; DROP MEASUREMENT reading; --",
  'x" ; SHOW DATABASES',
  "' =~ /.*/",
  '/.*/',
  '$ne',
  '{"$gt":""}',
  'x\u0000y',
  '{{7*7}}#{7*7}',
  '__proto__',
  'constructor',
];
/** What a caller may say who knows nothing: the same length class, no meaning. */
const HARMLESS = 'khong-co-that';

const SKIPPED = [
  // It has no end.
  'GET /api/v1/stream',
];

let target: Target;
let operations: Operation[] = [];
const influx = startFakeInflux(() => ({ status: 204 }));
let withInflux: Target;

beforeAll(async () => {
  target = await openTarget();
  operations = operationsOf(await (await target.get('/api/v1/openapi.json')).json()).filter(
    ({ method, path }) => !SKIPPED.includes(`${method} ${path}`),
  );
  withInflux = await openTarget({
    'store.kind': 'influx',
    'store.url': (await influx).url,
    'store.password': 'x',
  });
});
afterAll(async () => {
  await target?.stop();
  await withInflux?.stop();
  await (await influx).stop();
});

/** A value that the schema takes, so that the text beside it is reached. */
function valid(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  for (const word of ['anyOf', 'oneOf', 'allOf']) {
    const [first] = (schema[word] ?? []) as Schema[];
    if (first !== undefined) return valid(first);
  }
  if (schema.type === 'object') {
    const required = (schema.required ?? []) as string[];
    const properties = (schema.properties ?? {}) as Record<string, Schema>;
    return Object.fromEntries(required.map((name) => [name, valid(properties[name] ?? {})]));
  }
  if (schema.type === 'array') return [];
  if (schema.type === 'integer' || schema.type === 'number') return Number(schema.minimum ?? 1);
  if (schema.type === 'boolean') return false;
  if (schema.type === 'null') return null;
  return HARMLESS;
}

const takesText = (schema: Schema): boolean =>
  schema.type === 'string' ||
  ['anyOf', 'oneOf', 'allOf'].some((word) => ((schema[word] ?? []) as Schema[]).some(takesText));

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** `place` of the operation has the text, all else what it takes. */
async function ask(
  at: Target,
  { method, path, parameters, body }: Operation,
  place: string,
  text: string,
): Promise<Answer> {
  const query = new URLSearchParams();
  let url = path;
  for (const { name, in: where, required, schema } of parameters) {
    const isPlace = name === place;
    const value = isPlace
      ? text
      : String(
          name === 'station' || name === 'id' ? STATION.id : name === 'parameter' ? 'ph' : valid(schema),
        );
    if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value));
    else if (isPlace || required) query.set(name, value);
  }
  const given =
    body === null
      ? undefined
      : place.startsWith('body.')
        ? { ...(valid(body) as object), [place.slice('body.'.length)]: text }
        : valid(body);
  const answer = await fetch(`${at.base}${url}${query.size > 0 ? `?${query}` : ''}`, {
    method,
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(given !== undefined && { 'content-type': 'application/json' }),
    },
    ...(given !== undefined && { body: JSON.stringify(given) }),
  });
  return { status: answer.status, text: await answer.text() };
}

const placesOf = ({ parameters, body }: Operation): string[] => [
  ...parameters.filter(({ schema }) => takesText(schema)).map(({ name }) => name),
  ...Object.entries((body?.properties ?? {}) as Record<string, Schema>)
    .filter(([, schema]) => takesText(schema))
    .map(([name]) => `body.${name}`),
];

/** Rows of an answer: what an injection would make more of. */
function rowsOf(text: string): number {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.split('\n').length;
  }
  const lists: number[] = [];
  const walk = (one: unknown): void => {
    if (Array.isArray(one)) lists.push(one.length);
    if (typeof one === 'object' && one !== null) Object.values(one).forEach(walk);
  };
  walk(value);
  return lists.reduce((sum, length) => sum + length, 0);
}

describe('every text of every call', () => {
  test('there are many', () => {
    expect(operations.flatMap(placesOf).length).toBeGreaterThan(40);
  });

  test('an injection is no fault and gives no more rows than a harmless word', async () => {
    const faults: string[] = [];
    let tried = 0;
    for (const operation of operations)
      for (const place of placesOf(operation)) {
        // A cursor is a place in an order, and may be any text: the first place gives the most that there is.
        const harmless = await ask(target, operation, place, place === 'cursor' ? '!' : HARMLESS);
        const answers = await Promise.all(
          INJECTIONS.map(async (text) => ({ text, answer: await ask(target, operation, place, text) })),
        );
        for (const { text, answer } of answers) {
          tried++;
          const where = `${operation.method} ${operation.path} ${place} = ${text}: ${answer.status}`;
          if (answer.status >= 500 && answer.status !== 503) faults.push(where);
          // Refused alike, found as little: a name that is not there, or a search that finds nothing.
          if (answer.status < 300 && harmless.status < 300 && rowsOf(answer.text) > rowsOf(harmless.text))
            faults.push(`${where}, ${rowsOf(answer.text)} rows for ${rowsOf(harmless.text)}`);
          if (/sqlite|syntax error|SQLITE|at .*\.ts:\d/i.test(answer.text))
            faults.push(`${where}: ${answer.text}`);
        }
      }
    expect(faults).toEqual([]);
    expect(tried).toBeGreaterThan(1000);
  });

  test('the tables are as they were', async () => {
    const users = await (await target.get('/api/v1/users')).text();
    for (const name of ['lan', 'minh']) expect(users).toContain(`"${name}"`);
    await target.reading(7.25);
    expect(await (await target.get(`/api/v1/stations/${STATION.id}`)).json()).toMatchObject({
      id: STATION.id,
    });
  });
});

test('InfluxDB is asked with values between quotes only', async () => {
  const { queries } = await influx;
  const reading = operations.filter(({ path }) => /readings|export|latest|books|quality|stations/.test(path));
  const before = queries.length;
  for (const operation of reading)
    for (const place of placesOf(operation))
      for (const text of INJECTIONS.slice(0, 13)) {
        const { status } = await ask(withInflux, operation, place, text);
        expect([status, operation.path, place, text]).not.toEqual([500, operation.path, place, text]);
      }
  await ask(withInflux, reading.find(({ path }) => path === '/api/v1/readings') as Operation, 'none', '');
  expect(queries.length).toBeGreaterThan(before);
  for (const query of queries) {
    expect(query).not.toMatch(/DROP|DELETE|SHOW DATABASES|UNION|OR 1=1/i);
    // Outside of quotes nothing but InfluxQL's own words.
    expect(query.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(/['"\\;]\s*\S/);
  }
});

test.each([
  ["Things?$filter=name eq 'x' or 1 eq 1 --", 400],
  ["Things('cau-do%27%20or%20%271%27%3D%271')", 404],
  ["Datastreams?$filter=substringof('%27%20OR%20%271%27=%271',name)", 400],
  ['Observations?$filter=result gt 1; DROP TABLE x', 400],
  ['Things?$orderby=name;DROP TABLE x', 400],
  ['Things?$select=__proto__', 400],
])('SensorThings refuses %s', async (path, status) => {
  const answer = await target.get(`/sta/v1.1/${path.replaceAll(' ', '%20')}`);
  expect(answer.status).toBeLessThan(500);
  if (answer.status === 200) expect(((await answer.json()) as { value: unknown[] }).value).toEqual([]);
  else expect([400, 404]).toContain(status);
});

test.each([
  ['nested 2,000 deep', `${'('.repeat(2000)}result gt 1${')'.repeat(2000)}`],
  ['1,000 terms', Array.from({ length: 1000 }, (_, n) => `result eq ${n}`).join(' or ')],
  ['functions in functions', `${'tolower('.repeat(500)}'a'${')'.repeat(500)} eq 'a'`],
  ['not of not', `${'not '.repeat(1500)}(result gt 1)`],
])('a filter %s is answered or refused at once', async (_, filter) => {
  const begun = performance.now();
  const answer = await target.get(`/sta/v1.1/Observations?$filter=${encodeURIComponent(filter)}`);
  expect([200, 400, 413, 414, 431]).toContain(answer.status);
  await answer.text();
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test.each([
  [
    'twenty levels',
    'Things?$expand=' +
      Array.from({ length: 20 }, () => 'Datastreams($expand=Thing').join('($expand=') +
      ')'.repeat(39),
  ],
  [
    'each of each',
    'Things?$expand=Datastreams/Observations,Datastreams/Thing/Datastreams/Thing/Datastreams/Observations',
  ],
  ['a page of a billion', 'Observations?$top=1000000000'],
  ['a skip of a billion', 'Observations?$skip=1000000000'],
])('an expansion of %s is bounded', async (_, path) => {
  const answer = await target.get(`/sta/v1.1/${path}`);
  expect(answer.status).toBeLessThan(500);
  expect((await answer.text()).length).toBeLessThan(4_000_000);
});
