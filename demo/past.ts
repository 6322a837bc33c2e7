/**
 * What the demo has measured before it was first started: without a past there is no index, no level, no report and no day to compare
 * with. The instruments' signals are asked for the days before, as the field replays them, and put into the store as they would have
 * come. All that is derived the gateway makes of it itself.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryOf } from '../devices/inventory.ts';
import { createLogger } from '../devices/kit/log.ts';
import { openProfiles } from '../devices/kit/profiles.ts';
import { writeDurably } from '../devices/kit/whole-file.ts';
import { readYaml } from '../devices/kit/yaml-file.ts';
import { DAY_MS } from '../devices/local-time.ts';
import type { ParameterId } from '../devices/parameter.ts';
import { judgeGrossRange } from '../devices/quality.ts';
import { openRecordings } from '../devices/simulator/recordings.ts';
import { fieldSettingsSchema, type Source } from '../devices/simulator/settings.ts';
import { createSignal, type Signal, type SignalContext } from '../devices/simulator/signal.ts';
import { edgeFileSchema, isPolled } from '../devices/station.ts';
import type { InventoryStation } from '../devices/wire/messages.ts';
import { withLedger } from '../gateway/admin.ts';
import { createPeriods } from '../gateway/books/periods.ts';
import { openStore } from '../gateway/store/open.ts';
import type { StoredReading } from '../gateway/store/store.ts';

export const PAST_DAYS = 16;
/** Live it is read every few seconds; of the past a value in five minutes does. */
const PERIOD_S = 300;
/** From the instrument to the centre. */
const ON_THE_WAY_MS = 1500;
const BATCH = 20_000;

interface PastStation {
  readonly station: InventoryStation;
  readonly signals: ReadonlyMap<ParameterId, Signal>;
}

/**
 * Makes the past if this gateway has none, and answers since when it is (epoch ms); null: its data are of a demo that had none.
 * To be called before the gateway is started.
 */
export async function ensurePast(
  gatewayDir: string,
  edges: readonly string[],
  now: number,
): Promise<number | null> {
  const told = join(gatewayDir, 'past.json');
  if (existsSync(told)) return (JSON.parse(readFileSync(told, 'utf8')) as { from: number }).from;
  if (existsSync(join(gatewayDir, 'readings.db'))) return null;
  const from = now - PAST_DAYS * DAY_MS;
  await fill(gatewayDir, pastStations(edges, now), from, now);
  writeDurably(told, JSON.stringify({ from }));
  return from;
}

async function fill(
  gatewayDir: string,
  all: readonly PastStation[],
  from: number,
  now: number,
): Promise<void> {
  await withLedger({ flags: { data_dir: gatewayDir } }, async (ledger, settings) => {
    const periods = createPeriods(ledger);
    ledger.transaction(() =>
      periods.announce(
        all.map(({ station }) => station),
        [],
        from,
      ),
    );
    const store = await openStore(settings.store, gatewayDir, createLogger('past', 'silent'));
    try {
      let batch: StoredReading[] = [];
      for (const station of all)
        for (const reading of readingsOf(station, from, now)) {
          batch.push(reading);
          if (batch.length < BATCH) continue;
          await store.append(batch);
          batch = [];
        }
      await store.append(batch);
    } finally {
      await store.close();
    }
  });
}

function* readingsOf({ station, signals }: PastStation, from: number, now: number): Generator<StoredReading> {
  const step = PERIOD_S * 1000;
  for (let at = from - (from % step) + step; at < now; at += step)
    for (const [parameter, signal] of signals) {
      const value = signal(at);
      if (value === null) continue;
      yield {
        station: station.id,
        parameter,
        at,
        receivedAt: at + ON_THE_WAY_MS,
        ...judgeGrossRange(parameter, value),
      };
    }
}

/** The stations of the edges and those that publish themselves, with what the field simulates for them. */
function pastStations(edges: readonly string[], now: number): PastStation[] {
  const field = fieldSettingsSchema.parse(template('field'));
  const profiles = openProfiles();
  const context: SignalContext = {
    recordings: openRecordings(),
    clock: { startedAt: now, speed: 1 },
    random: Math.random,
  };
  const signalsOf = (points: Readonly<Partial<Record<ParameterId, Source>>>): [ParameterId, Signal][] =>
    (Object.entries(points) as [ParameterId, Source][]).map(([id, source]) => [
      id,
      createSignal(source, id, context),
    ]);
  const unitOf = (one: {
    readonly profile: string;
    readonly unit?: number | undefined;
  }): number | undefined => one.unit ?? profiles.get(one.profile)?.link.unit;
  const slowly = (station: InventoryStation): InventoryStation => ({
    ...station,
    parameters: station.parameters.map((parameter) => ({ ...parameter, period_s: PERIOD_S })),
  });

  const polled = edges.flatMap((name) => {
    const file = edgeFileSchema.parse(template(name));
    const announced = new Map(inventoryOf(file, profiles).stations.map((station) => [station.id, station]));
    return file.stations.map(({ id, instruments }): PastStation => {
      const simulated = instruments.filter(isPolled).flatMap((instrument) => {
        const line = field.lines.find((one) => one.id === instrument.line);
        return line?.instruments.find((one) => unitOf(one) === unitOf(instrument)) ?? [];
      });
      return {
        station: slowly(announced.get(id) as InventoryStation),
        signals: new Map(simulated.flatMap(({ points }) => signalsOf(points))),
      };
    });
  });
  const own = field.mqtt_instruments.map(({ station, points }): PastStation => {
    const signals = new Map(signalsOf(points));
    const parameters = [...signals.keys()].map((id) => ({ id, period_s: PERIOD_S }));
    return { station: { ...station, parameters }, signals };
  });
  return [...polled, ...own];
}

/** A file of the demo; the password of an edge comes from elsewhere. */
function template(name: string): object {
  const file = readYaml(join(import.meta.dirname, `${name}.yaml`)).value as { uplink?: object };
  return file.uplink === undefined
    ? file
    : { ...file, uplink: { ...file.uplink, password: 'of another place' } };
}
