/** What is derived over a real InfluxDB is what is derived over the embedded store. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import type { StationKind } from '../../devices/word.ts';
import { type Influxd, startInfluxd } from '../../test/support/influxd.ts';
import { hasProgram } from '../../test/support/programs.ts';
import { openInfluxStore } from '../store/influx.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store, StoredReading } from '../store/store.ts';
import { createRig } from './test-rig.ts';

/** The day that is compared begins, 5 March 2026 in Vietnam. */
const DAY = Date.UTC(2026, 2, 4, 17);
const PERIOD_S = 60;

const STATIONS = {
  air: ['pm2_5', 'pm10', 'so2', 'no2', 'o3', 'co'],
  water: ['ph', 'dissolved_oxygen', 'water_temperature', 'turbidity'],
  fire: ['air_temperature', 'relative_humidity', 'wind_speed', 'rain_total'],
  traffic: ['traffic_flow', 'traffic_speed', 'occupancy'],
} as const satisfies Partial<Record<StationKind, readonly ParameterId[]>>;

const SETTINGS = {
  fire_zones: [
    {
      ...{ name: 'zone', stations: ['tram-thu'], table: 'research', rain_threshold_mm: 5 },
      known: { day: '2026-03-03', p: 900 },
    },
  ],
};

type Row = [ParameterId, number, number | null, Partial<StoredReading>?];

/** A day of each parameter and the one before, with some of what is not good, and an hour that is not there. */
function dayOf(parameters: readonly ParameterId[]): Row[] {
  const random = seededRandom(7);
  const rows: Row[] = [];
  for (const parameter of parameters) {
    let value = 7;
    for (let at = DAY - DAY_MS; at < DAY + DAY_MS; at += PERIOD_S * 1000) {
      value = Math.max(0.1, value + (parameter === 'rain_total' ? 0.001 : (random() - 0.5) / 3));
      const chance = random();
      if (at >= DAY + 15.5 * HOUR_MS && at < DAY + 16.5 * HOUR_MS) continue;
      if (chance < 0.02) rows.push([parameter, at, null, { flag: 9, reason: 'no answer' }]);
      else if (chance < 0.04) rows.push([parameter, at, 900, { flag: 3, reason: 'spike' }]);
      else if (chance < 0.05) rows.push([parameter, at, value, { reason: 'mean of 6 values in 360 s' }]);
      else rows.push([parameter, at, value]);
    }
  }
  return rows;
}

async function derivedOf(kind: keyof typeof STATIONS, openStore: (folder: string) => Store) {
  const parameters = STATIONS[kind].map((id) => ({ id, period_s: PERIOD_S }));
  await using rig = createRig({ kind, parameters }, SETTINGS, openStore);
  await rig.store.check();
  rig.now = DAY + DAY_MS + HOUR_MS;
  await rig.take(...dayOf(STATIONS[kind]));
  await rig.settle();
  return rig.derived.db.prepare('SELECT * FROM value ORDER BY parameter, at').all();
}

describe.skipIf(!hasProgram('influxd'))('over InfluxDB', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.stop());

  test.each(Object.keys(STATIONS) as (keyof typeof STATIONS)[])(
    '%s: every value is the same',
    async (kind) => {
      const expected = await derivedOf(kind, openSqliteStore);
      const open = () => openInfluxStore({ kind: 'influx', url: influxd.url, database: kind });
      const derived = await derivedOf(kind, open);
      expect(derived).toEqual(expected);
      expect(derived.filter(({ value }) => value !== null).length).toBeGreaterThan(10);
    },
  );
});
