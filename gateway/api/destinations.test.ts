/** Destinations of a running gateway over its API and by its commands: refused, stopped, tested, by whom it may. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, addToken, addUser, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import {
  deadLetters,
  listDestinations,
  resumeDestination,
  testDestination,
} from '../ioc/destination-command.ts';
import { startGateway } from '../main.ts';

vi.setConfig({ testTimeout: 30_000 });

const TOKEN = 'a-token-for-this-test-only';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PATIENCE = { timeout: 15_000, interval: 20 };
const folder = mkdtempSync(join(tmpdir(), 'quantrac-destinations-'));
mkdirSync(join(folder, 'data'));
const config = join(folder, 'gateway.yaml');

let gateway: Gateway;
let base: string;
let operator: string;
let status = 204;
const receiver = createServer((request, response) => {
  request.resume();
  response.writeHead(status).end();
});

const call = (path: string, method = 'GET', token = TOKEN) =>
  fetch(`${base}/api/v1/ioc/destinations${path}`, { method, headers: { authorization: `Bearer ${token}` } });
const state = async (): Promise<DestinationAnswer | undefined> =>
  ((await (await call('')).json()) as { destinations: DestinationAnswer[] }).destinations[0];

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as { port: number };
  const settings = {
    data_dir: join(folder, 'data'),
    log_level: 'silent',
    http: { port: 0 },
    mqtt: { port: 0 },
    ioc: {
      destinations: [{ id: 'ioc', url: `http://127.0.0.1:${port}/`, secret: { env: 'TEST_WEBHOOK_SECRET' } }],
    },
  };
  writeFileSync(config, stringify(settings), { mode: 0o600 });
  vi.stubEnv('TEST_WEBHOOK_SECRET', SECRET);
  gateway = await startGateway({ file: config, flags: { token: TOKEN } });
  base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  operator = await withAccounts({ file: config }, async (accounts) => {
    await addUser(accounts, 'lan', 'operator');
    return addToken(accounts, 'lan', 1);
  });
});
afterAll(async () => {
  await gateway?.stop();
  receiver.closeAllConnections();
  receiver.close();
  vi.unstubAllEnvs();
});

/** An edge that comes and raises an alarm: the feed tells of it. */
async function makeRecord(edge: string): Promise<void> {
  const password = await withAccounts({ file: config }, (accounts) => addDevice(accounts, edge, 'edge'));
  const client = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    username: edge,
    password,
    clientId: edge,
  });
  const station = testStation({
    id: `${edge}-station`,
    kind: 'water',
    name: { vi: 'Cầu Đỏ', en: 'Cau Do' },
    parameters: [{ id: 'ph', period_s: 10 }],
  });
  await client.publishAsync(topics.inventory(edge), JSON.stringify({ stations: [station] }), { qos: 1 });
  const alarm = {
    station: station.id,
    parameter: 'ph',
    limit: 'high',
    state: 'raised',
    level: 'critical',
    at: Date.now(),
    value: 9,
    threshold: 8.5,
  };
  await client.publishAsync(topics.alarms(edge, station.id), JSON.stringify(alarm), { qos: 1 });
  await client.endAsync(true);
}

test('only a technician may look and act', async () => {
  for (const [path, method] of [
    ['', 'GET'],
    ['/ioc/dead-letters', 'GET'],
    ['/ioc/dead-letters/1/resend', 'POST'],
    ['/ioc/dead-letters/1/discard', 'POST'],
    ['/ioc/resume', 'POST'],
    ['/ioc/test', 'POST'],
  ] as const)
    expect([path, (await call(path, method, operator)).status]).toEqual([path, 403]);
});

test('what is not there is told so', async () => {
  expect((await call('/nowhere/dead-letters')).status).toBe(404);
  expect((await call('/ioc/dead-letters/99/resend', 'POST')).status).toBe(404);
  expect((await call('/ioc/dead-letters/99/discard', 'POST')).status).toBe(404);
});

test('refused, looked at, sent again; stopped and resumed; tested: by API and command', async () => {
  const sources = { file: config, flags: { token: TOKEN, 'http.port': gateway.ready.httpPort } };
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const last = () => said.at(-1);

  status = 422;
  await makeRecord('edge-a');
  await vi.waitFor(async () => expect((await state())?.dead_letters).toBeGreaterThan(0), PATIENCE);
  const page = (await (await call('/ioc/dead-letters?limit=1')).json()) as {
    letters: { number: number; item: { number: number; kind: string } }[];
  };
  const [letter] = page.letters;
  expect(letter).toMatchObject({ reason: 'the receiver answered 422', item: { number: letter?.number } });
  expect(await deadLetters(sources, 'ioc', { resend: letter?.number }, say)).toBe(false);
  expect(last()).toBe(`ioc: ${letter?.number} stays: the receiver answered 422`);
  status = 204;
  expect(await deadLetters(sources, 'ioc', { resend: letter?.number }, say)).toBe(true);
  await deadLetters(sources, 'ioc', {}, say);
  expect(last()).toMatch(/^\d+ dead letters$/);

  status = 410;
  await makeRecord('edge-b');
  await vi.waitFor(async () => expect((await state())?.status).toBe('stopped'), PATIENCE);
  await listDestinations(sources, false, say);
  expect(last()).toMatch(/^ioc {2}webhook {2}stopped .*the receiver answered 410/);
  expect(await testDestination(sources, 'ioc', say)).toBe(false);
  expect(last()).toMatch(/answered 410/);
  status = 204;
  expect(await testDestination(sources, 'ioc', say)).toBe(true);
  expect(last()).toMatch(/took a signed message/);
  await resumeDestination(sources, 'ioc', say);
  await vi.waitFor(
    async () => expect(await state()).toMatchObject({ status: 'delivering', behind: 0 }),
    PATIENCE,
  );
  await expect(resumeDestination(sources, 'ioc', say)).rejects.toThrow(/neither stopped nor waiting/);
  expect(said.join()).not.toContain(SECRET);
});
