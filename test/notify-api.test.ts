/** People, plans, acknowledging and subscriptions at a running gateway, which tells by an HTTP SMS gateway and a chat service. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { AlertAnswer, TransitionAnswer } from '../devices/wire/api.ts';
import { topics } from '../devices/wire/topics.ts';
import { addDevice, addToken, addUser, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { startGateway } from '../gateway/main.ts';
import { listPeople, listPlans, testPerson } from '../gateway/notify/notices-command.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 30_000 });

const TOKEN = 'a-token-for-this-test-only';
const SECRET = 'what-the-sms-gateway-knows';
const PATIENCE = { timeout: 15_000, interval: 20 };
const NUMBER = '+84905123456';
const folder = mkdtempSync(join(tmpdir(), 'quantrac-notify-api-'));
mkdirSync(join(folder, 'data'));
const config = join(folder, 'gateway.yaml');
/** What the next requests are answered, instead of being taken. */
const refusals: number[] = [];
const received: { path: string; body: Record<string, string> }[] = [];
const receiver = createServer(async (request, response) => {
  const text = Buffer.concat(await request.toArray()).toString();
  const refusal = refusals.shift();
  if (refusal === undefined) received.push({ path: request.url ?? '', body: JSON.parse(text) });
  response.writeHead(refusal ?? 200).end('{}');
});

let gateway: Gateway;
let base: string;
let device: MqttClient;
const tokens: Record<string, string> = {};

async function call(path: string, init: { method?: string; body?: unknown; token?: string } = {}) {
  const { method = 'GET', body, token = TOKEN } = init;
  const response = await fetch(`${base}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

const LAN = {
  name: 'Trần Thị Lan',
  user: 'lan',
  channels: [{ kind: 'sms', address: NUMBER }, { kind: 'chat:zalo', address: 'u-17' }, { kind: 'web-push' }],
};

beforeAll(async () => {
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const { port } = receiver.address() as { port: number };
  const url = (path: string) => `http://127.0.0.1:${port}/${path}`;
  const body = '{"to":"{to}","text":"{text}","id":"{id}","url":"{url}"}';
  const settings = {
    data_dir: join(folder, 'data'),
    log_level: 'silent',
    http: { port: 0 },
    mqtt: { port: 0 },
    notify: {
      public_url: 'http://127.0.0.1:1/',
      min_gap_s: 0,
      sms_incoming: { secret: SECRET, from: 'sender', text: 'message' },
      channels: {
        sms: { via: 'http', url: url('sms'), body },
        chat: { zalo: { url: url('zalo'), body } },
        web_push: { contact: 'mailto:ops@example.vn' },
      },
    },
  };
  writeFileSync(config, stringify(settings), { mode: 0o600 });
  gateway = await startGateway({ file: config, flags: { token: TOKEN } });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  const password = await withAccounts({ file: config }, async (accounts) => {
    for (const [name, role] of [
      ['lan', 'viewer'],
      ['hoa', 'operator'],
    ] as const) {
      await addUser(accounts, name, role);
      tokens[name] = await addToken(accounts, name, 1);
    }
    return addDevice(accounts, 'buoy', 'edge');
  });
  device = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, { username: 'buoy', password });
  const stations = [testStation({ id: 'buoy-1', parameters: [{ id: 'pressure', period_s: 3600 }] })];
  await device.publishAsync(topics.inventory('buoy'), JSON.stringify({ stations }), { qos: 1, retain: true });
});
afterAll(async () => {
  await device?.endAsync(true);
  await gateway?.stop();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Raises an alarm; answers its alert once it is told. */
async function raise(limit: string): Promise<{ alert: AlertAnswer; number: number; link: string }> {
  const alarm = { station: 'buoy-1', parameter: 'pressure', limit, state: 'raised', level: 'warning' };
  const payload = JSON.stringify({ ...alarm, at: Date.now(), value: 1020, threshold: 1013 });
  const before = received.length;
  await device.publishAsync(topics.alarms('buoy', 'buoy-1'), payload, { qos: 1 });
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(before), PATIENCE);
  const { body } = received[before] ?? { body: {} as Record<string, string> };
  const { alerts } = (await call('alerts?state=open')).body as { alerts: AlertAnswer[] };
  const alert = alerts.find((one) => one.limit === limit);
  if (alert === undefined) throw new Error(`no alert of ${limit}`);
  return { alert, number: Number(/OK (\d+)/.exec(body.text ?? '')?.[1]), link: body.url ?? '' };
}
const alertOf = async (id: string): Promise<AlertAnswer> => (await call(`alerts/${id}`)).body;

test('only an admin sees and changes people and plans', async () => {
  for (const token of [tokens.lan, tokens.hoa])
    for (const [path, method] of [
      ['people', 'GET'],
      ['people/lan', 'PUT'],
      ['notice-plans', 'GET'],
      ['notices', 'GET'],
      ['people/lan/test', 'POST'],
    ] as const)
      expect(
        await call(path, { method, token: token ?? '', ...(method === 'GET' ? {} : { body: {} }) }),
      ).toMatchObject({ status: 403 });
  expect(await call('people/lan', { method: 'PUT', body: LAN })).toMatchObject({
    status: 200,
    body: { id: 'lan', language: 'vi' },
  });
  expect(await call('people/hoa', { method: 'PUT', body: LAN })).toMatchObject({ status: 409 });
  const steps = [{ people: ['lan'] }];
  expect(
    await call('notice-plans/a', { method: 'PUT', body: { steps: [{ people: ['nobody'] }] } }),
  ).toMatchObject({
    status: 400,
    body: { detail: 'steps: there is no person "nobody"' },
  });
  expect(await call('notice-plans/a', { method: 'PUT', body: { steps, most_repeats: 0 } })).toMatchObject({
    status: 200,
  });
  expect(await call('people/lan', { method: 'DELETE' })).toMatchObject({ status: 409 });
  const email = { ...LAN, user: undefined, channels: [{ kind: 'email', address: 'no address' }] };
  expect(await call('people/x', { method: 'PUT', body: email })).toMatchObject({ status: 400 });
  for (const address of ['--------', '+84 90 5', 'X0905123456', '+'.padEnd(17, '1')]) {
    const sms = { ...email, channels: [{ kind: 'sms', address }] };
    expect(await call('people/x', { method: 'PUT', body: sms })).toMatchObject({ status: 400 });
  }
});

test('the link shows a page, and acknowledges by its button, once', async () => {
  const { alert, link } = await raise('high-1');
  const path = new URL(link).pathname;
  const page = await fetch(base + path);
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(html).toContain('Tôi đã nhận');
  expect(html).toContain('Trạm buoy-1');
  expect((await alertOf(alert.id)).acknowledged_by).toBe(null);
  // As a browser sends the form.
  const press = () =>
    fetch(base + path, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '' });
  expect(await (await press()).text()).toContain('Đã xác nhận');
  expect(await alertOf(alert.id)).toMatchObject({ state: 'acknowledged', acknowledged_by: 'lan' });
  expect((await press()).status).toBe(410);
  expect((await fetch(base + path)).status).toBe(410);
  const { transitions } = (await call(`alerts/${alert.id}/transitions`)).body as {
    transitions: TransitionAnswer[];
  };
  expect(transitions.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['raised', null],
    ['told', 'lan: sms'],
    ['acknowledged', 'by link'],
  ]);
});

test('guessing links is held up, and holds up nobody who has one', async () => {
  const { alert, link } = await raise('high-guess');
  for (const method of ['GET', 'POST']) {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => fetch(`${base}/ack/guess-${index}`, { method })),
    );
    expect(answers.map(({ status }) => status)).toContain(429);
  }
  const path = base + new URL(link).pathname;
  expect((await fetch(path)).status).toBe(200);
  const headers = { 'content-type': 'text/plain' };
  expect((await fetch(path, { method: 'POST', headers, body: '' })).status).toBe(200);
  expect((await alertOf(alert.id)).acknowledged_by).toBe('lan');
});

test('an HTTP SMS gateway brings the answer, as JSON or as a form, with its secret only', async () => {
  const { alert, number } = await raise('high-2');
  const send = (authorization: string, type: string, body: string) =>
    fetch(`${base}/api/v1/notify/sms`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body,
    });
  const json = JSON.stringify({ sender: '84905123456', message: `ok ${number}` });
  for (const secret of ['Bearer wrong', `Bearer ${TOKEN}`, 'Basic x'])
    expect((await send(secret, 'application/json', json)).status).toBe(401);
  expect((await send(`Bearer ${SECRET}`, 'application/json', '{"sender":5}')).status).toBe(400);
  expect((await alertOf(alert.id)).acknowledged_by).toBe(null);
  // The name of a sender that has a number in it is none.
  const named = JSON.stringify({ sender: 'X0905123456', message: `ok ${number}` });
  expect((await send(`Bearer ${SECRET}`, 'application/json', named)).status).toBe(204);
  expect((await alertOf(alert.id)).acknowledged_by).toBe(null);
  // As a number, as many gateways have it.
  const numeric = JSON.stringify({ sender: 84905123456, message: `ok ${number}` });
  expect((await send(`Bearer ${SECRET}`, 'application/json', numeric)).status).toBe(204);
  expect(await alertOf(alert.id)).toMatchObject({ acknowledged_by: 'lan', notes: [{ text: 'by SMS' }] });

  const next = await raise('high-3');
  const form = new URLSearchParams({ sender: '0905123456', message: `OK${next.number}` }).toString();
  const login = (secret: string) => `Basic ${Buffer.from(`gateway:${secret}`).toString('base64')}`;
  const formed = (authorization: string) => send(authorization, 'application/x-www-form-urlencoded', form);
  expect((await formed(login(TOKEN))).status).toBe(401);
  expect((await formed(login(SECRET))).status).toBe(204);
  expect((await alertOf(next.alert.id)).acknowledged_by).toBe('lan');
});

test('who does not know the secret takes nothing of the SMS gateway’s share', async () => {
  const send = (secret: string) =>
    fetch(`${base}/api/v1/notify/sms`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{"sender":"1","message":"?"}',
    }).then(({ status }) => status);
  const statuses = new Set<number>();
  for (let round = 0; round < 7; round++)
    for (const status of await Promise.all(Array.from({ length: 100 }, () => send('wrong'))))
      statuses.add(status);
  expect([...statuses]).toEqual([401, 429]);
  expect(await send(SECRET)).toBe(204);
});

test('health and metrics say when a channel fails', async () => {
  const metric = async (line: string) => {
    const response = await fetch(`${base}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await response.text()).toContain(`\n${line}\n`);
  };
  const detail = async () => (await call('health')).body.checks.people.detail as string;
  expect(await detail()).toBe('nothing failed in the last 24 hours');
  await metric('quantrac_channel_up{channel="sms"} 1');
  refusals.push(500);
  const told = raise('high-refused');
  await vi.waitFor(
    async () => expect(await detail()).toBe('sms: the last message was not taken; 1 messages wait'),
    PATIENCE,
  );
  await metric('quantrac_channel_up{channel="sms"} 0');
  await metric('quantrac_notice_messages{state="waiting"} 1');
  await told;
  await vi.waitFor(() => metric('quantrac_channel_up{channel="sms"} 1'), PATIENCE);
});

test('a browser of the person subscribes; a user who is nobody may not', async () => {
  const { body } = await call('push/key', { token: tokens.lan ?? '' });
  expect(Buffer.from(body.key, 'base64url')).toHaveLength(65);
  const subscription = {
    endpoint: 'https://fcm.googleapis.com/1',
    keys: { p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) },
  };
  const post = (token: string | undefined, body: object = subscription) =>
    call('push/subscriptions', { method: 'POST', body, token: token ?? '' });
  for (const wrong of [
    { endpoint: 'https://push.example/1' },
    { endpoint: 'https://fcm.googleapis.com.push.example/1' },
    { endpoint: 'http://fcm.googleapis.com/1' },
    { keys: { p256dh: 'x', auth: 'y' } },
  ])
    expect(await post(tokens.lan, { ...subscription, ...wrong })).toMatchObject({ status: 400 });
  expect(await post(tokens.lan)).toMatchObject({ status: 204 });
  expect(await post(tokens.hoa)).toMatchObject({ status: 403 });
  const remove = () =>
    call('push/subscriptions', { method: 'DELETE', body: subscription, token: tokens.lan ?? '' });
  expect(await remove()).toMatchObject({ status: 204 });
  expect(await remove()).toMatchObject({ status: 404 });
  // Whoever is of another login now is not told by the browsers of the one before.
  expect(await post(tokens.lan)).toMatchObject({ status: 204 });
  const become = async (user: string) =>
    expect(await call('people/lan', { method: 'PUT', body: { ...LAN, user } })).toMatchObject({
      status: 200,
    });
  await become('lan');
  expect(await remove()).toMatchObject({ status: 204 });
  expect(await post(tokens.lan)).toMatchObject({ status: 204 });
  await become('khanh');
  await become('lan');
  expect(await remove()).toMatchObject({ status: 404 });
});

test('the command says what became of each channel', async () => {
  vi.stubEnv('QUANTRAC_TOKEN', TOKEN);
  vi.stubEnv('QUANTRAC_HTTP_PORT', String(gateway.ready.httpPort));
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const sources = { file: config, env: process.env };
  expect(await testPerson(sources, 'lan', say)).toBe(false);
  expect(lines).toEqual([
    'lan: sms: taken',
    'lan: chat:zalo: taken',
    'lan: web-push: no browser has subscribed',
  ]);
  lines.length = 0;
  await listPeople(sources, false, say);
  await listPlans(sources, false, say);
  expect(lines).toEqual([
    'lan  Trần Thị Lan  vi  sms, chat:zalo, web-push  always on duty',
    'a  warning or worse  everywhere  repeated every 300 s, 0 times a step',
    '  at once: lan',
  ]);
  vi.unstubAllEnvs();
});
