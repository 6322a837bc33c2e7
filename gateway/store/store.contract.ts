/** What every store must do. Run by store.test.ts over each implementation. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store, StoredReading } from './store.ts';

const T0 = Date.UTC(2026, 2, 5, 6, 0, 0);
const MINUTE = 60_000;
const DAY = 86_400_000;

let count = 0;
/** A station of this test's own: the tests share one store. */
const newStation = () => `station-${++count}`;

const reading = (
  station: string,
  minutes: number,
  value: number | null,
  extra: Partial<StoredReading> = {},
): StoredReading => ({
  station,
  parameter: 'pm2_5',
  at: T0 + minutes * MINUTE,
  value,
  flag: value === null ? 9 : 1,
  reason: value === null ? 'no answer' : null,
  receivedAt: T0 + minutes * MINUTE + 500,
  ...extra,
});

const all = { parameter: 'pm2_5', from: T0, to: T0 + 60 * MINUTE, aggregate: 'mean', limit: 1000 } as const;

export function storeContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  test('readings come back as they went in, in order of time', async () => {
    const station = newStation();
    await store.append([reading(station, 2, 30.5), reading(station, 0, 10), reading(station, 1, null)]);
    expect(await store.points({ ...all, station })).toEqual([
      [T0, 10, 1],
      [T0 + MINUTE, null, 9],
      [T0 + 2 * MINUTE, 30.5, 1],
    ]);
  });

  test('a repeated reading is there once', async () => {
    const station = newStation();
    const batch = [reading(station, 0, 10), reading(station, 1, 11)];
    await store.append(batch);
    await store.append(batch);
    expect(await store.points({ ...all, station })).toHaveLength(2);
    expect(await store.points({ ...all, station, everyMs: 60 * MINUTE, aggregate: 'count' })).toEqual([
      [T0, 2, 1],
    ]);
  });

  test('the newest reading of each series is the latest, with flag, reason and time of arrival', async () => {
    const station = newStation();
    const newest = reading(station, 5, null, { reason: 'exception 2 "quoted" \\ back' });
    await store.append([newest, reading(station, 1, 10), reading(station, 3, 7, { parameter: 'o3' })]);
    const latest = (await store.latest()).filter((item) => item.station === station);
    expect(latest.sort((a, b) => a.parameter.localeCompare(b.parameter))).toEqual([
      reading(station, 3, 7, { parameter: 'o3' }),
      newest,
    ]);
  });

  test('aggregates use good values only and tell the worst flag of the interval', async () => {
    const station = newStation();
    await store.append([
      reading(station, 0, 10),
      reading(station, 1, 20),
      reading(station, 2, 9000, { flag: 4, reason: 'outside 0..2000' }),
      reading(station, 10, null),
      reading(station, 20, 5),
      reading(station, 21, null),
      reading(station, 22, 7, { flag: 2 }),
    ]);
    const every = { ...all, station, everyMs: 10 * MINUTE };
    expect(await store.points({ ...every, aggregate: 'mean' })).toEqual([
      [T0, 15, 4],
      [T0 + 10 * MINUTE, null, 9],
      [T0 + 20 * MINUTE, 5, 1],
    ]);
    expect((await store.points({ ...every, aggregate: 'max' })).map(([, value]) => value)).toEqual([
      20,
      null,
      5,
    ]);
    expect((await store.points({ ...every, aggregate: 'min' })).map(([, value]) => value)).toEqual([
      10,
      null,
      5,
    ]);
    expect((await store.points({ ...every, aggregate: 'count' })).map(([, value]) => value)).toEqual([
      2, 0, 1,
    ]);
  });

  test('a query answers within its bounds, with the newest when there are more points than asked', async () => {
    const station = newStation();
    await store.append(Array.from({ length: 10 }, (_, minute) => reading(station, minute, minute)));
    const inside = await store.points({ ...all, station, from: T0 + 2 * MINUTE, to: T0 + 5 * MINUTE });
    expect(inside.map(([, value]) => value)).toEqual([2, 3, 4]);
    expect((await store.points({ ...all, station, limit: 3 })).map(([, value]) => value)).toEqual([7, 8, 9]);
  });

  test('days are those of Vietnam, late readings count in theirs, and a limit takes the newest', async () => {
    const station = newStation();
    const query = { ...all, station, from: T0 - DAY, to: T0 + 3 * DAY } as const;
    await store.append([0, 1, 2].map((day) => reading(station, day * 1440, day)));
    const midnight = Date.UTC(2026, 2, 4, 17);
    const days = { ...query, everyMs: DAY };
    const before = await store.points(days);
    expect(before).toEqual([0, 1, 2].map((day) => [midnight + day * DAY, day, 1]));
    await store.append([reading(station, 1440 + 30, 4), reading(station, -1440, 8, { flag: 3 })]);
    expect(await store.points(days)).toEqual([
      [midnight - DAY, 8, 3],
      [midnight, 0, 1],
      [midnight + DAY, 2.5, 1],
      [midnight + 2 * DAY, 2, 1],
    ]);
    expect(await store.points({ ...days, limit: 2 })).toEqual([
      [midnight + DAY, 2.5, 1],
      [midnight + 2 * DAY, 2, 1],
    ]);
    // A bound within an interval cuts it: only what lies between the bounds counts.
    const cut = { ...days, from: T0 + DAY + 10 * MINUTE, to: T0 + DAY + 31 * MINUTE };
    expect(await store.points(cut)).toEqual([[midnight + DAY, 4, 1]]);
  });

  test('days begin at midnight of Vietnam, weeks on Monday, and hours are counted from that midnight', async () => {
    const station = newStation();
    // Sunday, 8 March 2026, the last second of the day and the first one of Monday.
    const monday = Date.UTC(2026, 2, 8, 17);
    const at = (moment: number, value: number) => reading(station, (moment - T0) / MINUTE, value);
    await store.append([at(monday - 1000, 10), at(monday, 30), at(monday + DAY - 1000, 50)]);
    const query = { ...all, station, from: monday - DAY, to: monday + 2 * DAY } as const;
    expect(await store.points({ ...query, everyMs: DAY })).toEqual([
      [monday - DAY, 10, 1],
      [monday, 40, 1],
    ]);
    expect(await store.points({ ...query, everyMs: 7 * DAY })).toEqual([
      [monday - 7 * DAY, 10, 1],
      [monday, 40, 1],
    ]);
    const hours = (count: number) => store.points({ ...query, everyMs: count * 60 * MINUTE });
    for (const count of [2, 3, 6, 12]) {
      const ms = count * 60 * MINUTE;
      expect(await hours(count)).toEqual([
        [monday - ms, 10, 1],
        [monday, 30, 1],
        [monday + DAY - ms, 50, 1],
      ]);
    }
    expect(await store.points({ ...query, everyMs: 10 * MINUTE, limit: 1 })).toEqual([
      [monday + DAY - 10 * MINUTE, 50, 1],
    ]);
  });

  test('a series that nobody wrote is empty', async () => {
    expect(await store.points({ ...all, station: newStation() })).toEqual([]);
    await store.check();
  });
}
