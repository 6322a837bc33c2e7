import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { testStation } from '../test/support/station.ts';
import { createCatalog } from './catalog.ts';
import { createIngest } from './ingest.ts';
import { openLedger } from './ledger.ts';
import { createQuarantine } from './quarantine.ts';
import { RefusedReadings } from './store/refused.ts';
import { openSqliteStore } from './store/sqlite.ts';
import type { Store, StoredReading } from './store/store.ts';
import { createUnitLock } from './unit-lock.ts';

const NOW = Date.UTC(2026, 2, 5, 6, 0, 0);

function setUp(wrap: (store: Store) => Store = (store) => store, group?: number, now = () => NOW) {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-ingest-'));
  const ledger = openLedger(folder);
  const catalog = createCatalog(ledger, () => NOW);
  catalog.announce('edge-a', {
    stations: [testStation({ id: 'cau-do', parameters: [{ id: 'ph', period_s: 10 }] })],
  });
  const quarantine = createQuarantine(ledger, () => NOW);
  const store = openSqliteStore(folder);
  const live: StoredReading[] = [];
  const counted = { accepted: 0, quarantined: 0 };
  const ingest = createIngest({
    store: wrap(store),
    ...(group !== undefined && { group }),
    catalog,
    units: createUnitLock(ledger),
    quarantine,
    now,
    log: pino({ level: 'silent' }),
    counters: {
      accepted: (n) => {
        counted.accepted += n;
      },
      quarantined: (n) => {
        counted.quarantined += n;
      },
    },
    onLive: (_, readings) => live.push(...readings),
  });
  const send = (pack: unknown, extra: Partial<Parameters<typeof ingest.accept>[0]> = {}) =>
    ingest.accept({
      edge: 'edge-a',
      station: 'cau-do',
      topic: 't',
      payload: Buffer.from(typeof pack === 'string' ? pack : JSON.stringify(pack)),
      live: true,
      ...extra,
    });
  const stored = () =>
    store.points({
      station: 'cau-do',
      parameter: 'ph',
      from: 0,
      to: NOW * 2,
      aggregate: 'mean',
      limit: 1000,
    });
  return { ingest, send, stored, quarantine, live, counted, catalog, ledger };
}

const ph = (value: number, at = NOW) => ({ n: 'urn:quantrac:cau-do:ph', t: at / 1000, v: value });

test('what is accepted is stored before it is acknowledged, and told as live', async () => {
  const { send, stored, live, counted } = setUp();
  await send([ph(7.1)]);
  expect(await stored()).toEqual([[NOW, 7.1, 1]]);
  expect(live).toMatchObject([{ parameter: 'ph', value: 7.1, receivedAt: NOW }]);
  expect(counted).toEqual({ accepted: 1, quarantined: 0 });
});

test.each<[string, unknown, Record<string, unknown>, string]>([
  ['no SenML', 'hello', {}, 'not SenML'],
  ['an unknown station', [ph(7)], { station: 'nowhere' }, 'unknown station "nowhere"'],
  ["another edge's station", [ph(7)], { edge: 'edge-b' }, 'unknown station "cau-do"'],
  [
    'a parameter that was not announced',
    [{ n: 'urn:quantrac:cau-do:turbidity', v: 7 }],
    {},
    'unknown parameter "turbidity"',
  ],
  ['an unknown parameter', [{ n: 'urn:quantrac:cau-do:xyz', v: 7 }], {}, 'unknown parameter "xyz"'],
  ['a time 6 minutes ahead', [ph(7, NOW + 360_000)], {}, 'more than 5 minutes ahead'],
])('%s goes into quarantine with its reason and is acknowledged', async (_, pack, extra, reason) => {
  const { send, stored, quarantine, counted, live } = setUp();
  await send(pack, extra);
  expect(quarantine.list(10)).toMatchObject([
    { topic: 't', reason: expect.stringContaining(reason), records: 1 },
  ]);
  expect(counted).toEqual({ accepted: 0, quarantined: 1 });
  expect(await stored()).toEqual([]);
  expect(live).toEqual([]);
});

test('a bad record costs itself, not its neighbours, and a time 4 minutes ahead passes', async () => {
  const { send, stored, quarantine } = setUp();
  await send([ph(7), { n: 'urn:quantrac:cau-do:xyz', v: 1 }, ph(8, NOW + 240_000)]);
  expect(await stored()).toHaveLength(2);
  expect(quarantine.list(10)).toMatchObject([
    { records: 1, payload: '[{"n":"urn:quantrac:cau-do:xyz","v":1}]' },
  ]);
});

test('backlog and late readings are stored and never told as live', async () => {
  const { send, stored, live } = setUp();
  await send([ph(7)], { live: false });
  await send([ph(8, NOW - 600_000)]);
  expect(await stored()).toHaveLength(2);
  expect(live).toEqual([]);
});

test('while the store refuses, nothing is acknowledged; then everything is, in few commits', async () => {
  let broken = true;
  let commits = 0;
  const tried = Promise.withResolvers<void>();
  const { send, stored } = setUp((store) => ({
    ...store,
    async append(readings) {
      commits++;
      tried.resolve();
      if (broken) throw new Error('database away');
      await store.append(readings);
    },
  }));
  let acknowledged = 0;
  const sends = Array.from({ length: 50 }, (_, n) =>
    send([ph(n, NOW - n)]).then(() => {
      acknowledged++;
    }),
  );
  await tried.promise;
  await nextTurn();
  expect(acknowledged).toBe(0);
  expect(commits).toBe(1);
  broken = false;
  await Promise.all(sends);
  expect(await stored()).toHaveLength(50);
  expect(commits).toBeLessThan(5);
});

test('stopping gives up what the store refuses without acknowledging it', async () => {
  const tried = Promise.withResolvers<void>();
  const { send, ingest } = setUp((store) => ({
    ...store,
    async append() {
      tried.resolve();
      throw new Error('away');
    },
  }));
  const sent = expect(send([ph(7)])).rejects.toThrow('stops');
  await tried.promise;
  await ingest.stop();
  await sent;
});

test('readings that the store refuses for good go into quarantine, and the others are acknowledged', async () => {
  const { send, stored, quarantine, live, counted } = setUp((store) => ({
    ...store,
    async append(readings) {
      await store.append(readings.filter(({ value }) => value !== 13));
      const bad = readings.filter(({ value }) => value === 13);
      if (bad.length > 0)
        // A store on another thread answers copies.
        throw new RefusedReadings(
          bad.map((reading) => ({ reading: { ...reading }, reason: 'field type conflict' })),
        );
    },
  }));
  await Promise.all([send([ph(7), ph(13, NOW - 1000)]), send([ph(8, NOW - 2000)])]);
  expect(await stored()).toHaveLength(2);
  expect(live.map(({ value }) => value)).toEqual([7, 8]);
  expect(counted).toEqual({ accepted: 2, quarantined: 1 });
  expect(quarantine.list(10)).toMatchObject([
    {
      reason: 'the store refuses it: field type conflict',
      records: 1,
      payload: expect.stringContaining('"v":13'),
    },
  ]);
});

test('clients take turns: one that floods delays the others by one group, and live goes before backlog', async () => {
  const groups: number[][] = [];
  const free = Promise.withResolvers<void>();
  const { send, catalog, ingest } = setUp(
    (store) => ({
      ...store,
      async append(readings) {
        if (groups.push(readings.map(({ value }) => value ?? -1)) === 1) await free.promise;
        await store.append(readings);
      },
    }),
    2,
  );
  catalog.announce('edge-b', {
    stations: [testStation({ id: 'other', parameters: [{ id: 'ph', period_s: 10 }] })],
  });
  const other = (value: number) =>
    send([{ ...ph(value), n: 'urn:quantrac:other:ph' }], { edge: 'edge-b', station: 'other' });
  const first = send([ph(0)]);
  await nextTurn();
  await nextTurn();
  const rest = [
    ...Array.from({ length: 6 }, (_, n) => send([ph(100 + n, NOW - n)], { live: false })),
    send([ph(50, NOW - 50)]),
    other(60),
  ];
  free.resolve();
  await Promise.all([first, ...rest]);
  // The group that was open had two of the flood already.
  expect(groups[1]).toEqual([100, 101]);
  expect(groups[2]).toEqual([50, 60]);
  expect(groups.flat()).toHaveLength(9);
  await ingest.stop();
});

test('what waited longer for the store than live is allowed to be old is not told as live', async () => {
  const clock = { now: NOW };
  const { send, live, stored } = setUp(
    (store) => ({
      ...store,
      async append(readings) {
        clock.now += 600_000;
        await store.append(readings);
      },
    }),
    undefined,
    () => clock.now,
  );
  await send([ph(7)]);
  expect(await stored()).toHaveLength(1);
  expect(live).toEqual([]);
});
