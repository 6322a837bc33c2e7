/** The editor's login at a gateway that answers as the real one does: login, the right `editor`, logout. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createAdminAuth } from './editor-login.ts';
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
  const server = createServer(async (request, response) => {
    const path = String(request.url);
    calls.push(path);
    const cookie = request.headers.cookie?.split('=')[1] ?? '';
    if (path === '/api/v1/login') {
      from.push(request.headers['x-forwarded-for']);
      const { name, password } = JSON.parse(Buffer.concat(await request.toArray()).toString());
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
  return { url, people, sessions, calls, from, stop };
}

test('an admin of the gateway is let in with the password there; whoever has no right to it is not', async () => {
  const gateway = await fakeGateway();
  const auth = await createAdminAuth({ gateway: gateway.url, username: 'admin' });
  const quan = { username: 'quan', permissions: '*' };
  expect(await auth.users('quan')).toBeNull();
  expect(await auth.authenticate('quan', 'rừng xanh 2026')).toEqual(quan);
  expect(await auth.users('quan')).toEqual(quan);
  expect(await auth.authenticate('quan', 'rừng xanh 2025')).toBeNull();
  expect(await auth.authenticate('lan', 'sông Hàn 2026')).toBeNull();
  expect(await auth.users('lan')).toBeNull();
  for (const wrong of [undefined, null, 5, { $ne: '' }]) {
    expect(await auth.authenticate('quan', wrong)).toBeNull();
    expect(await auth.authenticate(wrong, 'rừng xanh 2026')).toBeNull();
    expect(await auth.users(wrong)).toBeNull();
  }
  // Whoever may not use the editor has left no session behind.
  expect([...gateway.sessions.values()]).toEqual(['quan']);
});

test('who is revoked, or has another role, is out of the editor; no answer is asked for with every request', async () => {
  const gateway = await fakeGateway();
  let now = 0;
  const login = createGatewayLogin(gateway.url, () => now);
  expect(await login.enter('quan', 'rừng xanh 2026')).toBe(true);
  const before = gateway.calls.length;
  for (let n = 0; n < 20; n++) expect(await login.mayStill('quan')).toBe(true);
  expect(gateway.calls).toHaveLength(before);
  now = 2000;
  expect(await login.mayStill('quan')).toBe(true);
  expect(gateway.calls).toHaveLength(before + 1);
  now = 4000;
  gateway.people.set('quan', { password: 'rừng xanh 2026', editor: false });
  expect(await login.mayStill('quan')).toBe(false);
  expect(await login.mayStill('quan')).toBe(false);
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
  expect(await login.enter('quan', 'rừng xanh 2026')).toBe(true);
  await gateway.stop();
  now = 2000;
  expect(await login.mayStill('quan')).toBe(false);
  expect(await login.enter('quan', 'rừng xanh 2026')).toBe(false);
});
