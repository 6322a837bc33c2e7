/** Pages of Observations over several Datastreams: what they read, and what they refuse. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../devices/simulator/random.ts';
import { testStation } from '../../test/support/station.ts';
import type { KnownStation } from '../catalog.ts';
import { createBudget } from './budget.ts';
import { createGraph, type Datastream } from './graph.ts';
import { pageOfObservations } from './observations.ts';
import { propertyOf } from './properties.ts';
import { parseOptions } from './query/options.ts';
import type { Row, SeriesRows } from './series.ts';

const PARAMETER = 'ph';

/** Stations whose rows are given; of those in `live` the newest row is known without asking. */
function rig(rowsOf: ReadonlyMap<string, readonly number[]>, live: ReadonlySet<string> = new Set()) {
  const stations = Array.from(rowsOf.keys(), (id): KnownStation => {
    const station = testStation({ id, parameters: [{ id: PARAMETER, period_s: 60 }] });
    return { ...station, edge: 'edge-a', parameterIds: new Set([PARAMETER]) };
  });
  const row = (at: number): Row => ({ at, value: at, flag: 1, reason: null, receivedAt: at + 1000 });
  const asked = { questions: 0, rows: 0 };
  const answer = (times: readonly number[]): Row[] => {
    asked.questions++;
    asked.rows += times.length;
    return times.map(row);
  };
  const between = (station: string, from: number, to: number): readonly number[] =>
    (rowsOf.get(station) ?? []).filter((at) => at >= from && at < to);
  const series: SeriesRows = {
    newest: ({ station }) => {
      const at = live.has(station) ? rowsOf.get(station)?.at(-1) : undefined;
      return at === undefined ? undefined : row(at);
    },
    ascending: async ({ station }, { from, to, limit }) => answer(between(station, from, to).slice(0, limit)),
    descending: async ({ station }, { from, to, limit }) =>
      answer(between(station, from, to).slice(-limit).reverse()),
    count: async ({ station }, { from, to, limit }) => Math.min(limit, between(station, from, to).length),
  };
  const graph = createGraph({
    catalog: { all: () => [...stations], get: (id) => stations.find((station) => station.id === id) },
    derived: { publishedAt: () => new Set() },
  });
  const page = (query: Readonly<Record<string, string>>, top = 100, guessNext = false) =>
    pageOfObservations(
      {
        series,
        graph,
        budget: createBudget(),
        property: (entity, name) => propertyOf(entity, name, () => null),
      },
      {
        datastreams: graph.all('Datastreams') as readonly Datastream[],
        ...{ options: parseOptions(Object.entries(query)), top, guessNext },
      },
    );
  return { page, asked };
}

test.each([
  ['desc', 1],
  ['asc', 2],
  ['desc', 3],
  ['asc', 4],
])(
  'pages %s say each Observation once, in order of time and id, however they lie (%i)',
  async (order, seed) => {
    const random = seededRandom(seed);
    const rowsOf = new Map<string, number[]>();
    const live = new Set<string>();
    for (let station = 0; station < 30; station++) {
      // Few different times: many are the same in several Datastreams.
      const times = Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 100));
      rowsOf.set(
        `s-${station}`,
        [...new Set(times)].sort((a, b) => a - b),
      );
      if (random() < 0.5) live.add(`s-${station}`);
    }
    const [from, to] = [10, 90];
    const expected = [...rowsOf]
      .flatMap(([id, times]) => times.map((at) => ({ id: `${id}:${PARAMETER}`, at })))
      .filter(({ at }) => at >= from && at < to)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .map(({ id, at }) => `${id}:${at}`);
    if (order === 'desc') expected.reverse();
    const { page } = rig(rowsOf, live);
    const $filter = `phenomenonTime ge ${new Date(from).toISOString()} and ${new Date(to).toISOString()} gt phenomenonTime`;
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const query = {
        $orderby: `phenomenonTime ${order}`,
        $filter,
        ...(after !== null && { $skiptoken: after }),
      };
      const { entities, next } = await page(query, 7);
      found.push(...entities.map(({ id }) => id));
      if (next === null) break;
      after = next.$skiptoken;
    }
    expect(found).toEqual(expected);
    expect((await page({ $filter, $count: 'true' }, 0)).count).toBe(expected.length);
  },
);

test('the newest of a thousand live Datastreams are a few questions', async () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `s-${index}`);
  const { page, asked } = rig(new Map(ids.map((id, index) => [id, [index, index + 5000]])), new Set(ids));
  const { entities } = await page({}, 10);
  expect(entities.map(({ row }) => row?.at)).toEqual(Array.from({ length: 10 }, (_, index) => 5999 - index));
  expect(asked.questions).toBeLessThan(20);
});

test('the newest one of a live Datastream is no question', async () => {
  const { page, asked } = rig(new Map([['s', [1, 2, 3]]]), new Set(['s']));
  const { entities, next } = await page({ $orderby: 'phenomenonTime desc' }, 1, true);
  expect(entities[0]?.row?.at).toBe(3);
  expect(next?.$skiptoken).toBe('s:ph:3');
  expect(asked.questions).toBe(0);
});

test('an id is found by its Datastream and time alone', async () => {
  const { page, asked } = rig(
    new Map([
      ['a', [1, 2]],
      ['b', [1, 2]],
    ]),
  );
  const { entities } = await page({ $filter: "id eq 'b:ph:2'" });
  expect(entities.map(({ id }) => id)).toEqual(['b:ph:2']);
  expect(asked.rows).toBe(1);
  expect((await page({ $filter: "id eq 'nothing'" })).entities).toEqual([]);
});

const MANY = Array.from({ length: 110_000 }, (_, index) => index);

test.each<[Record<string, string>, string]>([
  [{ $filter: 'result lt 0' }, '$filter: more than 50000 Observations'],
  [{ $orderby: 'result' }, '$orderby: more than 10000 Observations'],
  [{ $count: 'true' }, '$count: more than 100000 Observations'],
])('%o is refused over too many', async (query, reason) => {
  const { page } = rig(new Map([['s', MANY]]));
  await expect(page(query)).rejects.toThrow(reason);
});

test('too many Datastreams of which nothing is known are refused', async () => {
  const { page } = rig(new Map(Array.from({ length: 2100 }, (_, index) => [`s-${index}`, [index]])));
  await expect(page({})).rejects.toThrow('Observations of more than 2000 Datastreams');
});
