/** CAP in a running gateway: an alarm comes over MQTT, a person approves, receivers, folder and Atom feed have the message. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import type { StationAnswer } from '../devices/wire/api.ts';
import type { CapDraftAnswer } from '../devices/wire/cap.ts';
import type { Alarm, InventoryStation } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { addDevice, addUser, withAccounts } from '../gateway/admin.ts';
import { startGateway } from '../gateway/main.ts';
import { createClient } from './support/api.ts';
import { schemaFaults } from './support/cap.ts';
import { CAP_SETTINGS, capStation, shortOf } from './support/cap-rig.ts';

vi.setConfig({ testTimeout: 60_000 });

const TOKEN = 'cap-test-token-0123456789';
const { restriction: _, ...common } = CAP_SETTINGS;
const PUBLIC = { ...common, scope: 'Public' };

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-cap-gateway-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A receiver of CAP messages, at first away. */
async function startReceiver(port: number) {
  const taken: { type: string | undefined; authorization: string | undefined; xml: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { 'content-type': type, authorization } = request.headers;
    taken.push({ type, authorization, xml: Buffer.concat(chunks).toString() });
    response.writeHead(202).end();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return taken;
}

async function openEdge(mqttPort: number, password: string, stations: readonly InventoryStation[]) {
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    username: 'hop-1',
    clientId: 'hop-1',
    password,
  });
  onTestFinished(async () => void (await client.endAsync(true)));
  const announce = (announced: readonly InventoryStation[]) =>
    client.publishAsync(topics.inventory('hop-1'), JSON.stringify({ stations: announced }), {
      qos: 1,
      retain: true,
    });
  await announce(stations);
  const alarm = (station: string, state: Alarm['state']) =>
    client.publishAsync(
      topics.alarms('hop-1', station),
      JSON.stringify({
        station,
        parameter: 'smoke',
        limit: 'fire-smoke',
        level: 'critical',
        state,
        at: Date.now(),
        value: state === 'raised' ? 1 : 0,
        threshold: 1,
      } satisfies Alarm),
      { qos: 1 },
    );
  return { announce, alarm };
}

test('an alarm waits for approval, then HTTP, folder and Atom feed have a valid message', async () => {
  const folder = newFolder();
  const out = join(folder, 'out');
  mkdirSync(out);
  const receiverPort = await freePort();
  const flags = { data_dir: join(folder, 'gateway'), 'http.port': 0, 'mqtt.port': 0, log_level: 'silent' };
  const passwords = await withAccounts({ flags }, async (accounts) => ({
    edge: await addDevice(accounts, 'hop-1', 'edge'),
    viewer: await addUser(accounts, 'minh', 'viewer'),
  }));
  const gateway = await startGateway({
    flags: {
      ...flags,
      token: TOKEN,
      'ioc.cap': PUBLIC,
      'ioc.destinations': [
        {
          id: 'ban-chi-huy',
          type: 'cap',
          to: 'http',
          url: `http://127.0.0.1:${receiverPort}/cap`,
          authorization: 'Bearer receiver-key',
        },
        { id: 'luu', type: 'cap', to: 'folder', path: out },
      ],
    },
  });
  onTestFinished(() => gateway.stop());
  const base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  const { call } = createClient(base, TOKEN);
  const text = async (path: string) => {
    const response = await fetch(`${base}/api/v1/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };
  const pending = async () => (await call<{ drafts: CapDraftAnswer[] }>('cap/drafts')).drafts;

  const stations = [
    capStation('chot-1', 'fire', 0, { commissioning: true }),
    capStation('chot-2', 'fire', 1),
  ];
  const edge = await openEdge(gateway.ready.mqttPort, passwords.edge, stations);
  expect(await call<StationAnswer>('stations/chot-1')).toMatchObject({ commissioning: true });
  expect(await call<StationAnswer>('stations/chot-2')).not.toHaveProperty('commissioning');

  await edge.alarm('chot-1', 'raised');
  await vi.waitFor(async () => expect(await pending()).toMatchObject([{ status: 'Test', kind: 'warning' }]));
  await edge.alarm('chot-2', 'raised');
  await vi.waitFor(async () => expect(await pending()).toHaveLength(2));
  const [warning] = await pending();
  expect(warning).toMatchObject({
    status: 'Actual',
    info: [{ language: 'vi-VN', severity: 'Severe' }, { language: 'en-US' }],
    message: null,
  });
  expect((await text('cap/feed.atom')).body).not.toContain('<entry>');

  const login = await fetch(`${base}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'minh', password: passwords.viewer }),
  });
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const viewer = await fetch(`${base}/api/v1/cap/drafts/${warning?.number}/approve`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(viewer.status).toBe(403);

  const approved = await call<CapDraftAnswer>(`cap/drafts/${warning?.number}/approve`, {
    reason: 'đã xem camera',
  });
  expect(approved).toMatchObject({ state: 'published', decided_by: 'token', reason: 'đã xem camera' });
  const identifier = approved.message?.identifier ?? '';
  await expect(call(`cap/drafts/${warning?.number}/approve`, {})).rejects.toThrow(/409 .*is decided already/);

  const tried = async (id: string) => (await call<{ said: string }>(`ioc/destinations/${id}/test`, {})).said;
  expect(await tried('luu')).toContain('a file was written there and removed');
  expect(await tried('ban-chi-huy')).toContain('ECONNREFUSED');

  // The receiver was away: the folder did not wait for it, and it gets all, in order.
  await vi.waitFor(() => expect(readdirSync(out)).toEqual([`${identifier}.xml`]));
  await edge.alarm('chot-2', 'cleared');
  await vi.waitFor(async () => expect((await pending())[0]).toMatchObject({ kind: 'all-clear' }));
  const [clear] = await pending();
  await call(`cap/drafts/${clear?.number}/approve`, {});
  const taken = await startReceiver(receiverPort);
  await vi.waitFor(() => expect(taken).toHaveLength(2), { timeout: 30_000 });
  expect(taken.map(({ xml }) => shortOf(xml).serial)).toEqual([1, 2]);
  expect(taken[0]).toMatchObject({
    type: 'application/cap+xml; charset=utf-8',
    authorization: 'Bearer receiver-key',
  });
  expect(taken[0]?.xml).toBe(readFileSync(join(out, `${identifier}.xml`), 'utf8'));
  for (const { xml } of taken) expect(await schemaFaults(xml)).toEqual([]);

  const message = await text(`cap/${identifier}.xml`);
  expect(message).toMatchObject({
    status: 200,
    type: 'application/cap+xml; charset=utf-8',
    body: taken[0]?.xml,
  });
  expect((await text('cap/vn.48.qt-2026-999999.xml')).status).toBe(404);
  const atom = await text('cap/feed.atom');
  expect(atom.type).toBe('application/atom+xml; charset=utf-8');
  // The all-clear has taken the place of the warning.
  expect(atom.body.match(/<entry>/g)).toHaveLength(1);
  const href = /type="application\/cap\+xml" href="([^"]+)"/.exec(atom.body)?.[1] ?? '';
  const linked = new URL(href, `${base}/api/v1/cap/feed.atom`).pathname.replace('/api/v1/', '');
  expect(shortOf((await text(linked)).body)).toMatchObject({ serial: 2, response: ['AllClear'] });
});

test('without a sender CAP is off: the API says so, and a destination for it stops the start by name', async () => {
  const folder = newFolder();
  const flags = { data_dir: join(folder, 'gateway'), 'http.port': 0, 'mqtt.port': 0, log_level: 'silent' };
  const gateway = await startGateway({ flags: { ...flags, token: TOKEN } });
  const { call } = createClient(`http://127.0.0.1:${gateway.ready.httpPort}`, TOKEN);
  await expect(call('cap/drafts'))
    .rejects.toThrow(/404 .*names no sender/)
    .finally(() => gateway.stop());
  await expect(
    startGateway({
      flags: { ...flags, 'ioc.destinations': [{ id: 'luu', type: 'cap', to: 'folder', path: folder }] },
    }),
  ).rejects.toThrow('destination luu: there are no CAP messages');
});
