/** Derived values of a running gateway: from readings over MQTT to API, screens and flows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS } from '../../devices/local-time.ts';
import type { Live } from '../../devices/wire/messages.ts';
import { topics } from '../../devices/wire/topics.ts';
import { lastWholeHour } from '../../test/support/hour.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';

const TOKEN = 'a-token-for-this-test-only';
const STATION = testStation({ id: 'cau-giay', parameters: [{ id: 'pm2_5', period_s: 900 }] });
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-derived-'));
const flags = {
  ...{ data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN },
  'derive.delay_s': 0,
};
const END = await lastWholeHour();

let gateway: Gateway;
let edge: MqttClient;
let flows: MqttClient;
const heard: Live[] = [];

const get = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${gateway.ready.httpPort}/api/v1/${path}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return { status: response.status, body: await response.json() };
};

beforeAll(async () => {
  let password = { edge: '', flows: '' };
  await withAccounts({ flags }, async (accounts) => {
    password = {
      edge: await addDevice(accounts, 'edge-a', 'edge'),
      flows: await addDevice(accounts, 'flows', 'flows'),
    };
  });
  gateway = await startGateway({ flags });
  const connect = (username: 'edge-a' | 'flows', key: string) =>
    connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
      username,
      password: key,
      clientId: username,
      reconnectPeriod: 0,
    });
  [edge, flows] = [await connect('edge-a', password.edge), await connect('flows', password.flows)];
  await flows.subscribeAsync(topics.live(STATION.id), { qos: 0 });
  const told = new Promise<void>((resolve) =>
    flows.on('message', (_, payload) => {
      const message = JSON.parse(payload.toString()) as Live;
      heard.push(message);
      if (message.readings.some(({ parameter }) => parameter === 'vn_aqi')) resolve();
    }),
  );
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations: [STATION] }), {
    qos: 1,
    retain: true,
  });
  const senml = Array.from({ length: 12 }, (_, quarter) => ({
    n: `urn:quantrac:${STATION.id}:pm2_5`,
    t: (END - 3 * HOUR_MS) / 1000 + quarter * 900,
    v: 25,
  }));
  await edge.publishAsync(topics.backlog('edge-a', STATION.id), JSON.stringify(senml), { qos: 1 });
  await told;
}, 30_000);

afterAll(async () => {
  await edge?.endAsync(true);
  await flows?.endAsync(true);
  await gateway?.stop();
  rmSync(dataDir, { recursive: true });
});

test('the newest of each is told with method, inputs, completeness and category', async () => {
  const { body } = await get(`stations/${STATION.id}/derived`);
  const of = (parameter: string) =>
    body.values.find((value: { parameter: string }) => value.parameter === parameter);
  expect(of('vn_aqi')).toMatchObject({
    at: END,
    value: 50,
    unit: 'index',
    method: 'vn-aqi-1459-2019',
    dominant: 'pm2_5',
    category: { name: { vi: 'Tốt' }, colour: '#00e400' },
    inputs: [{ parameter: 'pm2_5_nowcast', at: END, value: 25 }],
  });
  expect(of('pm2_5_1h')).toMatchObject({
    value: 25,
    have: 4,
    of: 4,
    inputs: [{ from: END - HOUR_MS, at: END }],
  });
  expect(of('pm2_5_24h')).toMatchObject({
    value: null,
    flag: 9,
    note: { vi: 'chưa đủ số liệu: có 3 trên 24 giá trị' },
  });
  expect((await get('stations/nowhere/derived')).status).toBe(404);
});

test('they are answered as readings are: over time, as the latest, and in the list of the station', async () => {
  const range = `station=${STATION.id}&parameter=vn_aqi&from=${END - 5 * HOUR_MS}&to=${END + 1}`;
  const { body: readings } = await get(`readings?${range}`);
  expect(readings).toMatchObject({ parameter: 'vn_aqi', unit: 'index', cut: false });
  expect(readings.points).toEqual([
    [END - 2 * HOUR_MS, null, 9],
    [END - HOUR_MS, 50, 1],
    [END, 50, 1],
  ]);
  expect((await get(`readings?${range}&every=86400&aggregate=max`)).body.points.at(-1)[1]).toBe(50);
  const { body: station } = await get(`stations/${STATION.id}`);
  const ids = station.parameters.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining(['pm2_5', 'pm2_5_1h', 'pm2_5_nowcast', 'vn_aqi', 'us_aqi']));
  expect(ids).not.toContain('pm2_5_24h');
  expect(station.parameters.find(({ id }: { id: string }) => id === 'vn_aqi').period_s).toBe(3600);
  const { body: latest } = await get(`stations/${STATION.id}/latest`);
  expect(latest.readings).toContainEqual(
    expect.objectContaining({ parameter: 'vn_aqi', value: 50, at: END, stale: false }),
  );
});

test('flows hear what is of the last hours and new, with unit and flag, and not the hours before', () => {
  const readings = heard.flatMap((message) => message.readings);
  expect(readings).toContainEqual({
    parameter: 'vn_aqi',
    unit: 'index',
    at: END,
    value: 50,
    flag: 1,
    reason: null,
  });
  expect(Math.min(...readings.map(({ at }) => at))).toBeGreaterThanOrEqual(END - HOUR_MS);
});

test('no device may claim to have measured what is derived', async () => {
  const senml = [{ n: `urn:quantrac:${STATION.id}:vn_aqi`, v: 10 }];
  await edge.publishAsync(topics.readings('edge-a', STATION.id), JSON.stringify(senml), { qos: 1 });
  const { body } = await get('quarantine');
  expect(JSON.stringify(body)).toContain('vn_aqi');
});
