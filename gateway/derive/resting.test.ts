/** A station whose readings cannot be read rests: the others are derived meanwhile. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { testStation } from '../../test/support/station.ts';
import type { KnownStation } from '../catalog.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { openDerivedStore } from './derived-store.ts';
import { createDeriving } from './deriving.ts';
import { deriveSettingsSchema } from './settings.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 3, 1, 12);

const stationOf = (id: string): KnownStation => ({
  ...testStation({ id, kind: 'air', parameters: [{ id: 'pm2_5', period_s: 600 }] }),
  edge: 'edge-a',
  parameterIds: new Set(['pm2_5']),
});

test('one that fails again and again keeps no other from its hours', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-resting-'));
  const store = openSqliteStore(folder);
  const derived = openDerivedStore(folder);
  onTestFinished(async () => {
    derived.close();
    await store.close();
  });
  const stations = [stationOf('broken'), stationOf('sound')];
  let now = NOON + HOUR_MS / 2;
  await store.append(
    Array.from({ length: 6 }, (_, n) => ({
      ...{ station: 'sound', parameter: 'pm2_5' as const, at: NOON - HOUR_MS + n * 600_000 },
      ...{ value: 40, flag: 1 as const, reason: null, receivedAt: NOON },
    })),
  );
  const deriving = createDeriving({
    store: {
      ...store,
      rows: (query) =>
        query.station === 'broken' ? Promise.reject(new Error('this block is damaged')) : store.rows(query),
    },
    catalog: { all: () => stations, get: (id) => stations.find((station) => station.id === id) },
    derived,
    settings: deriveSettingsSchema.parse({}),
    periodsOf: () => new Map([['pm2_5', [{ since: 0, until: Number.POSITIVE_INFINITY, periodS: 600 }]]]),
    keepDays: null,
    now: () => now,
    log: pino({ level: 'silent' }),
    onValues: () => {},
    onLive: () => {},
  });
  let faults = 0;
  for (let step = 0; step < 6; step++) {
    await deriving.step().catch(() => {
      faults++;
      // What the loop pauses for is over; the rest of the one that failed began only now.
      now += 1000;
    });
  }
  expect(faults).toBe(1);
  expect(derived.get('sound', 'pm2_5_1h', NOON)?.value).toBe(40);
});
