/** The commands as people call them, on the ledger of a gateway that runs. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addAccounts } from '../../commands/accounts.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-commands-'));
const config = join(dataDir, 'gateway.yaml');
let gateway: Gateway;
let base: string;

/** What it prints; rejects as it fails. */
async function quantrac(...words: string[]): Promise<string> {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  // What commander says of a wrong option is in the error too.
  const program = new Command()
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  addAccounts(program);
  for (const part of program.commands.flatMap((one) => [one, ...one.commands]))
    part.copyInheritedSettings(program);
  try {
    await program.parseAsync([...words, '--config', config], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return out.trim();
}
/** Who the gateway takes for the caller; null: nobody. */
async function session(headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${base}/api/v1/session`, { headers });
  return response.ok ? response.json() : null;
}
const script = (token: string) => ({ authorization: `Bearer ${token}` });
async function logIn(name: string, password: string): Promise<Record<string, string>> {
  const response = await fetch(`${base}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

beforeAll(async () => {
  writeFileSync(config, `data_dir: ${dataDir}\n`);
  const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent' };
  gateway = await startGateway({ flags });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  await quantrac('user', 'add', 'an', '--role', 'admin');
});
afterAll(() => gateway.stop());

test('a user is added with areas, listed, and removed with what is open', async () => {
  const added = await quantrac('user', 'add', 'tam', '--role', 'operator', '--areas', 'Hòa Vang', 'Cẩm Lệ');
  expect(added).toMatch(/^password of tam: [\w-]{43}$/);
  expect(await quantrac('user', 'list')).toMatch(
    /^tam {2}operator {2}Hòa Vang, Cẩm Lệ {2}last login never$/m,
  );
  const tam = await logIn('tam', added.replace('password of tam: ', ''));
  expect(await session(tam)).toEqual({ name: 'tam', role: 'operator', areas: ['Hòa Vang', 'Cẩm Lệ'] });
  const stream = await fetch(`${base}/api/v1/stream`, { headers: tam });
  const ended = stream.text();
  expect(await quantrac('user', 'remove', 'tam')).toBe('user tam is removed');
  await ended;
  expect(await session(tam)).toBeNull();
  expect(JSON.parse(await quantrac('user', 'list', '--json'))).toMatchObject({ users: [{ name: 'an' }] });
});

test('a new password ends the sessions there are', async () => {
  const first = (await quantrac('user', 'add', 'mai', '--role', 'viewer')).replace('password of mai: ', '');
  const before = await logIn('mai', first);
  const second = (await quantrac('user', 'password', 'mai')).replace('password of mai: ', '');
  expect(await session(before)).toBeNull();
  expect(await session(await logIn('mai', first))).toBeNull();
  expect(await session(await logIn('mai', second))).toMatchObject({ name: 'mai', role: 'viewer' });
});

test('a token is issued with fewer rights, listed, and revoked', async () => {
  const options = ['--days', '3', '--role', 'viewer', '--areas', 'Cẩm Lệ', '--label', 'báo cáo'];
  const token = await quantrac('token', 'an', ...options);
  expect(await session(script(token))).toEqual({ name: 'an', role: 'viewer', areas: ['Cẩm Lệ'] });
  const [, id = ''] = /^([0-9a-f]{16}) {2}an {2}báo cáo {2}viewer {2}Cẩm Lệ {2}until /m.exec(
    await quantrac('token', 'list'),
  ) ?? [''];
  expect(await quantrac('token', 'revoke', id)).toBe(`token ${id} is revoked`);
  expect(await session(script(token))).toBeNull();
  await expect(quantrac('token', 'revoke', id)).rejects.toThrow(`there is no token "${id}"`);
});

test('a device is added, listed, and removed with its connection', async () => {
  const password = (await quantrac('device', 'probe-1')).replace('password of probe-1: ', '');
  const url = `mqtt://127.0.0.1:${gateway.ready.mqttPort}`;
  const client = await connectAsync(url, {
    username: 'probe-1',
    password,
    clientId: 'probe-1',
    reconnectPeriod: 0,
  });
  expect(await quantrac('device', 'list')).toMatch(/^probe-1 {2}edge {2}added /m);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  expect(await quantrac('device', 'remove', 'probe-1')).toBe('device probe-1 is removed');
  await closed;
  await client.endAsync(true);
});

test.each([
  [['user', 'remove', 'an'], /"an" is the last admin/],
  [['user', 'add', 'an', '--role', 'viewer'], /"an" is the last admin/],
  [['user', 'remove', 'nobody'], /there is no user "nobody"/],
  [['user', 'password', 'nobody'], /there is no user "nobody"/],
  [['user', 'add', 'x y', '--role', 'viewer'], /user name "x y": must be letters/],
  [['user', 'add', 'x', '--role', 'boss'], /role "boss" is none of/],
  [['user', 'add', 'x', '--role', 'admin', '--areas', 'Hòa Vang'], /an admin has all areas/],
  [['token', 'an', '--days', '400'], /1 to 365/],
  [['token', 'an', '--label', ''], /token of an/],
  [['device', 'remove', 'nothing'], /there is no device "nothing"/],
  [['device', 'live'], /"live" has a meaning of its own/],
  [['device', 'X'], /device name "X"/],
])('%j is refused', async (words, fault) => {
  await expect(quantrac(...words)).rejects.toThrow(fault);
});
