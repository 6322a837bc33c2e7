/** The feed of a running gateway, pulled, waited for and proved over HTTP. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import type { feedPageSchema } from '../../devices/wire/feed.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, addToken, addUser, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { createFeed } from '../ioc/feed.ts';
import { verifyFeed } from '../ioc/feed-verify-command.ts';
import { openLedger } from '../ledger.ts';
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
/** Tokens of ten viewers. */
const viewers: string[] = [];

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
    for (let n = 0; n < 10; n++) {
      await addUser(accounts, `centre-${n}`, 'viewer');
      viewers.push(addToken(accounts, `centre-${n}`, 1));
    }
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

const get = (path: string, init: RequestInit = {}, token = TOKEN) =>
  fetch(`${base}/api/v1/ioc/${path}`, { headers: { authorization: `Bearer ${token}` }, ...init });
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
    ['note', { text: 'gọi 0905' }],
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
  const { records } = await retracted;
  // What people write to each other is in the API, and in no record.
  const answer = await fetch(`${base}/api/v1/alerts/${id}`, { headers: { cookie } });
  expect(await answer.json()).toMatchObject({ notes: [{ by: 'lan', text: 'gọi 0905' }] });
  expect(await (await get('feed?after=0&limit=1000')).text()).not.toContain('0905');
  expect(records).toMatchObject([
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

test('no more than 200 wait, 20 of one user, and those who leave make room', async () => {
  const leaving = new AbortController();
  const [one = '', ...others] = viewers;
  const wait = (token: string) =>
    Array.from({ length: 20 }, () =>
      get('feed?after=1000000&wait=60', { signal: leaving.signal }, token).then(
        () => 'answered',
        () => 'left',
      ),
    );
  const askedBy = async (token: string) => (await get('feed?after=1000000&wait=0.01', {}, token)).status;

  const first = wait(one);
  await vi.waitFor(async () => expect(await askedBy(one)).toBe(429), 10_000);
  expect(await askedBy(TOKEN)).toBe(200);
  const rest = others.flatMap(wait);
  await vi.waitFor(async () => expect(await askedBy(TOKEN)).toBe(503), 10_000);
  expect((await get('feed?after=0')).status).toBe(200);
  leaving.abort();
  expect(new Set(await Promise.all([...first, ...rest]))).toEqual(new Set(['left']));
  for (const token of [one, TOKEN])
    await vi.waitFor(async () => expect(await askedBy(token)).toBe(200), 10_000);
});

const hasPython = spawnSync('python3', ['-c', 'import cryptography']).status === 0;
if (!hasPython) process.stdout.write('skipped: the program of docs/ioc.md needs python3 with cryptography\n');

/** What the program of docs/ioc.md says, or the last line of its fault. */
async function runPython(...key: string[]): Promise<string | undefined> {
  const page = readFileSync(new URL('../../docs/ioc.md', import.meta.url), 'utf8');
  const [, program = ''] = /```python\n(.*?)```/s.exec(page) ?? [];
  return promisify(execFile)('python3', ['-c', program, base, TOKEN, ...key]).then(
    ({ stdout }) => stdout.trim(),
    ({ stderr }: { stderr: string }) => stderr.trim().split('\n').at(-1),
  );
}

test.skipIf(!hasPython)('the program of docs/ioc.md proves the feed', async () => {
  await raise('from-python');
  const { newest } = await pull('after=0');
  const said = await runPython();
  expect(said).toMatch(/^records up to \d+ hold$/);
  expect(Number(said?.match(/\d+/)?.[0])).toBeGreaterThanOrEqual(newest);
  expect(await runPython('A'.repeat(43))).toContain('InvalidSignature');
});

test('the whole feed is proved over HTTP, and a change in the ledger is found', async () => {
  for (const limit of ['a', 'b', 'c']) await raise(limit);
  const prove = async (key?: string) => {
    const lines: string[] = [];
    const output = { say: (line: string) => void lines.push(line), progress: () => {} };
    const holds = await verifyFeed({ url: `${base}/`, token: TOKEN, json: true, key }, {}, output);
    return { holds, ...JSON.parse(lines.join()) };
  };
  const whole = await prove();
  expect(whole).toMatchObject({ holds: true, first: 1, fault: null });
  expect(whole.records).toBe((await pull('after=0')).newest);
  expect(whole.key).toBe(((await (await get('key')).json()) as { x: string }).x);
  expect((await pull(`after=0&kinds=${ALERTS}`)).records.length).toBeGreaterThanOrEqual(6);

  const others = 'A'.repeat(43);
  expect(await prove(others)).toMatchObject({
    holds: false,
    fault: expect.stringContaining('record 1: its signature'),
  });
  expect(await prove(whole.key)).toMatchObject({ holds: true, key: whole.key });
  await expect(prove('no key')).rejects.toThrow('--key is 43 letters');

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

test.skipIf(!hasPython)('it finds the change, too', async () => {
  expect(await runPython()).toMatch(/^AssertionError: hash of \d+$/);
});

test('what is kept is proved from where it begins, and it is said where that is', async () => {
  await edge.endAsync(true);
  await gateway.stop();
  const ledger = openLedger(dataDir);
  const feed = createFeed(ledger, Date.now);
  const [changed] = feed.after(0, 1000).filter(({ kind }) => kind === 'alert.raised');
  feed.removeBefore(Number.MAX_SAFE_INTEGER, changed?.number ?? 0);
  const first = feed.oldest();
  ledger.close();
  await start();
  const lines: string[] = [];
  const output = { say: (line: string) => void lines.push(line), progress: () => {} };
  expect(await verifyFeed({ url: base, token: TOKEN }, {}, output)).toBe(true);
  expect(first).toBe((changed?.number ?? 0) + 1);
  expect(lines).toContain(`records before ${first} are no longer kept`);
  if (hasPython) expect(await runPython()).toMatch(/hold$/);
});

test('without a login there is neither feed nor key', async () => {
  for (const path of ['feed', 'key']) expect((await get(path, { headers: {} })).status).toBe(401);
});
