/** Operators change limits through the API: a real gateway, a real edge with an instrument, all on loopback. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Service } from '../devices/kit/service.ts';
import type { Limit } from '../devices/limit.ts';
import { edgeFileSchema } from '../devices/station.ts';
import type { AlertAnswer, StationLimitsAnswer } from '../devices/wire/api.ts';
import { limitsSchema } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from '../edge/agent.ts';
import { systemClock } from '../edge/clock.ts';
import { type Field, silentLog, startField } from '../edge/rig.ts';
import { addDevice, addUser, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { startGateway } from '../gateway/main.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const profiles = loadProfiles();
const STATION = 'cau-rong';
const hot = (raise: number): Extract<Limit, { kind: 'high' }> => ({
  name: 'hot',
  parameter: 'air_temperature',
  kind: 'high',
  raise,
  level: 'warning',
  quality: 'good',
  hold_s: 0,
  clear_hold_s: 0,
});
const dry: Limit = { ...hot(20), name: 'dry', parameter: 'relative_humidity', kind: 'low' };

let folder = '';
let field: Field;
let gateway: Gateway;
let edge: Service | null = null;
let passwords: { edge: string; other: string; flows: string; lan: string; minh: string };
const clients: MqttClient[] = [];
/** Sessions outlive a restart of the gateway. */
const cookies = new Map<string, string>();

const flags = () => ({ data_dir: join(folder, 'gateway'), 'http.port': 0, log_level: 'silent' });
let mqttPort = 0;
const openGateway = async () => startGateway({ flags: { ...flags(), 'mqtt.port': mqttPort } });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-limits-'));
  field = await startField();
  // 29.0 °C and 39.3 %.
  field.set('input', 1, [290, 393]);
  mqttPort = await freePort();
  passwords = await withAccounts({ flags: flags() }, async (accounts) => ({
    edge: await addDevice(accounts, 'hop-1', 'edge'),
    other: await addDevice(accounts, 'hop-2', 'edge'),
    flows: await addDevice(accounts, 'flows', 'flows'),
    lan: await addUser(accounts, 'lan', 'operator'),
    minh: await addUser(accounts, 'minh', 'viewer'),
  }));
  gateway = await openGateway();
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  await edge?.stop();
  edge = null;
  cookies.clear();
  await gateway.stop();
  await field.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openEdge(limits: readonly Limit[]): Promise<void> {
  const file = edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: join(folder, 'edge'),
    uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, password: passwords.edge },
    lines: [{ id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: field.port }],
    stations: [
      {
        id: STATION,
        kind: 'air',
        name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
        area: { vi: 'Sơn Trà', en: 'Son Tra' },
        latitude: 16.061,
        longitude: 108.227,
        instruments: [{ id: 'climate', profile: 'xy-md02', line: 'tcp', unit: 1, period_s: 0.2 }],
        limits,
      },
    ],
  });
  edge = await startAgent({
    file,
    profiles,
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    reconnect: { firstMs: 50, maxMs: 100 },
  });
}

async function call<T>(
  name: 'lan' | 'minh',
  path: string,
  put?: object,
): Promise<{ status: number; body: T }> {
  const base = `http://127.0.0.1:${gateway.ready.httpPort}/api/v1`;
  const headers = { 'content-type': 'application/json' };
  let cookie = cookies.get(name);
  if (cookie === undefined) {
    const credentials = JSON.stringify({ name, password: passwords[name] });
    const login = await fetch(`${base}/login`, { method: 'POST', headers, body: credentials });
    cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    cookies.set(name, cookie);
  }
  const response = await fetch(`${base}/${path}`, {
    headers: { ...headers, cookie },
    ...(put && { method: 'PUT', body: JSON.stringify(put) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const PATH = `stations/${STATION}/limits`;
const limits = async () => (await call<StationLimitsAnswer>('lan', PATH)).body;
const set = (basedOn: number, wanted: readonly object[], reason = 'mùa khô') =>
  call<StationLimitsAnswer & { detail: string }>('lan', PATH, {
    based_on: basedOn,
    reason,
    limits: wanted,
  });
const alerts = async (state: 'open' | 'cleared') =>
  (await call<{ alerts: AlertAnswer[] }>('lan', `alerts?state=${state}`)).body.alerts;

async function mqtt(username: 'hop-2' | 'flows', password: string): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    username,
    password,
    clientId: username,
  });
  clients.push(client);
  return client;
}

/** The first retained limits that a subscriber is told. */
async function retained(client: MqttClient): Promise<unknown> {
  const told = new Promise<unknown>((resolve) =>
    client.on('message', (_topic, payload) => resolve(limitsSchema.parse(JSON.parse(payload.toString())))),
  );
  await client.subscribeAsync(topics.limitsAll, { qos: 1 });
  return told;
}

const until = (ready: () => Promise<void>) => vi.waitFor(ready, { timeout: 15_000, interval: 50 });
const announced = () => until(async () => expect((await call('lan', PATH)).status).toBe(200));

test('a limit that an operator sets raises at the edge, and closes its alert by name when it is removed', async () => {
  await openEdge([hot(50)]);
  await announced();
  expect(await limits()).toMatchObject({
    version: 0,
    by: null,
    limits: [hot(50)],
    sources: { 'air_temperature/hot': 'file' },
    edge: { name: 'hop-1', version: 0, taken_over: true },
  });

  const before = Date.now();
  expect(await set(0, [hot(25), dry])).toMatchObject({
    status: 200,
    body: { version: 1, by: 'lan', reason: 'mùa khô', at: expect.any(Number) },
  });
  await until(async () =>
    expect(await alerts('open')).toMatchObject([{ key: `${STATION}/air_temperature/hot` }]),
  );
  await until(async () => expect((await limits()).edge).toMatchObject({ version: 1, taken_over: true }));
  const inForce = await limits();
  expect(inForce.edge.since).toBeGreaterThanOrEqual(before);
  expect(inForce.sources).toEqual({ 'air_temperature/hot': 'operator', 'relative_humidity/dry': 'operator' });

  expect((await set(1, [dry], 'đo lại')).status).toBe(200);
  expect(await alerts('open')).toEqual([]);
  expect(await alerts('cleared')).toMatchObject([
    { reporters: [], notes: [{ by: 'lan', text: 'limit removed by lan: đo lại' }] },
  ]);

  const { body } = await call<{ versions: StationLimitsAnswer[] }>('lan', `${PATH}/versions`);
  expect(body.versions.map(({ version, by, reason }) => [version, by, reason])).toEqual([
    [2, 'lan', 'đo lại'],
    [1, 'lan', 'mùa khô'],
    [0, null, null],
  ]);
  expect(body.versions[2]?.limits).toEqual([hot(50)]);
});

test('of two who change the same version one is told that the other was faster', async () => {
  await openEdge([]);
  await announced();
  const both = await Promise.all([set(0, [hot(25)]), set(0, [dry])]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(both.find(({ status }) => status === 409)?.body.detail).toContain('version 1, set by lan');
  expect((await limits()).version).toBe(1);
});

const REFUSED: readonly [string, readonly object[], string][] = [
  ['a clear value on the wrong side', [{ ...hot(25), clear: 30 }], 'limits/0/clear: '],
  ['a negative hold', [dry, { ...hot(25), hold_s: -1 }], 'limits/1/hold_s: '],
  ['an unknown parameter', [{ ...hot(25), parameter: 'temprature' }], '"temprature" is no known parameter'],
  [
    'a parameter that nobody measures here',
    [{ ...hot(25), parameter: 'ph' }],
    'no instrument of cau-rong gives ph',
  ],
  [
    'a value of a moment against the limit of a 24-hour mean',
    [{ name: 'qcvn', parameter: 'pm2_5', level: 'notice', kind: 'standard', standard: 'qcvn-05' }],
    'limits/0/parameter: pm2_5 is a value of a moment: the limits of QCVN 05:2023 hold for means (pm2_5_24h)',
  ],
  ['two limits with one key', [hot(25), hot(30)], 'limits/1/name: air_temperature/hot is there twice'],
  ['too many', Array.from({ length: 51 }, (_, n) => ({ ...hot(25), name: `hot-${n}` })), 'limits: '],
];

test('what cannot be is refused by name; who may: an operator who says why, of edges only the one whose station it is', async () => {
  await openEdge([]);
  await announced();
  for (const [what, wanted, words] of REFUSED) {
    const { status, body } = await set(0, wanted);
    expect([status, body.detail], what).toEqual([400, expect.stringContaining(words)]);
    expect((await limits()).version, what).toBe(0);
  }

  const change = { based_on: 0, reason: 'x', limits: [] };
  expect((await call('minh', PATH)).status).toBe(200);
  expect((await call('minh', PATH, change)).status).toBe(403);
  expect((await set(0, [hot(25)], ' ')).status).toBe(400);
  expect((await call('lan', 'stations/nowhere/limits', change)).status).toBe(404);
  const other = await mqtt('hop-2', passwords.other);
  for (const filter of [topics.limits(STATION), topics.limitsAll])
    await expect(other.subscribeAsync(filter)).rejects.toThrow(/Subscribe error|Unspecified/i);
});

test('a derived parameter may have a limit, which the edge leaves to flows', async () => {
  await openEdge([]);
  await announced();
  const aqi = { ...hot(150), name: 'aqi', parameter: 'vn_aqi' };
  expect((await set(0, [aqi, hot(25)])).status).toBe(200);
  await until(async () => expect(await alerts('open')).toMatchObject([{ limit: 'hot' }]));
});

test('a gateway that comes back tells flows and edge the same limits again', async () => {
  await openEdge([]);
  await announced();
  await set(0, [hot(25)]);
  await gateway.stop();
  gateway = await openGateway();
  expect(await retained(await mqtt('flows', passwords.flows))).toMatchObject({
    version: 1,
    limits: [hot(25)],
  });
  await until(async () => expect((await limits()).edge).toMatchObject({ version: 1, taken_over: true }));
});

test('a limit that is gone from the edge file leaves no alert open', async () => {
  await openEdge([hot(25)]);
  await until(async () => expect(await alerts('open')).toHaveLength(1));
  await edge?.stop();
  await openEdge([]);
  await until(async () => expect(await alerts('open')).toEqual([]));
  expect(await alerts('cleared')).toMatchObject([
    { notes: [{ by: 'hop-1', text: 'limit removed from the file of hop-1' }] },
  ]);
});
