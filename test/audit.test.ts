/** The audit log of a running gateway: what people do over HTTP is in it, who may read what, and that it can be proved. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { AlertAnswer } from '../devices/wire/api.ts';
import type { AuditEntry, SealedAuditEntry } from '../devices/wire/audit.ts';
import { topics } from '../devices/wire/topics.ts';
import { addDevice, addToken, addUser, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { listAudit } from '../gateway/audit/list-command.ts';
import { verifyLog } from '../gateway/audit/verify-command.ts';
import { startGateway } from '../gateway/main.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 30_000 });

const TOKEN = 'a-token-for-this-test-only';
const folder = mkdtempSync(join(tmpdir(), 'quantrac-audit-api-'));
mkdirSync(join(folder, 'data'));
const config = join(folder, 'gateway.yaml');
const HAN = testStation({
  id: 'song-han',
  kind: 'water',
  area: { vi: 'Hải Châu', en: 'Hai Chau' },
  parameters: [{ id: 'water_level', period_s: 10 }],
});
const POST = testStation({
  id: 'son-tra',
  kind: 'fire',
  area: { vi: 'Sơn Trà', en: 'Son Tra' },
  parameters: [{ id: 'smoke', period_s: 10 }],
});
/** What must be nowhere in the log. */
const SECRETS = {
  phone: '905123456',
  mail: 'lan.tran@example.vn',
  password: 'mat-khau-moi-cua-lan-2026',
};

let gateway: Gateway;
let base: string;
let edge: MqttClient;
const tokens = { lan: '', hoa: '' };
const passwords = { edge: '', lan: '' };

async function call(
  path: string,
  init: { method?: string; body?: unknown; token?: string; cookie?: string } = {},
) {
  const { method = 'GET', body, token = TOKEN, cookie } = init;
  const response = await fetch(`${base}/api/v1/${path}`, {
    method,
    headers: {
      ...(cookie === undefined ? { authorization: `Bearer ${token}` } : { cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text,
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
  };
}
const entries = async (query = '', token = TOKEN): Promise<AuditEntry[]> =>
  JSON.parse((await call(`audit?order=oldest&limit=200${query}`, { token })).body).entries;
const chain = async (): Promise<SealedAuditEntry[]> =>
  JSON.parse((await call('audit/chain?limit=1000')).body).records;

beforeAll(async () => {
  const settings = {
    data_dir: join(folder, 'data'),
    log_level: 'silent',
    http: { port: 0 },
    mqtt: { port: 0 },
    ioc: { heartbeat_s: 5 },
  };
  writeFileSync(config, stringify(settings), { mode: 0o600 });
  await withAccounts({ file: config }, async (accounts) => {
    passwords.edge = await addDevice(accounts, 'edge-a', 'edge');
    passwords.lan = await addUser(accounts, 'lan', 'operator');
    await addUser(accounts, 'hoa', 'operator', ['Sơn Trà']);
    tokens.lan = addToken(accounts, 'lan', 1);
    tokens.hoa = addToken(accounts, 'hoa', 1);
  });
  gateway = await startGateway({ file: config, flags: { token: TOKEN } });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    username: 'edge-a',
    password: passwords.edge,
    clientId: 'edge-a',
    reconnectPeriod: 0,
  });
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations: [HAN, POST] }), { qos: 1 });
});

afterAll(async () => {
  await edge.endAsync(true);
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('limits that are set over HTTP have one entry, in the name of who set them and from the address', async () => {
  const limits = [{ name: 'high', parameter: 'water_level', kind: 'high', raise: 3, level: 'warning' }];
  const body = { based_on: 0, reason: 'mùa mưa', limits };
  expect((await call('stations/song-han/limits', { method: 'PUT', body, token: tokens.lan })).status).toBe(
    200,
  );
  expect((await call('stations/song-han/limits', { method: 'PUT', body, token: tokens.lan })).status).toBe(
    409,
  );
  expect(await entries('&action=limits')).toMatchObject([
    {
      who: 'lan',
      from: expect.stringMatching(/^127\.0\.0\.1 by token /),
      action: 'limits.set',
      what: 'limits/song-han',
      area: 'Hải Châu',
      before: { version: 0, 'water_level/high': null },
      after: { version: 1, 'water_level/high': { raise: 3 } },
      reason: 'mùa mưa',
    },
  ]);
});

test('an alert that is acknowledged over HTTP has one entry', async () => {
  const alarm = {
    station: 'son-tra',
    parameter: 'smoke',
    limit: 'fire-smoke',
    state: 'raised',
    level: 'critical',
    at: Date.now(),
    value: 1,
    threshold: 1,
  };
  await edge.publishAsync(topics.alarms('edge-a', 'son-tra'), JSON.stringify(alarm), { qos: 1 });
  const [alert] = JSON.parse((await call('alerts')).body).alerts as AlertAnswer[];
  const note = { note: 'đã gọi kiểm lâm' };
  expect(
    (await call(`alerts/${alert?.id}/acknowledge`, { method: 'POST', body: note, token: tokens.hoa })).status,
  ).toBe(200);
  expect(await entries('&action=alert')).toMatchObject([
    {
      who: 'hoa',
      from: expect.stringMatching(/^127\.0\.0\.1 by token /),
      action: 'alert.acknowledge',
      what: `alerts/son-tra/${alert?.id}`,
      area: 'Sơn Trà',
      before: { state: 'active' },
      after: { state: 'acknowledged', acknowledged_by: expect.any(String) },
      reason: note.note,
    },
  ]);
});

test('people, an export, and what an edge announced are in it', async () => {
  const channels = [
    { kind: 'sms', address: `+84${SECRETS.phone}` },
    { kind: 'email', address: SECRETS.mail },
  ];
  const put = (body: unknown) => call('people/lan', { method: 'PUT', body });
  expect((await put({ name: 'Trần Thị Lan', channels })).status).toBe(200);
  expect((await put({ name: 'Trần Thị Lan', channels: channels.slice(1) })).status).toBe(200);
  expect((await call('people/lan', { method: 'DELETE' })).status).toBe(204);
  expect((await call('export?station=song-han', { token: tokens.lan })).status).toBe(200);
  expect((await entries('&action=person')).map(({ action, who }) => [action, who])).toEqual([
    ['person.put', 'token'],
    ['person.put', 'token'],
    ['person.remove', 'token'],
  ]);
  expect(await entries('&action=export')).toMatchObject([
    {
      who: 'lan',
      what: 'readings/song-han',
      area: 'Hải Châu',
      after: { format: 'csv' },
    },
  ]);
  expect(await entries('&who=edge-a&action=station')).toMatchObject([
    { from: 'edge', action: 'station.new', what: 'stations/song-han' },
    { from: 'edge', action: 'station.new', what: 'stations/son-tra' },
  ]);
});

test('whoever is limited to areas reads entries of those only, and cannot have the chain', async () => {
  const seen = await entries('', tokens.hoa);
  expect(seen.length).toBeGreaterThan(0);
  expect(new Set(seen.map(({ area }) => area))).toEqual(new Set(['Sơn Trà']));
  expect(await entries('&area=H%E1%BA%A3i%20Ch%C3%A2u', tokens.hoa)).toEqual([]);
  expect(await entries('&station=song-han', tokens.hoa)).toEqual([]);
  expect((await call('audit/chain', { token: tokens.hoa })).status).toBe(403);
  expect((await call('audit', { token: 'wrong' })).status).toBe(401);
  expect((await entries('', tokens.lan)).length).toBeGreaterThan(seen.length);
});

test('no password, token, number or address is in the log', async () => {
  const { cookie } = await call('login', { method: 'POST', body: { name: 'lan', password: passwords.lan } });
  const body = { old: passwords.lan, new: SECRETS.password };
  const changed = await call('profile/password', { method: 'POST', body, cookie });
  expect([changed.status, changed.body]).toEqual([expect.any(Number), expect.not.stringContaining('detail')]);
  const issued = await call('tokens', { method: 'POST', body: { label: 'kịch bản', days: 1 }, cookie });
  const log = JSON.stringify(await chain());
  expect(log).toContain('"action":"password.set"');
  const { token = 'none' } = JSON.parse(issued.body) as { token?: string };
  expect(log).toContain('"action":"token.issue"');
  const session = cookie.split('=')[1] ?? 'none';
  for (const secret of [
    ...Object.values(SECRETS),
    ...Object.values(passwords),
    ...Object.values(tokens),
    TOKEN,
    token,
    session,
  ])
    expect(log).not.toContain(secret);
  // Nor what is beside the columns that are told.
  const db = new DatabaseSync(join(folder, 'data', 'ledger.db'), { readOnly: true });
  const rows = JSON.stringify(db.prepare('SELECT * FROM audit').all());
  db.close();
  for (const secret of [
    ...Object.values(SECRETS),
    ...Object.values(passwords),
    ...Object.values(tokens),
    token,
    session,
  ])
    expect(rows).not.toContain(secret);
});

const prove = async (more: object = {}) => {
  const lines: string[] = [];
  const output = { say: (line: string) => void lines.push(line), progress: () => {} };
  const holds = await verifyLog({ url: base, token: TOKEN, json: true, ...more }, {}, output);
  return { holds, ...(JSON.parse(lines[0] ?? '{}') as { records: number; fault: string | null }) };
};

test('the log is proved over HTTP, and shown as a table', async () => {
  const all = await chain();
  expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1));
  expect(await prove()).toMatchObject({ holds: true, records: all.length, fault: null });
  expect((await prove({ key: 'A'.repeat(43) })).fault).toContain('is not made with the key of the audit log');

  const lines: string[] = [];
  const sources = { file: config, flags: { token: TOKEN, 'http.port': gateway.ready.httpPort } };
  await listAudit(sources, { station: 'song-han', action: 'limits', limit: 10 }, (line) => lines.push(line));
  const [, entry = ''] = lines;
  for (const word of ['lan', '127.0.0.1', 'limits.set', 'limits/song-han', 'Hải Châu'])
    expect(entry).toContain(word);
  expect(lines.at(-1)).toBe('1 entries');
});

test('what somebody changes in the file is found, also when he takes the end of the log off', async () => {
  const db = new DatabaseSync(join(folder, 'data', 'ledger.db'));
  const { number } = db.prepare("SELECT number FROM audit WHERE action = 'limits.set'").get() as {
    number: number;
  };
  expect(() => db.exec("UPDATE audit SET who = 'minh'")).toThrow('append only');
  db.exec('DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept');
  // A heartbeat of the feed has told how far the log was.
  await vi.waitFor(
    async () => {
      const { body } = await call('ioc/feed?kinds=heartbeat&limit=1000');
      const told = JSON.parse(body).records.map(
        (record: { heartbeat: { audit: object } }) => record.heartbeat.audit,
      );
      expect(told).toContainEqual(expect.objectContaining({ number: (await chain()).length }));
    },
    { timeout: 20_000, interval: 100 },
  );
  const { count } = db.prepare('SELECT count(*) AS count FROM audit').get() as { count: number };
  db.exec(`CREATE TABLE taken AS SELECT * FROM audit WHERE number = ${count}`);
  db.exec(`DELETE FROM audit WHERE number = ${count}`);
  expect(await prove()).toMatchObject({
    holds: false,
    fault: `entries after ${count - 1} are missing: there were ${count}`,
  });
  db.exec('INSERT INTO audit SELECT * FROM taken; DROP TABLE taken');
  expect(await prove()).toMatchObject({ holds: true });
  db.exec(`UPDATE audit SET who = 'minh' WHERE number = ${number}`);
  expect((await prove()).fault).toContain(`entry ${number}: its hash is not`);
  db.close();
});
