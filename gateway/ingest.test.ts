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
import { openSqliteStore } from './store/sqlite.ts';
import type { Store, StoredReading } from './store/store.ts';

const NOW = Date.UTC(2026, 2, 5, 6, 0, 0);

function setUp(wrap: (store: Store) => Store = (store) => store) {
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
    catalog,
    quarantine,
    now: () => NOW,
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
  return { ingest, send, stored, quarantine, live, counted };
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
