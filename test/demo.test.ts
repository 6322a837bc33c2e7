/** The demo as a newcomer starts it, on free ports: every process, the fire, the page, a stranger's tools, a kill. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import modbus from 'modbus-serial';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Demo, type DemoOptions, startDemo } from '../demo/demo.ts';
import { startProcess } from '../demo/process.ts';
import { isDerived, type ParameterId } from '../devices/parameter.ts';
import { addToken, withAccounts } from '../gateway/admin.ts';
import { createClient } from './support/api.ts';
import { hasProgram } from './support/programs.ts';
import { testStation } from './support/station.ts';

const run = promisify(execFile);
const PATIENCE = { timeout: 60_000, interval: 100 };
vi.setConfig({ testTimeout: 90_000 });
const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-demo-'));
const printed: string[] = [];
const options: DemoOptions = {
  dataDir,
  httpPort: 0,
  mqttPort: 0,
  flowsPort: 0,
  fieldPort: 0,
  iocPort: 0,
  speed: 120,
  scenario: 'fire',
  print: (line) => printed.push(line),
};

let demo: Demo;
let api: ReturnType<typeof createClient>;
const secrets = () =>
  JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { accounts: Record<string, string> };
const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Whether relay 0 of the I/O module at Prao, where the siren hangs, is on. */
async function siren(): Promise<boolean | undefined> {
  const client = new modbus.default();
  await client.connectTCP('127.0.0.1', { port: demo.addresses.lines['prao-io'] ?? 0 });
  try {
    client.setID(1);
    return (await client.readCoils(16, 1)).data[0];
  } finally {
    await new Promise<void>((resolve) => client.close(() => resolve()));
  }
}

beforeAll(async () => {
  demo = await startDemo(options);
  const token = await withAccounts({ file: join(dataDir, 'gateway.yaml') }, async (accounts) =>
    addToken(accounts, 'admin', 1),
  );
  api = createClient(demo.addresses.page, token);
}, 60_000);

afterAll(() => demo.stop());

test('readings of all parameters of all stations arrive with their origin', async () => {
  const stations = await vi.waitFor(async () => {
    const announced = await api.stations();
    const counts = Object.groupBy(announced, ({ kind }) => kind);
    for (const [kind, count] of [
      ['air', 2],
      ['water', 3],
      ['fire', 2],
      ['traffic', 1],
    ] as const) {
      expect([kind, counts[kind]?.length]).toEqual([kind, count]);
    }
    return announced;
  }, PATIENCE);
  for (const station of stations) expect(station.origin?.vi).toMatch(/phát lại/i);
  const expected = stations
    .flatMap(({ id, parameters }) => parameters.map((parameter) => ({ id, parameter: parameter.id })))
    // What is derived of the past comes meanwhile.
    .filter(({ parameter }) => !isDerived(parameter as ParameterId))
    .map(({ id, parameter }) => `${id}/${parameter}`)
    .sort();
  await vi.waitFor(async () => {
    const all = await api.latest();
    const latest = all.filter(({ parameter }) => !isDerived(parameter as ParameterId));
    expect(latest.map(({ station, parameter }) => `${station}/${parameter}`).sort()).toEqual(expected);
    // Traffic needs its averaging window, a fire post a minute of calm; everything else has a value at once.
    const late = ['traffic_flow', 'fire_detection'];
    const absent = latest.filter(({ value, parameter }) => value === null && !late.includes(parameter));
    expect(absent).toEqual([]);
  }, PATIENCE);
});

test('secrets and data are readable by the owner only', () => {
  for (const name of [
    'secrets.json',
    'gateway.yaml',
    'flows.yaml',
    'edge-coast.yaml',
    'gateway/ledger.db',
    'gateway/readings.db',
  ]) {
    expect([name, (statSync(join(dataDir, name)).mode & 0o077).toString(8)]).toEqual([name, '0']);
  }
  const all = Object.values(secrets().accounts);
  for (const log of ['gateway', 'flows', 'edge-coast', 'field']) {
    const text = readFileSync(join(dataDir, 'logs', `${log}.log`), 'utf8');
    for (const secret of all) expect(text).not.toContain(secret);
  }
});

test.skipIf(!hasProgram('mosquitto_pub'))(
  "a stranger's mosquitto_pub stores a reading, with credentials only",
  async () => {
    const station = testStation({ id: 'school', parameters: [{ id: 'pm2_5', period_s: 60 }] });
    const publish = (topic: string, message: unknown, password: string) =>
      run('mosquitto_pub', [
        '-h',
        '127.0.0.1',
        '-p',
        String(demo.addresses.mqttPort),
        '-q',
        '1',
        '-u',
        'guest',
        '-P',
        password,
        '-t',
        topic,
        '-m',
        JSON.stringify(message),
      ]);
    const password = secrets().accounts.guest ?? '';
    await publish('quantrac/v1/guest/inventory', { stations: [station] }, password);
    await publish(
      'quantrac/v1/guest/school/readings',
      [{ n: 'urn:quantrac:school:pm2_5', u: 'ug/m3', v: 31.5 }],
      password,
    );
    expect((await api.readings('school', 'pm2_5')).map(([, value]) => value)).toEqual([31.5]);
    await expect(publish('quantrac/v1/guest/school/readings', [], 'wrong')).rejects.toThrow(
      /not authorised|refused/i,
    );
  },
);

test.skipIf(!hasProgram('mbpoll'))('mbpoll reads a simulated instrument', async () => {
  // DFRobot SEN0662, unit 87: input registers 8 and 9 are PM2.5 as a float, high word first.
  const args = [
    '-m',
    'tcp',
    '-a',
    '87',
    '-t',
    '3:float',
    '-B',
    '-0',
    '-r',
    '8',
    '-c',
    '1',
    '-1',
    '-q',
    '-p',
    String(demo.addresses.lines['lien-chieu-bus']),
    '127.0.0.1',
  ];
  const { stdout } = await run('mbpoll', args);
  const polled = Number(/\[8\]:\s+([\d.]+)/.exec(stdout)?.[1]);
  const stored = (await api.readings('air-lien-chieu', 'pm2_5')).map(([, value]) => value ?? 0);
  expect(polled).toBeGreaterThan(Math.min(...stored) / 2);
  expect(polled).toBeLessThan(Math.max(...stored) * 2);
});

test('the fire is one alert, reaches the operations centre, sounds the siren, and is acknowledged', async () => {
  const key = 'fire-prao/fire_detection/fire';
  const fire = await vi.waitFor(async () => {
    const found = (await api.alerts()).find((alert) => alert.key === key);
    expect(found).toMatchObject({ level: 'critical' });
    expect(found?.reporters.toSorted()).toEqual(['edge-forest', 'flows']);
    return found;
  }, PATIENCE);
  await vi.waitFor(
    () =>
      expect(printed.filter((line) => /^IOC ← .*\[critical\] .*Prao.*Phát hiện cháy/.test(line))).not.toEqual(
        [],
      ),
    PATIENCE,
  );
  await vi.waitFor(async () => expect(await siren()).toBe(true), PATIENCE);
  await api.call(`alerts/${fire?.id}/acknowledge`, { note: 'đang đến' });
  const taken = (await api.alerts()).find(({ id }) => id === fire?.id);
  expect(taken).toMatchObject({ state: 'acknowledged', acknowledged_by: 'admin' });
  // The fire counts for five minutes more; the air that it dried is humid again at once.
  await vi.waitFor(
    () => expect(printed.some((line) => /CLEARED \[notice\] .*Prao.*humidity-low/.test(line))).toBe(true),
    PATIENCE,
  );
  const told = (await api.alerts('all')).filter(
    ({ station, level }) => station === 'fire-prao' && level !== 'notice',
  );
  expect(told.map((alert) => alert.key)).toEqual([key]);
});

test('when the instruments are gone the readings say so, and when they are back they are good again', async () => {
  const newest = async () =>
    (await api.latest()).find(
      (one) => one.station === 'fire-song-kon' && one.parameter === 'air_temperature',
    );
  process.kill(demo.pids().field ?? 0, 'SIGKILL');
  await vi.waitFor(
    async () => expect(await newest()).toMatchObject({ value: null, flag: 9, reason: expect.any(String) }),
    PATIENCE,
  );
  await vi.waitFor(
    async () => expect(await newest()).toMatchObject({ value: expect.any(Number), flag: 1 }),
    PATIENCE,
  );
});

test('after kill -9 of the gateway every acknowledged reading is there once', async () => {
  const url = `mqtt://127.0.0.1:${demo.addresses.mqttPort}`;
  const station = testStation({ id: 'kill-test', parameters: [{ id: 'pressure', period_s: 1 }] });
  const client = await connectAsync(url, {
    username: 'guest',
    password: secrets().accounts.guest ?? '',
    reconnectPeriod: 100,
  });
  await client.publishAsync('quantrac/v1/guest/inventory', JSON.stringify({ stations: [station] }), {
    qos: 1,
  });
  const before = Date.now();
  const acknowledged: number[] = [];
  let sent = 0;
  let publishing = true;
  const publishers = Array.from({ length: 20 }, async () => {
    while (publishing) {
      const at = before + sent++;
      const pack = [{ n: 'urn:quantrac:kill-test:pressure', t: at / 1000, v: 1000 + (at % 100) }];
      await client.publishAsync('quantrac/v1/guest/kill-test/readings', JSON.stringify(pack), { qos: 1 });
      acknowledged.push(at);
    }
  });
  await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(300), PATIENCE);
  const killed = demo.pids().gateway ?? 0;
  const countAtKill = acknowledged.length;
  process.kill(killed, 'SIGKILL');
  // The demo starts it again; publishing goes on through all of it.
  await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(countAtKill + 300), PATIENCE);
  publishing = false;
  await Promise.all(publishers);
  await client.endAsync();
  expect(demo.pids().gateway).not.toBe(killed);

  const points: number[] = [];
  for (let from = before; from < before + sent; from += 4000) {
    const path = `readings?station=kill-test&parameter=pressure&from=${from}&to=${from + 4000}`;
    const { points: page } = await api.call<{ points: [number, number, number][] }>(path);
    for (const [at, value] of page) {
      expect(value).toBe(1000 + (at % 100));
      points.push(at);
    }
  }
  expect(new Set(points).size).toBe(points.length);
  const stored = new Set(points);
  expect(acknowledged.filter((at) => !stored.has(at))).toEqual([]);
});

test('while the gateway hangs and is then killed, the edges keep what they read and deliver it afterwards', async () => {
  const HANG_MS = 4000;
  const before = Date.now();
  const hanging = demo.pids().gateway ?? 0;
  process.kill(hanging, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, HANG_MS));
  process.kill(hanging, 'SIGKILL');
  await vi.waitFor(() => expect(demo.pids().gateway).not.toBe(hanging), PATIENCE);
  const until = Date.now();
  await vi.waitFor(async () => {
    // One reading each second. What was lost would be a hole at least as long as the gateway hung.
    const all = (await api.readings('fire-prao', 'air_temperature')).map(([at]) => at);
    expect(Math.max(...all)).toBeGreaterThan(until);
    const during = all.filter((at) => at > before - 1000);
    const gaps = during.slice(1).map((at, index) => at - (during[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(HANG_MS);
  }, PATIENCE);
});

test('a port that is taken is told in one sentence', async () => {
  const taken = new URL(demo.addresses.page).port;
  const second = join(dataDir, 'second');
  const starting = startDemo({ ...options, dataDir: second, httpPort: Number(taken), print: () => {} });
  await expect(starting).rejects.toThrow(
    `port ${taken} is taken by another program: choose another with --http-port or stop that program`,
  );
});

test('a wrong setting stops a process with one sentence that names file, place and fault', async () => {
  const logFile = join(dataDir, 'logs', 'wrong.log');
  const args = ['gateway', '--config', join(dataDir, 'edge-coast.yaml')];
  await expect(startProcess('gateway', { args, logFile })).rejects.toThrow(
    /edge-coast\.yaml.*: Unrecognized key.*"id"/,
  );
});

test('it stops within 2 seconds and leaves no process behind', async () => {
  const pids = Object.values(demo.pids());
  expect(pids.length).toBe(6);
  const from = performance.now();
  await demo.stop();
  expect(performance.now() - from).toBeLessThan(2000);
  expect(pids.filter(isRunning)).toEqual([]);
});
