/** What days were, asked of a running gateway: pages, bounds, and nothing of other areas. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limitSchema } from '../../devices/limit.ts';
import { DAY_MS, dayBounds, HOUR_MS } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FLAG, type Flag } from '../../devices/quality.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { openDerivedStore } from '../derive/derived-store.ts';
import { published } from '../derive/derived-value.ts';
import { startGateway } from '../main.ts';
import { openSqliteStore } from '../store/sqlite.ts';

const TOKEN = 'a-token-for-this-test-only';
const PASSWORD = 'ngam-rong-phun-lua-dem-thu-bay';
const HOA_VANG = { vi: 'Hòa Vang', en: 'Hoa Vang' };
const air = { kind: 'air', parameters: [{ id: 'pm2_5', period_s: 300 }] } as const;
const STATIONS = [
  testStation({ ...air, parameters: [...air.parameters], id: 'kk-1' }),
  testStation({ ...air, parameters: [...air.parameters], id: 'kk-2', area: HOA_VANG }),
  testStation({ id: 'nuoc-1', kind: 'water', parameters: [{ id: 'ph', period_s: 300 }] }),
  testStation({
    ...{ id: 'nuoc-2', kind: 'water', parameters: [{ id: 'dissolved_oxygen', period_s: 300 }] },
    limits: [
      limitSchema.parse({
        ...{ name: 'oxy', parameter: 'dissolved_oxygen', kind: 'standard', level: 'notice' },
        ...{ standard: 'qcvn-08', water: 'river', class: 'B' },
      }),
    ],
  }),
];
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-days-'));
const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
const START = dayBounds('2026-03-05')?.from ?? Number.NaN;
const JANUARY = dayBounds('2026-01-05')?.from ?? Number.NaN;
const SPAN = 'from=2026-03-05&to=2026-03-06';

let gateway: Gateway;
let edge: MqttClient;
let ranger = '';

const url = (path: string): string => `http://127.0.0.1:${gateway.ready.httpPort}/api/v1/${path}`;
async function get(path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) {
  const response = await fetch(url(path), { headers });
  return { status: response.status, body: await response.json() };
}
const ids = ({ body }: Awaited<ReturnType<typeof get>>): string[] =>
  body.stations.map(({ station }: { station: string }) => station);

/** Oxygen of the first three hours: what an instrument that failed says is no sample, and of an hour one sample is enough. */
async function fillWater(): Promise<void> {
  const store = openSqliteStore(dataDir);
  const reading = (minute: number, value: number, flag: Flag = FLAG.good) => ({
    ...({ station: 'nuoc-2', parameter: 'dissolved_oxygen', reason: null } as const),
    ...{ at: START + minute * 60_000, value, flag, receivedAt: START + DAY_MS },
  });
  await store.append([
    ...[reading(0, 6), reading(30, 4.8), reading(59, 6)],
    ...[reading(70, 5), reading(80, 0.1, FLAG.fail)],
    ...[reading(130, 4.2, FLAG.suspect), reading(140, 7)],
    // Of the days before and after those that are asked.
    ...[reading(-1, 0.2), reading(2 * 24 * 60, 0.3)],
  ]);
  await store.close();
}

function fill(): void {
  const derived = openDerivedStore(dataDir);
  const value = (station: string, parameter: ParameterId, at: number, of: number) =>
    published({ station, parameter, at }, of, { method: 'mean-1h', inputs: [], dominant: 'pm2_5' });
  const ofStation = (station: string) => [
    value(station, 'so2_1h', START + HOUR_MS, 400),
    value(station, 'so2_1h', START + 2 * HOUR_MS, 100),
    value(station, 'vn_aqi_day', START + DAY_MS, 120),
    // Means of two days of January; one that ends within a day is of no day.
    ...[value(station, 'pm10_24h', JANUARY + DAY_MS, 30), value(station, 'pm10_24h', JANUARY, 20)],
    value(station, 'pm10_24h', JANUARY + HOUR_MS, 900),
    value(station, 'vn_aqi', START + DAY_MS, 160),
  ];
  derived.put([...ofStation('kk-1'), ...ofStation('kk-2')], START + DAY_MS);
  derived.close();
}

beforeAll(async () => {
  let password = '';
  await withAccounts({ flags }, async (accounts) => {
    password = await addDevice(accounts, 'edge-a', 'edge');
    await accounts.putUser('ranger', { role: 'viewer', areas: [HOA_VANG.vi], password: PASSWORD });
  });
  fill();
  await fillWater();
  gateway = await startGateway({ flags });
  edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    ...{ username: 'edge-a', clientId: 'edge-a', password, reconnectPeriod: 0 },
  });
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations: STATIONS }), {
    qos: 1,
    retain: true,
  });
  const login = await fetch(url('login'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ranger', password: PASSWORD }),
  });
  ranger = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}, 30_000);

afterAll(async () => {
  await edge?.endAsync(true);
  await gateway?.stop();
  rmSync(dataDir, { recursive: true });
});

test('days of some parameters at one station, and what nothing is known of is absent', async () => {
  const { body } = await get(`derived/days?station=kk-1&parameter=vn_aqi_day,so2_1h,pm2_5_24h&${SPAN}`);
  expect(body).toEqual({
    next: null,
    stations: [
      {
        station: 'kk-1',
        parameters: [
          {
            parameter: 'vn_aqi_day',
            unit: 'index',
            days: [expect.objectContaining({ day: '2026-03-05', count: 1, dominant: 'pm2_5' })],
          },
          {
            parameter: 'so2_1h',
            unit: 'ug/m3',
            days: [expect.objectContaining({ count: 2, limit: { value: 350, exceeded: 1 } })],
          },
        ],
      },
    ],
  });
});

test('the newest of all stations of a kind come with the official scale of each index', async () => {
  const answer = await get('derived?kind=air&parameter=vn_aqi,vn_aqi_day');
  expect(ids(answer)).toEqual(['kk-1', 'kk-2']);
  expect(answer.body.stations[0].values).toEqual([
    expect.objectContaining({ parameter: 'vn_aqi', value: 160, category: expect.any(Object) }),
    expect.objectContaining({ parameter: 'vn_aqi_day', value: 120 }),
  ]);
  const scale = answer.body.scales.vn_aqi;
  expect(scale.map(({ from, to }: { from: number; to: number }) => [from, to])).toEqual([
    [0, 50],
    [51, 100],
    [101, 150],
    [151, 200],
    [201, 300],
    [301, 500],
  ]);
  expect(scale[3]).toMatchObject({ name: { vi: 'Xấu', en: 'Bad' }, colour: '#ff0000' });
  const water = (await get('derived?parameter=vn_wqi')).body.scales.vn_wqi;
  expect(water.map(({ from, to }: { from: number; to: number }) => [from, to])).toEqual([
    [0, 9],
    [10, 25],
    [26, 50],
    [51, 75],
    [76, 90],
    [91, 100],
  ]);
});

test('what is of a time can be asked for, not only the newest', async () => {
  const { body } = await get(`stations/kk-1/derived?at=${START + HOUR_MS}`);
  expect(body.values).toEqual([expect.objectContaining({ parameter: 'so2_1h', value: 400 })]);
  expect((await get(`stations/kk-1/derived?at=${START}`)).body.values).toEqual([]);
});

test('lists go on by cursor', async () => {
  const first = await get(`derived/exceedances?kind=air&${SPAN}&limit=1`);
  expect(ids(first)).toEqual(['kk-1']);
  expect(first.body.stations[0].rows).toEqual([
    expect.objectContaining({
      parameter: 'so2_1h',
      of: 2,
      exceeded: 1,
      days: 1,
      worst: 400,
      side: 'above',
      by: 'mean',
    }),
  ]);
  const second = await get(`derived/exceedances?kind=air&${SPAN}&limit=1&cursor=${first.body.next}`);
  expect([ids(second), second.body.next]).toEqual([['kk-2'], null]);
  const days = await get(`derived/days?kind=air&parameter=vn_aqi_day&${SPAN}&limit=1&cursor=kk-1`);
  expect(ids(days)).toEqual(['kk-2']);
});

test('water is held against the class that its limits name, hour by hour; without one nothing is judged', async () => {
  const { body } = await get(`derived/exceedances?kind=water&${SPAN}`);
  expect(body.stations).toEqual([
    { station: 'nuoc-1', rows: [], bodies: [] },
    {
      station: 'nuoc-2',
      bodies: [{ water: 'river', class: 'B' }],
      rows: [
        {
          ...{
            standard: 'qcvn-08',
            parameter: 'dissolved_oxygen',
            unit: 'mg/l',
            side: 'below',
            by: 'sample_hour',
          },
          limit: {
            value: 5,
            clause: expect.objectContaining({ en: 'QCVN 08:2023/BTNMT, table 2, class B' }),
          },
          ...{ of: 3, exceeded: 2, days: 1, worst: 4.2, worst_at: START + 3 * HOUR_MS },
        },
      ],
    },
  ]);
});

test('means of a year are made of the means of its days, and say that these are too few', async () => {
  const { body } = await get('derived/years?kind=air&to=2026-03-05&limit=1');
  expect(body).toMatchObject({ of: 365, needed: 274, next: 'kk-1' });
  expect(body.stations).toEqual([
    {
      station: 'kk-1',
      rows: [expect.objectContaining({ parameter: 'pm10_24h', mean: 25, days: 2, exceeded: null })],
    },
  ]);
  const before = await get('derived/years?kind=air&to=2026-01-03');
  expect(before.body.stations.map(({ rows }: { rows: unknown[] }) => rows)).toEqual([[], []]);
  expect(ids(await get('derived/years?to=2026-03-05', { cookie: ranger }))).toEqual(['kk-2']);
});

test('a class that an operator sets is judged by from then on', async () => {
  const path = `stations/nuoc-2/limits`;
  const { body } = await get(path);
  const [limit] = body.limits;
  const set = await fetch(url(path), {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ based_on: body.version, reason: 'The plan of the province' },
      limits: [{ ...limit, class: 'D' }],
    }),
  });
  expect(set.status).toBe(200);
  const { stations } = (await get(`derived/exceedances?kind=water&${SPAN}&cursor=nuoc-1`)).body;
  expect(stations).toMatchObject([
    {
      bodies: [{ water: 'river', class: 'D' }],
      rows: [{ limit: { value: 2 }, of: 3, exceeded: 0, days: 0 }],
    },
  ]);
});

test('who is limited to an area sees its stations and no other', async () => {
  const own = { cookie: ranger };
  expect(ids(await get('derived?parameter=vn_aqi', own))).toEqual(['kk-2']);
  expect(ids(await get(`derived/days?parameter=vn_aqi_day&${SPAN}`, own))).toEqual(['kk-2']);
  expect(ids(await get(`derived/exceedances?${SPAN}`, own))).toEqual(['kk-2']);
  expect((await get(`derived/days?station=kk-1&parameter=vn_aqi_day&${SPAN}`, own)).status).toBe(404);
  expect((await get(`stations/kk-1/derived?at=${START}`, own)).status).toBe(404);
});

test.each([
  ['derived?parameter=pm2_5', 'no derived parameter'],
  [`derived/days?parameter=no-such&${SPAN}`, 'no derived parameter'],
  ['derived/days?parameter=vn_aqi&from=2026-02-30&to=2026-03-02', 'must be a day'],
  ['derived/exceedances?from=2026-03-02&to=2026-03-01', 'must not be after'],
  ['derived/exceedances?from=2026-01-01&to=2026-12-31', 'at most 92 days'],
  ['derived/years?to=2026-02-30', 'must be a day'],
])('%s is refused', async (path, why) => {
  const { status, body } = await get(path);
  expect(status).toBe(400);
  expect(body.detail).toContain(why);
});
