/** The editor's login at a gateway that answers as the real one does: login, the right `editor`, logout. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EditorSession } from './editor-entry.ts';
import { createGatewayLogin } from './gateway-login.ts';
import { startFlows } from './main.ts';

async function fakeGateway() {
  const people = new Map([
    ['quan', { password: 'rừng xanh 2026', editor: true }],
    ['lan', { password: 'sông Hàn 2026', editor: false }],
  ]);
  const sessions = new Map<string, string>();
  const calls: string[] = [];
  const from: unknown[] = [];
  /** Instead of an answer to a login. */
  const refusing: { status?: number; after?: string } = {};
  const server = createServer(async (request, response) => {
    const path = String(request.url);
    calls.push(path);
    const cookie = request.headers.cookie?.split('=')[1] ?? '';
    if (path === '/api/v1/login') {
      from.push(request.headers['x-forwarded-for']);
      const { name, password } = JSON.parse(Buffer.concat(await request.toArray()).toString());
      if (refusing.status !== undefined)
        return void response
          .writeHead(refusing.status, refusing.after === undefined ? {} : { 'retry-after': refusing.after })
          .end();
      if (people.get(name)?.password !== password) return void response.writeHead(401).end();
      const secret = `s${calls.length}`;
      sessions.set(secret, name);
      return void response.writeHead(200, { 'set-cookie': `session=${secret}; Path=/; HttpOnly` }).end('{}');
    }
    if (path === '/api/v1/logout') {
      sessions.delete(cookie);
      return void response.writeHead(204).end();
    }
    const name = sessions.get(cookie);
    if (name === undefined) return void response.writeHead(401).end();
    response.writeHead(people.get(name)?.editor ? 204 : 403).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => void (server.listening && (await stop())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, people, sessions, calls, from, refusing, stop };
}

const HERE = ['10.0.0.9'];

async function enter(login: ReturnType<typeof createGatewayLogin>, name: string): Promise<EditorSession> {
  const entry = await login.enter(name, 'rừng xanh 2026', HERE);
  if (entry.kind !== 'in') throw new Error(`${name}: ${entry.kind}`);
  return entry.session;
}

test('an admin of the gateway is let in with the password there; whoever has no right to it is not', async () => {
  const gateway = await fakeGateway();
  const login = createGatewayLogin(gateway.url, Date.now);
  const quan = await enter(login, 'quan');
  expect(quan.username).toBe('quan');
  expect(await quan.mayStill()).toBe(true);
  expect(await login.enter('quan', 'rừng xanh 2025', HERE)).toEqual({ kind: 'refused' });
  expect(await login.enter('lan', 'sông Hàn 2026', HERE)).toEqual({ kind: 'refused' });
  // Whoever may not use the editor has left no session behind.
  expect([...gateway.sessions.values()]).toEqual(['quan']);
  await quan.end();
  expect(gateway.sessions.size).toBe(0);
});

test('who is revoked, or has another role, is out of the editor; no answer is asked for with every request', async () => {
  const gateway = await fakeGateway();
  let now = 0;
  const quan = await enter(
    createGatewayLogin(gateway.url, () => now),
    'quan',
  );
  const before = gateway.calls.length;
  for (let n = 0; n < 20; n++) expect(await quan.mayStill()).toBe(true);
  expect(gateway.calls).toHaveLength(before);
  now = 2000;
  // What the page asks at once is one question.
  expect(await Promise.all(Array.from({ length: 20 }, () => quan.mayStill()))).not.toContain(false);
  expect(gateway.calls).toHaveLength(before + 1);
  now = 4000;
  gateway.people.set('quan', { password: 'rừng xanh 2026', editor: false });
  expect(await quan.mayStill()).toBe(false);
  expect(await quan.mayStill()).toBe(false);
});

test.each([
  [429, '37', { kind: 'wait', seconds: 37 }],
  [503, '5', { kind: 'wait', seconds: 5 }],
  [429, undefined, { kind: 'wait', seconds: 10 }],
  [400, undefined, { kind: 'refused' }],
  [404, undefined, { kind: 'away' }],
  [500, undefined, { kind: 'away' }],
])('a gateway that says %s, again after %s: %j', async (status, after, entry) => {
  const gateway = await fakeGateway();
  Object.assign(gateway.refusing, { status, after });
  const login = createGatewayLogin(gateway.url, Date.now);
  expect(await login.enter('quan', 'rừng xanh 2026', HERE)).toEqual(entry);
});

test('the gateway is told from where each login comes, through Node-RED and a proxy before it', {
  timeout: 60_000,
}, async () => {
  const gateway = await fakeGateway();
  const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-flows-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const flows = await startFlows({
    flags: {
      data_dir: dataDir,
      log_level: 'silent',
      'http.port': 0,
      'mqtt.url': 'mqtt://127.0.0.1:1',
      'mqtt.password': 'secret-of-flows',
      'editor.gateway': gateway.url,
    },
  });
  onTestFinished(() => flows.stop());
  const logIn = async (headers: Record<string, string>): Promise<void> => {
    const login = { username: 'quan', password: 'rừng xanh 2026' };
    const answer = await fetch(`http://127.0.0.1:${flows.ready.port}/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ client_id: 'node-red-editor', grant_type: 'password', scope: '*', ...login }),
    });
    expect(answer.status).toBe(200);
  };
  await logIn({});
  await logIn({ 'x-forwarded-for': '203.0.113.9' });
  await logIn({ 'x-forwarded-for': `what?, ${'198.51.100.1, '.repeat(20)}203.0.113.9` });
  expect(gateway.from).toEqual([
    '127.0.0.1',
    '203.0.113.9, 127.0.0.1',
    `${'198.51.100.1, '.repeat(7)}203.0.113.9, 127.0.0.1`,
  ]);
});

test('while the gateway is away nobody is let in or stays in', async () => {
  const gateway = await fakeGateway();
  let now = 0;
  const login = createGatewayLogin(gateway.url, () => now);
  const quan = await enter(login, 'quan');
  await gateway.stop();
  now = 2000;
  expect(await quan.mayStill()).toBe(false);
  expect(await login.enter('quan', 'rừng xanh 2026', HERE)).toEqual({ kind: 'away' });
  await quan.end();
});
