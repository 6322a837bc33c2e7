/**
 * A reading sends the flows into an endless loop: their watchdog ends them, and the gateway tells that they are silent. The
 * flows are the real process, the gateway is in this one so that its clock can be set on.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { type RunningProcess, startProcess } from '../demo/process.ts';
import { topics } from '../devices/wire/topics.ts';
import { hangsFile, SAFE_MODE_REASON, writeHang } from '../flows/hangs.ts';
import { addDevice, withAccounts } from '../gateway/admin.ts';
import { DEFAULT_ALERT_SETTINGS } from '../gateway/alerts/settings.ts';
import type { Gateway } from '../gateway/app.ts';
import { startGateway } from '../gateway/main.ts';
import { createClient } from './support/api.ts';
import { testStation } from './support/station.ts';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

const TOKEN = 'the-token-of-this-hang';
const DEVICE = 'ho-1';
const STATION = 'ho-tay';
const PATIENCE = { timeout: 15_000, interval: 50 };

/** Node-RED ends a function that takes long; it cannot end what the function leaves behind. */
const RULES = [
  { id: 't', type: 'tab', label: 'Test' },
  { id: 'r', type: 'quantrac-readings', z: 't', x: 1, y: 1, parameter: 'water_level', wires: [['f']] },
  {
    id: 'f',
    type: 'function',
    z: 't',
    x: 1,
    y: 1,
    func: 'setTimeout(() => { for (;;); }, 0); return null;',
    outputs: 1,
    wires: [[]],
  },
];

const folder = mkdtempSync(join(tmpdir(), 'quantrac-flows-silent-'));
const realNow = Date.now.bind(Date);
let aheadMs = 0;
let gateway: Gateway;
let device: MqttClient;
let api: ReturnType<typeof createClient>;
let flowsPassword: string;

beforeAll(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs);
  const flags = { data_dir: join(folder, 'gateway'), 'http.port': 0, 'mqtt.port': 0, log_level: 'silent' };
  const password = await withAccounts({ flags }, async (accounts) => {
    flowsPassword = await addDevice(accounts, 'flows', 'flows');
    return addDevice(accounts, DEVICE, 'edge');
  });
  gateway = await startGateway({ flags: { ...flags, token: TOKEN } });
  api = createClient(`http://127.0.0.1:${gateway.ready.httpPort}`, TOKEN);
  device = await connectAsync(mqttUrl(), { username: DEVICE, password, clientId: DEVICE });
  const stations = [testStation({ id: STATION, parameters: [{ id: 'water_level', period_s: 3600 }] })];
  await device.publishAsync(topics.inventory(DEVICE), JSON.stringify({ stations }), { qos: 1, retain: true });
});

afterAll(async () => {
  await device?.endAsync();
  await gateway?.stop();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const mqttUrl = (): string => `mqtt://127.0.0.1:${gateway.ready.mqttPort}`;

/** Flows with a data folder of their own, started as often as wanted as what supervises them would. */
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(folder, 'flows-'));
  mkdirSync(join(dataDir, 'node-red'));
  writeFileSync(join(dataDir, 'node-red', 'flows.json'), JSON.stringify(RULES));
});

async function startFlows(): Promise<RunningProcess> {
  const config = join(dataDir, 'flows.yaml');
  const settings = {
    data_dir: dataDir,
    hang_s: 4,
    http: { port: 0 },
    mqtt: { url: mqttUrl(), password: flowsPassword },
    editor: { password: 'a password for the editor' },
    credential_secret: 'a secret for the credentials',
  };
  writeFileSync(config, stringify(settings), { mode: 0o600 });
  const logFile = join(dataDir, 'flows.log');
  const flows = await startProcess('flows', { args: ['flows', '--config', config], logFile });
  onTestFinished(() => flows.stop(2000));
  return flows;
}

async function hang(flows: RunningProcess): Promise<void> {
  const reading = { n: `urn:quantrac:${STATION}:water_level`, t: Date.now() / 1000, v: 1.2 };
  await device.publishAsync(topics.readings(DEVICE, STATION), JSON.stringify([reading]), { qos: 1 });
  expect(await flows.ended).toBe('signal SIGKILL');
}

const flowsHealth = async () =>
  (await api.call<{ checks: Record<string, { detail: string }> }>('health')).checks.flows?.detail;
const heard = (detail: string) => vi.waitFor(async () => expect(await flowsHealth()).toBe(detail), PATIENCE);
const pass = (seconds: number): void => {
  aheadMs += seconds * 1000;
};
const SILENT_S = DEFAULT_ALERT_SETTINGS.flows_silent_after_s + 1;
const silence = async () => (await api.alerts()).filter(({ key }) => key === 'flows');

test('flows that loop without an end are ended and told as silent, until they are back', async () => {
  const flows = await startFlows();
  await heard('online');
  await hang(flows);
  await heard('offline');
  expect(await silence()).toEqual([]);
  pass(SILENT_S);
  await vi.waitFor(
    async () =>
      expect(await silence()).toMatchObject([
        { limit: 'flows-silent', level: 'warning', state: 'active', reporters: ['gateway'] },
      ]),
    PATIENCE,
  );

  await startFlows();
  await vi.waitFor(async () => expect(await silence()).toEqual([]), PATIENCE);
  expect((await api.alerts('cleared')).filter(({ key }) => key === 'flows')).toHaveLength(1);
});

test('flows that hang a second time run no more, and stay told as silent though their process is there', async () => {
  writeHang(hangsFile(dataDir), realNow() - 60_000);
  const flows = await startFlows();
  await heard('online');
  await hang(flows);
  await heard('offline');
  pass(60);
  await startFlows();
  const log = join(dataDir, 'flows.log');
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain(SAFE_MODE_REASON), PATIENCE);
  // That it says so is no sign of life.
  pass(SILENT_S - 60);
  await vi.waitFor(async () => expect(await silence()).toMatchObject([{ state: 'active' }]), PATIENCE);
  expect(await flowsHealth()).toBe('offline');
});
