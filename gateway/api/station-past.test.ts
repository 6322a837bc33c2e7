/** What came late, the four numbers day by day, the instruments and the export of derived values, of a running gateway. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf, dayStart, HOUR_MS } from '../../devices/local-time.ts';
import type { InstrumentsAnswer, LateAnswer, QualityDays } from '../../devices/wire/station.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';
import { lateReadings } from './late.ts';

const TOKEN = 'a-token-for-this-test-only';
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-station-past-'));
const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
const NOW = Date.now();
/** A whole second, since SenML tells times in seconds. */
const LATE = NOW - (NOW % HOUR_MS) - 3 * HOUR_MS;

let gateway: Gateway;
let edge: MqttClient;
const get = (path: string) =>
  fetch(`http://127.0.0.1:${gateway.ready.httpPort}/api/v1/${path}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
const json = async <T>(path: string): Promise<T> => {
  const response = await get(path);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};
const detail = async (path: string) => {
  const response = await get(path);
  return [response.status, ((await response.json()) as { detail: string }).detail];
};

beforeAll(async () => {
  const password = await withAccounts({ flags }, (accounts) => addDevice(accounts, 'edge-a', 'edge'));
  gateway = await startGateway({ flags });
  edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    username: 'edge-a',
    password,
    clientId: 'edge-a',
    reconnectPeriod: 0,
  });
  const publish = (topic: string, message: unknown) =>
    edge.publishAsync(topic, JSON.stringify(message), { qos: 1 });
  const instruments = [
    { id: 'dau-do', profile: 'seeed-sensecap-one-s1000', writes: [] },
    {
      id: 'tu-che',
      profile: 'of-our-own',
      writes: [{ name: 'zero', label: 'Điểm không', note: '', dangerous: true, allowed: { values: [1] } }],
    },
  ];
  await publish(topics.inventory('edge-a'), {
    stations: [
      testStation({
        id: 'cau-do',
        parameters: [
          { id: 'ph', period_s: 300 },
          { id: 'turbidity', period_s: 300 },
        ],
        instruments,
      }),
    ],
  });
  await publish(topics.backlog('edge-a', 'cau-do'), [
    { bn: 'urn:quantrac:cau-do:', bt: LATE / 1000, n: 'ph', v: 7.1 },
    { n: 'ph', t: 300, v: 7.2 },
    { n: 'ph', t: 600, qf: 9, qr: 'timeout' },
    { n: 'ph', t: 900, v: 7.3 },
    { n: 'turbidity', t: 0, u: 'NTU', v: 4 },
  ]);
  await publish(topics.readings('edge-a', 'cau-do'), [
    // The books are closed up to a minute ago.
    { bn: 'urn:quantrac:cau-do:', bt: Math.floor(NOW / 1000) - 300, n: 'ph', v: 7.4 },
  ]);
});
afterAll(async () => {
  await edge.endAsync(true);
  await gateway.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('readings that follow one another and came late are one span; one in time ends it', () => {
  const late = lateReadings();
  const minute = 60_000;
  for (const [at, delay, value] of [
    [1, 11, 1],
    [2, 11, null],
    [3, 30, 2],
    [4, 10, 3],
    [5, 60, 4],
  ] as const)
    late.add({ at: at * minute, value, receivedAt: (at + delay) * minute });
  expect(late.spans).toEqual([
    { from: minute, to: 3 * minute, count: 2 },
    { from: 5 * minute, to: 5 * minute, count: 1 },
  ]);
});

test('what came late is told of a day by its readings, of a month by its hours', async () => {
  const path = (from: number, parameter = 'ph') =>
    `stations/cau-do/late?parameter=${parameter}&from=${from}&to=${NOW + 1}`;
  expect(await json<LateAnswer>(path(NOW - DAY_MS))).toEqual({
    ...{ station: 'cau-do', parameter: 'ph', by: 'readings' },
    spans: [{ from: LATE, to: LATE + 900_000, count: 3 }],
  });
  expect(await json<LateAnswer>(path(NOW - 30 * DAY_MS))).toMatchObject({
    by: 'hours',
    spans: [{ from: LATE, to: LATE + HOUR_MS, count: 3 }],
  });
  expect(await json<LateAnswer>(path(NOW - DAY_MS, 'turbidity'))).toMatchObject({ spans: [{ count: 1 }] });
  expect(await json<LateAnswer>(path(NOW - HOUR_MS))).toMatchObject({ spans: [] });
});

test('a question about what came late has its bounds', async () => {
  const path = (station: string, from: number, to: number) =>
    `stations/${station}/late?parameter=ph&from=${from}&to=${to}`;
  expect(await detail(path('nope', 1, 2))).toEqual([404, 'there is no station "nope"']);
  expect(await detail(path('cau-do', 2, 2))).toEqual([400, 'from: must be before to']);
  expect(await detail(path('cau-do', 0, 33 * DAY_MS))).toEqual([400, 'from: at most 32 days before to']);
});

test('the four numbers are told day by day, and of no day that has not begun', async () => {
  const [today, tomorrow] = [dayOf(NOW), dayOf(NOW + DAY_MS)];
  const from = dayOf(NOW - 2 * DAY_MS);
  const { station, days } = await json<QualityDays>(`stations/cau-do/quality?from=${from}&to=${tomorrow}`);
  expect(station).toBe('cau-do');
  expect(days.map(({ day }) => day)).toEqual([from, dayOf(NOW - DAY_MS), today]);
  expect(days[0]).toMatchObject({ received: 0, dung: null, song: null });
  // Shortly after midnight what came late is of yesterday.
  const late = days.find((one) => one.day === dayOf(LATE));
  expect(late).toMatchObject({ from: dayStart(LATE), to: dayStart(LATE) + DAY_MS, dung: 1 });
  expect(days.reduce((sum, { clean }) => sum + clean, 0)).toBe(5);
  expect(days.reduce((sum, { live }) => sum + live, 0)).toBe(1);
});

test('a question about days has its bounds', async () => {
  const path = (from: string, to: string, station = 'cau-do') =>
    `stations/${station}/quality?from=${from}&to=${to}`;
  expect(await detail(path('2026-03-01', '2026-03-02', 'nope'))).toEqual([404, 'there is no station "nope"']);
  expect(await detail(path('2026-03-02', '2026-03-01'))).toEqual([400, 'from: must not be after to']);
  expect(await detail(path('2026-03-01', '2026-04-01'))).toEqual([400, 'from: at most 31 days with to']);
  expect((await get(path('2026-02-30', '2026-03-01'))).status).toBe(400);
});

test('an instrument tells what its profile does; of a profile that only its edge has nothing is made up', async () => {
  const { instruments } = await json<InstrumentsAnswer>('stations/cau-do/instruments');
  expect(instruments).toMatchObject([
    { id: 'dau-do', facts: { maker: 'Seeed Studio', status: 'documentation' } },
    { id: 'tu-che', facts: null, writes: [{ name: 'zero', dangerous: true }] },
  ]);
  expect(instruments[0]?.facts?.caveats.length).toBeGreaterThan(0);
  expect(instruments[0]?.facts?.ranges).toContainEqual({
    ...{ parameter: 'air_temperature', low: -40, high: 85, unit: 'Cel' },
  });
});

test('derived values are exported when they are asked for by name', async () => {
  const response = await get(
    `export?station=cau-do&parameter=vn_wqi&from=${NOW - DAY_MS}&to=${NOW}&mark=none`,
  );
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('station,parameter,time,value,unit,flag,reason,received_at\r\n');
});
