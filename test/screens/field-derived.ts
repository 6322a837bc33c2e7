/** The derived values of the field: what they are set by, and waiting until all that is over is worked out. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { DAY_MS, dayOf } from '../../devices/local-time.ts';
import { KINDS } from '../../gateway/derive/kinds.ts';
import { AREAS, STATIONS } from './field-stations.ts';

/** `derive:` of the gateway's settings. The P that the zone begins with is made up. */
export const deriveSettings = (days: number, now: number): Readonly<Record<string, unknown>> => ({
  // Readings here are never on their way: an hour is derived when it ends.
  delay_s: 0,
  vn_wqi: { aggregation: '(3)', class_4: { vi: 'Xấu', en: 'Poor' }, class_5: { vi: 'Kém', en: 'Very poor' } },
  traffic: { sites: [{ station: 'gt-cau-rong', lanes: 3, passenger_cars: 0.5, vehicle_and_detector_m: 4 }] },
  fire_zones: [
    {
      name: 'hoa-vang',
      areas: [AREAS.hoaVang.vi],
      table: 'thua-thien-hue-33-2022',
      rain_threshold_mm: 5,
      known: { day: dayOf(now - Math.min(days, 20) * DAY_MS + DAY_MS), p: 6000 },
    },
  ],
});

const LOOK_EVERY_MS = 100;
const MOST_MS = 600_000;

/** Resolves when every station with readings is derived up to its last whole step, and nothing late waits. */
export async function awaitDerived(dataDir: string): Promise<void> {
  const db = new DatabaseSync(join(dataDir, 'derived.db'), { readOnly: true });
  try {
    const until = db.prepare('SELECT until FROM progress WHERE station = ?');
    const marks = db.prepare('SELECT count(*) AS waiting FROM mark');
    const isDone = (): boolean =>
      marks.get()?.waiting === 0 &&
      STATIONS.filter(({ state }) => state !== 'new').every(({ station: { id, kind } }) => {
        const { stepMs } = KINDS[kind];
        return Number(until.get(id)?.until ?? 0) >= Date.now() - (Date.now() % stepMs);
      });
    const giveUp = Date.now() + MOST_MS;
    while (!isDone()) {
      if (Date.now() > giveUp) throw new Error('the gateway has not derived the history of the field');
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    db.close();
  }
}
