/** The feed of a running gateway, pulled, waited for and proved over HTTP. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import type { feedPageSchema } from '../../devices/wire/feed.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, addUser, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { verifyFeed } from '../ioc/feed-verify-command.ts';
import { startGateway } from '../main.ts';

vi.setConfig({ testTimeout: 20_000 });

type Page = z.infer<typeof feedPageSchema>;
const TOKEN = 'a-token-for-this-test-only';
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-feed-api-'));
const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
let gateway: Gateway;
let base: string;
let edge: MqttClient;
let edgePassword = '';
let operator = '';

const start = async () => {
  gateway = await startGateway({ flags });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  const password = edgePassword;
  const url = `mqtt://127.0.0.1:${gateway.ready.mqttPort}`;
  edge = await connectAsync(url, { username: 'edge-a', password, clientId: 'edge-a', reconnectPeriod: 0 });
};

beforeAll(async () => {
  await withAccounts({ flags }, async (accounts) => {
    edgePassword = await addDevice(accounts, 'edge-a', 'edge');
    operator = await addUser(accounts, 'lan', 'operator');
  });
  await start();
  const stations = [testStation({ id: 'cau-do', kind: 'water', parameters: [{ id: 'ph', period_s: 10 }] })];
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations }), { qos: 1 });
});

afterAll(async () => {
  await edge.endAsync(true);
  await gateway.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${base}/api/v1/ioc/${path}`, { headers: { authorization: `Bearer ${TOKEN}` }, ...init });
const pull = async (query: string) => (await (await get(`feed?${query}`)).json()) as Page;
const raise = (limit: string) =>
  edge.publishAsync(
    topics.alarms('edge-a', 'cau-do'),
    JSON.stringify({
      ...{ station: 'cau-do', parameter: 'ph', limit, state: 'raised', level: 'warning' },
      ...{ at: Date.now(), value: 4.1, threshold: 5 },
    }),
    { qos: 1 },
  );
const ALERTS = 'alert.raised,alert.changed,alert.cleared,alert.corrected,alert.retracted';

test('who waits gets a record as soon as it is there, also when it is of the kind asked for only', async () => {
  const { newest } = await pull('after=0&limit=1000');
  const any = pull(`after=${newest}&wait=15`);
  const retracted = pull(`after=${newest}&kinds=alert.retracted&wait=15`);
  await raise('acid');
  const [record] = (await any).records;
  expect(record).toMatchObject({ number: newest + 1, kind: 'alert.raised' });
  const { cookie } = await logIn();
  const id = record !== undefined && 'alert' in record ? record.alert.id : '';
  for (const [action, body] of [
    ['correct', { level: 'notice', reason: 'đầu đo bẩn' }],
    ['retract', { reason: 'đang hiệu chuẩn' }],
  ] as const) {
    const answer = await fetch(`${base}/api/v1/alerts/${id}/${action}`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  }
  expect((await retracted).records).toMatchObject([
    {
      kind: 'alert.retracted',
      alert: { level: 'notice', retracted: { by: 'lan', reason: 'đang hiệu chuẩn' } },
    },
  ]);
});

async function logIn() {
  const answer = await fetch(`${base}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'lan', password: operator }),
  });
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

test('waiting ends after its time, and a wish that cannot be is refused', async () => {
  const { newest } = await pull('after=0&limit=1000&kinds=heartbeat');
  const page = await pull(`after=${newest}&wait=0.2&kinds=heartbeat`);
  expect(page).toMatchObject({ records: [], previous: null, oldest: 1 });
  for (const [query, told] of [
    ['wait=61', 'wait'],
    ['kinds=alert.raised,nonsense', 'nonsense'],
    ['after=-1', 'after'],
    ['limit=1001', 'limit'],
  ]) {
    const answer = await get(`feed?${query}`);
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining(told as string),
    ]);
  }
});

test('no more than 200 wait, and those who leave make room', async () => {
  const leaving = new AbortController();
  const waits = Array.from({ length: 200 }, () =>
    get('feed?after=1000000&wait=60', { signal: leaving.signal }).then(
      () => 'answered',
      () => 'left',
    ),
  );
  await vi.waitFor(async () => expect((await get('feed?after=1000000&wait=0.01')).status).toBe(503), 10_000);
  expect((await get('feed?after=0')).status).toBe(200);
  leaving.abort();
  expect(new Set(await Promise.all(waits))).toEqual(new Set(['left']));
  await vi.waitFor(async () => expect((await get('feed?after=1000000&wait=0.01')).status).toBe(200), 10_000);
});

test('the whole feed is proved over HTTP, and a change in the ledger is found', async () => {
  for (const limit of ['a', 'b', 'c']) await raise(limit);
  const prove = async () => {
    const lines: string[] = [];
    const output = { say: (line: string) => void lines.push(line), progress: () => {} };
    const holds = await verifyFeed({ url: `${base}/`, token: TOKEN, json: true }, {}, output);
    return { holds, ...JSON.parse(lines.join()) };
  };
  const whole = await prove();
  expect(whole).toMatchObject({ holds: true, first: 1, fault: null });
  expect(whole.records).toBe((await pull('after=0')).newest);
  expect(whole.key).toBe(((await (await get('key')).json()) as { x: string }).x);
  expect((await pull(`after=0&kinds=${ALERTS}`)).records.length).toBeGreaterThanOrEqual(6);

  await edge.endAsync(true);
  await gateway.stop();
  const db = new DatabaseSync(join(dataDir, 'ledger.db'));
  db.exec(`UPDATE feed SET body = replace(body, '"warning"', '"notice"') WHERE number =
           (SELECT min(number) FROM feed WHERE kind = 'alert.raised')`);
  const changed = db.prepare("SELECT min(number) AS number FROM feed WHERE kind = 'alert.raised'").get();
  db.close();
  await start();
  expect(await prove()).toMatchObject({
    holds: false,
    fault: expect.stringContaining(`record ${changed?.number}: its hash`),
  });
});

test('without a login there is neither feed nor key', async () => {
  for (const path of ['feed', 'key']) expect((await get(path, { headers: {} })).status).toBe(401);
});
