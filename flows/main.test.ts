import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alarm, FlowsStatus, Live } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startFlows } from './main.ts';
import { startBroker, type TestBroker } from './test-broker.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-flows-'));
let broker: TestBroker;
let flows: Awaited<ReturnType<typeof startFlows>>;
let editor: string;

beforeAll(async () => {
  broker = await startBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username === 'flows' && password?.toString() === 'secret-of-flows'),
  });
  process.env.QUANTRAC_EDITOR_PASSWORD = 'secret-of-editor';
  flows = await startFlows({
    env: process.env,
    flags: {
      data_dir: dataDir,
      log_level: 'silent',
      'http.port': 0,
      'mqtt.url': broker.url,
      'mqtt.password': 'secret-of-flows',
      credential_secret: 'secret-of-credentials',
    },
  });
  editor = `http://127.0.0.1:${flows.ready.port}`;
});

afterAll(async () => {
  await flows?.stop();
  await broker?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const live = (
  station: string,
  kind: Live['kind'],
  reading: Pick<Live['readings'][number], 'parameter' | 'value' | 'at'>,
) =>
  broker.publish(topics.live(station), {
    station,
    kind,
    readings: [{ unit: 'any', flag: 1, reason: null, ...reading }],
  });
const alarm = (station: string, limit: string, state: Alarm['state']) =>
  broker.next<Alarm>(
    topics.flowsAlarms(station),
    (payload) => payload.limit === limit && payload.state === state,
  );

async function login(username: string, password: string): Promise<Response> {
  const body = { client_id: 'node-red-editor', grant_type: 'password', scope: '*', username, password };
  const headers = { 'content-type': 'application/json' };
  return fetch(`${editor}/auth/token`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function authorized(path: string, init: RequestInit = {}): Promise<Response> {
  const { access_token: token } = (await (await login('admin', 'secret-of-editor')).json()) as {
    access_token: string;
  };
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return fetch(editor + path, { ...init, headers: { ...headers, ...init.headers } });
}

async function palette(language: string): Promise<string> {
  const headers = { accept: 'text/html', 'accept-language': language };
  return (await authorized('/nodes', { headers })).text();
}

describe('with the broker there', () => {
  test('the heartbeat is retained and says that flows run', async () => {
    await broker.next<FlowsStatus>(topics.flowsStatus, ({ online }) => online);
    expect(await broker.retained(topics.flowsStatus)).toMatchObject({ online: true });
  });

  test.each([
    ['air-x', 'air', 'pm2_5', 'pm2-5-high', 180, 100, 'warning'],
    ['river-x', 'water', 'dissolved_oxygen', 'dissolved-oxygen-low', 3.2, 5, 'warning'],
    ['post-x', 'fire', 'relative_humidity', 'humidity-low', 30, 60, 'notice'],
    ['road-x', 'traffic', 'traffic_flow', 'traffic-flow-high', 5200, 1000, 'notice'],
  ] as const)(
    '%s: the shipped rule of %s %s raises %s and clears it',
    async (station, kind, parameter, limit, bad, good, level) => {
      await live(station, kind, { parameter, value: bad, at: 1_000 });
      expect(await alarm(station, limit, 'raised')).toMatchObject({
        parameter,
        level,
        at: 1_000,
        value: bad,
      });
      await live(station, kind, { parameter, value: good, at: 2_000 });
      expect(await alarm(station, limit, 'cleared')).toMatchObject({
        parameter,
        level,
        at: 2_000,
        value: good,
      });
    },
  );

  test('one sign of fire is a warning, and a second one makes the same alarm critical', async () => {
    for (const at of [10_000, 11_000, 12_000])
      await live('post-y', 'fire', { parameter: 'smoke', value: 1, at });
    expect(await alarm('post-y', 'fire', 'raised')).toMatchObject({
      parameter: 'fire_detection',
      level: 'warning',
      at: 12_000,
      because: [{ parameter: 'smoke', value: 1 }],
    });
    await live('post-y', 'fire', { parameter: 'co', value: 9000, at: 20_000 });
    expect(
      await broker.next<Alarm>(topics.flowsAlarms('post-y'), ({ level }) => level === 'critical'),
    ).toMatchObject({
      limit: 'fire',
      at: 20_000,
      because: [{ parameter: 'co', value: 9000 }, { parameter: 'smoke' }],
    });
  });

  test('the editor refuses who is not logged in, and a wrong password', async () => {
    for (const path of ['/flows', '/settings', '/nodes', '/context/global']) {
      expect((await fetch(editor + path)).status, path).toBe(401);
    }
    const deploy = await fetch(`${editor}/flows`, {
      method: 'POST',
      body: '[]',
      headers: { 'content-type': 'application/json' },
    });
    expect(deploy.status).toBe(401);
    expect((await login('admin', 'secret-of-editors')).status).toBe(403);
  });

  test('who logs in sees the four tabs and the page is ours', async () => {
    const shown = (await (await authorized('/flows')).json()) as { type: string; label: string }[];
    expect(shown.filter(({ type }) => type === 'tab').map(({ label }) => label)).toContain('Không khí');
    const page = await fetch(editor);
    expect(await page.text()).toContain('<title>Quantrac</title>');
    expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });

  test('the palette has our nodes with help in the language asked for, and no shell or file node', async () => {
    const sets = (await (await authorized('/nodes')).json()) as { types: string[]; err?: string }[];
    expect(sets.filter(({ err }) => err)).toEqual([]);
    const types = sets.flatMap((set) => set.types);
    expect(types).toEqual(expect.arrayContaining(['quantrac-readings', 'quantrac-limit', 'quantrac-alarm']));
    expect(types).toEqual(
      expect.arrayContaining(['inject', 'debug', 'function', 'switch', 'http request', 'mqtt in']),
    );
    for (const type of ['exec', 'file', 'file in', 'watch', 'http in', 'tcp in', 'udp in'])
      expect(types).not.toContain(type);
    expect(await palette('vi')).toContain('Số đọc trực tiếp từ trung tâm');
    expect(await palette('vi-VN')).toContain('Số đọc trực tiếp từ trung tâm');
    expect(await palette('en-US')).toContain('Live readings from the centre');
    const catalogs = await (await authorized('/nodes/messages?lng=vi')).json();
    expect(catalogs).toMatchObject({ 'quantrac-nodes/limit': { level: { critical: 'nguy cấp' } } });
  });

  test('the editor learns parameters from us, cannot install and does not phone home', async () => {
    const settings = (await (await authorized('/settings')).json()) as Record<string, unknown>;
    expect(settings).toMatchObject({
      telemetryEnabled: false,
      functionExternalModules: false,
      externalModules: {
        autoInstall: false,
        palette: { allowInstall: false },
        modules: { allowInstall: false },
      },
      quantracLimitChoices: { levels: ['notice', 'warning', 'critical'] },
    });
    expect(JSON.stringify(settings)).toContain('Oxy hòa tan');
    const wish = { method: 'POST', body: JSON.stringify({ telemetryEnabled: true }) };
    expect((await authorized('/settings/user', wish)).status).toBe(400);
    expect(await (await authorized('/settings')).json()).toMatchObject({ telemetryEnabled: false });
  });

  test('neither what the editor gets nor what flows can read holds a secret', async () => {
    const seen = await Promise.all(
      ['/settings', '/diagnostics', '/flows'].map(async (path) => (await authorized(path)).text()),
    );
    const kept = readFileSync(join(dataDir, 'node-red', '.config.runtime.json'), 'utf8');
    for (const text of [...seen, kept]) expect(text).not.toContain('secret-of');
    expect(process.env.QUANTRAC_EDITOR_PASSWORD).toBeUndefined();
  });

  test('stopping takes less than two seconds with an editor open, and says goodbye', async () => {
    const socket = new WebSocket(`${editor.replace('http', 'ws')}/comms`);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    // A request that never ends must not keep the process either.
    const half = connect(flows.ready.port, '127.0.0.1').on('error', () => {});
    await new Promise<void>((resolve) => half.write('GET / HTTP/1.1\r\n', () => resolve()));
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
    const before = performance.now();
    await flows.stop();
    expect(performance.now() - before).toBeLessThan(2000);
    await closed;
    expect(await broker.retained(topics.flowsStatus)).toMatchObject({ online: false });
    await expect(fetch(editor)).rejects.toThrow();
  });
});
