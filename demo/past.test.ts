import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../devices/kit/log.ts';
import { DAY_MS, HOUR_MS } from '../devices/local-time.ts';
import { gatewaySettingsSchema } from '../gateway/settings.ts';
import { openStore } from '../gateway/store/open.ts';
import { ensurePast, PAST_DAYS } from './past.ts';

const EDGES = ['edge-coast', 'edge-forest'];
const NOW = Date.UTC(2026, 10, 22, 12);
const folder = mkdtempSync(join(tmpdir(), 'quantrac-past-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the demo begins with days of all its stations, once', async () => {
  expect(await ensurePast(folder, EDGES, NOW)).toBe(NOW - PAST_DAYS * DAY_MS);
  // Another day, and a demo of before that knows no past.
  expect(await ensurePast(folder, EDGES, NOW + DAY_MS)).toBe(NOW - PAST_DAYS * DAY_MS);
  rmSync(join(folder, 'past.json'));
  expect(await ensurePast(folder, EDGES, NOW)).toBeNull();

  const store = await openStore(
    gatewaySettingsSchema.parse({ data_dir: folder }).store,
    folder,
    createLogger('past', 'silent'),
  );
  const hours = async (station: string, parameter: 'pm2_5' | 'traffic_flow' | 'smoke' | 'water_level') =>
    store.points({
      ...{ station, parameter, from: NOW - 2 * DAY_MS, to: NOW, everyMs: HOUR_MS },
      ...{ aggregate: 'count', limit: 100 },
    });
  try {
    for (const [station, parameter] of [
      ['air-lien-chieu', 'pm2_5'],
      ['traffic-bridge', 'traffic_flow'],
      ['fire-prao', 'smoke'],
      ['buoy-vu-gia', 'water_level'],
    ] as const) {
      const counts = (await hours(station, parameter)).map(([, count]) => count);
      expect(counts.filter((count) => count === 12).length, station).toBeGreaterThan(40);
    }
  } finally {
    await store.close();
  }
});
