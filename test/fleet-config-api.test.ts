/** What the API says of configurations to whom, and how often it checks one: a real gateway, edges in name only. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { configText } from '../devices/edge-config.ts';
import { jsonHash } from '../devices/kit/json-hash.ts';
import type { ConfigReport } from '../devices/wire/fleet.ts';
import type { RolloutAnswer } from '../devices/wire/fleet-config.ts';
import { topics } from '../devices/wire/topics.ts';
import { addDevice, addToken, addUser, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { startGateway } from '../gateway/main.ts';
import { createClient } from './support/api.ts';
import { edgeConfig } from './support/edge-config.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

const ADMIN = 'the-token-of-a-test-of-configurations';
const AREAS = { 'hop-1': 'Sơn Trà', 'hop-2': 'Hòa Vang' } as const;
type EdgeName = keyof typeof AREAS;
const OWN = edgeConfig({ period_s: 10 });
const WANTED = configText(edgeConfig({ period_s: 5 }));

let folder: string;
let gateway: Gateway;
/** Of a technician of Hòa Vang alone. */
let token: string;
let edges: Map<EdgeName, MqttClient>;

const base = () => `http://127.0.0.1:${gateway.ready.httpPort}`;
const admin = () => createClient(base(), ADMIN);
const technician = () => createClient(base(), token);

async function openEdge(name: EdgeName, password: string): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    username: name,
    clientId: name,
    password,
    reconnectPeriod: 0,
  });
  const station = testStation({
    id: `tram-${name}`,
    area: { vi: AREAS[name], en: 'Area' },
    parameters: [{ id: 'air_temperature', period_s: 10 }],
  });
  await client.publishAsync(topics.inventory(name), JSON.stringify({ stations: [station] }), { qos: 1 });
  return client;
}
/** PUBACK: the gateway has it in its ledger. */
const report = (name: EdgeName, wanted: ConfigReport['wanted'] = null) =>
  edges.get(name)?.publishAsync(
    topics.ofEdge(name, 'config'),
    JSON.stringify({
      running: { version: null, hash: jsonHash(OWN), text: configText(OWN) },
      local: false,
      wanted,
    }),
    { qos: 1 },
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-fleet-api-'));
  const flags = {
    data_dir: join(folder, 'gateway'),
    'http.port': 0,
    'mqtt.port': 0,
    log_level: 'silent',
    token: ADMIN,
  };
  const passwords = await withAccounts({ flags }, async (accounts) => {
    await addUser(accounts, 'xa', 'technician', [AREAS['hop-2']]);
    token = addToken(accounts, 'xa', 1);
    return [await addDevice(accounts, 'hop-1', 'edge'), await addDevice(accounts, 'hop-2', 'edge')] as const;
  });
  gateway = await startGateway({ flags });
  edges = new Map();
  for (const [index, name] of (['hop-1', 'hop-2'] as const).entries()) {
    edges.set(name, await openEdge(name, passwords[index] ?? ''));
    await report(name);
  }
});
afterEach(async () => {
  for (const edge of edges.values()) await edge.endAsync(true);
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('who does not see all edges of a rollout is told that it was stopped, not where and why', async () => {
  const begun = await admin().call<RolloutAnswer>('rollouts', {
    edges: [
      { edge: 'hop-1', config: WANTED },
      { edge: 'hop-2', config: WANTED },
    ],
    canary: 1,
    trial_s: 10,
  });
  const seen = (client: typeof admin) => client().call<RolloutAnswer>(`rollouts/${begun.id}`);
  expect(await seen(technician)).toMatchObject({
    state: 'running',
    reason: null,
    steps: [{ edge: 'hop-2', state: 'waiting' }],
  });
  const [{ version } = { version: null }] = begun.steps;
  await report('hop-1', { version: version ?? 0, state: 'taken_back', reason: 'cau-do: silent', since: 1 });
  await vi.waitFor(async () => expect((await seen(admin)).state).toBe('stopped'), { timeout: 10_000 });
  expect(await seen(admin)).toMatchObject({ reason: 'hop-1: took it back: cau-do: silent' });
  const narrowed = await seen(technician);
  expect(narrowed).toMatchObject({
    state: 'stopped',
    reason: `rollout ${begun.id} was stopped`,
    steps: [{ edge: 'hop-2', state: 'untouched' }],
  });
  expect(JSON.stringify(narrowed)).not.toMatch(/hop-1|silent/);
});

test('a caller checks 60 configurations a minute, and none more; another caller still may', async () => {
  const check = async (as: string): Promise<Response> =>
    fetch(`${base()}/api/v1/edges/hop-2/config/check`, {
      method: 'POST',
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
      body: JSON.stringify({ config: WANTED }),
    });
  for (let count = 1; count <= 60; count++)
    expect([count, (await check(token)).status]).toEqual([count, 200]);
  const refused = await check(token);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await check(ADMIN)).status).toBe(200);
});
