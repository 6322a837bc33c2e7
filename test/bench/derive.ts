/**
 * What the gateway derives, for many stations at once: how long it takes, and how long the thread on which clients are heard is
 * kept from them meanwhile. The store is in its own thread, as in a gateway. The longest waits are for the disk: now and then SQLite
 * moves what was written into the file itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Command } from 'commander';
import { pino } from 'pino';
import { DAY_MS, HOUR_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { seededRandom } from '../../devices/simulator/random.ts';
import type { StationKind } from '../../devices/word.ts';
import type { KnownStation } from '../../gateway/catalog.ts';
import { openDerivedStore } from '../../gateway/derive/derived-store.ts';
import { createDeriving } from '../../gateway/derive/deriving.ts';
import { deriveSettingsSchema } from '../../gateway/derive/settings.ts';
import type { StoredReading } from '../../gateway/store/store.ts';
import { openThreadedStore } from '../../gateway/store/thread.ts';
import { testStation } from '../support/station.ts';
import { progress, runBench } from './support/run.ts';
import { printTable } from './support/table.ts';

const options = new Command('derive')
  .description('Derived values of a day of many stations, and how long the event loop is blocked by it')
  .option('--stations <number>', 'of each kind', Number, 100)
  .option('--short', 'five stations of each kind')
  .addHelpText('after', '\nExample:\n  node test/bench/derive.ts --stations 20')
  .parse()
  .opts<{ stations: number; short?: true }>();
const STATIONS = options.short ? 5 : options.stations;

/** Midnight in Vietnam. */
const T0 = Date.UTC(2026, 2, 4, 17);
const PERIOD_S = 60;
const DELAY_MS = 60_000;
/** As a gateway keeps them by default. */
const KEEP = { raw_days: 400, minute_days: 36_500, hour_days: 36_500, day_days: 36_500 };
const MOST_BLOCKED_P99_MS = 20;

const INPUTS = {
  air: ['pm2_5', 'pm10', 'so2', 'no2', 'o3', 'co'],
  water: ['ph', 'dissolved_oxygen', 'water_temperature', 'ammonium', 'cod', 'turbidity'],
  fire: ['air_temperature', 'relative_humidity', 'wind_speed', 'rain_total'],
  traffic: ['traffic_flow', 'traffic_speed', 'occupancy'],
} as const satisfies Partial<Record<StationKind, readonly ParameterId[]>>;

await runBench(async (later) => {
  const rows: (string | number)[][] = [];
  let good = true;
  for (const kind of Object.keys(INPUTS) as (keyof typeof INPUTS)[]) {
    progress(`${STATIONS} ${kind} stations`);
    for (const { what, ms, blockedMs } of await measure(kind, later)) {
      rows.push([kind, what, ms, ms / STATIONS, blockedMs.p99, blockedMs.most]);
      good &&= blockedMs.p99 <= MOST_BLOCKED_P99_MS;
    }
  }
  printTable(
    `${STATIONS} stations of each kind, a value of each parameter every ${PERIOD_S} s; bound: blocked p99 <= ${MOST_BLOCKED_P99_MS} ms`,
    ['kind', 'derived', 'ms', 'ms a station', 'blocked ms: p99', 'most'],
    rows,
  );
  return options.short === true || good;
});

interface Measured {
  readonly what: string;
  readonly ms: number;
  readonly blockedMs: { readonly p99: number; readonly most: number };
}

async function measure(kind: keyof typeof INPUTS, later: AsyncDisposableStack): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-derive-'));
  later.defer(() => rmSync(folder, { recursive: true, force: true }));
  const log = pino({ level: 'silent' });
  const store = await openThreadedStore(folder, KEEP, log);
  later.defer(() => store.close());
  const derived = openDerivedStore(folder);
  later.defer(() => derived.close());
  const stations = Array.from({ length: STATIONS }, (_, index): KnownStation => {
    const parameters = INPUTS[kind].map((id) => ({ id, period_s: PERIOD_S }));
    return {
      ...testStation({ id: `${kind}-${index}`, kind, parameters }),
      edge: 'edge-a',
      parameterIds: new Set(INPUTS[kind]),
    };
  });
  const span = { since: 0, until: Number.POSITIVE_INFINITY, periodS: PERIOD_S };
  const spans = new Map(INPUTS[kind].map((id): [ParameterId, (typeof span)[]] => [id, [span]]));
  let now = T0;
  const deriving = createDeriving({
    store,
    catalog: { all: () => stations, get: (id) => stations.find((station) => station.id === id) },
    derived,
    settings: deriveSettingsSchema.parse({
      fire_zones: [{ name: 'zone', areas: ['Khu vực'], table: 'research', rain_threshold_mm: 5 }],
    }),
    periodsOf: () => spans,
    keepDays: null,
    now: () => now,
    log,
    onValues: () => {},
    onLive: () => {},
  });
  const random = seededRandom(3);
  const fill = async (from: number, to: number): Promise<void> => {
    for (const { id } of stations) {
      const readings: StoredReading[] = [];
      for (let at = from; at < to; at += PERIOD_S * 1000)
        for (const parameter of INPUTS[kind])
          readings.push({
            station: id,
            parameter,
            at,
            value: 5 + random(),
            flag: 1,
            reason: null,
            receivedAt: at,
          });
      await store.append(readings);
      deriving.stored(readings);
    }
  };
  /** As the gateway runs it: one stretch, then whoever else waits. */
  const settle = async (what: string): Promise<Measured> => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const began = performance.now();
    while (await deriving.step()) await nextTurn();
    const ms = performance.now() - began;
    delay.disable();
    return { what, ms, blockedMs: { p99: delay.percentile(99) / 1e6, most: delay.max / 1e6 } };
  };

  await fill(T0, T0 + DAY_MS);
  now = T0 + DAY_MS + DELAY_MS;
  const day = await settle('a day behind');
  await fill(T0 + DAY_MS, T0 + DAY_MS + HOUR_MS);
  now += HOUR_MS;
  return [day, await settle('the hour')];
}
