/** Station files: how much is looked at for what comes late, and that the present waits for none of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { FLAG } from '../devices/quality.ts';
import type { Box } from '../gateway/ioc/station-files/box.ts';
import { fileTime } from '../gateway/ioc/station-files/format.ts';
import { createGaps } from '../gateway/ioc/station-files/gaps.ts';
import { createSender } from '../gateway/ioc/station-files/send.ts';
import { stationFileSettingsSchema } from '../gateway/ioc/station-files/settings.ts';
import { type Ledger, openLedger } from '../gateway/ledger.ts';
import type { PointsQuery, RowsQuery, StoredReading } from '../gateway/store/store.ts';

vi.setConfig({ testTimeout: 30_000 });

const T0 = Date.parse('2026-03-05T00:00:00+07:00');
const CYCLE_S = 300;
const DAY_S = 86_400;
const NEVER = new AbortController().signal;

const STATIONS = Array.from({ length: 40 }, (_, index) => `kk${String(index + 1).padStart(2, '0')}`);
const settings = stationFileSettingsSchema.parse({
  to: 'folder',
  folder: '/nowhere',
  since: '2026-01-01',
  delay_s: 0,
  name: '{station}_{time}.txt',
  stations: STATIONS.map((id) => ({ id, station: id.toUpperCase() })),
  parameters: { pm2_5: { unit: 'ug/Nm3' }, pm10: { unit: 'ug/Nm3' } },
});

let folder = '';
let ledger: Ledger;
let now = T0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-late-'));
  ledger = openLedger(folder);
  now = T0;
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Of the cycle that ends so many cycles after midnight, negative before. */
const end = (cycles: number): number => T0 / 1000 + cycles * CYCLE_S;
const reading = (station: string, cycles: number): StoredReading => {
  const at = (end(cycles) - 60) * 1000;
  return { station, parameter: 'pm2_5', at, value: 1, flag: FLAG.good, reason: null, receivedAt: at };
};
const name = (station: string, cycles: number) =>
  `${station.toUpperCase()}_${fileTime(end(cycles) * 1000)}.txt`;

function rig() {
  const readings: StoredReading[] = [];
  const asked: PointsQuery[] = [];
  const put: string[] = [];
  const hooks = { points: () => {}, put: () => {} };
  const within = ({
    station,
    parameter,
    from,
    to,
  }: Pick<RowsQuery, 'station' | 'parameter' | 'from' | 'to'>) =>
    readings.filter(
      (one) => one.station === station && one.parameter === parameter && one.at >= from && one.at < to,
    );
  const store = {
    rows: async (query: RowsQuery) => within(query),
    points: async (query: PointsQuery) => {
      asked.push(query);
      hooks.points();
      return within(query).map(({ at, flag }) => [at - (at % (CYCLE_S * 1000)), 1, flag] as never);
    },
  };
  const box: Box = {
    async put(files, _signal, done) {
      hooks.put();
      for (const file of files) {
        put.push(file.name);
        done(file);
      }
    },
    test: async () => '',
  };
  const open = () => createSender(settings, { destination: 'a', store, ledger, box, now: () => now });
  let sender = open();
  return {
    asked,
    put,
    hooks,
    restart() {
      sender = open();
    },
    store(...more: StoredReading[]) {
      readings.push(...more);
      sender.stored(more);
    },
    /** What was put and how many questions it took, at a moment so many cycles after the end of this one. */
    async send(cycles: number, later = 0, signal = NEVER) {
      now = (end(cycles) + later * CYCLE_S) * 1000;
      const [before, questions] = [put.length, asked.length];
      await sender.send(end(cycles), signal);
      return { put: put.slice(before), asked: asked.slice(questions) };
    },
  };
}

/** One outage a day of each station, which nobody ever fills. */
function oldGaps(days: number): void {
  const outages = STATIONS.flatMap((station) =>
    Array.from({ length: days }, (_, day) => {
      const first = T0 / 1000 - (day + 1) * DAY_S;
      return { station, first, last: first + 3600 - 1 };
    }),
  );
  createGaps(ledger, 'a').update(outages, [], 0);
}

test('gaps are looked at where something was stored, and after a start once', async () => {
  oldGaps(3);
  const all = STATIONS.length * 3 * 2;
  const { send, store, restart } = rig();
  store(...STATIONS.map((station) => reading(station, 1)));
  expect((await send(1)).asked).toHaveLength(all);
  store(...STATIONS.map((station) => reading(station, 2)));
  expect((await send(2)).asked).toEqual([]);
  // The backlog of one.
  store(reading('kk07', -287), reading('kk07', -286), reading('kk07', -285));
  const third = await send(3);
  expect(third.asked.map(({ station }) => station)).toEqual(['kk07', 'kk07']);
  expect(third.put).toEqual([name('kk07', -287), name('kk07', -286)]);
  // It has gone no further.
  const fourth = await send(4);
  expect(fourth.put).toEqual([name('kk07', -285)]);
  expect((await send(5)).asked).toEqual([]);
  restart();
  expect((await send(6)).asked.length).toBeGreaterThanOrEqual(all);
});

test('the present goes first, and a cycle that is not the newest waits for nothing late', async () => {
  const { send, store } = rig();
  await send(1);
  store(reading('kk03', 1), reading('kk05', 2), reading('kk03', 3), reading('kk05', 3));
  const behind = await send(2, 1);
  expect(behind).toEqual({ put: [name('kk05', 2)], asked: [] });
  await send(3);
  const { put } = await send(4);
  expect(put).toEqual([name('kk03', 1)]);
  store(reading('kk09', 1), reading('kk09', 2), reading('kk01', 5));
  expect((await send(5)).put).toEqual([name('kk01', 5), name('kk09', 1)]);
});

test('what there is to look at takes no longer than half a minute, the next time goes on with the others', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  oldGaps(5);
  const { send, hooks } = rig();
  hooks.points = () => void vi.advanceTimersByTime(400);
  const stations = (asked: readonly PointsQuery[]) => [...new Set(asked.map(({ station }) => station))];
  const first = stations((await send(1)).asked);
  // Six gaps, with that of the present, and two parameters: 4.8 s a station.
  expect(first).toEqual(STATIONS.slice(0, 7));
  const second = stations((await send(2)).asked);
  expect(second).toEqual(STATIONS.slice(7, 14));
});

test('a look that is cut off or whose files are not taken is made again', async () => {
  const { send, store, hooks } = rig();
  await send(1);
  store(reading('kk02', 1), reading('kk03', 1));
  const cut = new AbortController();
  hooks.points = () => cut.abort(new Error('it took too long'));
  await expect(send(2, 0, cut.signal)).rejects.toThrow('it took too long');
  hooks.points = () => {};
  await send(2);
  hooks.put = () => {
    throw new Error('no room');
  };
  await expect(send(3)).rejects.toThrow('no room');
  hooks.put = () => {};
  expect((await send(3)).put.toSorted()).toEqual([name('kk02', 1), name('kk03', 1)]);
});
