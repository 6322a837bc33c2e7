import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Aedes } from 'aedes';
import modbusSerial from 'modbus-serial';
import { expect, onTestFinished, test } from 'vitest';
import { hasProgram } from '../../test/support/programs.ts';
import { createDecoder } from '../decode.ts';
import { loadProfiles } from '../kit/profiles.ts';
import { decodeSenml } from '../wire/senml.ts';
import { startField } from './main.ts';

const DEMO = join(import.meta.dirname, '../../demo/field.yaml');

async function field(flags: Record<string, unknown> = {}, file = DEMO, now?: () => number) {
  const service = await startField({ file, flags: { base_port: 0, log_level: 'silent', ...flags } }, now);
  onTestFinished(() => service.stop());
  return service.ready.lines;
}

function fileOf(yaml: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-field-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'field.yaml');
  writeFileSync(file, yaml, { mode: 0o600 });
  return file;
}

async function client(port: number | undefined, unit: number) {
  const modbus = new modbusSerial.default();
  modbus.setTimeout(2000);
  await modbus.connectTCP('127.0.0.1', { port: port ?? 0 });
  modbus.setID(unit);
  onTestFinished(() => new Promise<void>((resolve) => modbus.close(() => resolve())));
  return modbus;
}

const exception = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: { modbusCode?: number }) => error.modbusCode,
  );

test('the field of the demo starts on ports of its own and stops', async () => {
  const lines = await field();
  expect(Object.keys(lines)).toContain('prao-bus');
  expect(new Set(Object.values(lines)).size).toBe(Object.keys(lines).length);
});

test('a Modbus client reads the recorded values through the profile', async () => {
  // 05:00 in Vietnam; the row of 2014-07-03T05:00 has 23.5 °C and 0.2 m/s.
  const now = () => Date.UTC(2026, 0, 1, 22);
  const lines = await field({}, DEMO, now);
  const modbus = await client(lines['hai-chau-bus'], 43);
  const { data } = await modbus.readInputRegisters(0, 26);
  const profile = loadProfiles().get('seeed-sensecap-one-s1000');
  if (!profile) throw new Error('no profile');
  const points = profile.points.filter((point) =>
    ['air_temperature', 'wind_speed'].includes(point.parameter),
  );
  const decoded = createDecoder(profile, points).decode((_, address) => data[address], 0);
  expect(decoded.map((one) => one.judged.value)).toEqual([23.5, 0.2]);
});

test('several units answer on one line, an unknown one is told to be absent', async () => {
  const lines = await field();
  const sokol = await client(lines['prao-bus'], 1);
  expect((await sokol.readHoldingRegisters(3, 5)).data).toHaveLength(5);
  const flame = await client(lines['prao-bus'], 247);
  expect((await flame.readInputRegisters(0, 1)).data).toEqual([0]);
  const nobody = await client(lines['prao-bus'], 99);
  expect(await exception(nobody.readHoldingRegisters(3, 1))).toBe(0x0b);
});

test('addresses outside the map and writes are refused, and the line goes on', async () => {
  const lines = await field();
  const sokol = await client(lines['prao-bus'], 1);
  expect(await exception(sokol.readHoldingRegisters(7, 2))).toBe(2);
  expect(await exception(sokol.readHoldingRegisters(100, 1))).toBe(2);
  expect(await exception(sokol.readInputRegisters(3, 1))).toBe(2);
  expect(await exception(sokol.readCoils(0, 1))).toBe(2);
  expect(await exception(sokol.writeRegister(3, 1))).toBe(1);
  expect(await exception(sokol.writeRegisters(3, [1, 2]))).toBe(1);
  expect(await exception(sokol.writeCoil(0, true))).toBe(1);
  expect((await sokol.readHoldingRegisters(3, 1)).data).toHaveLength(1);
});

test('the fire of the scenario reaches the instruments of its post and no other', async () => {
  let at = Date.UTC(2026, 0, 1, 22);
  const lines = await field({ scenario: 'fire', speed: 60, 'fire.after_s': 20 }, DEMO, () => at);
  const smoke = await client(lines['prao-io'], 1);
  const co = await client(lines['prao-bus'], 3);
  const flame = await client(lines['prao-bus'], 247);
  const elsewhere = await client(lines['song-kon-io'], 1);
  const see = async () => [
    (await smoke.readCoils(0, 1)).data[0],
    (await co.readHoldingRegisters(1, 1)).data[0],
    (await flame.readInputRegisters(0, 1)).data[0],
    (await elsewhere.readDiscreteInputs(0, 1)).data[0],
  ];
  expect(await see()).toEqual([false, 0, 0, false]);
  at += 35_000;
  expect(await see()).toEqual([true, 20, 1, false]);
  at += 25_000;
  expect(await see()).toEqual([false, 0, 0, false]);
});

test('the counter gives the recorded flow at any speed', async () => {
  const file = fileOf(`
lines:
  - id: road
    instruments:
      - profile: advantech-adam-6051
        points: { traffic_flow: { constant: 3600 } }
`);
  let at = 1_000_000;
  const lines = await field({ speed: 600 }, file, () => at);
  const modbus = await client(lines.road, 1);
  const profile = loadProfiles().get('advantech-adam-6051');
  if (!profile) throw new Error('no profile');
  const decoder = createDecoder(profile, profile.points);
  const read = async () => {
    const { data } = await modbus.readHoldingRegisters(0, 2);
    return decoder.decode((_, address) => data[address], at)[0]?.judged.value;
  };
  expect(await read()).toBeNull();
  for (let second = 5; second <= 60; second += 5) {
    at += 5000;
    expect(await read()).toBe(3600);
  }
});

test('an instrument that cannot say "no value" shows its last one, another says so', async () => {
  // Both recordings have a few empty cells on these days.
  const file = fileOf(`
lines:
  - id: bus
    instruments:
      - profile: xy-md02
        points: { air_temperature: { recording: weather-apalachicola, column: air_temperature, start: 2013-07-26 } }
      - profile: in-situ-aqua-troll-500
        unit: 2
        points: { ph: { recording: water-apalachicola, column: ph, start: 2013-08-28 } }
`);
  let at = Date.UTC(2026, 0, 1, 17);
  const lines = await field({ speed: 1 }, file, () => at);
  const cheap = await client(lines.bus, 1);
  const sonde = await client(lines.bus, 2);
  let held = 0;
  let said = 0;
  let before: number | undefined;
  for (let quarter = 0; quarter < 96; quarter++) {
    const temperature = (await cheap.readInputRegisters(1, 1)).data[0];
    expect(temperature).toBeGreaterThan(200);
    if (temperature === before) held++;
    before = temperature;
    const quality = (await sonde.readHoldingRegisters(5563 - 1 + 2, 1)).data[0];
    if (quality !== 0) said++;
    at += 900_000;
  }
  expect(held).toBeGreaterThanOrEqual(3);
  expect(said).toBeGreaterThan(0);
});

test('an instrument with its own MQTT announces itself and publishes SenML', async () => {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    server.close();
  });
  broker.authenticate = (_client, username, password, done) => {
    done(null, username === 'buoy-vu-gia' && String(password) === 'a secret');
  };
  const seen = new Map<string, string>();
  const both = new Promise<void>((resolve) => {
    broker.on('publish', (packet) => {
      if (!packet.topic.startsWith('quantrac/')) return;
      expect(packet.qos).toBe(1);
      if (packet.topic.endsWith('inventory')) expect(packet.retain).toBe(true);
      seen.set(packet.topic, packet.payload.toString());
      if (seen.size === 2) resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  await field({ 'mqtt.url': `mqtt://127.0.0.1:${port}`, 'mqtt.password': 'a secret' });
  await both;
  const inventory = JSON.parse(seen.get('quantrac/v1/buoy-vu-gia/inventory') ?? '{}');
  expect(inventory.stations[0].origin.vi).toContain('Apalachicola');
  const decoded = decodeSenml(
    seen.get('quantrac/v1/buoy-vu-gia/buoy-vu-gia/readings') ?? '',
    'buoy-vu-gia',
    0,
  );
  expect(decoded).toMatchObject({
    refused: [],
    readings: [
      { parameter: 'water_level', flag: 1 },
      { parameter: 'water_temperature', flag: 1 },
    ],
  });
});

test('a field stops while its broker is away', async () => {
  const service = await startField({
    file: DEMO,
    flags: { base_port: 0, log_level: 'silent', 'mqtt.url': 'mqtt://127.0.0.1:9' },
  });
  await service.stop();
});

test.each([
  ['profile: nobody-none\n        points: {}', 'there is no profile "nobody-none"'],
  ['profile: xy-md02\n        points: { co: { constant: 1 } }', 'profile "xy-md02" has no point "co"'],
  [
    'profile: xy-md02\n        points: { air_temperature: { recording: nowhere, column: x } }',
    'there is no recording "nowhere"',
  ],
  [
    'profile: xy-md02\n        points: { air_temperature: { recording: air-beijing, column: x } }',
    'recording "air-beijing" has no column "x"',
  ],
  [
    'profile: xy-md02\n        points: { air_temperature: { recording: air-beijing, column: pm10, start: 2020-01-01 } }',
    'recording "air-beijing" has no day 2020-01-01',
  ],
  ['profile: xy-md02\n        points: { air_temperature: 5 }', 'must be {recording, column'],
  [
    'profile: xy-md02\n        points: { colour: { constant: 1 } }',
    'lines.0.instruments.0.points: Unrecognized key: "colour"',
  ],
])('a fault in the file is one sentence: %s', async (instrument, sentence) => {
  const file = fileOf(`lines:\n  - id: bus\n    instruments:\n      - ${instrument}\n`);
  await expect(startField({ file, flags: { log_level: 'silent' } })).rejects.toThrow(sentence);
});

/** A server on a port whose lower neighbour is free. */
async function neighbour(): Promise<{ server: Server; port: number }> {
  for (;;) {
    const server = await listen(0);
    const { port } = server.address() as AddressInfo;
    const lower = await listen(port - 1).catch(() => null);
    if (lower) {
      await new Promise((resolve) => lower.close(resolve));
      return { server, port };
    }
    server.close();
  }
}

const listen = (port: number) =>
  new Promise<Server>((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

test('a taken port stops the start, and the lines before it are closed', async () => {
  const { server, port } = await neighbour();
  onTestFinished(() => void server.close());
  const flags = { base_port: port - 1, log_level: 'silent' };
  await expect(startField({ file: DEMO, flags })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  (await listen(port - 1)).close();
});

test.skipIf(!hasProgram('mbpoll'))(
  `a third party's client (mbpoll) reads a simulated instrument`,
  async () => {
    const lines = await field();
    const { stdout } = await promisify(execFile)('mbpoll', [
      ...['-m', 'tcp', '-1', '-q', '-a', '3', '-t', '4', '-r', '3', '-c', '3'],
      ...['-p', String(lines['hoi-an-bus']), '127.0.0.1'],
    ]);
    expect(stdout).toMatch(/\[3\]:\s+16\n\[4\]:\s+3\n\[5\]:\s+1\d\d\d\n/);
  },
);
