import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Limit, limitSchema } from '../../devices/limit.ts';
import type { Alarm, LimitsMessage } from '../../devices/wire/messages.ts';
import { testStation } from '../../test/support/station.ts';
import { createAlertBook } from '../alerts/book.ts';
import { createCatalog, type KnownStation } from '../catalog.ts';
import { createFeed } from '../ioc/feed.ts';
import { openLedger } from '../ledger.ts';
import { createStationLimits, limitsFault } from './limits.ts';

const hot: Limit = {
  name: 'hot',
  parameter: 'air_temperature',
  kind: 'high',
  raise: 40,
  level: 'warning',
  quality: 'good',
  hold_s: 0,
  clear_hold_s: 0,
};
const warm: Limit = { ...hot, name: 'warm', raise: 35 };
const STATION = 'post-1';

function open(folder = mkdtempSync(join(tmpdir(), 'quantrac-limits-'))) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const ledger = openLedger(folder);
  const catalog = createCatalog(ledger, now);
  const alerts = createAlertBook({ ledger, catalog, feed: createFeed(ledger, now), now, onChange: () => {} });
  const published: LimitsMessage[] = [];
  const limits = createStationLimits({
    ledger,
    catalog,
    alerts,
    now,
    publish: (_station, message) => published.push(message),
  });
  const announce = (...ofFile: Limit[]) =>
    limits.announced(
      catalog.announce('edge-a', {
        stations: [
          testStation({
            id: STATION,
            parameters: [{ id: 'air_temperature', period_s: 10 }],
            limits: ofFile,
          }),
        ],
      }).changed,
    );
  const station = () => catalog.get(STATION) as KnownStation;
  return {
    limits,
    alerts,
    published,
    announce,
    station,
    change: (basedOn: number, ...wanted: Limit[]) =>
      limits.change(station(), { basedOn, by: 'lan', reason: 'thử', limits: wanted }),
    /** The edge tells which version it steps. */
    tell: (version: number) => {
      catalog.setEdgeStatus('edge-a', {
        online: true,
        limits: version === 0 ? [] : [{ station: STATION, version, since: clock.now }],
      });
      limits.heard('edge-a');
    },
    alarm: (limit: string, reporter = 'edge-a', state: Alarm['state'] = 'raised') => {
      clock.now += 1000;
      alerts.report(
        {
          station: STATION,
          parameter: 'air_temperature',
          limit,
          state,
          level: 'warning',
          at: clock.now,
          value: 41,
          threshold: 40,
        },
        reporter,
      );
    },
    standing: () => alerts.standing().map(({ limit }) => limit),
    restart: () => {
      ledger.close();
      return open(folder);
    },
  };
}

test('an alarm that was under way when its limit was removed is closed once the edge has taken that over', () => {
  const centre = open();
  centre.announce(hot, warm);
  centre.change(0, warm);
  // The edge does not know it yet: what it raises by its rules is true.
  centre.alarm('hot');
  centre.tell(0);
  expect(centre.standing()).toEqual(['hot']);
  centre.tell(1);
  expect(centre.standing()).toEqual([]);
});

test('what never was a limit here, and a limit that is back, stay open', () => {
  const centre = open();
  centre.announce(hot);
  centre.change(0);
  centre.change(1, hot);
  centre.alarm('hot');
  centre.alarm('fire');
  centre.tell(2);
  expect(centre.standing().sort()).toEqual(['fire', 'hot']);
});

test('an alert that flows report too stays theirs', () => {
  const centre = open();
  centre.announce(hot);
  centre.alarm('hot');
  centre.alarm('hot', 'flows');
  centre.change(0);
  expect(centre.alerts.standing()).toMatchObject([{ limit: 'hot', reporters: ['flows'] }]);
  centre.alarm('hot', 'flows', 'cleared');
  expect(centre.standing()).toEqual([]);
});

test('a restart knows the versions, tells the newest, and what was removed', () => {
  const before = open();
  before.announce(hot);
  before.change(0, warm);
  expect(before.change(0, hot)).toBe('outdated');
  const centre = before.restart();
  centre.limits.publishAll();
  expect(centre.published).toEqual([{ version: 1, at: 1_000_000, limits: [warm] }]);
  expect(centre.limits.versions(centre.station(), 100, 10)).toEqual([
    { version: 1, at: 1_000_000, by: 'lan', reason: 'thử', limits: [warm] },
    { version: 0, at: null, by: null, reason: null, limits: [hot] },
  ]);
  centre.alarm('hot');
  centre.tell(1);
  expect(centre.standing()).toEqual([]);
});

test('a limit as it is in the file is said to come from there, also when an operator sets it', () => {
  const centre = open();
  centre.announce(hot);
  centre.change(0, hot, warm);
  expect(centre.limits.sources(centre.station())).toEqual({
    'air_temperature/hot': 'file',
    'air_temperature/warm': 'operator',
  });
});

test('silence of a derived parameter is no limit of its own', () => {
  const centre = open();
  centre.announce(hot);
  const silent = limitSchema.parse({
    name: 'silent',
    parameter: 'vn_aqi',
    kind: 'stale',
    after_s: 7200,
    level: 'notice',
  });
  expect(limitsFault(centre.station(), [hot, silent])).toMatch(/^limits\/1\/kind: vn_aqi is derived/);
});
