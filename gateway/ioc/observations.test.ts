/** The hourly records: once an hour and station, corrected by late data, neither twice nor lost over a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ParameterId } from '../../devices/parameter.ts';
import { testStation } from '../../test/support/station.ts';
import { createPeriods } from '../books/periods.ts';
import { createCatalog } from '../catalog.ts';
import { openDerivedStore } from '../derive/derived-store.ts';
import { published } from '../derive/derived-value.ts';
import { openLedger } from '../ledger.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { StoredReading } from '../store/store.ts';
import type { TallyQuery } from '../store/tally.ts';
import { createFeed } from './feed.ts';
import { createHourlyRecords } from './observations.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EIGHT = Date.UTC(2026, 3, 1, 8);
const STATION = testStation({
  id: 'tram',
  parameters: [
    { id: 'pm2_5', period_s: 600 },
    { id: 'co', period_s: 600 },
  ],
});

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-hours-'));
  const clock = { now: EIGHT };
  /** Stations whose hours the store does not give. */
  const broken = new Set<string>();
  const now = () => clock.now;
  const log = pino({ level: 'silent' });
  const start = () => {
    const ledger = openLedger(folder);
    const store = openSqliteStore(folder, { now });
    const read = {
      points: store.points,
      tally: async (query: TallyQuery) => {
        if (broken.has(query.station)) throw new Error('this station cannot be read');
        return store.tally(query);
      },
    };
    const derived = openDerivedStore(folder);
    const feed = createFeed(ledger, now);
    const catalog = createCatalog(ledger, now);
    const periodsOf = createPeriods(ledger).of;
    const delayMs = 2 * MINUTE;
    const records = createHourlyRecords({
      ...{ ledger, feed, catalog, store: read, derived, periodsOf, delayMs, now, log },
    });
    return { ledger, store, derived, feed, catalog, records };
  };
  let parts = start();
  const close = async () => {
    parts.ledger.close();
    parts.derived.close();
    await parts.store.close();
  };
  onTestFinished(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    clock,
    broken,
    get parts() {
      return parts;
    },
    async take(...readings: readonly [ParameterId, number, number | null, Partial<StoredReading>?][]) {
      const stored = readings.map(
        ([parameter, at, value, extra]): StoredReading => ({
          ...{ station: 'tram', parameter, at, value, flag: 1, reason: null, receivedAt: clock.now },
          ...extra,
        }),
      );
      await parts.store.append(stored);
      parts.records.stored(stored);
    },
    async settle() {
      while (await parts.records.step());
    },
    async restart() {
      await close();
      parts = start();
    },
    told: () =>
      parts.feed
        .after(0, 1000)
        .flatMap((record) => ('observations' in record ? [[record.kind, record.observations] as const] : [])),
  };
}
type Rig = Awaited<ReturnType<typeof open>>;

const announce = ({ parts }: Rig, ...stations: (typeof STATION)[]) =>
  void parts.catalog.announce('edge-a', { stations });

test('an hour is told once after its end, with what was measured, due and derived', async () => {
  const rig = await open();
  announce(rig, STATION);
  await rig.take(
    ['pm2_5', EIGHT, 10],
    ['pm2_5', EIGHT + 10 * MINUTE, 25, { flag: 3, reason: 'spike' }],
    ['pm2_5', EIGHT + 20 * MINUTE, 900, { flag: 4, reason: 'out of range' }],
    ['pm2_5', EIGHT + HOUR, 77],
  );
  const where = { station: 'tram', parameter: 'pm2_5_1h' as ParameterId, at: EIGHT + HOUR };
  rig.parts.derived.put([published(where, 17.5, { method: 'mean', inputs: [], have: 2, of: 6 })], EIGHT);
  rig.clock.now = EIGHT + HOUR + 2 * MINUTE - 1;
  await rig.settle();
  expect(rig.told()).toEqual([]);
  rig.clock.now += 1;
  await rig.settle();
  await rig.settle();
  await rig.restart();
  await rig.settle();
  const unit = 'ug/m3';
  expect(rig.told()).toEqual([
    [
      'observations',
      {
        ...{ station: 'tram', from: EIGHT, to: EIGHT + HOUR },
        measured: [
          {
            parameter: 'co',
            unit,
            mean: null,
            min: null,
            max: null,
            readings: 0,
            values: 0,
            expected: 6,
            flag: 9,
          },
          {
            parameter: 'pm2_5',
            unit,
            mean: 17.5,
            min: 10,
            max: 25,
            readings: 3,
            values: 2,
            expected: 6,
            flag: 4,
          },
        ],
        derived: [
          {
            ...{ parameter: 'pm2_5_1h', unit, at: EIGHT + HOUR, value: 17.5 },
            method: 'mean',
            completeness: 0.33333333,
          },
        ],
      },
    ],
  ]);
});

test('late data correct an hour that was told, also over a restart; a repeat corrects nothing', async () => {
  const rig = await open();
  announce(rig, STATION);
  await rig.take(['pm2_5', EIGHT, 10]);
  rig.clock.now = EIGHT + HOUR + 10 * MINUTE;
  await rig.settle();
  await rig.take(['pm2_5', EIGHT, 10]);
  rig.clock.now += 10 * MINUTE;
  await rig.settle();
  expect(rig.told()).toHaveLength(1);
  await rig.take(['pm2_5', EIGHT + MINUTE, 20]);
  await rig.restart();
  await rig.settle();
  // It waits, so that what comes in pieces is told once.
  expect(rig.told()).toHaveLength(1);
  await rig.take(['pm2_5', EIGHT + 2 * MINUTE, 30]);
  rig.clock.now += 10 * MINUTE;
  await rig.settle();
  await rig.restart();
  await rig.settle();
  expect(rig.told().map(([kind, { measured }]) => [kind, measured.at(-1)?.mean])).toEqual([
    ['observations', 10],
    ['observations.corrected', 20],
  ]);
});

test('what is derived later corrects its hour; a history derived anew tells none for the first time', async () => {
  const rig = await open();
  announce(rig, STATION);
  rig.clock.now = EIGHT + HOUR + 10 * MINUTE;
  await rig.settle();
  const derive = (at: number, value: number) => {
    const where = { station: 'tram', parameter: 'pm2_5_1h' as ParameterId, at };
    const values = [published(where, value, { method: 'mean', inputs: [] })];
    rig.parts.records.deriving(values);
    rig.parts.derived.put(values, rig.clock.now);
  };
  derive(EIGHT + HOUR, 12);
  derive(EIGHT - 24 * HOUR, 12);
  rig.clock.now += 10 * MINUTE;
  await rig.settle();
  derive(EIGHT + HOUR, 12);
  rig.clock.now += 10 * MINUTE;
  await rig.settle();
  expect(rig.told().map(([kind, { from, derived }]) => [kind, from, derived.length])).toEqual([
    ['observations', EIGHT, 0],
    ['observations.corrected', EIGHT, 1],
  ]);
});

test('hours missed while the gateway was away are told, the oldest first, and backlog of before for the first time', async () => {
  const rig = await open();
  announce(rig, STATION);
  await rig.restart();
  rig.clock.now = EIGHT + 3 * HOUR + 10 * MINUTE;
  await rig.settle();
  await rig.take(['pm2_5', EIGHT - 5 * HOUR, 1]);
  rig.clock.now += 10 * MINUTE;
  await rig.settle();
  expect(rig.told().map(([kind, { from }]) => [kind, (from - EIGHT) / HOUR])).toEqual([
    ['observations', 0],
    ['observations', 1],
    ['observations', 2],
    ['observations', -5],
  ]);
});

test('backlog that comes with the first inventory is told, also when a kill follows at once', async () => {
  const rig = await open();
  rig.clock.now = EIGHT + HOUR - 1000;
  announce(rig, STATION);
  await rig.take(['pm2_5', EIGHT - 5 * HOUR, 1], ['pm2_5', EIGHT + MINUTE, 2]);
  await rig.restart();
  rig.clock.now = EIGHT + HOUR + 10 * MINUTE;
  await rig.settle();
  expect(rig.told().map(([, { from, measured }]) => [(from - EIGHT) / HOUR, measured.at(-1)?.mean])).toEqual([
    [0, 2],
    [-5, 1],
  ]);
});

test('stations and hours that cannot be read keep no other from theirs', async () => {
  const rig = await open();
  const bad = Array.from({ length: 4 }, (_, n) => `bad-${n}`);
  const ids = [...bad, 'good'];
  announce(rig, ...ids.map((id) => ({ ...STATION, id })));
  for (const id of bad) rig.broken.add(id);
  const toldOf = (station: string) =>
    rig
      .told()
      .flatMap(([kind, told]) => (told.station === station ? [[kind, (told.from - EIGHT) / HOUR]] : []));
  const pass = async () => {
    const records = rig.parts.records.start();
    onTestFinished(() => records.stop());
    return records;
  };

  rig.clock.now = EIGHT + HOUR + 10 * MINUTE;
  const first = await pass();
  await vi.waitFor(() => expect(toldOf('good')).toEqual([['observations', 0]]), 10_000);
  await first.stop();

  for (const station of ids) await rig.take(['pm2_5', EIGHT - HOUR, 1, { station }]);
  rig.clock.now += 10 * MINUTE;
  const second = await pass();
  await vi.waitFor(() => expect(toldOf('good')).toHaveLength(2), 10_000);
  await second.stop();

  for (const id of bad) expect(toldOf(id)).toEqual([]);
  rig.broken.clear();
  rig.clock.now += MINUTE;
  await rig.settle();
  for (const id of ids)
    expect(toldOf(id).sort()).toEqual([
      ['observations', -1],
      ['observations', 0],
    ]);
});

test('late hours that the disk refuses to mark are marked later, each once', async () => {
  const rig = await open();
  announce(rig, STATION);
  const { db } = rig.parts.ledger;
  db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON feed_hour_mark BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
  );
  for (let n = 0; n < 3; n++) await rig.take(['pm2_5', EIGHT - HOUR + n * MINUTE, n]);
  db.exec('DROP TRIGGER full');
  await rig.settle();
  rig.clock.now += 10 * MINUTE;
  const marks = () => db.prepare('SELECT count(*) AS marks FROM feed_hour_mark').get()?.marks;
  expect(marks()).toBe(1);
  await rig.settle();
  expect(marks()).toBe(0);
  expect(rig.told().map(([kind, { measured }]) => [kind, measured.at(-1)?.readings])).toEqual([
    ['observations', 3],
  ]);
});

test('a station that is withdrawn is told up to its last hour, and not from then on', async () => {
  const rig = await open();
  announce(rig, STATION);
  await rig.take(['pm2_5', EIGHT + MINUTE, 5]);
  rig.clock.now = EIGHT + 30 * MINUTE;
  announce(rig);
  rig.clock.now = EIGHT + 5 * HOUR;
  await rig.settle();
  expect(rig.told().map(([, { from, measured }]) => [from, measured.at(-1)?.expected])).toEqual([[EIGHT, 3]]);
});

test('when the disk refuses the record the hour is told later, once', async () => {
  const rig = await open();
  announce(rig, STATION);
  rig.clock.now = EIGHT + HOUR + 10 * MINUTE;
  rig.parts.ledger.db.exec(
    "CREATE TRIGGER full BEFORE UPDATE ON feed_station BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
  );
  await expect(rig.settle()).rejects.toThrow('disk is full');
  rig.parts.ledger.db.exec('DROP TRIGGER full');
  expect(rig.told()).toEqual([]);
  rig.clock.now += MINUTE;
  await rig.settle();
  expect(rig.told()).toHaveLength(1);

  await rig.take(['pm2_5', EIGHT, 10]);
  rig.clock.now += 10 * MINUTE;
  rig.parts.ledger.db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON feed BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
  );
  await expect(rig.settle()).rejects.toThrow('disk is full');
  rig.parts.ledger.db.exec('DROP TRIGGER full');
  rig.clock.now += MINUTE;
  await rig.settle();
  expect(rig.told().map(([kind]) => kind)).toEqual(['observations', 'observations.corrected']);
});
