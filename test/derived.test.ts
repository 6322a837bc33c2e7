/**
 * The way of a derived value in real processes: a device's backlog is stored, the gateway makes means and indices of it, the
 * shipped flows in Node-RED judge them, the alerts stand in the API; and limits on them go on when the gateway starts again.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { type RunningProcess, startProcess } from '../demo/process.ts';
import { freePort } from '../devices/kit/free-port.ts';
import type { Limit } from '../devices/limit.ts';
import type { AlertAnswer, StationLimitsAnswer, TransitionAnswer } from '../devices/wire/api.ts';
import { topics } from '../devices/wire/topics.ts';
import { addDevice, withAccounts } from '../gateway/admin.ts';
import { openLedger } from '../gateway/ledger.ts';
import { createLimitVersions } from '../gateway/limits/versions.ts';
import { createClient } from './support/api.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const TOKEN = 'the-token-of-this-way';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DEVICE = 'tram-bui';
const STATION = 'cau-rong';
const PERIOD_S = 600;

const folder = mkdtempSync(join(tmpdir(), 'quantrac-derived-way-'));
const running = new Map<string, RunningProcess>();
const mqttPort = await freePort();
const url = `mqtt://127.0.0.1:${mqttPort}`;
let api: ReturnType<typeof createClient>;
let base: string;

async function start(name: string, settings: unknown): Promise<Record<string, number>> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify(settings), { mode: 0o600 });
  const logFile = join(folder, `${name}.log`);
  const args = [name, '--config', file];
  const started = await startProcess(name, { args, logFile, env: { QUANTRAC_TOKEN: TOKEN } });
  running.set(name, started);
  return started.ready as Record<string, number>;
}

/** The last whole hour must not change while the test runs: before the end of an hour the gateway waits longer for it. */
const delay_s = Date.now() % HOUR_MS < 50 * MINUTE_MS ? 0 : 1800;

async function startGateway(): Promise<void> {
  const { httpPort } = await start('gateway', {
    data_dir: join(folder, 'gateway'),
    http: { port: 0 },
    mqtt: { port: mqttPort },
    derive: { delay_s },
    // A value of the last hour is up to an hour old here, and news all the same.
    alerts: { late_after_s: 2 * 3600 },
  });
  base = `http://127.0.0.1:${httpPort}`;
  api = createClient(base, TOKEN);
}

let devicePassword: string;

beforeAll(async () => {
  const passwords = await withAccounts(
    { flags: { data_dir: join(folder, 'gateway') } },
    async (accounts) => ({
      device: await addDevice(accounts, DEVICE, 'edge'),
      flows: await addDevice(accounts, 'flows', 'flows'),
    }),
  );
  devicePassword = passwords.device;
  await startGateway();
  await start('flows', {
    data_dir: join(folder, 'flows'),
    http: { port: 0 },
    mqtt: { url, password: passwords.flows },
    editor: { password: 'a password for the editor' },
    credential_secret: 'a secret for the credentials',
  });
});

afterAll(async () => {
  await Promise.all([...running.values()].map((process) => process.stop(2000)));
  rmSync(folder, { recursive: true, force: true });
});

/** 100 and 140 µg/m³ in turn over the last 26 hours: each hour has three of both. */
async function publishBacklog(): Promise<void> {
  const client = await connectAsync(url, { username: DEVICE, password: devicePassword, clientId: DEVICE });
  const stations = [testStation({ id: STATION, parameters: [{ id: 'pm2_5', period_s: PERIOD_S }] })];
  await client.publishAsync(topics.inventory(DEVICE), JSON.stringify({ stations }), { qos: 1, retain: true });
  const newest = Math.floor(Date.now() / 1000 / PERIOD_S);
  const pack = Array.from({ length: (26 * 3600) / PERIOD_S }, (_, n) => ({
    n: `urn:quantrac:${STATION}:pm2_5`,
    t: (newest - n) * PERIOD_S,
    v: (newest - n) % 2 === 0 ? 100 : 140,
  }));
  await client.publishAsync(topics.backlog(DEVICE, STATION), JSON.stringify(pack), { qos: 1 });
  await client.endAsync();
}

const alertOf = async (key: string): Promise<AlertAnswer | undefined> =>
  (await api.alerts()).find((alert) => alert.key === key);
const newestOf = async (parameter: string) => (await api.readings(STATION, parameter)).at(-1);

test('what the gateway derives raises alerts through the shipped flows', async () => {
  await publishBacklog();
  await vi.waitFor(async () => expect(await api.alerts()).toHaveLength(2), {
    timeout: 15_000,
    interval: 100,
  });

  // 120 µg/m³ is four sevenths of the way from 80 to 150, which are the indices 150 and 200: 178.6.
  const [aqi, mean] = [await newestOf('vn_aqi'), await newestOf('pm2_5_24h')];
  expect([aqi?.[1], mean?.[1]]).toEqual([179, 120]);
  expect(await alertOf(`${STATION}/vn_aqi/vn-aqi-bad`)).toMatchObject({
    level: 'warning',
    state: 'active',
    reporters: ['flows'],
    evidence: [{ value: 179, threshold: 151, unit: 'index' }],
  });
  expect(await alertOf(`${STATION}/pm2_5_24h/pm2-5-24h-qcvn-05`)).toMatchObject({
    level: 'notice',
    reporters: ['flows'],
    evidence: [{ value: 120, threshold: 45, source: { en: expect.stringContaining('QCVN 05:2023') } }],
  });
});

test('a limit that is set judges the newest index at once; a gateway that starts again repeats nothing', async () => {
  const key = `${STATION}/vn_aqi/bad-air`;
  const limits = [
    { name: 'bad-air', parameter: 'vn_aqi', kind: 'high', raise: 170, clear: 150, level: 'notice' },
  ];
  const set = await fetch(`${base}/api/v1/stations/${STATION}/limits`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ based_on: 0, reason: 'mùa khô', limits }),
  });
  expect((await set.json()) as StationLimitsAnswer).toMatchObject({ version: 1 });
  const raised = await alertOf(key);
  expect(raised).toMatchObject({
    reporters: ['gateway'],
    opened_at: (await newestOf('vn_aqi'))?.[0],
    evidence: [{ value: 179, threshold: 170 }],
  });

  const before = await api.alerts();
  await running.get('gateway')?.stop(2000);
  // As if it had been killed between keeping this limit and judging by it.
  const ledger = openLedger(join(folder, 'gateway'));
  const versions = createLimitVersions(ledger);
  const [newest] = versions.before(STATION, 2, 1);
  if (newest === undefined) throw new Error('the limits are not kept');
  const worse = { ...newest.limits[0], name: 'worse-air' } as Limit;
  versions.add(STATION, { ...newest, version: 2, limits: [...newest.limits, worse] });
  ledger.close();
  await startGateway();
  expect(await alertOf(`${STATION}/vn_aqi/worse-air`)).toMatchObject({ evidence: [{ value: 179 }] });
  expect(await api.alerts()).toHaveLength(before.length + 1);
  const { transitions } = await api.call<{ transitions: TransitionAnswer[] }>(
    `alerts/${raised?.id}/transitions`,
  );
  expect(transitions.map(({ kind }) => kind)).toEqual(['raised']);
});
