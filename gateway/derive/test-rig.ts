/** For tests: a deriving over a real store, a clock that is set, and what was told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { ParameterId } from '../../devices/parameter.ts';
import type { InventoryStation } from '../../devices/wire/messages.ts';
import { testStation } from '../../test/support/station.ts';
import type { KnownStation } from '../catalog.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store, StoredReading } from '../store/store.ts';
import { type DerivedStore, openDerivedStore } from './derived-store.ts';
import type { DerivedValue } from './derived-value.ts';
import { createDeriving, type Deriving } from './deriving.ts';
import { deriveSettingsSchema } from './settings.ts';

export const STATION = 'tram-thu';

export interface Rig extends AsyncDisposable {
  now: number;
  readonly store: Store;
  readonly derived: DerivedStore;
  readonly deriving: Deriving;
  readonly live: DerivedValue[];
  /** Stores readings as the ingest does. `[parameter, at, value]`, flag and reason if they are not good. */
  take(...readings: readonly [ParameterId, number, number | null, Partial<StoredReading>?][]): Promise<void>;
  /** Until nothing is due; answers in how many stretches. */
  settle(): Promise<number>;
  /** The gateway ends and starts again; what was under way is lost. */
  restart(): void;
  value(parameter: ParameterId, at: number): DerivedValue | null;
}

export function createRig(
  fields: Pick<InventoryStation, 'kind' | 'parameters'> & Partial<InventoryStation>,
  settings: Record<string, unknown> = {},
  openStore: (folder: string) => Store = openSqliteStore,
): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-derive-'));
  const store = openStore(folder);
  const station: KnownStation = {
    ...testStation({ id: STATION, ...fields }),
    edge: 'edge-a',
    parameterIds: new Set(fields.parameters.map(({ id }) => id)),
  };
  const spans = new Map(
    fields.parameters.map(({ id, period_s }) => [
      id,
      [{ since: 0, until: Number.POSITIVE_INFINITY, periodS: period_s }],
    ]),
  );
  const live: DerivedValue[] = [];
  const open = () => {
    const derived = openDerivedStore(folder);
    const deriving = createDeriving({
      store,
      catalog: { all: () => [station], get: (id) => (id === STATION ? station : undefined) },
      derived,
      settings: deriveSettingsSchema.parse(settings),
      periodsOf: () => spans,
      keepDays: null,
      now: () => rig.now,
      log: pino({ level: 'silent' }),
      onValues: () => {},
      onLive: (_, values) => live.push(...values),
    });
    return { derived, deriving };
  };
  let opened: ReturnType<typeof open>;
  const rig: Rig = {
    now: 0,
    store,
    live,
    get derived() {
      return opened.derived;
    },
    get deriving() {
      return opened.deriving;
    },
    async take(...readings) {
      const stored = readings.map(
        ([parameter, at, value, extra]): StoredReading => ({
          ...{ station: STATION, parameter, at, value, flag: 1, reason: null, receivedAt: rig.now },
          ...extra,
        }),
      );
      await store.append(stored);
      opened.deriving.stored(stored);
    },
    async settle() {
      let stretches = 0;
      while (await opened.deriving.step()) stretches++;
      return stretches;
    },
    restart() {
      opened.derived.close();
      opened = open();
    },
    value: (parameter, at) => opened.derived.get(STATION, parameter, at),
    async [Symbol.asyncDispose]() {
      opened.derived.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
  opened = open();
  return rig;
}
