import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { topics } from '../devices/wire/topics.ts';
import { testStation } from '../test/support/station.ts';
import { createAudit } from './audit/audit.ts';
import { createCatalog } from './catalog.ts';
import { createIngest } from './ingest.ts';
import { openLedger } from './ledger.ts';
import { createQuarantine, type QuarantineBounds } from './quarantine.ts';
import { createRerun } from './quarantine-rerun.ts';
import { openSqliteStore } from './store/sqlite.ts';
import { createUnitLock } from './unit-lock.ts';

const NOW = Date.UTC(2026, 2, 5, 6, 0, 0);

function setUp(bounds?: QuarantineBounds) {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-quarantine-'));
  const ledger = openLedger(folder);
  const clock = { now: NOW };
  const now = () => clock.now;
  const catalog = createCatalog(ledger, now);
  const quarantine = createQuarantine(ledger, now, bounds);
  const store = openSqliteStore(folder);
  const live: unknown[] = [];
  const ingest = createIngest({
    store,
    catalog,
    units: createUnitLock(ledger),
    quarantine,
    now,
    log: pino({ level: 'silent' }),
    counters: { accepted: () => {}, quarantined: () => {} },
    onLive: (_, readings) => live.push(...readings),
  });
  const audit = createAudit(ledger, now);
  const announce = (...parameters: ('ph' | 'turbidity')[]) =>
    catalog.announce('edge-a', {
      stations: [testStation({ id: 'cau-do', parameters: parameters.map((id) => ({ id, period_s: 10 })) })],
    });
  const send = (pack: unknown) =>
    ingest.accept({
      edge: 'edge-a',
      station: 'cau-do',
      topic: topics.readings('edge-a', 'cau-do'),
      payload: Buffer.from(JSON.stringify(pack)),
      live: true,
    });
  const points = (parameter: 'ph' | 'turbidity') =>
    store.points({ station: 'cau-do', parameter, from: 0, to: NOW * 2, aggregate: 'mean', limit: 100 });
  return {
    ledger,
    clock,
    quarantine,
    announce,
    send,
    points,
    live,
    rerun: createRerun({ ledger, quarantine, ingest, catalog, audit }),
    audit,
  };
}

const entry = (client: string, payload: string) => ({ client, topic: 't', reason: 'r', records: 1, payload });
const first = (ids: number[]): number => ids[0] ?? 0;

test('what passes after its station was announced is stored as backlog, at the time it was measured, and leaves', async () => {
  const { announce, send, points, quarantine, rerun, live, clock, audit } = setUp();
  // Relative times count from the arrival, also days later.
  await send([{ bn: 'urn:quantrac:cau-do:', n: 'ph', v: 7, t: -60 }]);
  expect(quarantine.list(10)).toMatchObject([{ client: 'edge-a', whole: true, at: NOW }]);
  clock.now += 86_400_000;
  const id = first(quarantine.ids(1));
  expect(await rerun(id)).toMatchObject({
    passed: false,
    stored: 0,
    reason: expect.stringContaining('unknown station'),
  });
  announce('ph');
  expect(await rerun(id)).toEqual({ id, passed: true, stored: 1, reason: null });
  expect(await points('ph')).toEqual([[NOW - 60_000, 7, 1]]);
  expect(live).toEqual([]);
  expect(quarantine.count()).toBe(0);
  expect(await rerun(id)).toBeNull();
  expect(
    audit.page({ order: 'oldest', after: null, limit: 10, action: 'quarantine', areas: null }).entries,
  ).toMatchObject([
    { what: `quarantine/${id}/cau-do`, area: null, after: { passed: false, stored: 0 } },
    {
      what: `quarantine/${id}/cau-do`,
      area: expect.any(String),
      before: { client: 'edge-a' },
      after: { passed: true, stored: 1 },
    },
  ]);
});

test('a record that was refused among good ones keeps its base fields, and what fails again stays with its new reason', async () => {
  const { announce, send, points, quarantine, rerun } = setUp();
  announce('ph');
  const bt = NOW / 1000;
  await send([
    { bn: 'urn:quantrac:cau-do:', bt, n: 'ph', v: 7 },
    { n: 'turbidity', v: 3, t: -1 },
    { n: 'xyz', v: 1 },
  ]);
  announce('ph', 'turbidity');
  const id = first(quarantine.ids(1));
  expect(await rerun(id)).toEqual({ id, passed: false, stored: 1, reason: 'unknown parameter "xyz"' });
  expect(await points('turbidity')).toEqual([[NOW - 1000, 3, 1]]);
  expect(quarantine.list(10)).toMatchObject([
    { id, records: 1, payload: JSON.stringify([{ bn: 'urn:quantrac:cau-do:', bt, n: 'xyz', v: 1 }]) },
  ]);
});

test('an alarm and a payload of which a part was kept are not run again', async () => {
  const { quarantine, rerun } = setUp();
  await quarantine.add({ ...entry('edge-a', '{}'), topic: topics.alarms('edge-a', 'cau-do') });
  await quarantine.add({
    ...entry('edge-a', 'x'.repeat(3_000_000)),
    topic: topics.readings('edge-a', 'cau-do'),
  });
  const [alarm, large] = quarantine.ids(10);
  expect(await rerun(alarm ?? 0)).toMatchObject({
    passed: false,
    reason: expect.stringContaining('only readings'),
  });
  expect(await rerun(large ?? 0)).toMatchObject({
    passed: false,
    reason: expect.stringContaining('beginning'),
  });
  expect(quarantine.get(large ?? 0)).toMatchObject({ size: 3_000_000, whole: false });
  expect(quarantine.bytes()).toBe(2 + 16_384);
});

test('it is bounded, and one client that sends rubbish does not push out what others sent', async () => {
  const { ledger, quarantine } = setUp({ entries: 20, bytes: 10_000 });
  await quarantine.add(entry('calm', 'kept'));
  for (let n = 0; n < 100; n++) void quarantine.add(entry('flood', `rubbish ${n}`));
  await quarantine.add(entry('calm', 'kept too'));
  expect(quarantine.count()).toBe(20);
  expect(quarantine.list(100, { client: 'calm' })).toHaveLength(2);
  expect(quarantine.list(1, { client: 'flood' })).toMatchObject([{ payload: 'rubbish 99' }]);
  for (let n = 0; n < 30; n++) void quarantine.add(entry('large', 'x'.repeat(1000)));
  await quarantine.add(entry('large', 'last'));
  expect(quarantine.bytes()).toBeLessThanOrEqual(10_000);
  expect(quarantine.list(100, { client: 'calm' })).toHaveLength(2);
  // What is known of it is the same after a restart.
  const after = createQuarantine(ledger, () => NOW);
  expect([after.count(), after.bytes()]).toEqual([quarantine.count(), quarantine.bytes()]);
});

test('it is read by client and reason, newest first, and entries are removed', async () => {
  const { quarantine } = setUp();
  await quarantine.add({ ...entry('a', 'x'.repeat(5000)), reason: 'unknown station "p"' });
  await quarantine.add({ ...entry('a', '1'), reason: 'the payload is no JSON' });
  await quarantine.add({ ...entry('b', '2'), reason: 'the payload is no JSON' });
  expect(quarantine.list(10, { client: 'a' }).map(({ reason }) => reason)).toEqual([
    'the payload is no JSON',
    'unknown station "p"',
  ]);
  expect(quarantine.list(10, { reason: 'no JSON' })).toHaveLength(2);
  const id = first(quarantine.ids(1));
  expect(quarantine.list(10).at(-1)?.payload).toHaveLength(2000);
  expect(quarantine.get(id)?.payload).toHaveLength(5000);
  expect(quarantine.remove([id, id])).toBe(1);
  expect(quarantine.count()).toBe(2);
});
