/** Users, sessions, tokens and devices over the API of a running gateway. */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addLink, addUser, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';

const TOKEN = 'a-token-for-this-test-only';
const NEW_PASSWORD = 'thuyền thúng Mỹ Khê';
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-users-'));
const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };

let gateway: Gateway;
let base: string;
let admin: string;
let adminPassword: string;
/** Each login comes from an address of its own, as a proxy on this machine tells it: failures of one test are not another's. */
let hosts = 0;
const nextAddress = (): string => `192.0.2.${++hosts}`;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
type Who = Readonly<Record<string, string>>;

async function call(method: string, path: string, who: Who = {}, body?: unknown): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...who },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  const { status, headers } = response;
  return { status, headers, body: json ? (JSON.parse(text) as Record<string, unknown>) : {} };
}
const api = (method: string, path: string, who: Who, body?: unknown) =>
  call(method, `/api/v1/${path}`, who, body);
const tryLogin = (name: string, password: string, address = nextAddress()) =>
  api('POST', 'login', { 'x-forwarded-for': address }, { name, password });
const cookieOf = ({ headers }: Answer): string => headers.get('set-cookie')?.split(';')[0] ?? '';
const cookie = (value: string): Who => ({ cookie: value });
const logIn = async (name: string, password: string): Promise<Who> =>
  cookie(cookieOf(await tryLogin(name, password)));
/** Adds a user and answers the password that was made. */
const add = async (name: string, role: string, areas: string[] | null = null): Promise<string> => {
  const { status, body } = await api('POST', 'users', cookie(admin), { name, role, areas });
  expect(status).toBe(201);
  return String(body.password);
};

beforeAll(async () => {
  adminPassword = await withAccounts({ flags }, (accounts) => addUser(accounts, 'an', 'admin'));
  gateway = await startGateway({ flags });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  admin = cookieOf(await tryLogin('an', adminPassword));
});

afterAll(() => gateway.stop());

test('an admin adds, changes and removes users; what changes holds for open sessions at once', async () => {
  const who = cookie(admin);
  const password = await add('lan', 'operator', ['Hòa Vang']);
  const lan = await logIn('lan', password);
  expect((await api('GET', 'session', lan)).body).toEqual({
    name: 'lan',
    role: 'operator',
    areas: ['Hòa Vang'],
  });
  expect((await api('GET', 'users', lan)).status).toBe(403);
  expect((await api('GET', 'users', who)).body.users).toContainEqual({
    name: 'lan',
    role: 'operator',
    areas: ['Hòa Vang'],
    created_at: expect.any(Number),
    password_changed_at: expect.any(Number),
    last_login_at: expect.any(Number),
  });
  const change = (body: object) => api('PATCH', 'users/lan', who, body);
  // Decomposed letters are the same area.
  expect((await change({ areas: ['Sơn Trà'.normalize('NFD')] })).body).toMatchObject({
    areas: ['Sơn Trà'.normalize('NFC')],
  });
  expect((await api('GET', 'session', lan)).body).toMatchObject({ areas: ['Sơn Trà'] });
  expect((await change({ role: 'admin' })).body.detail).toMatch(/an admin has all areas/);
  expect((await change({ role: 'boss' })).status).toBe(400);
  expect((await change({ areas: [] })).status).toBe(400);
  expect((await change({ password: NEW_PASSWORD })).status).toBe(400);
  expect((await api('POST', 'users', who, { name: 'lan', role: 'viewer' })).status).toBe(409);
  expect((await api('POST', 'users', who, { name: '../x', role: 'viewer' })).status).toBe(400);
  expect(
    (await api('POST', 'users', who, { name: 'x', role: 'viewer', password: 'short' })).body.detail,
  ).toMatch(/the password must have at least 12/);
  expect((await api('DELETE', 'users/an', who)).body.detail).toMatch(/last admin/);
  expect((await api('DELETE', 'users/lan', who)).status).toBe(204);
  expect((await api('GET', 'session', lan)).status).toBe(401);
  expect((await api('DELETE', 'users/lan', who)).status).toBe(404);
});

test("a new password ends a user's sessions; one's own change keeps the session that asks and needs the old one", async () => {
  const first = await logIn('mai', await add('mai', 'viewer'));
  const { body } = await api('POST', 'users/mai/password', cookie(admin), {});
  const password = String(body.password);
  expect((await api('GET', 'session', first)).status).toBe(401);
  const [own, other] = [await logIn('mai', password), await logIn('mai', password)];
  const change = (old: string, wanted: string) => api('POST', 'profile/password', own, { old, new: wanted });
  expect((await change('wrong', NEW_PASSWORD)).status).toBe(403);
  expect((await change(password, 'mai')).status).toBe(400);
  expect((await change(password, NEW_PASSWORD)).status).toBe(204);
  expect((await api('GET', 'session', own)).status).toBe(200);
  expect((await api('GET', 'session', other)).status).toBe(401);
  expect((await tryLogin('mai', password)).status).toBe(401);
  expect((await tryLogin('mai', NEW_PASSWORD)).status).toBe(200);
  expect(
    (await api('POST', 'users/mai/password', cookie(admin), { password: 'sông Thu Bồn mùa lũ' })).body,
  ).toEqual({ password: null });
  expect((await tryLogin('mai', 'sông Thu Bồn mùa lũ')).status).toBe(200);
});

test('a person sees and ends their sessions, and an admin those of others', async () => {
  const password = await add('hoa', 'viewer');
  const [one, two] = [await logIn('hoa', password), await logIn('hoa', password)];
  const { sessions } = (await api('GET', 'profile/sessions', two)).body as {
    sessions: { id: string; current: boolean; from: string; agent: string }[];
  };
  expect(sessions).toMatchObject([
    { current: true, from: expect.stringMatching(/^192\.0\.2\./), agent: 'node' },
    { current: false },
  ]);
  expect((await api('DELETE', 'profile/sessions/none', two)).status).toBe(404);
  expect((await api('DELETE', `profile/sessions/${sessions[1]?.id}`, two)).status).toBe(204);
  expect((await api('GET', 'session', one)).status).toBe(401);
  expect((await api('GET', 'users/hoa/sessions', cookie(admin))).body.sessions).toHaveLength(1);
  expect((await api('DELETE', 'users/hoa/sessions', cookie(admin))).status).toBe(204);
  expect((await api('GET', 'session', two)).status).toBe(401);
  expect(
    (await api('PATCH', 'profile', await logIn('hoa', password), { language: 'en' })).body,
  ).toMatchObject({
    name: 'hoa',
    language: 'en',
  });
});

test('a token has a label, fewer rights and an end; it is told once, listed, used and revoked', async () => {
  const minh = await logIn('minh', await add('minh', 'operator', ['Hòa Vang', 'Cẩm Lệ']));
  const wanted = { label: 'báo cáo tháng', role: 'viewer', areas: ['Cẩm Lệ'], days: 30 };
  const issued = await api('POST', 'tokens', minh, wanted);
  expect(issued).toMatchObject({ status: 201, body: { user: 'minh', role: 'viewer', areas: ['Cẩm Lệ'] } });
  const { id, token } = issued.body as { id: string; token: string };
  const script = { authorization: `Bearer ${token}` };
  expect((await api('GET', 'session', script)).body).toEqual({
    name: 'minh',
    role: 'viewer',
    areas: ['Cẩm Lệ'],
  });
  const listed = (await api('GET', 'tokens', minh)).body;
  expect(listed).toMatchObject({ tokens: [{ id, label: 'báo cáo tháng', used_at: expect.any(Number) }] });
  expect(JSON.stringify(listed)).not.toContain(token);
  for (const [wrong, detail] of [
    [{ ...wanted, role: 'technician' }, /no more than minh/],
    [{ ...wanted, areas: null }, /no more than minh/],
    [{ ...wanted, days: 366 }, /^days/],
    [{ ...wanted, days: 0 }, /^days/],
    [{ ...wanted, label: 'a\nb' }, /^label/],
  ] as const)
    expect(await api('POST', 'tokens', minh, wrong)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(detail) },
    });
  const hoang = await logIn('hoang', await add('hoang', 'operator'));
  expect((await api('DELETE', `tokens/${id}`, hoang)).status).toBe(404);
  expect((await api('GET', 'users/minh/tokens', hoang)).status).toBe(403);
  expect((await api('GET', 'users/minh/tokens', cookie(admin))).body.tokens).toMatchObject([{ id }]);
  expect((await api('DELETE', `users/hoang/tokens/${id}`, cookie(admin))).status).toBe(404);
  expect((await api('DELETE', `users/minh/tokens/${id}`, cookie(admin))).status).toBe(204);
  expect((await api('GET', 'session', script)).status).toBe(401);
});

test('no token issues tokens or touches passwords, sessions, users and devices', async () => {
  const { body } = await api('POST', 'tokens', cookie(admin), { label: 'all', days: 1 });
  for (const secret of [String(body.token), TOKEN]) {
    const script = { authorization: `Bearer ${secret}` };
    for (const [method, path, sent] of [
      ['POST', 'tokens', { label: 'more', days: 365 }],
      ['GET', 'tokens'],
      ['DELETE', `tokens/${body.id}`],
      ['POST', 'profile/password', { old: adminPassword, new: NEW_PASSWORD }],
      ['PATCH', 'profile', { language: 'en' }],
      ['GET', 'profile/sessions'],
      ['DELETE', 'profile/sessions'],
      ['POST', 'users', { name: 'evil', role: 'admin' }],
      ['PATCH', 'users/an', { role: 'admin' }],
      ['DELETE', 'users/an'],
      ['POST', 'users/an/password', {}],
      ['DELETE', 'users/an/sessions'],
      ['POST', 'devices', { name: 'evil', kind: 'edge' }],
      ['DELETE', 'devices/evil'],
    ] as const)
      expect([path, (await api(method, path, script, sent)).status]).toEqual([path, 403]);
    // Nor together with a cookie: what is shown first is what counts.
    expect((await api('POST', 'tokens', { ...script, cookie: admin }, { label: 'x', days: 1 })).status).toBe(
      403,
    );
  }
  expect((await api('GET', 'session', cookie(admin))).status).toBe(200);
});

test('wrong passwords of a name from one address make it wait, whether there is such a name or not', async () => {
  const password = await add('tri', 'viewer');
  for (const name of ['tri', 'nobody-here']) {
    const address = nextAddress();
    for (let n = 0; n < 5; n++) expect((await tryLogin(name, 'wrong', address)).status).toBe(401);
    const refused = await tryLogin(name, password, address);
    expect(refused).toMatchObject({ status: 429, body: { detail: 'too many wrong tries: again in 10 s' } });
    expect(refused.headers.get('retry-after')).toBe('10');
  }
  const address = nextAddress();
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 4; n++) expect((await tryLogin('tri', 'wrong', address)).status).toBe(401);
    expect((await tryLogin('tri', password, address)).status).toBe(200);
  }
});

test('an address that tries links or names by the dozen waits', async () => {
  const address = nextAddress();
  const from = { 'x-forwarded-for': address };
  for (let n = 0; n < 20; n++) expect((await call('GET', `/login/guess-${n}`, from)).status).toBe(303);
  expect((await call('GET', '/login/guess-20', from)).status).toBe(429);
  expect((await tryLogin('an', adminPassword, address)).status).toBe(429);
  expect((await tryLogin('an', adminPassword)).status).toBe(200);
});

test('a cookie changes nothing from another site, nor by a form', async () => {
  const who = { ...cookie(admin), host: new URL(base).host };
  const change = (headers: Who, body: unknown = { language: 'vi' }) =>
    api('PATCH', 'profile', { ...who, ...headers }, body);
  for (const own of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { origin: base }, {}])
    expect([own, (await change(own as Who)).status]).toEqual([own, 200]);
  for (const foreign of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: base },
    { origin: 'http://evil.example' },
    { origin: `${base}.evil.example` },
    { origin: 'null' },
  ])
    expect([foreign, (await change(foreign as Who)).status]).toEqual([foreign, 403]);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'Multipart/Form-Data; boundary=x'])
    expect([type, (await change({ 'content-type': type }, '{"language":"vi"}')).status]).toEqual([type, 415]);
  // A bearer token is never sent along by itself.
  const script = { authorization: `Bearer ${TOKEN}`, origin: 'http://tools.example' };
  expect((await api('GET', 'users', script)).status).toBe(200);
  // Nobody is logged in as somebody else by a page of another site, or out.
  const foreign = { origin: 'http://evil.example', 'x-forwarded-for': nextAddress() };
  expect((await api('POST', 'login', foreign, { name: 'an', password: adminPassword })).status).toBe(403);
  expect((await api('POST', 'logout', { ...who, ...foreign }, {})).status).toBe(403);
  expect((await api('GET', 'session', who)).status).toBe(200);
});

test('over https the cookie is secure and bound to the host', async () => {
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': nextAddress() };
  const answer = await api('POST', 'login', https, { name: 'an', password: adminPassword });
  expect(answer.headers.get('set-cookie')).toMatch(
    /^__Host-quantrac_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const value = cookieOf(answer);
  expect((await api('GET', 'session', { ...https, cookie: value })).status).toBe(200);
  expect((await api('GET', 'session', { ...https, cookie: value.replace('__Host-', '') })).status).toBe(401);
  expect((await api('POST', 'logout', { ...https, cookie: value }, {})).status).toBe(204);
  expect((await api('GET', 'session', { ...https, cookie: value })).status).toBe(401);
});

test('a new login ends the session that the browser had', async () => {
  const password = await add('quy', 'viewer');
  const first = await tryLogin('quy', password);
  const again = await api(
    'POST',
    'login',
    { cookie: cookieOf(first), 'x-forwarded-for': nextAddress() },
    { name: 'quy', password },
  );
  expect((await api('GET', 'session', cookie(cookieOf(first)))).status).toBe(401);
  expect((await api('GET', 'session', cookie(cookieOf(again)))).status).toBe(200);
});

test('the audit log says who did it and from where', async () => {
  await add('dung', 'viewer');
  const link = await withAccounts({ flags }, async (accounts) => addLink(accounts, 'dung'));
  await call('GET', `/login/${link}`, { 'x-forwarded-for': '198.51.100.7' });
  const { entries } = (await api('GET', 'audit?limit=3', cookie(admin))).body as { entries: unknown[] };
  expect(entries).toMatchObject([
    { action: 'login', who: 'dung', from: '198.51.100.7 by link', what: 'users/dung' },
    { action: 'link.issue', from: 'command line' },
    { action: 'user.put', who: 'an', from: '127.0.0.1', after: { role: 'viewer' } },
  ]);
});

test('what arrives in pieces is done in the name of its sender too', async () => {
  const request = httpRequest(`${base}/api/v1/users`, {
    method: 'POST',
    headers: { ...cookie(admin), 'content-type': 'application/json', expect: '100-continue' },
  });
  const answered = once(request, 'response');
  request.flushHeaders();
  // The gateway has seen the head by now, and the body is a packet of its own.
  await once(request, 'continue');
  request.end(JSON.stringify({ name: 'slow', role: 'viewer' }));
  const [response] = (await answered) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(201);
  const { entries } = (await api('GET', 'audit?limit=1', cookie(admin))).body as { entries: unknown[] };
  expect(entries).toMatchObject([{ action: 'user.put', who: 'an', what: 'users/slow' }]);
});

test('a device is added with a password that is told once; its removal ends its connection', async () => {
  const who = cookie(admin);
  const { body, status } = await api('POST', 'devices', who, { name: 'edge-x', kind: 'edge' });
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({ name: 'edge-x', kind: 'edge', seen_at: null }),
  ]);
  const url = `mqtt://127.0.0.1:${gateway.ready.mqttPort}`;
  const client = await connectAsync(url, {
    username: 'edge-x',
    password: String(body.password),
    clientId: 'edge-x',
    reconnectPeriod: 0,
  });
  expect((await api('GET', 'devices', who)).body.devices).toMatchObject([{ name: 'edge-x' }]);
  expect((await api('POST', 'devices', who, { name: 'live', kind: 'edge' })).status).toBe(400);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  expect((await api('DELETE', 'devices/edge-x', who)).status).toBe(204);
  await closed;
  await client.endAsync(true);
  expect((await api('DELETE', 'devices/edge-x', who)).status).toBe(404);
});
