/**
 * The field's past. It is put into the store as it would have come, with arrivals of its time, which no publish of now could have;
 * what is late comes over MQTT, as the backlog of an edge. The gateway derives all else from it.
 */
import type { MqttClient } from 'mqtt';
import { createLogger } from '../../devices/kit/log.ts';
import { DAY_MS, HOUR_MS } from '../../devices/local-time.ts';
import { meanReason } from '../../devices/mean.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { withLedger } from '../../gateway/admin.ts';
import { createPeriods } from '../../gateway/books/periods.ts';
import { openStore } from '../../gateway/store/open.ts';
import type { Store, StoredReading } from '../../gateway/store/store.ts';
import { EDGES, type FieldStation, PERIOD_S, STATIONS } from './field-stations.ts';
import { readingAt, valueAt, valueNear } from './field-values.ts';

const PERIOD_MS = PERIOD_S * 1000;
/** What is older comes as the means of an hour that an edge makes of what waits too long. */
const FINE_MS = 35 * DAY_MS;
/** The silent station's last reading, ms ago. */
const SILENT_MS = 3 * HOUR_MS;
/** Since when the edge that is away is: its stations' last reading, ms ago. */
export const AWAY_MS = 0.7 * HOUR_MS;
/** What comes after all else, of one station: as after a line that was down. */
const LATE = { station: 'kk-hoi-an', from: 20 * HOUR_MS, to: 16 * HOUR_MS } as const;
/** From the instrument to the centre. */
const ON_THE_WAY_MS = 1500;
const BATCH = 20_000;

type Measured = Omit<Reading, 'station'>;

const isLate = (station: string, age: number): boolean =>
  station === LATE.station && age <= LATE.from && age > LATE.to;

const good = (station: string, parameter: ParameterId, at: number): Measured => ({
  parameter,
  at,
  value: valueAt(station, parameter, at),
  flag: FLAG.good,
  reason: null,
});

function* readingsOf({ edge, station, state }: FieldStation, from: number, now: number): Generator<Measured> {
  const to = now - (state === 'silent' ? SILENT_MS : edge === EDGES.away ? AWAY_MS : 0);
  const ids = station.parameters.map(({ id }) => id);
  const fineFrom = Math.max(from, now - FINE_MS);
  for (let at = from - (from % HOUR_MS); at < fineFrom - HOUR_MS; at += HOUR_MS)
    for (const id of ids) yield hourOf(station.id, id, at + HOUR_MS / 2);
  for (let at = fineFrom - (fineFrom % PERIOD_MS); at < to; at += PERIOD_MS) {
    if (isLate(station.id, now - at)) continue;
    for (const [index, id] of ids.entries()) {
      const reading = readingAt(station.id, id, index, at, now);
      if (reading !== null) yield reading;
    }
  }
}

const hourOf = (station: string, parameter: ParameterId, at: number): Measured => ({
  ...good(station, parameter, at),
  reason: meanReason(HOUR_MS / PERIOD_MS, HOUR_MS),
});

/** To be called before the gateway's first start. The stations' periods are known from the beginning of the past on. */
export const fillHistory = (
  flags: Readonly<Record<string, unknown>>,
  days: number,
  now: number,
): Promise<void> =>
  withLedger({ flags }, async (ledger, settings) => {
    const from = now - days * DAY_MS;
    const known = STATIONS.filter(({ state }) => state !== 'new');
    const periods = createPeriods(ledger);
    ledger.transaction(() =>
      periods.announce(
        known.map(({ station }) => station),
        [],
        from,
      ),
    );
    const store = await openStore(settings.store, settings.data_dir, createLogger('field', 'silent'));
    try {
      for (const station of known) await keep(store, station, readingsOf(station, from, now));
    } finally {
      await store.close();
    }
  });

async function keep(store: Store, { station }: FieldStation, readings: Iterable<Measured>): Promise<void> {
  let batch: StoredReading[] = [];
  let before: Promise<void> = Promise.resolve();
  for (const reading of readings) {
    batch.push({ ...reading, station: station.id, receivedAt: reading.at + ON_THE_WAY_MS });
    if (batch.length < BATCH) continue;
    await before;
    before = store.append(batch);
    batch = [];
  }
  await before;
  await store.append(batch);
}

const send = (client: MqttClient, topic: string, station: string, readings: readonly Measured[]) =>
  client.publishAsync(topic, JSON.stringify(encodeSenml(station, readings)), { qos: 1 });

/** What had been held back: hours that are derived already are derived again. */
export async function publishLate(
  client: MqttClient,
  { edge, station }: FieldStation,
  now: number,
): Promise<void> {
  if (station.id !== LATE.station) return;
  const first = now - LATE.from - PERIOD_MS;
  const times = Array.from(
    { length: (LATE.from - LATE.to) / PERIOD_MS + 2 },
    (_, index) => first - (first % PERIOD_MS) + index * PERIOD_MS,
  ).filter((at) => isLate(station.id, now - at));
  const readings = times.flatMap((at) => station.parameters.map(({ id }) => good(station.id, id, at)));
  await send(client, topics.backlog(edge, station.id), station.id, readings);
}

/** A live reading of each parameter, of now. */
export async function publishNow(
  client: MqttClient,
  { edge, station }: FieldStation,
  now: number,
): Promise<void> {
  const readings = station.parameters.map(({ id }) => ({
    ...good(station.id, id, now),
    value: valueNear(station.id, id, now, now),
  }));
  await send(client, topics.readings(edge, station.id), station.id, readings);
}
