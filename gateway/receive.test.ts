import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTopic, topics } from '../devices/wire/topics.ts';
import { testStation } from '../test/support/station.ts';
import { createAlertBook } from './alerts/book.ts';
import { createEdgeAccounts } from './books/edge-accounts.ts';
import { createCatalog } from './catalog.ts';
import { createFeed } from './ioc/feed.ts';
import { openLedger } from './ledger.ts';
import { createQuarantine } from './quarantine.ts';
import { createReceiver } from './receive.ts';

const NOW = Date.UTC(2026, 9, 3, 8);

function openReceiver() {
  const clock = { now: NOW };
  const now = () => clock.now;
  const ledger = openLedger(mkdtempSync(join(tmpdir(), 'quantrac-receive-')));
  const catalog = createCatalog(ledger, now);
  const quarantine = createQuarantine(ledger, now);
  const accounts = createEdgeAccounts(ledger, now);
  const alerts = createAlertBook({ ledger, catalog, feed: createFeed(ledger, now), now, onChange: () => {} });
  const receive = createReceiver({
    ingest: { accept: async () => {} },
    catalog,
    alerts,
    quarantine,
    accounts,
    now,
    onQuarantine: () => {},
    onStations: () => {},
    onEdgeStatus: () => {},
    fleet: {},
    onFlowsStatus: () => {},
  });
  const send = (topic: string, body: object) => {
    const parsed = parseTopic(topic);
    if (parsed === null) throw new Error(topic);
    const account = { name: 'edge-a', kind: 'edge' } as const;
    return receive({ topic, parsed, account, payload: Buffer.from(JSON.stringify(body)) });
  };
  return { clock, catalog, quarantine, accounts, alerts, send };
}

const smoke = {
  station: 'post-1',
  parameter: 'smoke',
  limit: 'fire-smoke',
  level: 'critical',
  threshold: 1,
} as const;

test('an alarm from an edge without a trusted clock is of now, not of 1970', async () => {
  const { clock, alerts, quarantine, send } = openReceiver();
  const station = testStation({ id: 'post-1', kind: 'fire', parameters: [{ id: 'smoke', period_s: 1 }] });
  await send(topics.inventory('edge-a'), { stations: [station] });
  const topic = topics.alarms('edge-a', 'post-1');
  await send(topic, { ...smoke, state: 'cleared', at: NOW - 60_000, value: 0 });
  await send(topic, { ...smoke, state: 'raised', at: 12_000, value: 1, time_doubtful: true });
  expect(alerts.open()).toMatchObject([{ state: 'active', opened_at: NOW }]);
  // Delivered a second time it is the same alert.
  clock.now += 5000;
  await send(topic, { ...smoke, state: 'raised', at: 12_000, value: 1, time_doubtful: true });
  expect(alerts.list({ state: 'all', limit: 10 })).toHaveLength(1);
  // Time has arrived at the edge: what it says now counts.
  await send(topic, { ...smoke, state: 'cleared', at: NOW + 9000, value: 0 });
  expect(alerts.list({ state: 'all', limit: 10 })).toMatchObject([
    { state: 'cleared', cleared_at: NOW + 9000 },
  ]);
  expect(quarantine.count()).toBe(0);
});

test('an alarm that has waited at an edge without a trusted clock is of its age before the arrival', async () => {
  const { clock, alerts, quarantine, send } = openReceiver();
  const station = testStation({ id: 'post-1', kind: 'fire', parameters: [{ id: 'smoke', period_s: 1 }] });
  await send(topics.inventory('edge-a'), { stations: [station] });
  const topic = topics.alarms('edge-a', 'post-1');
  const raised = { ...smoke, state: 'raised', at: 12_000, value: 1, time_doubtful: true };
  await send(topic, { ...raised, age_s: 7200.5 });
  expect(alerts.open()).toMatchObject([{ state: 'active', opened_at: NOW - 7_200_500 }]);
  clock.now += 60_000;
  await send(topic, { ...raised, age_s: 7260.5 });
  await send(topic, { ...raised, state: 'cleared', at: 5000, value: 0, age_s: 3600 });
  expect(alerts.list({ state: 'all', limit: 10 })).toMatchObject([
    { state: 'cleared', opened_at: NOW - 7_200_500, cleared_at: NOW + 60_000 - 3_600_000 },
  ]);
  // Of a time that is known an age says nothing.
  await send(topic, { ...smoke, state: 'raised', at: NOW, value: 1, age_s: 3600 });
  expect(alerts.open()).toMatchObject([{ opened_at: NOW }]);
  expect(quarantine.count()).toBe(0);
  await send(topic, { ...raised, age_s: -1 });
  expect(quarantine.list(1)[0]?.reason).toMatch(/^age_s: /);
});

test('an alarm after a clock was set back is not taken for an old one', async () => {
  const { alerts, send } = openReceiver();
  const station = testStation({ id: 'post-1', kind: 'fire', parameters: [{ id: 'smoke', period_s: 1 }] });
  await send(topics.inventory('edge-a'), { stations: [station] });
  const topic = topics.alarms('edge-a', 'post-1');
  await send(topic, { ...smoke, state: 'cleared', at: NOW + 180_000, value: 0 });
  await send(topic, { ...smoke, state: 'raised', at: NOW - 5000, value: 1, time_doubtful: true });
  expect(alerts.open()).toMatchObject([{ state: 'active' }]);
});

test('what an edge says of its clock is kept with its status, and a sender without one is as good', async () => {
  const { catalog, quarantine, send } = openReceiver();
  const clock = { trusted: false, reason: 'no time server reached', source: 'none', since_boot_s: 12 };
  await send(topics.status('edge-a'), { online: true, at: NOW, clock });
  expect(catalog.edges()).toMatchObject([{ name: 'edge-a', status: { online: true, clock } }]);
  await send(topics.status('edge-a'), { online: true });
  expect(catalog.edges()[0]?.status).toEqual({ online: true });
  expect(quarantine.count()).toBe(0);
});

test('an account is taken of the edge that owns the station, once, and what waits is forgotten when it goes', async () => {
  const { accounts, quarantine, send } = openReceiver();
  await send(topics.inventory('edge-a'), {
    stations: [testStation({ id: 'post-1', kind: 'fire', parameters: [{ id: 'smoke', period_s: 1 }] })],
  });
  const hour = NOW - (NOW % 3_600_000);
  const lost = (number: number) => ({
    outbox: '42',
    number,
    entries: [
      { station: 'post-1', parameter: 'smoke', hour, cause: 'dropped', readings: 5 },
      { station: 'of-another', parameter: 'smoke', hour, cause: 'dropped', readings: 5 },
    ],
  });
  const waiting = [{ station: 'post-1', hour, points: { smoke: 7 } }];
  const account = { at: NOW, waiting, lost: lost(1) };
  await send(topics.account('edge-a'), account);
  await send(topics.account('edge-a'), account);
  await send(topics.account('edge-a'), { at: NOW, lost: lost(2) });
  expect(accounts.losses('post-1', hour, NOW + 1)).toEqual([
    { hour, parameter: 'smoke', cause: 'dropped', count: 10 },
  ]);
  expect(accounts.losses('of-another', hour, NOW + 1)).toEqual([]);
  expect(accounts.waiting('edge-a', 'post-1')).toEqual({ toldAt: NOW, entries: waiting });
  await send(topics.status('edge-a'), { online: false });
  expect(accounts.waiting('edge-a', 'post-1')).toBeUndefined();
  await send(topics.account('edge-a'), { at: NOW, waiting: [{ station: 'post-1', hour: hour + 1 }] });
  expect(quarantine.list(1)[0]?.reason).toBe('waiting.0.hour: must be the start of an hour');
});
