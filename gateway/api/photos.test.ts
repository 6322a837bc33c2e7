/** A station's photograph: who sets it, what is taken, that it is found again after a restart and in the audit log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_PHOTO, type PhotoAnswer } from '../../devices/wire/station.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';

const TOKEN = 'a-token-for-this-test-only';
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-photos-'));
const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PATH = 'stations/cau-rong/photo';

let gateway: Gateway;
const ask = (path: string, init: RequestInit & { token?: string | null } = {}) => {
  const { token = TOKEN, headers, ...rest } = init;
  return fetch(`http://127.0.0.1:${gateway.ready.httpPort}/api/v1/${path}`, {
    ...rest,
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
  });
};
const put = (body: Uint8Array, type = 'image/png', path = PATH) =>
  ask(path, { method: 'PUT', headers: { 'content-type': type }, body: body as BodyInit });
const known = async () => ((await (await ask(PATH)).json()) as PhotoAnswer).photo;

beforeAll(async () => {
  const password = await withAccounts({ flags }, (accounts) => addDevice(accounts, 'edge-a', 'edge'));
  gateway = await startGateway({ flags });
  const edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    ...{ username: 'edge-a', password, clientId: 'edge-a' },
  });
  const stations = [testStation({ id: 'cau-rong', parameters: [{ id: 'ph', period_s: 60 }] })];
  await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations }), { qos: 1 });
  await edge.endAsync();
});
afterAll(async () => {
  await gateway?.stop();
  rmSync(dataDir, { recursive: true });
});

test('what is no picture, too large, or of a station that is not there, is refused and nothing is kept', async () => {
  expect(await known()).toBeNull();
  for (const [body, type, status] of [
    [Buffer.from('<svg onload="alert(1)"/>'), 'image/png', 415],
    [Buffer.from('<script>'), 'text/html', 415],
    [Buffer.from('{}'), 'application/json', 415],
    [Buffer.alloc(MAX_PHOTO + 1, PNG), 'image/png', 413],
  ] as const)
    expect((await put(body, type)).status, type).toBe(status);
  expect((await put(PNG, 'image/png', 'stations/nowhere/photo')).status).toBe(404);
  expect((await ask(PATH, { method: 'PUT', body: PNG, token: null })).status).toBe(401);
  expect(await known()).toBeNull();
});

test('it is kept over a restart under an address of its content, with who set it, and removed', async () => {
  // What it is called does not count: its bytes do.
  expect((await put(PNG, 'image/jpeg')).status).toBe(200);
  const first = await known();
  expect(first).toMatchObject({ type: 'image/png', bytes: PNG.length });
  await gateway.stop();
  gateway = await startGateway({ flags });
  expect(await known()).toEqual(first);

  const picture = await ask(`${PATH}/${first?.version}`);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(picture.headers.get('cache-control')).toContain('private');
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(PNG);
  expect((await ask(`${PATH}/${first?.version}`, { token: null })).status).toBe(401);

  const other = Buffer.concat([PNG, Buffer.from('of another day')]);
  expect((await put(other)).status).toBe(200);
  expect((await ask(`${PATH}/${first?.version}`)).status).toBe(404);
  expect((await ask(PATH, { method: 'DELETE' })).status).toBe(200);
  expect((await ask(PATH, { method: 'DELETE' })).status).toBe(404);
  expect(await known()).toBeNull();

  const audit = (await (await ask('audit?action=photo')).json()) as { entries: { action: string }[] };
  expect(audit.entries.map(({ action }) => action)).toEqual(['photo.remove', 'photo.set', 'photo.set']);
});
