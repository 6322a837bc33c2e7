/** What the service refuses, because it is wrong or would take too long, in words that name the part of the query. */
import { expect, test } from 'vitest';
import { testStation } from '../../test/support/station.ts';
import type { KnownStation } from '../catalog.ts';
import type { SeriesRows } from './series.ts';
import { answerSta } from './service.ts';

const STATIONS = Array.from({ length: 600 }, (_, index): KnownStation => {
  const station = testStation({ id: `s-${index}`, parameters: [{ id: 'ph', period_s: 60 }] });
  return { ...station, edge: 'edge-a', parameterIds: new Set(['ph']) };
});

const row = { at: 5, value: 1, flag: 1, reason: null, receivedAt: 6 } as const;
const series: SeriesRows = {
  newest: () => row,
  ascending: async () => [row],
  descending: async (_, { to }) => (to > 5 ? [row] : []),
  count: async () => 1,
};

const ask = (path: string, query: Readonly<Record<string, string>>) =>
  answerSta(
    {
      catalog: { all: () => [...STATIONS], get: (id) => STATIONS.find((station) => station.id === id) },
      derived: { publishedAt: () => new Set() },
      periods: { of: () => new Map() },
      series,
    },
    { path, query: Object.entries(query), base: 'http://here/sta/v1.1', broker: 'mqtt://here' },
  );

test.each<[string, Record<string, string>, string]>([
  [
    'Things',
    { $top: '600', $expand: 'Datastreams/ObservedProperty/Datastreams' },
    'more than 20000 entities',
  ],
  [
    'Things',
    { $filter: "Datastreams/ObservedProperty/Datastreams/ObservedProperty/Datastreams/name eq 'x'" },
    'lead over more than 100000 entities',
  ],
  [
    'ObservedProperties',
    { $filter: "concat(Datastreams/name, Datastreams/name) eq 'x'" },
    'combined in more than 10000 ways',
  ],
  [
    'ObservedProperties',
    { $filter: 'Datastreams/name eq Datastreams/name' },
    'combined in more than 10000 ways',
  ],
  ['Datastreams', { $expand: 'Thing($expand=Locations($select=size))' }, '$select: Locations have no "size"'],
  ['Things', { $expand: 'Datastreams($filter=size eq 1)' }, '$filter: Datastreams have no "size"'],
  ['Things', { $expand: 'Datastreams($orderby=size)' }, '$orderby: Datastreams have no "size"'],
  ['Things', { $expand: 'Datastreams($expand=Street)' }, '$expand: Datastreams have no link "Street"'],
])('%s?%o is refused', async (path, query, reason) => {
  await expect(ask(path, query)).rejects.toThrow(reason);
});

test('the newest of each of many, and no more than a page of them', async () => {
  const answer = await ask('Datastreams', {
    ...{
      $top: '5000',
      $count: 'true',
      $expand: 'Observations($top=1;$orderby=phenomenonTime desc),Thing($select=id)',
    },
  });
  const json = JSON.parse(String(answer.body));
  expect(json['@iot.count']).toBe(600);
  expect(json.value).toHaveLength(600);
  expect(json.value[0]).toMatchObject({ Observations: [{ result: 1 }], Thing: { '@iot.id': 's-0' } });
});
