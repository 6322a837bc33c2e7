/** The centre sounds the sirens of two posts by a plan: a real gateway, two real edges with their relays, all on loopback. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Service } from '../devices/kit/service.ts';
import { edgeFileSchema } from '../devices/station.ts';
import type { AlertAnswer, TransitionAnswer } from '../devices/wire/api.ts';
import type { Alarm } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from '../edge/agent.ts';
import { systemClock } from '../edge/clock.ts';
import { type Field, silentLog, startField } from '../edge/rig.ts';
import { addDevice, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { startGateway } from '../gateway/main.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const TOKEN = 'a-token-of-an-admin-for-tests';
const HORN = { unit: 9, coil: 16 };
const SMOKE = 0;
const POSTS = ['chot-1', 'chot-2'] as const;
type Post = (typeof POSTS)[number];
const edgeOf = (post: Post) => `hop-${post}`;

let folder = '';
let gateway: Gateway;
let mqttPort = 0;
let passwords: Record<Post | 'flows', string>;
let fields: Record<Post, Field>;
const edges = new Map<Post, Service>();
const clients: MqttClient[] = [];

const flags = () => ({ data_dir: join(folder, 'gateway'), 'http.port': 0, log_level: 'silent' });
const openGateway = () => startGateway({ flags: { ...flags(), 'mqtt.port': mqttPort, token: TOKEN } });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-sirens-'));
  fields = { 'chot-1': await startField(), 'chot-2': await startField() };
  mqttPort = await freePort();
  passwords = await withAccounts({ flags: flags() }, async (accounts) => ({
    'chot-1': await addDevice(accounts, edgeOf('chot-1'), 'edge'),
    'chot-2': await addDevice(accounts, edgeOf('chot-2'), 'edge'),
    flows: await addDevice(accounts, 'flows', 'flows'),
  }));
  gateway = await openGateway();
  for (const post of POSTS) await openEdge(post);
  for (const post of POSTS)
    await until(async () => expect((await call(`stations/${post}`)).status).toBe(200));
  for (const post of POSTS) await hornIs(post, false);
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  for (const edge of edges.values()) await edge.stop();
  edges.clear();
  await gateway.stop();
  for (const post of POSTS) await fields[post].close();
  rmSync(folder, { recursive: true, force: true });
});

async function openEdge(post: Post): Promise<void> {
  const file = edgeFileSchema.parse({
    id: edgeOf(post),
    data_dir: join(folder, post),
    uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, password: passwords[post] },
    lines: [{ id: 'mast', mode: 'tcp', host: '127.0.0.1', port: fields[post].port }],
    stations: [
      {
        id: post,
        kind: 'fire',
        name: { vi: post, en: post },
        area: { vi: 'Rừng', en: 'Forest' },
        latitude: 16,
        longitude: 108,
        instruments: [
          { id: 'io', profile: 'advantech-adam-6051-contacts', line: 'mast', unit: 1, period_s: 0.5 },
        ],
        limits: [
          { name: 'smoke-seen', parameter: 'smoke', kind: 'high', raise: 1, clear: 0, level: 'notice' },
        ],
        sirens: [{ id: 'horn', line: 'mast', ...HORN, on: ['smoke-seen'], min_s: 0 }],
      },
    ],
  });
  const agent = await startAgent({
    file,
    profiles: loadProfiles(),
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    reconnect: { firstMs: 50, maxMs: 100 },
  });
  edges.set(post, agent);
}

async function call<T>(path: string, send?: { method: 'PUT' | 'POST'; body: object }) {
  const response = await fetch(`http://127.0.0.1:${gateway.ready.httpPort}/api/v1/${path}`, {
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(send && { method: send.method, body: JSON.stringify(send.body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const until = (ready: () => Promise<void>) => vi.waitFor(ready, { timeout: 20_000, interval: 50 });
const hornIs = (post: Post, on: boolean) =>
  until(async () => {
    expect(fields[post].written.at(-1)?.on, `the last word to the horn of ${post}`).toBe(on);
    expect(fields[post].coil(HORN.coil)).toBe(on);
  });

const putPlan = (steps: readonly object[]) =>
  call<{ detail?: string }>('notice-plans/chay-rung', {
    method: 'PUT',
    body: { kinds: ['fire'], least_level: 'critical', steps },
  });

/** Two posts see smoke: only flows can know that. */
async function twoPostAlarm(): Promise<string> {
  const flows = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    username: 'flows',
    clientId: 'flows',
    password: passwords.flows,
  });
  clients.push(flows);
  const alarm: Alarm = {
    station: 'chot-1',
    parameter: 'smoke',
    limit: 'two-posts',
    state: 'raised',
    level: 'critical',
    at: Date.now(),
    value: 1,
    threshold: 1,
  };
  await flows.publishAsync(topics.flowsAlarms('chot-1'), JSON.stringify(alarm), { qos: 1 });
  const { body } = await call<{ alerts: AlertAnswer[] }>('alerts?state=open');
  return body.alerts.find(({ limit }) => limit === 'two-posts')?.id ?? '';
}

const timeline = async (alert: string): Promise<string[]> =>
  (await call<{ transitions: TransitionAnswer[] }>(`alerts/${alert}/transitions`)).body.transitions
    .filter(({ kind }) => ['sounded', 'silenced', 'not confirmed'].includes(kind))
    .map(({ kind, reason }) => `${kind} ${reason}`)
    .sort();

test('an alarm of two posts sounds the sirens of both, which an operator who acknowledges silences; its timeline says both', async () => {
  expect((await putPlan([{ sirens: POSTS }])).status).toBe(200);
  const alert = await twoPostAlarm();
  for (const post of POSTS) await hornIs(post, true);
  await until(async () =>
    expect(await timeline(alert)).toEqual(['sounded chot-1: horn is on', 'sounded chot-2: horn is on']),
  );
  // Smoke at the one post is its own matter.
  fields['chot-2'].set('coil', SMOKE, [1]);
  await until(async () =>
    expect((await call<{ alerts: AlertAnswer[] }>('alerts?state=open')).body.alerts).toHaveLength(2),
  );
  expect((await call(`alerts/${alert}/acknowledge`, { method: 'POST', body: {} })).status).toBe(200);
  await hornIs('chot-1', false);
  await until(async () =>
    expect((await timeline(alert)).slice(0, 2)).toEqual([
      'silenced chot-1: horn is off',
      'silenced chot-2: horn sounds on for alarms of the post',
    ]),
  );
  expect(fields['chot-2'].coil(HORN.coil)).toBe(true);
  fields['chot-2'].set('coil', SMOKE, [0]);
  await hornIs('chot-2', false);
});

test('a siren whose post was away sounds when it is back, and is silent when that was acknowledged; also over a restart of the gateway', async () => {
  await putPlan([{ sirens: ['chot-1'] }]);
  await edges.get('chot-1')?.stop();
  const alert = await twoPostAlarm();
  await openEdge('chot-1');
  await hornIs('chot-1', true);
  await until(async () => expect(await timeline(alert)).toEqual(['sounded chot-1: horn is on']));

  for (const client of clients.splice(0)) await client.endAsync(true);
  await gateway.stop();
  gateway = await openGateway();
  expect(fields['chot-1'].coil(HORN.coil)).toBe(true);
  await call(`alerts/${alert}/acknowledge`, { method: 'POST', body: {} });
  await hornIs('chot-1', false);
});

test('a plan sounds sirens of stations that there are; a step is for somebody or something', async () => {
  expect(await putPlan([{ sirens: ['chot-3'] }])).toMatchObject({
    status: 400,
    body: { detail: 'steps: there is no station "chot-3"' },
  });
  expect(await putPlan([{ people: [], sirens: [] }])).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('steps/0: needs people or sirens') },
  });
});

test('an edge hears nothing of the sirens of another', async () => {
  await edges.get('chot-2')?.stop();
  const other = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    username: edgeOf('chot-2'),
    clientId: edgeOf('chot-2'),
    password: passwords['chot-2'],
  });
  clients.push(other);
  for (const filter of [topics.sirens('chot-1'), topics.sirens('+'), 'quantrac/v1/#'])
    await expect(other.subscribeAsync(filter), filter).rejects.toThrow(/Subscribe error|Unspecified/i);
  expect(await other.subscribeAsync(topics.sirens('chot-2'))).toHaveLength(1);
});
