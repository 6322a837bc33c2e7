/** Rehearsals over the API of a running gateway, and the command that uses it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rehearsalAnswerSchema } from '../../devices/wire/rehearsal.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';
import { type RehearseOptions, runRehearse } from '../rehearse-command.ts';

const TOKEN = 'a-token-for-this-test-only';
const MINUTE = 60_000;
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 120 * MINUTE;
const limit = (raise: number) =>
  ({ name: 'acid', parameter: 'ph', kind: 'low', raise, level: 'warning' }) as const;

let gateway: Gateway;
let base: string;
let edge: MqttClient;
const folder = mkdtempSync(join(tmpdir(), 'quantrac-rehearsals-'));

const call = async (path: string, body?: unknown) => {
  const response = await fetch(`${base}/api/v1/rehearsals${path}`, {
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const order = (fields: object = {}) => ({
  stations: ['cau-do'],
  from: T0,
  to: T0 + 60 * MINUTE,
  rule: { limits: [limit(6)] },
  ...fields,
});
const ended = async (id: string) => {
  for (;;) {
    const answer = rehearsalAnswerSchema.parse((await call(`/${id}`)).body);
    if (answer.state !== 'running') return answer;
  }
};

beforeAll(async () => {
  const flags = { data_dir: folder, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
  let password = '';
  await withAccounts({ flags }, async (accounts) => {
    password = await addDevice(accounts, 'edge-a', 'edge');
  });
  gateway = await startGateway({ flags });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    ...{ username: 'edge-a', password, clientId: 'edge-a', reconnectPeriod: 0 },
  });
  const station = testStation({ id: 'cau-do', kind: 'water', parameters: [{ id: 'ph', period_s: 60 }] });
  const inventory = { stations: [{ ...station, limits: [{ ...limit(5), quality: 'good', hold_s: 0 }] }] };
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify(inventory), { qos: 1, retain: true });
  // 5.5 from minute 20 to 29: below the limit that is tried, and not below that in force.
  const senml = Array.from({ length: 60 }, (_, n) => ({
    n: 'urn:quantrac:cau-do:ph',
    t: (T0 + n * MINUTE) / 1000,
    v: n >= 20 && n < 30 ? 5.5 : 7,
  }));
  await edge.publishAsync(topics.backlog('edge-a', 'cau-do'), JSON.stringify(senml), { qos: 1 });
});

afterAll(async () => {
  await edge.endAsync(true);
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

test('a rehearsal runs on its own and compares with the limits in force', async () => {
  const { status, body } = await call('', order());
  expect([status, body.state]).toEqual([202, 'running']);
  const answer = await ended(String(body.id));
  expect(answer).toMatchObject({
    ...{ state: 'done', progress: 1, readings: 60, by: 'token', fault: null },
    rehearsed: { alerts: 1, total_s: 600, first_after_s: 1200 },
    present: { alerts: 0, first_at: null, storm: null },
  });
  // Nothing of it is in the book.
  const alerts = await fetch(`${base}/api/v1/alerts?state=all`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const { alerts: real } = (await alerts.json()) as { alerts: { limit: string }[] };
  expect(real.filter((alert) => alert.limit === 'acid')).toEqual([]);
});

test('the shipped flows are rehearsed as they are', async () => {
  const { body } = await call('', order({ rule: { shipped: true } }));
  expect(await ended(String(body.id))).toMatchObject({ state: 'done', left_out: [] });
});

const wrongLimit = { ...limit(6), clear: 5 };
const node = { id: 'l', type: 'quantrac-limit', ...wrongLimit };
const source = { id: 'r', type: 'quantrac-readings', wires: [['l']] };
test.each([
  ['an unknown station', { stations: ['nowhere'] }, 'stations/0: there is no station "nowhere"'],
  ['an end before the beginning', { to: T0 - 1 }, 'from: must be before to'],
  ['a time to come', { to: Date.now() + 1e9 }, 'to: must not be later than now'],
  ['more than a year', { from: T0 - 400 * 86_400_000 }, 'from: at most 366 days before to'],
  ['two rules', { rule: { limits: [], shipped: true } }, 'rule: must have one of limits, flows and shipped'],
  [
    'a clear value on the wrong side',
    { rule: { limits: [wrongLimit] } },
    'rule/limits/0/clear: clear value 5 is on the wrong side of raise value 6 for a low limit',
  ],
  [
    'the same in a node',
    { rule: { flows: [source, node] } },
    'rule/flows: node quantrac-limit "acid": clear: clear value 5 is on the wrong side of raise value 6 for a low limit',
  ],
  [
    'a parameter that nobody measures',
    { rule: { limits: [{ ...limit(6), parameter: 'pm10' }] } },
    'rule/limits/0/parameter: no instrument of cau-do gives pm10',
  ],
])('%s is refused by place and fault', async (_title, fields, detail) => {
  const { status, body } = await call('', order(fields));
  expect([status, body.detail]).toEqual([400, detail]);
});

test('what is not known or not allowed is said', async () => {
  expect((await call('/4711')).status).toBe(404);
  const nobody = await fetch(`${base}/api/v1/rehearsals/1`);
  expect(nobody.status).toBe(401);
});

async function rehearse(options: Partial<RehearseOptions>): Promise<string[]> {
  const lines: string[] = [];
  await runRehearse(
    { station: [], kind: 'water', ...options },
    { env: { QUANTRAC_TOKEN: TOKEN } },
    { say: (line) => lines.push(line), progress: () => {} },
  );
  return lines;
}

test('the command tells both rules side by side, over the gateway and offline on its export', async () => {
  const rule = join(folder, 'rule.yaml');
  const now = join(folder, 'now.yaml');
  writeFileSync(rule, 'limits:\n  - { name: acid, parameter: ph, kind: low, raise: 6, level: warning }\n');
  writeFileSync(now, 'limits:\n  - { name: acid, parameter: ph, kind: low, raise: 5, level: warning }\n');
  const time = { from: new Date(T0).toISOString(), to: new Date(T0 + 60 * MINUTE).toISOString() };
  const online = await rehearse({ url: base, station: ['cau-do'], rule, ...time });
  expect(online[0]).toMatch(/^60 readings +rehearsed +present$/);
  expect(online[1]).toMatch(/^alerts +1 +0$/);

  const query = new URLSearchParams({ station: 'cau-do', from: String(T0), to: String(T0 + 60 * MINUTE) });
  const file = await fetch(`${base}/api/v1/export?${query}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const recording = join(folder, 'export.csv');
  writeFileSync(recording, await file.text());
  const offline = await rehearse({ recording, rule, present: now });
  expect(offline.slice(0, 6)).toEqual(online.slice(0, 6));
  await expect(rehearse({ recording, rule, shipped: true })).rejects.toThrow('give either --rule');
});
