import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEdge } from './main.ts';
import { type Broker, type Field, startBroker, startField } from './rig.ts';

let folder = '';
let field: Field;
let broker: Broker;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-edge-'));
  field = await startField();
  broker = await startBroker();
});
afterEach(async () => {
  await field.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(text: string): string {
  const file = join(folder, 'edge.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const edgeFile = () => `id: hop-1
data_dir: ${folder}/data
log_level: silent
uplink: { url: "mqtt://127.0.0.1:${broker.port}", password: from-the-file }
lines: [{ id: tcp, mode: tcp, host: 127.0.0.1, port: ${field.port} }]
stations:
  - id: ben-do
    kind: weather
    name: { vi: Bến Đò, en: Ferry }
    area: { vi: Hội An, en: Hoi An }
    latitude: 15.88
    longitude: 108.33
    instruments: [{ id: climate, profile: thermo, line: tcp, period_s: 0.2 }]
`;

const PROFILE = `id: thermo
maker: Maker
models: [T1]
revision: 1
status: documentation
sources: [this test]
address_base: zero
link: { unit: 1 }
points: [{ parameter: air_temperature, area: input, address: 1, type: int16, unit: Cel, scale: 0.1 }]
examples: [{ title: none, registers: {}, readings: {} }]
`;

test('an edge starts from its file and a folder of profiles, and a register reaches the broker', async () => {
  const profiles = mkdtempSync(join(folder, 'profiles-'));
  writeFileSync(join(profiles, 'thermo.yaml'), PROFILE);
  field.set('input', 1, [297]);
  const env = { QUANTRAC_UPLINK_PASSWORD: 'secret' };
  const edge = await startEdge({ file: write(edgeFile()), env }, profiles);
  expect(edge.ready).toEqual({ edge: 'hop-1' });
  const { payload } = await broker.arrival(({ topic }) => topic === 'quantrac/v1/hop-1/ben-do/readings');
  expect(JSON.parse(payload)[0]).toMatchObject({
    bn: 'urn:quantrac:ben-do:',
    n: 'air_temperature',
    u: 'Cel',
    v: 29.7,
  });
  await edge.stop();
});

test('a second edge on the same folder is told so, and leaves what the first has there as it was', async () => {
  const [file, profiles] = [write(edgeFile()), mkdtempSync(join(folder, 'profiles-'))];
  writeFileSync(join(profiles, 'thermo.yaml'), PROFILE);
  const edge = await startEdge({ file, env: {} }, profiles);
  const stateFile = join(folder, 'data/config/state.json');
  const before = readFileSync(stateFile, 'utf8');
  // Read by a second start, this would be noted as an edit at the cabinet.
  write(edgeFile().replace('period_s: 0.2', 'period_s: 0.5'));
  await expect(startEdge({ file, env: {} }, profiles)).rejects.toThrow(
    `${folder}/data: another edge is using it: stop that one, or set another data_dir`,
  );
  expect(readFileSync(stateFile, 'utf8')).toBe(before);
  await edge.stop();
  await (await startEdge({ file, env: {} }, profiles)).stop();
  expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({ local: true });
});

test('a start that fails leaves the folder free', async () => {
  const [file, profiles] = [write(edgeFile()), mkdtempSync(join(folder, 'profiles-'))];
  writeFileSync(join(profiles, 'thermo.yaml'), PROFILE);
  mkdirSync(join(folder, 'data/outbox.db'), { recursive: true });
  await expect(startEdge({ file, env: {} }, profiles)).rejects.toThrow('the outbox cannot be opened');
  rmSync(join(folder, 'data/outbox.db'), { recursive: true });
  await (await startEdge({ file, env: {} }, profiles)).stop();
});

test('a malformed edge file stops the start with one sentence', async () => {
  const file = write(edgeFile().replace('kind: weather', 'kind: wether'));
  await expect(startEdge({ file })).rejects.toThrow(
    `${file}:8:11: stations.0.kind: Invalid option: expected one of "air"|"water"|"weather"|"fire"|"traffic"`,
  );
  await expect(startEdge({ file: join(folder, 'none.yaml') })).rejects.toThrow(
    'none.yaml: cannot be read (ENOENT)',
  );
});
