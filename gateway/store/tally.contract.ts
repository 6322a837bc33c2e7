/** Counting and paging, as every store must do them. Run by tally.test.ts over each implementation. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store, StoredReading } from './store.ts';
import { HOUR_MS, type Tally } from './tally.ts';

const T0 = Date.UTC(2026, 2, 5, 6, 0, 0);
const MINUTE = 60_000;

const reading = (station: string, at: number, extra: Partial<StoredReading> = {}): StoredReading => ({
  station,
  parameter: 'pm2_5',
  at,
  value: 10,
  flag: 1,
  reason: null,
  receivedAt: at + 500,
  ...extra,
});

const sorted = (tallies: readonly Tally[]): Tally[] =>
  [...tallies].sort(
    (a, b) =>
      a.hour - b.hour || a.parameter.localeCompare(b.parameter) || a.flag - b.flag || a.count - b.count,
  );

export function tallyContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  test('readings are counted by parameter, hour, flag and reason', async () => {
    const station = 'counted';
    const silent = { value: null, flag: 9, reason: 'no answer' } as const;
    await store.append([
      reading(station, T0),
      reading(station, T0 + HOUR_MS - 1, { receivedAt: T0 + HOUR_MS - 1 + 10 * MINUTE }),
      reading(station, T0 + 1, { receivedAt: T0 + 2 + 10 * MINUTE }),
      reading(station, T0 + 2, { value: 9000, flag: 4, reason: 'outside 0..2000' }),
      reading(station, T0 + 3, { value: 9001, flag: 4, reason: 'outside 0..2000' }),
      reading(station, T0 + 4, { value: 9001, flag: 4, reason: 'it\'s "odd" \\ here' }),
      reading(station, T0 + 5, silent),
      reading(station, T0 + 6, { parameter: 'o3' }),
      reading(station, T0 + HOUR_MS),
      reading('another', T0),
    ]);
    const group = { parameter: 'pm2_5', hour: T0, reason: null } as const;
    const first: Tally[] = [
      { ...group, parameter: 'o3', flag: 1, count: 1, values: 1, live: 1 },
      { ...group, flag: 1, count: 3, values: 3, live: 2 },
      { ...group, flag: 4, reason: 'it\'s "odd" \\ here', count: 1, values: 1, live: 1 },
      { ...group, flag: 4, reason: 'outside 0..2000', count: 2, values: 2, live: 2 },
      { ...group, flag: 9, reason: 'no answer', count: 1, values: 0, live: 0 },
    ];
    const second: Tally = { ...group, hour: T0 + HOUR_MS, flag: 1, count: 1, values: 1, live: 1 };
    expect(sorted(await store.tally({ station, from: T0, to: T0 + HOUR_MS }))).toEqual(first);
    expect(sorted(await store.tally({ station, from: T0, to: T0 + 30 * HOUR_MS }))).toEqual([
      ...first,
      second,
    ]);
  });

  test('each hour of days is told once, and nothing outside the bounds is counted', async () => {
    const station = 'long';
    const every = 20 * MINUTE;
    await store.append(Array.from({ length: 3 * 24 * 2 }, (_, n) => reading(station, T0 + n * every)));
    const from = T0 + 30 * MINUTE;
    const tallies = sorted(await store.tally({ station, from, to: T0 + 40 * HOUR_MS + 1 }));
    expect(tallies.map(({ hour }) => hour)).toEqual(Array.from({ length: 41 }, (_, n) => T0 + n * HOUR_MS));
    expect(tallies.map(({ count }) => count)).toEqual([1, ...Array(39).fill(3), 1]);
    expect(await store.tally({ station: 'nobody', from, to: T0 + HOUR_MS })).toEqual([]);
  });

  test('rows come oldest first and page by page, as they were stored', async () => {
    const station = 'paged';
    const rows = Array.from({ length: 7 }, (_, n) =>
      reading(station, T0 + n * MINUTE, n === 3 ? { value: null, flag: 9, reason: 'no answer, "9"' } : {}),
    );
    await store.append([...rows].reverse());
    const query = { station, parameter: 'pm2_5', from: T0, to: T0 + 6 * MINUTE, limit: 4 } as const;
    expect(await store.rows(query)).toEqual(rows.slice(0, 4));
    expect(await store.rows({ ...query, from: T0 + 3 * MINUTE + 1 })).toEqual(rows.slice(4, 6));
    expect(await store.rows({ ...query, parameter: 'o3' })).toEqual([]);
  });
}
