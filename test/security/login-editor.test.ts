/** The editor's door, over HTTP at a running Node-RED before a running gateway: nobody keeps an admin out by guessing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlows } from '../../flows/main.ts';
import { addUser } from '../../gateway/admin.ts';
import { startRig } from './access-rig.ts';

const STRANGER = '127.0.0.66';
const AT_HOME = '127.0.0.2';

const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-flows-'));
let rig: Awaited<ReturnType<typeof startRig>>;
let flows: Awaited<ReturnType<typeof startFlows>>;
let password = '';

beforeAll(async () => {
  rig = await startRig();
  password = await addUser(rig.accounts, 'quan', 'admin');
  flows = await startFlows({
    flags: {
      data_dir: dataDir,
      log_level: 'silent',
      'http.port': 0,
      'mqtt.url': 'mqtt://127.0.0.1:1',
      'mqtt.password': 'secret-of-flows',
      'editor.gateway': rig.base,
    },
  });
}, 60_000);
afterAll(async () => {
  await flows?.stop();
  await rig?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Asked {
  readonly path?: string;
  readonly method?: string;
  /** Of this machine: from where the visitor comes. */
  readonly from: string;
  readonly token?: string;
  readonly body?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As the editor's page sends it: a form. */
const ask = ({ path = '/auth/token', method = 'POST', from, token, body, headers }: Asked) =>
  new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const asking = request(
      {
        host: '127.0.0.1',
        port: flows.ready.port,
        path,
        method,
        localAddress: from,
        agent: false,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      async (answer) => {
        const text = Buffer.concat(await answer.toArray()).toString();
        resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers });
      },
    );
    asking.on('error', reject).end(new URLSearchParams(body).toString());
  });

const logIn = (from: string, username: string, secret: string, headers: Record<string, string> = {}) =>
  ask({
    from,
    headers,
    body: { client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password: secret },
  });

const tokenOf = ({ text }: { text: string }): string =>
  (JSON.parse(text) as { access_token: string }).access_token;

const status = async (token: string): Promise<number> =>
  (await ask({ from: AT_HOME, method: 'GET', path: '/flows', token })).status;

test('wrong logins from one address make that address wait and nobody elsewhere', async () => {
  const seen = new Set<number>();
  for (let n = 0; n < 20; n++) seen.add((await logIn(STRANGER, 'quan', `guess ${n} at the password`)).status);
  expect([...seen]).toEqual([403, 429]);
  const waiting = await logIn(STRANGER, 'quan', password);
  expect([waiting.status, waiting.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  const home = await logIn(AT_HOME, 'quan', password);
  expect(home.status).toBe(200);
  expect(await status(tokenOf(home))).toBe(200);
});

test("Node-RED's own door opens for nobody, however its path is written", async () => {
  const { status: right } = await ask({ from: AT_HOME, path: '/settings', method: 'GET' });
  expect(right).toBe(401);
  for (const path of ['/auth/token/', '/AUTH/TOKEN', '//auth/token', '/auth/token?x=1', '/auth/%74oken']) {
    const answer = await ask({
      from: AT_HOME,
      path,
      body: {
        client_id: 'node-red-admin',
        grant_type: 'password',
        scope: '*',
        username: 'quan',
        password: 'no',
      },
    });
    expect([path, answer.status]).toEqual([path, expect.toSatisfy((code: number) => code >= 400)]);
    expect(answer.text).not.toContain('access_token');
  }
  for (const token of ['x', '__proto__', 'constructor', 'quan'])
    expect([token, await status(token)]).toEqual([token, 401]);
});

test('who logs out of the editor is out, there and at the gateway; others stay in', async () => {
  const before = rig.accounts.sessions('quan', null).length;
  const [one, other] = [
    tokenOf(await logIn(AT_HOME, 'quan', password)),
    tokenOf(await logIn(AT_HOME, 'quan', password)),
  ];
  expect(rig.accounts.sessions('quan', null)).toHaveLength(before + 2);
  expect((await ask({ from: AT_HOME, path: '/auth/revoke', token: one, body: { token: one } })).status).toBe(
    200,
  );
  expect([await status(one), await status(other)]).toEqual([401, 200]);
  expect(rig.accounts.sessions('quan', null)).toHaveLength(before + 1);
});

test('what the editor shows live is told to a token, and not to a wrong one', async () => {
  const token = tokenOf(await logIn(AT_HOME, 'quan', password));
  const told = async (auth: string): Promise<unknown> => {
    const socket = new WebSocket(`ws://127.0.0.1:${flows.ready.port}/comms`);
    socket.addEventListener('open', () => socket.send(JSON.stringify({ auth })));
    const answer = await new Promise<unknown>((resolve) =>
      socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true }),
    );
    socket.close();
    return answer;
  };
  expect(await told(token)).toEqual({ auth: 'ok' });
  expect(await told(`${token}x`)).toEqual({ auth: 'fail' });
});

test("a page of another site cannot guess in its visitor's name", async () => {
  const foreign = await logIn(AT_HOME, 'quan', password, { 'sec-fetch-site': 'cross-site' });
  expect(foreign.status).toBe(403);
  expect(foreign.text).not.toContain('access_token');
});

test.each<[string, string, string]>([
  ['no JSON', 'application/json', '{"username":'],
  ['no text', 'application/json', '{"username":{"$ne":""},"password":["x"]}'],
  ['a list', 'application/json', '[]'],
  ['files', 'multipart/form-data; boundary=x', 'x'],
  [
    'a name of 10,000 letters',
    'application/x-www-form-urlencoded',
    `username=${'x'.repeat(10_000)}&password=x`,
  ],
  ['100 KB', 'application/x-www-form-urlencoded', `username=x&password=${'x'.repeat(100_000)}`],
])('a login that is %s is refused', async (_, type, body) => {
  const answer = await fetch(`http://127.0.0.1:${flows.ready.port}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  expect([400, 413]).toContain(answer.status);
});
