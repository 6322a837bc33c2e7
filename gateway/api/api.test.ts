/** The API of a running gateway, over HTTP and MQTT. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, addLink, addUser, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';

const TOKEN = 'a-token-for-this-test-only';
const STATION = testStation({
  id: 'cau-do',
  kind: 'water',
  name: { vi: 'Cầu Đỏ', en: 'Cau Do' },
  parameters: [{ id: 'ph', period_s: 10 }],
});

let gateway: Gateway;
let base: string;
let edge: MqttClient;
const passwords = { edge: '', flows: '', operator: '', viewer: '', link: '' };
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-api-'));
const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };

const mqttUrl = () => `mqtt://127.0.0.1:${gateway.ready.mqttPort}`;
const connect = (username: string, password: string, clientId: string = username) =>
  connectAsync(mqttUrl(), { username, password, clientId, reconnectPeriod: 0 });

const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  fetch(base + path, { headers, redirect: 'manual' });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(base + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? '';
const logIn = async (name: string, password: string) =>
  cookieOf(await post('/api/v1/login', { name, password }));

beforeAll(async () => {
  await withAccounts({ flags }, async (accounts) => {
    passwords.edge = await addDevice(accounts, 'edge-a', 'edge');
    passwords.flows = await addDevice(accounts, 'flows', 'flows');
    await addDevice(accounts, 'edge-b', 'edge');
    passwords.operator = await addUser(accounts, 'lan', 'operator');
    passwords.viewer = await addUser(accounts, 'minh', 'viewer');
    passwords.link = addLink(accounts, 'lan');
  });
  gateway = await startGateway({ flags });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  edge = await connect('edge-a', passwords.edge);
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations: [STATION] }), {
    qos: 1,
    retain: true,
  });
  const senml = [{ n: 'urn:quantrac:cau-do:ph', v: 7.25 }];
  await edge.publishAsync(topics.readings('edge-a', 'cau-do'), JSON.stringify(senml), { qos: 1 });
});

afterAll(async () => {
  await edge.endAsync(true);
  await gateway.stop();
});

test('health needs no login, everything else does', async () => {
  expect((await get('/api/v1/health', {})).status).toBe(200);
  for (const path of ['stations', 'latest', 'alerts', 'stream', 'ioc/feed', 'quarantine', 'session']) {
    const response = await get(`/api/v1/${path}`, {});
    expect([path, response.status]).toEqual([path, 401]);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  }
  expect((await get('/metrics', {})).status).toBe(401);
  expect((await get('/api/v1/stations', { authorization: 'Bearer wrong' })).status).toBe(401);
});

test('a reading that was acknowledged is there', async () => {
  expect(await (await get('/api/v1/stations/cau-do/latest')).json()).toMatchObject({
    readings: [{ parameter: 'ph', value: 7.25, unit: 'pH', flag: 1, level: null }],
  });
  const readings = (await (await get('/api/v1/readings?station=cau-do&parameter=ph')).json()) as {
    points: unknown[];
  };
  expect(readings).toMatchObject({
    station: 'cau-do',
    parameter: 'ph',
    unit: 'pH',
    points: [[expect.any(Number), 7.25, 1]],
  });
  expect(await (await get('/api/v1/stations')).json()).toMatchObject({
    stations: [
      { id: 'cau-do', edge: 'edge-a', status: 'live', parameters: [{ id: 'ph', name: { vi: 'pH' } }] },
    ],
  });
});

test('what is wrong with a question is said by name', async () => {
  expect(await (await get('/api/v1/readings?station=cau-do&parameter=phh')).json()).toMatchObject({
    status: 400,
    detail: 'parameter: "phh" is no known parameter',
  });
  expect((await get('/api/v1/stations/nowhere')).status).toBe(404);
  expect((await get('/api/v1/readings?station=cau-do&parameter=ph&from=5&to=1')).status).toBe(400);
});

test('a person logs in with a password, a wrong one is refused, and logging out ends the session', async () => {
  expect((await post('/api/v1/login', { name: 'lan', password: 'wrong' })).status).toBe(401);
  expect((await post('/api/v1/login', { name: 'nobody', password: 'wrong' })).status).toBe(401);
  const response = await post('/api/v1/login', { name: 'lan', password: passwords.operator });
  expect(await response.json()).toEqual({ name: 'lan', role: 'operator', areas: null });
  expect(response.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Lax/i);
  const cookie = cookieOf(response);
  expect(await (await get('/api/v1/session', { cookie })).json()).toEqual({
    name: 'lan',
    role: 'operator',
    areas: null,
  });
  expect((await post('/api/v1/logout', {}, { cookie })).status).toBe(204);
  expect((await get('/api/v1/session', { cookie })).status).toBe(401);
});

test('a link logs in once', async () => {
  const first = await get(`/login/${passwords.link}`, {});
  expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
  expect((await get('/api/v1/session', { cookie: cookieOf(first) })).status).toBe(200);
  expect((await get(`/login/${passwords.link}`, {})).headers.get('set-cookie')).toBeNull();
});

test('an alarm becomes an alert that an operator acknowledges and a viewer may only see', async () => {
  const alarm = {
    station: 'cau-do',
    parameter: 'ph',
    limit: 'acid',
    state: 'raised',
    level: 'warning',
    at: Date.now(),
    value: 4,
    threshold: 5,
  };
  await edge.publishAsync(topics.alarms('edge-a', 'cau-do'), JSON.stringify(alarm), { qos: 1 });
  const { alerts } = (await (await get('/api/v1/alerts')).json()) as { alerts: { id: string }[] };
  expect(alerts).toMatchObject([{ key: 'cau-do/ph/acid', state: 'active', station_name: { vi: 'Cầu Đỏ' } }]);
  const path = `/api/v1/alerts/${alerts[0]?.id}/acknowledge`;
  const viewer = { cookie: await logIn('minh', passwords.viewer) };
  expect((await get('/api/v1/alerts', viewer)).status).toBe(200);
  expect((await post(path, {}, viewer)).status).toBe(403);
  expect((await get('/api/v1/quarantine', viewer)).status).toBe(403);
  const operator = { cookie: await logIn('lan', passwords.operator) };
  expect(await (await post(path, { note: 'đang đi' }, operator)).json()).toMatchObject({
    state: 'acknowledged',
    acknowledged_by: 'lan',
  });
  expect(await (await get('/api/v1/ioc/feed?kinds=alert.raised,alert.changed')).json()).toMatchObject({
    records: [{ kind: 'alert.raised' }, { kind: 'alert.changed', alert: { acknowledged_by: 'lan' } }],
  });
});

test('an operator shelves, takes out of service and reads what became of an alert; a viewer may not', async () => {
  const operator = { cookie: await logIn('lan', passwords.operator) };
  const viewer = { cookie: await logIn('minh', passwords.viewer) };
  const [alert] = ((await (await get('/api/v1/alerts')).json()) as { alerts: { id: string }[] }).alerts;
  const act = async (path: string, body: object, who = operator) => {
    const response = await post(`/api/v1/${path}`, body, who);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const of = (action: string) => `alerts/${alert?.id}/${action}`;
  expect((await act(of('shelve'), { minutes: 5, reason: 'x' }, viewer)).status).toBe(403);
  expect((await act('out-of-service', { station: 'cau-do', reason: 'x' }, viewer)).status).toBe(403);
  for (const [body, detail] of [
    [{ minutes: 5 }, /^reason: /],
    [{ reason: 'x' }, /until or minutes/],
    [{ reason: 'x', minutes: 5, until: 9e12 }, /not both/],
    [{ reason: 'x', until: 1000 }, /later than now/],
    [{ reason: 'x', minutes: 1441 }, /24 hours at most/],
  ] as const)
    expect(await act(of('shelve'), body)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(detail) },
    });
  expect(await act(of('shelve'), { minutes: 5, reason: 'thay đầu đo' })).toMatchObject({
    status: 200,
    body: { shelved: { by: 'lan', reason: 'thay đầu đo' } },
  });
  expect(await (await get('/api/v1/alerts')).json()).toMatchObject({ alerts: [] });
  expect(await (await get('/api/v1/alerts?state=quiet')).json()).toMatchObject({
    alerts: [{ id: alert?.id }],
  });
  const listed = async (query: string): Promise<number> =>
    ((await (await get(`/api/v1/alerts?state=all&${query}`)).json()) as { alerts: unknown[] }).alerts.length;
  const { area } = (await (await get('/api/v1/stations/cau-do')).json()) as { area: { vi: string } };
  const { level } = (await (await get(`/api/v1/alerts/${alert?.id}`)).json()) as { level: string };
  expect(await listed(`area=${encodeURIComponent(area.vi)}&level=${level}`)).toBe(1);
  expect(await listed('area=elsewhere')).toBe(0);
  expect(await listed(`level=${level === 'notice' ? 'critical' : 'notice'}`)).toBe(0);
  expect((await act(of('unshelve'), {})).status).toBe(200);
  expect((await act(of('unshelve'), {})).body.detail).toBe(`alert ${alert?.id} is not shelved`);
  expect((await act(of('reset'), {})).status).toBe(409);
  expect((await act('alerts/999/reset', {})).body.detail).toBe('there is no alert 999');

  expect((await act('out-of-service', { station: 'cau-do', parameter: 'PH', reason: 'x' })).body.detail).toBe(
    'station cau-do has no parameter PH',
  );
  const out = await act('out-of-service', { station: 'cau-do', parameter: 'ph', reason: 'hiệu chuẩn' });
  expect(out).toMatchObject({ status: 200, body: { by: 'lan', until: null, ended_at: null } });
  expect(await (await get('/api/v1/out-of-service')).json()).toMatchObject({
    out_of_service: [{ station: 'cau-do', parameter: 'ph', reason: 'hiệu chuẩn' }],
  });
  for (const [station, count] of [
    ['cau-do', 1],
    ['cau-rong', 0],
  ] as const)
    expect(await (await get(`/api/v1/out-of-service?state=all&station=${station}`)).json()).toMatchObject({
      out_of_service: { length: count },
    });
  expect(await (await get(`/api/v1/alerts/${alert?.id}`)).json()).toMatchObject({
    out_of_service: { by: 'lan' },
  });
  expect((await act(`out-of-service/${out.body.id}/end`, {})).body).toMatchObject({ ended_by: 'lan' });
  expect((await act(`out-of-service/${out.body.id}/end`, {})).status).toBe(409);

  const { transitions } = (await (await get(`/api/v1/${of('transitions')}`)).json()) as {
    transitions: { kind: string; by: string | null; reason: string | null }[];
  };
  expect(transitions.map(({ kind, by }) => [kind, by])).toEqual([
    ['raised', 'edge-a'],
    ['acknowledged', 'lan'],
    ['shelved', 'lan'],
    ['unshelved', 'lan'],
    ['put out of service', 'lan'],
    ['back in service', null],
  ]);
  expect((await get('/api/v1/alerts/999/transitions')).status).toBe(404);
  expect(await (await get('/api/v1/incidents')).json()).toEqual({ incidents: [], next: null });
});

test('the stream tells readings and alerts as they come', async () => {
  const stop = new AbortController();
  const response = await fetch(`${base}/api/v1/stream`, {
    headers: { authorization: `Bearer ${TOKEN}` },
    signal: stop.signal,
  });
  const senml = [{ n: 'urn:quantrac:cau-do:ph', v: 6.5 }];
  await edge.publishAsync(topics.readings('edge-a', 'cau-do'), JSON.stringify(senml), { qos: 1 });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes('event: reading')) break;
  }
  expect(text).toMatch(/event: reading\ndata: \[\{"station":"cau-do","parameter":"ph","value":6\.5/);
  stop.abort();
});

test('the broker refuses anonymous clients, wrong passwords and stolen client ids', async () => {
  await expect(connectAsync(mqttUrl(), { reconnectPeriod: 0 })).rejects.toThrow(/refused/i);
  await expect(connect('edge-a', 'wrong', 'x')).rejects.toThrow(/refused/i);
  await expect(connect('edge-a', passwords.edge, 'edge-b')).rejects.toThrow(/refused/i);
});

test("publishing under another's name ends the connection unacknowledged, and the others go on", async () => {
  const client = await connect('edge-a', passwords.edge, 'second');
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.publish(topics.readings('edge-b', 'cau-do'), '[]', { qos: 1 });
  await closed;
  await client.endAsync(true);
  await edge.publishAsync(topics.status('edge-a'), JSON.stringify({ online: true }), { qos: 1 });
});

test('a subscription that is not allowed is answered with failure', async () => {
  for (const filter of ['#', 'quantrac/v1/live/+', '$SYS/#']) {
    await expect(edge.subscribeAsync(filter)).rejects.toThrow(/Subscribe error|Unspecified/i);
  }
  const flows = await connect('flows', passwords.flows);
  expect(await flows.subscribeAsync(topics.liveAll)).toMatchObject([{ topic: topics.liveAll }]);
  await flows.endAsync(true);
});

test('messages that can never be accepted are acknowledged, kept with their reason and counted', async () => {
  const publish = (topic: string, payload: string) => edge.publishAsync(topic, payload, { qos: 1 });
  await publish(topics.readings('edge-a', 'cau-do'), 'no senml');
  await publish(topics.readings('edge-a', 'nowhere'), '[{"n":"urn:quantrac:nowhere:ph","v":7}]');
  await publish(topics.inventory('edge-a'), '{"stations":[{"id":"X"}]}');
  await publish(topics.alarms('edge-a', 'cau-do'), '{}');
  await publish(topics.readings('edge-a', 'cau-do'), `[${' '.repeat(1024 * 1024)}]`);
  const { entries, count } = (await (await get('/api/v1/quarantine')).json()) as {
    entries: { reason: string; client: string }[];
    count: number;
  };
  expect(count).toBe(5);
  expect(entries.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('payload of 1048578 bytes'),
    expect.stringContaining('station: '),
    expect.stringContaining('stations.0.id: '),
    expect.stringContaining('unknown station "nowhere"'),
    expect.stringContaining('not SenML'),
  ]);
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toMatch(/quantrac_quarantined_total 5\n/);
});

test('what is secret is readable by the owner only and in no plain text', async () => {
  const ledger =
    readFileSync(join(dataDir, 'ledger.db')).toString('latin1') +
    readFileSync(join(dataDir, 'ledger.db-wal')).toString('latin1');
  for (const secret of [...Object.values(passwords), TOKEN]) expect(ledger).not.toContain(secret);
});

test('the description of the API names its calls', async () => {
  const { paths } = (await (await get('/api/v1/openapi.json', {})).json()) as {
    paths: Record<string, unknown>;
  };
  expect(Object.keys(paths)).toContain('/api/v1/stations/{id}/latest');
  expect(Object.keys(paths)).toContain('/api/v1/ioc/feed');
});
