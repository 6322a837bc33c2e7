/** Payloads by chance through the real ingest and store: each is stored or refused with a reason, nothing else happens. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import { createCatalog } from '../../gateway/catalog.ts';
import { createIngest } from '../../gateway/ingest.ts';
import { openLedger } from '../../gateway/ledger.ts';
import { createQuarantine } from '../../gateway/quarantine.ts';
import { openSqliteStore } from '../../gateway/store/sqlite.ts';
import { createUnitLock } from '../../gateway/unit-lock.ts';
import { testStation } from '../support/station.ts';
import { type Chance, heapUsed, MB, runCases } from './support.ts';

const NOW = Date.UTC(2026, 2, 5, 6, 0, 0);
const YEAR_2100_S = Date.UTC(2100, 0, 1) / 1000;
const CASES = 1500;

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-fuzz-'));
  const ledger = openLedger(folder);
  const catalog = createCatalog(ledger, () => NOW);
  catalog.announce('edge-a', {
    stations: [
      testStation({
        id: 'cau-do',
        parameters: [
          { id: 'ph', period_s: 10 },
          { id: 'air_temperature', period_s: 10 },
        ],
      }),
    ],
  });
  const quarantine = createQuarantine(ledger, () => NOW);
  const store = openSqliteStore(folder);
  const counted = { accepted: 0, quarantined: 0 };
  const ingest = createIngest({
    store,
    catalog,
    units: createUnitLock(ledger),
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
    onLive: () => {},
  });
  const send = (payload: Buffer) =>
    ingest.accept({
      edge: 'edge-a',
      station: 'cau-do',
      topic: topics.readings('edge-a', 'cau-do'),
      payload,
      live: true,
    });
  return { send, store, quarantine, counted };
}

const odd = (pick: Chance): unknown =>
  pick.one<unknown>([
    null,
    true,
    pick.text(),
    pick.whole(-5, 5),
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    [],
    {},
    [[[]]],
    { __proto__: { n: 'ph' }, toString: 1 },
  ]);
const time = (pick: Chance): unknown =>
  pick.one<unknown>([0, 1, -60, 1e308, YEAR_2100_S, NOW / 1000, NOW / 1000 - pick.whole(0, 1e9), odd(pick)]);

function record(pick: Chance): Record<string, unknown> {
  const made: Record<string, unknown> = {
    n: pick.one([
      'ph',
      'ph',
      'ph',
      'air_temperature',
      'xyz',
      '__proto__',
      'constructor',
      pick.text(),
      'a\r\nb\u0000',
    ]),
    v: pick.one<unknown>([7, 7.5, 8, odd(pick)]),
  };
  if (pick.random() < 0.6)
    made.bn =
      pick.random() < 0.8
        ? 'urn:quantrac:cau-do:'
        : pick.one(['urn:quantrac:other:', pick.text(), odd(pick)]);
  if (pick.random() < 0.4) made[pick.one(['t', 'bt'])] = time(pick);
  if (pick.random() < 0.4)
    made[pick.one(['u', 'bu'])] = pick.one(['pH', 'Cel', 'degF', 'constructor', odd(pick)]);
  if (pick.random() < 0.3) made.qf = pick.one<unknown>([1, 2, 3, 4, 9, odd(pick)]);
  if (pick.random() < 0.3) made.qr = odd(pick);
  if (pick.random() < 0.1) made[pick.text() + pick.one(['', '_'])] = odd(pick);
  return made;
}

const nested = (depth: number, open: string, inner: string, close: string) =>
  Buffer.from(open.repeat(depth) + inner + close.repeat(depth));

function payload(pick: Chance): Buffer {
  const pack = Buffer.from(JSON.stringify(Array.from({ length: pick.whole(1, 12) }, () => record(pick))));
  switch (pick.whole(0, 9)) {
    case 0:
      return pick.bytes(pick.whole(0, 200));
    case 1:
      return Buffer.from(JSON.stringify(odd(pick)) ?? '');
    case 2:
      return Buffer.from('[{"bn":"urn:quantrac:cau-do:","n":"ph","n":"xyz","n":"ph","v":NaN,"v":1,"v":2}]');
    case 3:
      return Buffer.from('[{"n":"urn:quantrac:cau-do:ph","v":1,"v":2,"t":1e999}]');
    case 4:
    case 5:
      return pick.mutated(pack);
    default:
      return pack;
  }
}

test('thousands of payloads by chance: each is stored or told with its reason, and the memory stays', async () => {
  const { send, store, quarantine, counted } = setUp();
  await runCases(200, 50, (pick) => send(payload(pick)));
  const before = heapUsed();
  await runCases(CASES, 50, (pick) => send(payload(pick)));
  expect(heapUsed() - before).toBeLessThan(20 * MB);
  // Both ways were really gone, whatever the seed.
  expect(counted.accepted).toBeGreaterThan(200);
  expect(counted.quarantined).toBeGreaterThan(500);
  for (const entry of quarantine.list(10_000)) {
    expect(entry.reason).toMatch(/^\P{Cc}{5,}$/u);
    expect(entry.records).toBeGreaterThan(0);
  }
  for (const parameter of ['ph', 'air_temperature'] as const) {
    const rows = await store.rows({ station: 'cau-do', parameter, from: 0, to: 8.64e15, limit: 100_000 });
    for (const { at, value, flag, reason } of rows) {
      expect(value === null || Number.isFinite(value)).toBe(true);
      expect(at).toBeLessThanOrEqual(NOW + 300_000);
      expect(value !== null || (flag !== 1 && reason !== null)).toBe(true);
    }
  }
}, 60_000);

test.each<[string, Buffer]>([
  ['a million brackets', nested(500_000, '[', '', ']')],
  ['a million unclosed brackets', Buffer.from('['.repeat(1_000_000))],
  ['objects in objects', nested(100_000, '{"a":', '1', '}')],
  ['a value 100,000 deep', Buffer.from(`[{"n":"ph","v":${nested(100_000, '[', '1', ']')}}]`)],
  [
    'a flag 100,000 deep',
    Buffer.from(`[{"n":"urn:quantrac:cau-do:ph","v":1,"qf":${nested(100_000, '[', '1', ']')}}]`),
  ],
  ['a record 100,000 deep', Buffer.from(`[${nested(100_000, '[', '1', ']')}]`)],
  ['10 MB in one string', Buffer.from(`[{"n":"${'x'.repeat(10 * MB)}","v":1}]`)],
  ['10 MB of records', Buffer.from(`[${'{"n":"ph","v":1},'.repeat(600_000)}{}]`)],
  ['a number of 10 MB', Buffer.from(`[{"n":"urn:quantrac:cau-do:ph","v":${'9'.repeat(10 * MB)}}]`)],
  ['50,000 fields', Buffer.from(`[{${Array.from({ length: 50_000 }, (_, n) => `"f${n}":1`).join(',')}}]`)],
])('%s is told with its reason', async (_, bytes) => {
  const { send, quarantine } = setUp();
  await send(bytes);
  const entries = quarantine.list(2);
  expect(entries).toHaveLength(1);
  expect(entries[0]?.reason).toMatch(/^\P{Cc}{5,300}$/u);
  expect(quarantine.bytes()).toBeLessThan(2 * MB);
});
