import { afterEach, expect, test } from 'vitest';
import { type FakeAnswer, type FakeWrite, startFakeInflux } from '../../test/support/influx-fake.ts';
import { openInfluxStore } from './influx.ts';
import { RefusedReadings, StoreUnavailable } from './refused.ts';
import type { StoredReading } from './store.ts';

const T0 = Date.UTC(2026, 2, 5, 6, 0, 0);
const STORED: FakeAnswer = { status: 204 };

const readings = (count: number): StoredReading[] =>
  Array.from({ length: count }, (_, index) => ({
    station: 'cau-rong',
    parameter: 'pm2_5',
    at: T0 + index * 1000,
    value: index,
    flag: 1,
    reason: null,
    receivedAt: T0,
  }));

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function open(answer: (write: FakeWrite) => FakeAnswer | Promise<FakeAnswer>, timeoutMs = 10_000) {
  const fake = await startFakeInflux(answer);
  stops.push(fake.stop);
  const settings = {
    kind: 'influx',
    url: fake.url,
    database: 'x',
    username: 'u',
    password: 'secret',
  } as const;
  const store = openInfluxStore(settings, timeoutMs);
  stops.push(store.close);
  return { fake, store };
}

const valueIn = (line: string): number => Number(/value=([^,]+)/.exec(line)?.[1]);

/** What `append` throws. */
async function failure(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => 'stored',
    (error: unknown) => error,
  );
}

test('a batch is in before append returns, with the account in a header and not in the address', async () => {
  const { fake, store } = await open(() => STORED);
  await store.append(readings(12_345));
  expect(fake.stored.size).toBe(12_345);
  expect(fake.writes[0]?.authorization).toBe(`Basic ${Buffer.from('u:secret').toString('base64')}`);
});

test('refused readings are told with the words of the database, and all others are stored', async () => {
  const bad = new Set([0, 1, 700, 2999]);
  const { fake, store } = await open(({ lines }) => {
    const dropped = lines.filter((line) => bad.has(valueIn(line))).length;
    return dropped === 0
      ? STORED
      : { status: 400, error: `partial write: points beyond something dropped=${dropped}` };
  });
  const error = await failure(store.append(readings(3000)));
  expect(error).toBeInstanceOf(RefusedReadings);
  const { refused } = error as RefusedReadings;
  expect(refused.map(({ reading }) => reading.value).sort((a, b) => Number(a) - Number(b))).toEqual([...bad]);
  expect(refused[0]?.reason).toMatch(/^partial write: points beyond something dropped=[12]$/);
  // The fake keeps nothing of a request with a refused point, as other shards of a real one may not yet have.
  expect(fake.stored.size).toBe(2996);
});

test('a request that is refused whole is not searched', async () => {
  const { fake, store } = await open(({ lines }) => ({
    status: 400,
    error: `partial write: no dropped=${lines.length}`,
  }));
  const error = await failure(store.append(readings(900)));
  expect((error as RefusedReadings).refused).toHaveLength(900);
  expect(fake.writes).toHaveLength(1);
});

test('what is too large is split, and later batches are sent in pieces that fit', async () => {
  const { fake, store } = await open(({ lines }) =>
    lines.length > 300 ? { status: 413, error: 'Request Entity Too Large' } : STORED,
  );
  await store.append(readings(1000));
  expect(fake.stored.size).toBe(1000);
  const before = fake.writes.length;
  await store.append(readings(2000));
  expect(fake.stored.size).toBe(2000);
  expect(fake.writes.slice(before).every(({ lines }) => lines.length <= 300)).toBe(true);
});

test('where not even one reading fits, nothing is given up', async () => {
  const { store } = await open(() => ({ status: 413, text: '<html>' }));
  expect(await failure(store.append(readings(3)))).toBeInstanceOf(StoreUnavailable);
});

test.each([
  [429, { 'retry-after': '7' }, 7000],
  [503, { 'retry-after': '120' }, 120_000],
  [503, {}, null],
  [500, {}, null],
  [502, { 'retry-after': 'soon' }, null],
])('%d with %j is held back: try again after %s ms', async (status, headers, retryAfterMs) => {
  const { store } = await open(() => ({ status, headers, error: 'timeout' }));
  const error = await failure(store.append(readings(10)));
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(error).toMatchObject({ retryAfterMs });
});

test('a date in Retry-After is a time to wait', async () => {
  const { store } = await open(() => ({
    status: 503,
    headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
  }));
  const { retryAfterMs } = (await failure(store.append(readings(1)))) as StoreUnavailable;
  expect(retryAfterMs).toBeGreaterThan(30_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('a refused point beside a part that is not in is tried again with the whole batch', async () => {
  const { store } = await open(({ lines }) =>
    lines.length === 1000 ? { status: 400, error: 'partial write: no dropped=1000' } : { status: 503 },
  );
  expect(await failure(store.append(readings(1001)))).toBeInstanceOf(StoreUnavailable);
});

test('a 400 or 404 of something that is not InfluxDB refuses no reading', async () => {
  for (const status of [400, 404]) {
    const { store } = await open(() => ({ status, text: '<h1>Bad gateway configuration</h1>' }));
    expect(await failure(store.append(readings(10)))).toBeInstanceOf(StoreUnavailable);
  }
});

test('a refused account is said in words, without its password, and its readings are held', async () => {
  const { store } = await open(() => ({ status: 401, error: 'authorization failed' }));
  for (const error of [await failure(store.append(readings(1))), await failure(store.check())]) {
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect((error as Error).message).toBe(
      'InfluxDB does not let this account write (401): authorization failed',
    );
  }
});

test('a database that is missing is created, and the batch stored', async () => {
  const { fake, store } = await open(({ index }) =>
    index === 0 ? { status: 404, error: 'database not found: "x"' } : STORED,
  );
  await store.append(readings(5));
  expect(fake.queries).toEqual(['create database "x"']);
  expect(fake.stored.size).toBe(5);
});

test('a database that does not answer in time is not waited for, and gets smaller requests until it keeps up', async () => {
  let slow = true;
  const { fake, store } = await open(({ lines }) => (slow && lines.length > 250 ? 'hang' : STORED), 300);
  const sizes: number[] = [];
  for (let attempt = 0; attempt < 10 && fake.stored.size < 1000; attempt++) {
    const before = fake.writes.length;
    const error = await failure(store.append(readings(1000)));
    if (error !== 'stored') expect(error).toBeInstanceOf(StoreUnavailable);
    sizes.push(Math.max(...fake.writes.slice(before).map(({ lines }) => lines.length)));
  }
  expect(fake.stored.size).toBe(1000);
  expect(sizes.slice(0, 3)).toEqual([1000, 500, 250]);
  slow = false;
  for (let batch = 0; batch < 5; batch++) await store.append(readings(5000));
  expect(Math.max(...fake.writes.slice(-5).map(({ lines }) => lines.length))).toBeGreaterThan(1000);
});

test('a connection that breaks throws, and one that was closed while it was kept does not', async () => {
  const { fake, store } = await open(({ index }) => (index === 1 ? 'reset' : STORED));
  await store.append(readings(1));
  // The second goes over the kept connection, which breaks: it is sent once more over a new one.
  await store.append(readings(2));
  expect(fake.stored.size).toBe(2);
  const { store: broken } = await open(() => 'reset');
  expect(await failure(broken.append(readings(1)))).toBeInstanceOf(StoreUnavailable);
});

test('a database that is away is told as such', async () => {
  const { fake, store } = await open(() => STORED);
  await fake.stop();
  stops.splice(0, 1);
  const error = await failure(store.append(readings(1)));
  expect((error as Error).message).toBe('InfluxDB does not answer: ECONNREFUSED');
});

test('however slow the database and large the batch, few requests are under way, and none after a failure', async () => {
  const { fake, store } = await open(async ({ index }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return index === 8 ? { status: 503 } : STORED;
  });
  expect(await failure(store.append(readings(200_000)))).toBeInstanceOf(StoreUnavailable);
  expect(fake.mostOpen()).toBeLessThanOrEqual(3);
  expect(fake.writes.length).toBeLessThanOrEqual(12);
  expect(Math.max(...fake.writes.map(({ bytes }) => bytes))).toBeLessThan(1_000_000);
  const sent = fake.writes.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fake.writes).toHaveLength(sent);
});
