/** The commands as people call them: their words, their exit codes, over each kind of line. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addTechnician } from '../../commands/technician.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import { type FieldService, startField } from '../../devices/simulator/main.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'quantrac-technician-'));
let field: FieldService;
let port = '';
let bridge = '';

const FIELD = `
log_level: silent
lines:
  - id: cabinet
    instruments:
      - profile: yosemitech-y4000
        unit: 5
        points:
          dissolved_oxygen: { constant: 6.7 }
          turbidity: { constant: 12.5 }
          conductivity: { constant: 0.42 }
          ph: { constant: 7.42 }
          water_temperature: { constant: 27.4 }
          redox: { constant: 152 }
      - profile: seeed-sensecap-one-s1000
        points: { air_temperature: { constant: 28.3 }, relative_humidity: { constant: 71.2 }, pressure: { constant: 1008.4 } }
      - profile: qdy30a-b
        unit: 7
        points: { water_level: { constant: 1.523 } }
  - id: pair
    mode: rtu
    path: ${join(folder, 'ttyCABINET')}
    instruments:
      - profile: dfrobot-sen0662
        points: { pm1: { constant: 21.4 }, pm2_5: { constant: 39.2 }, pm10: { constant: 60.7 } }
  - id: bus
    mode: rtu-tcp
    instruments:
      - profile: xy-md02
        unit: 2
        points: { air_temperature: { constant: 27.4 }, relative_humidity: { constant: 71 } }
`;

beforeAll(async () => {
  const file = join(folder, 'field.yaml');
  writeFileSync(file, FIELD, { mode: 0o600 });
  field = await startField({ file });
  port = String(field.ready.lines.cabinet);
  bridge = `127.0.0.1:${field.ready.lines.bus}`;
});
afterAll(async () => {
  await field.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly code: number | string | undefined;
  readonly out: string;
  readonly err: string;
}

/** A process of its own, as people start it: once for each command, and once for a refusal. */
const quantracProcess = (...words: string[]): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['quantrac.js', ...words], { cwd: ROOT }, (error, out, err) => {
      resolve({ code: error ? (error.code ?? 'killed') : 0, out, err });
    });
  });

/** The same words to the same commands in this process: starting one takes longer than most of the commands. */
async function quantrac(...words: string[]): Promise<Answer> {
  let [out, err] = ['', ''];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += text;
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += text;
      return true;
    }),
  ];
  const program = new Command('quantrac');
  addTechnician(program);
  const exitCode = process.exitCode;
  process.exitCode = undefined;
  try {
    await program.parseAsync(words, { from: 'user' });
    return { code: process.exitCode ?? 0, out, err };
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    return { code: 1, out, err: `${err}quantrac: ${error.message}\n` };
  } finally {
    process.exitCode = exitCode;
    for (const spy of spies) spy.mockRestore();
  }
}

test('probe prints a table and a verdict and succeeds when all is good', async () => {
  const { code, out, err } = await quantracProcess(
    'probe',
    '--profile',
    'qdy30a-b',
    '--host',
    '127.0.0.1',
    '--port',
    port,
    '--unit',
    '7',
  );
  expect(err).toBe('');
  expect(out.split('\n').slice(0, 7)).toEqual([
    `Various (sold as QDY30A-B) QDY30A-B at 127.0.0.1:${port}, unit 7`,
    'point        register            raw     value  flag  reason',
    '-----------  ------------------  ----  -------  ----  ------',
    'water_level  holding 4 (0x0004)  05F3  1.523 m  good',
    '',
    'All good: 1 point read and plausible.',
    'Tốt: cả 1 thông số đều đọc được và hợp lý.',
  ]);
  expect(code).toBe(0);
});

test('probe takes an instrument from an edge file, and needs no password for it', async () => {
  const file = join(folder, 'edge.yaml');
  writeFileSync(
    file,
    `
id: edge-x
data_dir: /tmp/x
uplink: { url: "mqtt://127.0.0.1" }
lines: [{ id: a, mode: tcp, host: 127.0.0.1, port: ${port} }]
stations:
  - id: river
    kind: water
    name: { vi: Sông, en: River }
    area: { vi: A, en: A }
    latitude: 16
    longitude: 108
    instruments:
      - { id: level, profile: qdy30a-b, line: a, unit: 7 }
      - { id: sonde, profile: yosemitech-y4000, line: a, unit: 5, points: [ph] }
`,
  );
  const { code, out } = await quantrac(
    'probe',
    '--edge',
    file,
    '--station',
    'river',
    '--instrument',
    'sonde',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    line: `127.0.0.1:${port}`,
    unit: 5,
    verdict: { kind: 'good' },
    points: [{ parameter: 'ph', value: 7.42, flag: 1 }],
  });
  const which = await quantracProcess('probe', '--edge', file);
  expect(which).toMatchObject({ code: 1, out: '' });
  expect(which.err).toMatch(/^quantrac: --instrument: which one\? .* has level, sonde\n$/);
});

test('an instrument that must be told to measure is told so first', async () => {
  const { code, out } = await quantrac(
    'probe',
    '--profile',
    'yosemitech-y4000',
    '--host',
    '127.0.0.1',
    '--port',
    port,
    '--unit',
    '5',
  );
  expect(out).toMatch(/dissolved_oxygen +holding 9729 \(0x2601\) +6666 D640 +6\.7 mg\/L +good/);
  expect(code).not.toBe(1);
});

test('probe fails where nobody answers, and says what to check', async () => {
  const { code, out } = await quantrac(
    'probe',
    '--profile',
    'qdy30a-b',
    '--host',
    '127.0.0.1',
    '--port',
    port,
    '--unit',
    '99',
  );
  expect(code).toBe(1);
  expect(out).toMatch(/Unit 99 does not answer .*wiring A\/B/);
  expect(out).toMatch(/Thiết bị 99 không trả lời .*dây A\/B/);
});

test('scan finds the units of a line, and fails on a line without any', async () => {
  const on = ['scan', '--host', '127.0.0.1', '--port', port, '--pause', '0'];
  const units = (text: string) =>
    text
      .split('\n')
      .filter((row) => /^ *\d+ {2}/.test(row))
      .map((row) => Number.parseInt(row, 10));
  // Unit 5 is silent on every register that it does not have: only a question for its own finds it.
  expect(units((await quantrac(...on, '--units', '4-8', '--timeout', '200')).out)).toEqual([7]);
  const { code, out } = await quantrac(...on, '--units', '4-8', '--profile', 'yosemitech-y4000');
  expect(code).toBe(0);
  expect(units(out)).toEqual([5, 7]);
  expect(out).toMatch(/2 units found, 5 requests\.\nTìm thấy 2 thiết bị sau 5 lần hỏi\.\n$/);
  const none = await quantrac(...on, '--units', '20-22');
  expect(none.code).toBe(1);
  expect(none.out).toMatch(/Nobody answers \(3 requests\)/);
});

test('scan and probe work through a bridge that passes RTU frames', async () => {
  const scan = await quantracProcess(
    'scan',
    '--bridge',
    bridge,
    '--units',
    '1-3',
    '--timeout',
    '200',
    '--json',
  );
  expect(JSON.parse(scan.out)).toMatchObject({ found: [{ unit: 2 }], asked: 3, stopped: null });
  const probe = await quantrac('probe', '--bridge', bridge, '--profile', 'xy-md02', '--unit', '2');
  expect(probe.out).toMatch(/air_temperature +input 1 \(0x0001\) +0112 +27\.4 °C +good/);
  expect(probe.code).toBe(0);
});

test('a serial line is scanned at each setting, and an instrument known by its fingerprint', async () => {
  const on = ['scan', '--serial', join(folder, 'ttyCABINET'), '--timeout', '200', '--pause', '0'];
  const { code, out } = await quantrac(...on, '--units', '86-87', '--settings', '9600 8N1,4800 8N1');
  expect(out).toMatch(/^ {2}87 {2}9600 8N1 {2}0296 +dfrobot-sen0662$/m);
  expect(out).toMatch(/^1 unit found, 3 requests\.$/m);
  expect(code).toBe(0);
});

test('the place of the flame detector is left out unless it is asked for', async () => {
  const on = ['scan', '--host', '127.0.0.1', '--port', port, '--pause', '0'];
  expect((await quantrac(...on)).out).toMatch(/^unit 247 is left out: it may be ESP Safety IPES-IR\/UV/m);
  expect((await quantrac(...on, '--units', '43')).out).not.toContain('left out');
});

test('registers finds the value on the display and gives the point to copy', async () => {
  const { code, out } = await quantracProcess(
    ...[
      'registers',
      '--host',
      '127.0.0.1',
      '--port',
      port,
      '--unit',
      '43',
      '--area',
      'input',
      '--count',
      '6',
    ],
    ...['--expect', '28.3', '--parameter', 'air_temperature'],
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^0 \(0x0000\) +0000 +0 +28300 /m);
  expect(out).toMatch(/^1 {2}0 \(0x0000\) +int32 +ABCD +×0\.001 +28300 +28\.3$/m);
  expect(out.slice(out.indexOf('# for a profile'))).toBe(
    `# for a profile with address_base: zero
  - parameter: air_temperature
    area: input
    address: 0x0000             # 0
    type: int32                 # uint32 gives the same now: a negative value would tell
    unit: "Cel"                 # the unit on the display
    scale: 0.001
`,
  );
});

test('registers reads around what the instrument refuses, and fails when nothing gives the value', async () => {
  const on = [
    'registers',
    '--host',
    '127.0.0.1',
    '--port',
    port,
    '--unit',
    '7',
    '--from',
    '0',
    '--count',
    '8',
  ];
  const { code, out } = await quantrac(...on, '--expect', '88.8');
  expect(code).toBe(1);
  expect(out).toMatch(/^4 \(0x0004\) +05F3 +1523/m);
  expect(out).toMatch(/^0-1: exception 2 \(illegal data address\)\n5-7: exception 2/m);
  expect(out).toMatch(/No reading of these registers gives 88\.8/);
  expect((await quantrac(...on)).code).toBe(0);
});

test.each([
  [['probe', '--profile', 'xy-md02'], /which line\? Give --host/],
  [['probe', '--profile', 'xy', '--host', 'x'], /there is no profile "xy"/],
  [
    ['probe', '--profile', 'xy-md02', '--host', 'x', '--serial', 'y'],
    /give only one of --host, --serial and --bridge/,
  ],
  [['probe', '--profile', 'xy-md02', '--bridge', 'x'], /--bridge: "x" must look like/],
  [['scan', '--host', 'x', '--units', '0'], /--units: "0" must be a unit id/],
  [['scan', '--host', 'x', '--settings', 'all'], /--settings belongs to --serial/],
  [['scan', '--serial', 'x', '--settings', 'fast'], /--settings: "FAST" must look like "9600 8N1"/],
  [['scan', '--host', 'x', '--profile', 'esp-safety-ipes'], /must not be scanned/],
  [['registers', '--host', 'x', '--unit', '1', '--expect', '0'], /--expect: "0" must be a number/],
  [['registers', '--host', 'x', '--unit', '247'], /unit 247 may be ESP Safety IPES-IR\/UV/],
  [['registers', '--host', 'x', '--unit', '1', '--from', '65535'], /the last register is 65535/],
])('%j is refused with one sentence', async (words, sentence) => {
  const { code, out, err } = await quantrac(...words);
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toMatch(sentence);
  expect(err.trim().split('\n').length).toBe(1);
});

test('check fails on a faulty file and passes a good one', async () => {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, 'data_dir: x\nhttp: { port: 99999 }\n');
  const bad = await quantracProcess('check', file);
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/gateway\.yaml:2:15: http\.port: /);
  expect((await quantrac('check', 'examples/gateway.yaml')).code).toBe(0);
});

test('every command says how it is used, with an example', async () => {
  for (const command of ['probe', 'scan', 'registers', 'check']) {
    const { code, out } = await quantracProcess(command, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Examples?:\n {2}quantrac ${command} `));
    expect(out).toContain('--json');
  }
});
