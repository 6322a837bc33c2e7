/** What InfluxDB itself says when it does not take all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Influxd, startInfluxd } from '../../test/support/influxd.ts';
import { hasProgram } from '../../test/support/programs.ts';
import { openInfluxStore } from './influx.ts';
import { RefusedReadings, StoreUnavailable } from './refused.ts';
import type { Store, StoredReading } from './store.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 2, 5, 6, 0, 0);

const reading = (index: number, extra: Partial<StoredReading> = {}): StoredReading => ({
  station: 'cau-rong',
  parameter: 'pm2_5',
  at: T0 + index * 1000,
  value: index,
  flag: 1,
  reason: null,
  receivedAt: T0,
  ...extra,
});

describe.skipIf(!hasProgram('influxd'))('a real InfluxDB', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.stop());

  const ask = async (q: string): Promise<string> =>
    (await fetch(`${influxd.url}/query?q=${encodeURIComponent(q)}`, { method: 'POST' })).text();

  async function using(database: string, work: (store: Store) => Promise<void>): Promise<void> {
    const store = openInfluxStore({ kind: 'influx', url: influxd.url, database });
    await work(store).finally(() => store.close());
  }

  const refusedBy = async (work: Promise<void>) => {
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedReadings);
    return (error as RefusedReadings).refused;
  };

  const count = async (store: Store): Promise<number> =>
    (
      await store.points({
        station: 'cau-rong',
        parameter: 'pm2_5',
        from: T0 - 10_000 * HOUR,
        to: Date.now() + HOUR,
        aggregate: 'mean',
        limit: 100_000,
      })
    ).length;

  test('a field that has another type refuses its readings by name, and their neighbours are stored', () =>
    using('conflict', async (store) => {
      await store.check();
      const other = `reading,parameter=o3,station=x reason=5 ${T0}`;
      await fetch(`${influxd.url}/write?db=conflict&precision=ms`, { method: 'POST', body: other });
      const batch = Array.from({ length: 6000 }, (_, index) =>
        reading(index, index % 2500 === 7 ? { flag: 3, reason: 'spike' } : {}),
      );
      const refused = await refusedBy(store.append(batch));
      expect(refused.map(({ reading: { value } }) => value).sort((a, b) => Number(a) - Number(b))).toEqual([
        7, 2507, 5007,
      ]);
      expect(refused[0]?.reason).toBe(
        'partial write: field type conflict: input field "reason" on measurement "reading" is type string, already exists as type float dropped=1',
      );
      expect(await count(store)).toBe(5997);
    }));

  test('in a batch over many shards each reading is stored or told', () =>
    using('shards', async (store) => {
      await store.check();
      const other = `reading,parameter=o3,station=x reason=5 ${T0}`;
      await fetch(`${influxd.url}/write?db=shards&precision=ms`, { method: 'POST', body: other });
      // A type holds within a shard of a week: the same field with the right type elsewhere is taken.
      const batch = Array.from({ length: 2000 }, (_, index) =>
        reading(index, { at: T0 - index * HOUR, flag: 3, reason: 'spike' }),
      );
      const refused = await refusedBy(store.append(batch));
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan(200);
      expect(await count(store)).toBe(2000 - refused.length);
    }));

  test('readings beyond the retention period are refused, and newer ones stored', () =>
    using('short', async (store) => {
      await ask('CREATE DATABASE short WITH DURATION 2h');
      const now = Date.now();
      const batch = [1, 2, 300, 400, 3].map((minutes) => reading(minutes, { at: now - minutes * 60_000 }));
      const refused = await refusedBy(store.append(batch));
      expect(refused.map(({ reading: { value } }) => value)).toEqual([400, 300]);
      expect(refused[0]?.reason).toMatch(/beyond retention policy/);
      expect(await count(store)).toBe(3);
    }));

  test('a value that is no number is refused, and its neighbours are stored', () =>
    using('number', async (store) => {
      const refused = await refusedBy(
        store.append([
          reading(0),
          reading(1, { value: Number.POSITIVE_INFINITY }),
          reading(2, { value: 1.7e308 }),
        ]),
      );
      expect(refused.map(({ reading: { at } }) => at)).toEqual([T0 + 1000]);
      expect(await count(store)).toBe(2);
    }));

  test('reasons with quotes, backslashes and line breaks come back as they were', () =>
    using('words', async (store) => {
      const reason = 'said "no\\", then\nmore, a=b \\';
      await store.append([reading(0, { flag: 3, reason }), reading(1, { parameter: 'o3' })]);
      const latest = await store.latest();
      expect(latest.find(({ parameter }) => parameter === 'pm2_5')?.reason).toBe(reason);
      expect(latest.find(({ parameter }) => parameter === 'o3')?.reason).toBeNull();
    }));

  test('a database that is dropped while the gateway runs is made again', () =>
    using('gone', async (store) => {
      await store.append([reading(0)]);
      await ask('DROP DATABASE gone');
      await store.append([reading(1)]);
      expect(await count(store)).toBe(1);
    }));

  test('what append has returned for survives that the database is killed', () =>
    using('killed', async (store) => {
      let stored = 0;
      let next = 0;
      const { promise: enough, resolve } = Promise.withResolvers<void>();
      const write = async (): Promise<void> => {
        for (;;) {
          const batch = Array.from({ length: 500 }, () => reading(next++));
          if ((await store.append(batch).catch((error: unknown) => error)) !== undefined) return;
          stored += batch.length;
          if (stored >= 5000) resolve();
        }
      };
      const writing = write();
      await enough;
      await influxd.kill();
      await writing;
      await influxd.start();
      expect(await count(store)).toBeGreaterThanOrEqual(stored);
    }));
});

describe.skipIf(!hasProgram('influxd'))('a real InfluxDB with accounts and a small limit of requests', () => {
  let influxd: Influxd;
  const ask = async (q: string, account = 'u=root&p=root-password'): Promise<unknown> =>
    (await fetch(`${influxd.url}/query?${account}&q=${encodeURIComponent(q)}`, { method: 'POST' })).json();
  const open = (database: string, username: string, password: string): Store =>
    openInfluxStore({ kind: 'influx', url: influxd.url, database, username, password });

  beforeAll(async () => {
    influxd = await startInfluxd({ http: 'auth-enabled = true\nmax-body-size = 20000' });
    await ask("CREATE USER root WITH PASSWORD 'root-password' WITH ALL PRIVILEGES", '');
    await ask('CREATE DATABASE own');
    await ask('CREATE DATABASE other');
    await ask("CREATE USER gateway WITH PASSWORD 'its-password'");
    await ask('GRANT ALL ON own TO gateway');
  });
  afterAll(() => influxd.stop());

  test('an account that may use one database only is enough, and larger requests than allowed are split', async () => {
    const store = open('own', 'gateway', 'its-password');
    await store.check();
    await store.append(Array.from({ length: 2000 }, (_, index) => reading(index)));
    const all = { station: 'cau-rong', parameter: 'pm2_5', aggregate: 'count', limit: 10 } as const;
    expect(await store.points({ ...all, from: T0, to: T0 + HOUR, everyMs: HOUR })).toEqual([[T0, 2000, 1]]);
    await store.close();
  });

  test.each([
    ['own', 'gateway', 'wrong', 'InfluxDB does not let this account write (401): authorization failed'],
    ['other', 'gateway', 'its-password', 'InfluxDB does not let this account write (403): '],
    ['missing', 'gateway', 'its-password', 'database not found: "missing", and it cannot be created: '],
  ])(
    'of database %s as %s with %s it says so, and holds the readings',
    async (database, user, password, said) => {
      const store = open(database, user, password);
      for (const work of [() => store.check(), () => store.append([reading(0)])]) {
        const error = await work().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(StoreUnavailable);
        expect((error as Error).message).toContain(said);
        expect((error as Error).message).not.toContain(password);
      }
      await store.close();
    },
  );
});
