/** Status of stations and edges, and the heartbeat: on change, once, and with true counts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testStation } from '../../test/support/station.ts';
import { createAlertBook } from '../alerts/book.ts';
import { alertSettingsSchema } from '../alerts/settings.ts';
import { createSilence } from '../alerts/silence.ts';
import { createAudit } from '../audit/audit.ts';
import { createCatalog } from '../catalog.ts';
import { openLedger } from '../ledger.ts';
import { createLiveReadings } from '../live.ts';
import { watchOnce } from '../watch.ts';
import { createFeed } from './feed.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createStatusRecords } from './status.ts';

const STATIONS = ['post-1', 'post-2'].map((id) =>
  testStation({ id, kind: 'fire', parameters: [{ id: 'smoke', period_s: 60 }] }),
);

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-status-'));
  const clock = { now: Date.UTC(2026, 3, 1) };
  const now = () => clock.now;
  const settings = alertSettingsSchema.parse({});
  const start = () => {
    const ledger = openLedger(folder);
    const feed = createFeed(ledger, now);
    const status = createStatusRecords(ledger, feed, now);
    const catalog = createCatalog(ledger, now, status);
    const live = createLiveReadings();
    const silence = createSilence({ catalog, live, flows: { last: () => null }, settings, now });
    const alerts = createAlertBook({ ledger, catalog, feed, now, settings, silence, onChange: () => {} });
    const audit = createAudit(ledger, now);
    const heartbeat = createHeartbeat({ feed, catalog, alerts, status, audit, now });
    return { ledger, feed, status, catalog, live, silence, alerts, heartbeat };
  };
  let parts = start();
  onTestFinished(() => {
    parts.ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const report = (...stations: string[]) =>
    parts.live.update(
      stations.map((station) => ({
        ...{ station, parameter: 'smoke' as const, at: now(), value: 0 },
        ...{ flag: 1 as const, reason: null, receivedAt: now() },
      })),
    );
  return {
    clock,
    report,
    get parts() {
      return parts;
    },
    pass(seconds: number, ...stations: string[]) {
      for (let passed = 0; passed < seconds; passed += 5) {
        clock.now += 5000;
        report(...stations);
        watchOnce({ ...parts, now });
      }
    },
    restart() {
      parts.ledger.close();
      parts = start();
    },
    told: () =>
      parts.feed.after(0, 1000).flatMap((record) => {
        if (record.kind === 'station.status') return `${record.station.id} ${record.station.status}`;
        return record.kind === 'edge.status' ? `${record.edge.name} ${record.edge.online}` : [];
      }),
  };
}

test('a station reports, falls silent and is withdrawn; each is told once, also over a restart', () => {
  const rig = open();
  rig.parts.catalog.announce('edge-a', { stations: STATIONS });
  rig.parts.catalog.setEdgeStatus('edge-a', { online: true });
  rig.pass(60);
  expect(rig.told()).toEqual(['edge-a true']);
  rig.pass(10, 'post-1', 'post-2');
  rig.restart();
  rig.parts.catalog.setEdgeStatus('edge-a', { online: true });
  rig.pass(10, 'post-1', 'post-2');
  rig.pass(880, 'post-2');
  expect(rig.told()).toEqual(['edge-a true', 'post-1 reporting', 'post-2 reporting']);
  rig.pass(60, 'post-2');
  expect(rig.parts.status.reporting()).toBe(1);
  rig.parts.catalog.announce('edge-a', { stations: STATIONS.slice(0, 1) });
  expect(rig.told().slice(3)).toEqual(['post-1 silent', 'post-2 withdrawn']);
  rig.pass(10, 'post-1');
  expect(rig.told().slice(5)).toEqual(['post-1 reporting']);
});

test('an edge that is back within a minute of a start was never away; one that is not is told', () => {
  const rig = open();
  const { catalog } = rig.parts;
  for (const name of ['edge-a', 'edge-b']) catalog.setEdgeStatus(name, { online: true });
  rig.restart();
  rig.pass(20);
  rig.parts.catalog.setEdgeStatus('edge-a', { online: true });
  rig.pass(100);
  expect(rig.told()).toEqual(['edge-a true', 'edge-b true', 'edge-b false']);
  rig.parts.catalog.setEdgeStatus('edge-a', { online: false });
  rig.parts.catalog.setEdgeStatus('edge-a', { online: false });
  rig.parts.catalog.setEdgeStatus('edge-a', { online: true });
  expect(rig.told().slice(3)).toEqual(['edge-a false', 'edge-a true']);
});

test('the record of a status is written with it or not at all', () => {
  const rig = open();
  rig.parts.ledger.db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON edge BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
  );
  expect(() => rig.parts.catalog.setEdgeStatus('edge-a', { online: true })).toThrow('disk is full');
  expect(rig.told()).toEqual([]);
  rig.parts.ledger.db.exec('DROP TRIGGER full');
  rig.parts.ledger.db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON feed BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
  );
  expect(() => rig.parts.catalog.setEdgeStatus('edge-a', { online: true })).toThrow('disk is full');
  expect(rig.parts.catalog.edge('edge-a')).toBeUndefined();
  rig.parts.ledger.db.exec('DROP TRIGGER full');
  rig.parts.catalog.setEdgeStatus('edge-a', { online: true });
  expect(rig.told()).toEqual(['edge-a true']);
});

test('a heartbeat counts what there was since the one before, and what it could not write the next one tells', () => {
  const rig = open();
  const since = rig.clock.now;
  const { catalog, heartbeat, alerts, feed, ledger } = rig.parts;
  catalog.announce('edge-a', { stations: STATIONS });
  catalog.setEdgeStatus('edge-a', { online: true });
  rig.pass(10, 'post-1');
  const alarm = { station: 'post-1', parameter: 'smoke', limit: 'x', level: 'critical' } as const;
  alerts.report({ ...alarm, state: 'raised', at: rig.clock.now, value: 1, threshold: 1 }, 'edge-a');
  heartbeat.stored(5);
  ledger.db.exec("CREATE TRIGGER full BEFORE INSERT ON feed BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
  expect(() => heartbeat.beat()).toThrow('disk is full');
  ledger.db.exec('DROP TRIGGER full');
  heartbeat.stored(2);
  heartbeat.beat();
  rig.clock.now += 60_000;
  heartbeat.beat();
  const beats = feed.after(0, 100).flatMap((record) => ('heartbeat' in record ? record.heartbeat : []));
  const alike = {
    stations: 2,
    stations_reporting: 1,
    edges: 1,
    edges_online: 1,
    audit: { number: 2, hash: expect.any(String) },
  };
  const open_alerts = { notice: 0, warning: 0, critical: 1 };
  expect(beats).toEqual([
    { since, records: 3, readings: 7, ...alike, open_alerts },
    { since: since + 10_000, records: 0, readings: 0, ...alike, open_alerts },
  ]);
});
