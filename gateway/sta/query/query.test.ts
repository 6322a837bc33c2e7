/** The parsers of paths and query options, alone. */
import { describe, expect, test } from 'vitest';
import { holds, valuesOf } from './evaluate.ts';
import { parseFilter, parseOrder } from './expression.ts';
import { parseOptions } from './options.ts';
import { parsePath } from './path.ts';

const OBSERVATION: Readonly<Record<string, readonly unknown[]>> = {
  result: [7.5],
  phenomenonTime: ['2026-03-05T00:00:00.000Z'],
  interval: ['2026-03-04T23:00:00.000Z/2026-03-05T00:00:00.000Z'],
  name: ["Cầu O'Brien"],
  none: [null],
  many: [1, 5, 9],
  place: [{ type: 'Point', coordinates: [108.2, 16] }],
};
const resolve = (path: readonly string[]) => OBSERVATION[path.join('/')] ?? [null];
const says = (filter: string) => holds(parseFilter(filter), resolve);
const SQUARE = "geography'POLYGON((108 15.5, 108.5 15.5, 108.5 16.5, 108 16.5, 108 15.5))'";

test.each<[string, boolean]>([
  ['result gt 7', true],
  ['result gt 7 and result lt 7.5', false],
  ['result gt 8 or result eq 7.5', true],
  // and binds before or, not before and
  ['result eq 7.5 or result eq 1 and result eq 2', true],
  ['(result eq 7.5 or result eq 1) and result eq 2', false],
  ['not result eq 1 and result eq 7.5', true],
  ['not (result eq 7.5 or result eq 1)', false],
  // mul binds before add, and both before comparisons
  ['result add 2 mul 3 eq 13.5', true],
  ['result sub 1 sub 1 eq 5.5', true],
  ['15 div 2 eq result', true],
  ['-result lt -7', true],
  ['10 mod 4 eq 2', true],
  ['result div 0 eq null', true],
  ["name eq 'Cầu O''Brien'", true],
  ["startswith(name,'Cầu') and endswith(name, 'en')", true],
  ["substringof('brien', tolower(name))", true],
  ['length(name) gt 3', true],
  ['none eq null', true],
  ['none gt 1', false],
  ['not (none gt 1)', true],
  ['none ne null', false],
  ['phenomenonTime ge 2026-03-05T07:00:00+07:00', true],
  ['phenomenonTime gt 2026-03-05T07:00:00+07:00', false],
  ['phenomenonTime lt 2026-03-05T00:00:00.001Z', true],
  ["phenomenonTime gt 2026-03-05T01:00:00Z sub duration'PT1H30M'", true],
  ['phenomenonTime lt now()', true],
  ['year(phenomenonTime) eq 2026 and hour(phenomenonTime) eq 0', true],
  // an interval is of its end
  ['interval ge 2026-03-05T00:00:00Z', true],
  ['many gt 8', true],
  ['many gt 9', false],
  [`st_within(place, ${SQUARE})`, true],
  [`st_within(place, geography'POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))')`, false],
  ["result eq '7.5'", false],
])('%s: %s', (filter, expected) => {
  expect(says(filter)).toBe(expected);
});

test('a polygon has holes', () => {
  const hole = SQUARE.replace("))'", "), (108.1 15.9, 108.3 15.9, 108.3 16.1, 108.1 16.1, 108.1 15.9))'");
  expect(says(`st_within(place, ${hole})`)).toBe(false);
});

test.each<[string, string]>([
  ['result gt', '$filter: a value is missing at 10, before "the end"'],
  ['result gt 7)', '$filter: an operator is missing at 12, before ")"'],
  ['(result gt 7', '$filter: ")" is missing at 13, before "the end"'],
  ['result ~ 7', '$filter: "~ 7" at 8 is not understood'],
  ["name eq 'open", `$filter: "'open" at 9 is not understood`],
  ['phenomenonTime gt 2026-03-05T00:00:00 07:00', 'its plus sign encoded'],
  ['phenomenonTime gt 2026-03-05', 'needs hours, minutes and a zone'],
  ['phenomenonTime gt 2026-13-05T00:00:00Z', 'there is no time'],
  ['soundex(name) eq 1', 'there is no function "soundex"'],
  ['length(name, 2) eq 1', 'length takes 1 values, not 2'],
  ["st_within(place, geography'LINESTRING(1 1, 2 2)')", 'neither POINT(lon lat) nor POLYGON'],
  [
    "st_within(place, geography'POLYGON((1 1, 2 2, 3 3))')",
    'a ring of a polygon has at least four positions',
  ],
  [`${'('.repeat(60)}1`, 'more than 50 levels'],
  [`${'not '.repeat(60)}true`, 'more than 50 levels'],
])('%s is refused: %s', (filter, reason) => {
  expect(() => parseFilter(filter)).toThrow(reason);
});

test('orders', () => {
  const orders = parseOrder('phenomenonTime desc, Datastream/name asc,result');
  expect(orders.map(({ descending }) => descending)).toEqual([true, false, false]);
  expect(orders[1]?.by).toEqual({ kind: 'path', path: ['Datastream', 'name'] });
  expect(valuesOf(parseOrder('result mul 2')[0]?.by ?? parseFilter('1'), resolve)).toEqual([15]);
  expect(() => parseOrder('result up')).toThrow('$orderby: an operator is missing');
});

describe('options', () => {
  test('as FROST clients ask', () => {
    const options = parseOptions([
      ['$top', '5'],
      ['$count', 'true'],
      [
        '$expand',
        "Datastreams($select=name,unitOfMeasurement;$filter=name eq 'a;b),(';$expand=Observations($top=1;$orderby=phenomenonTime desc)),Locations",
      ],
    ]);
    expect(options).toMatchObject({ top: 5, skip: 0, count: true, filter: null, dataArray: false });
    const [datastreams, locations] = options.expand;
    expect(datastreams).toMatchObject({
      link: 'Datastreams',
      options: { select: ['name', 'unitOfMeasurement'] },
    });
    expect(datastreams?.options.expand[0]).toMatchObject({ link: 'Observations', options: { top: 1 } });
    expect(datastreams?.options.expand[0]?.options.order[0]?.descending).toBe(true);
    expect(locations?.link).toBe('Locations');
  });

  test('paths of links, and the same link twice', () => {
    const { expand } = parseOptions([['$expand', 'Datastreams/Thing($select=name),Datastreams/Sensor']]);
    expect(expand).toHaveLength(1);
    expect(expand[0]?.options.expand.map(({ link }) => link)).toEqual(['Thing', 'Sensor']);
    expect(expand[0]?.options.expand[0]?.options.select).toEqual(['name']);
  });

  test.each<[string, string, string]>([
    ['$top', '-1', '$top=-1 is no whole number'],
    ['$count', 'yes', '$count is true or false'],
    ['$format', 'json', 'there is no query option "$format"'],
    ['$expand', 'Datastreams($top=1', 'a ")" is missing'],
    ['$expand', 'Datastreams($top=1)x', 'is not a link with options'],
    ['$expand', 'Datastreams($top)', 'is no query option'],
    ['$expand', 'Datastreams($resultFormat=dataArray)', 'has no place in $expand'],
    ['$expand', 'A/B/C/D/E/F/G', 'more than 6 levels'],
    ['$expand', 'A($expand=B($expand=C($expand=D($expand=E($expand=F($expand=G))))))', 'more than 6 levels'],
    [
      '$expand',
      Array.from({ length: 60 }, (_, index) => `L${'a'.repeat(index)}`).join(','),
      'more than 50 in one query',
    ],
    ['$resultFormat', 'csv', 'is not known'],
  ])('%s=%s is refused', (name, value, reason) => {
    expect(() => parseOptions([[name, value]])).toThrow(reason);
  });
});

test.each<[string, object]>([
  ['Things', { one: false, steps: [{ set: 'Things', key: null }] }],
  ["Things('a/b')/Datastreams", { one: false, steps: [{ key: 'a/b' }, { set: 'Datastreams' }] }],
  ["Things('it''s')", { one: true, steps: [{ key: "it's" }] }],
  ['Datastreams(12)/Thing/name', { one: true, property: ['name'], raw: false }],
  ["Things('a')/properties/kind/$value", { property: ['properties', 'kind'], raw: true }],
  ["Things('a')/Datastreams('b')/Observations/$ref", { ref: true, one: false }],
])('the path %s', (path, expected) => {
  expect(parsePath(path)).toMatchObject(expected);
});

test.each([
  'Nothings',
  'Things/Datastreams',
  "Things('a')/Sensor",
  "Datastreams('a')/Thing('b')",
  'Things/name',
])('there is no path %s', (path) => {
  expect(() => parsePath(path)).toThrow('there is no');
});
