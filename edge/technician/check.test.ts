import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fieldSettingsSchema } from '../../devices/simulator/settings.ts';
import { flowsSettingsSchema } from '../../flows/settings.ts';
import { gatewaySettingsSchema } from '../../gateway/settings.ts';
import { runCheck } from './check-command.ts';
import { kindOf } from './check-kind.ts';

const schemas = { field: fieldSettingsSchema, gateway: gatewaySettingsSchema, flows: flowsSettingsSchema };
const folder = mkdtempSync(join(tmpdir(), 'quantrac-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EXAMPLES = join(import.meta.dirname, '../../examples');

function check(...files: string[]) {
  const lines: string[] = [];
  const code = runCheck(files, {}, schemas, { say: (line) => lines.push(line) });
  return { code, lines: lines.map((line) => line.replaceAll(`${folder}/`, '')) };
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const PROFILE = `id: maker-model
maker: Maker
models: [Model]
revision: 1
status: documentation
sources: ["a manual, page 1"]
address_base: zero
link: { unit: 1, max_registers: 2 }
points:
  - { parameter: air_temperature, area: input, address: 1, type: int16, unit: Cel, scale: 0.1 }
  - { parameter: relative_humidity, area: input, address: 2, type: uint16, unit: "%RH", scale: 0.1 }
examples:
  - title: "The manual's own values"
    registers: { input: { 1: [290, 393] } }
    readings: { air_temperature: { value: 29 }, relative_humidity: { value: 39.3 } }
`;

/** The profile with a change. */
function changed(from: string, to: string, profile = PROFILE): string {
  expect(profile).toContain(from);
  return write('maker-model.yaml', profile.replace(from, to));
}

test('the shipped examples are good, each for what it is', () => {
  const files = ['edge', 'field', 'gateway', 'flows'].map((name) => join(EXAMPLES, `${name}.yaml`));
  expect(check(...files)).toEqual({
    code: 0,
    lines: [
      `${EXAMPLES}/edge.yaml: an edge file, good`,
      `${EXAMPLES}/field.yaml: settings of a field, good`,
      `${EXAMPLES}/gateway.yaml: settings of a gateway, good`,
      `${EXAMPLES}/flows.yaml: settings of the flows, good`,
      '4 files checked: 0 faults, 0 warnings',
    ],
  });
});

test('every fault is one line with file, line, column, place and reason', () => {
  const { code, lines } = check(
    changed('unit: Cel', 'unit: Kelvin', PROFILE.replace('documentation', 'rumour')),
  );
  expect(code).toBe(1);
  expect(lines[0]).toBe('maker-model.yaml: a profile');
  expect(lines[1]).toMatch(/^maker-model\.yaml:5:9: status: /);
  expect(lines[2]).toBe('maker-model.yaml:10:79: points.0.unit: "Kelvin" is no known unit');
  expect(lines.at(-1)).toBe('1 file checked: 2 faults, 0 warnings');
});

test.each([
  {
    title: 'an example that its registers do not give',
    change: ['290, 393', '291, 393'],
    line: 'maker-model.yaml:15:34: examples.0.readings.air_temperature: the example says 29, flag 1; its registers give 29.1, flag 1',
    code: 1,
  },
  {
    title: 'a point twice as long as a request may be',
    change: ['type: int16', 'type: int32', 'max_registers: 2', 'max_registers: 1'],
    line: 'maker-model.yaml:10:66: points.0.type: input 1 needs 2 registers in one request, and link.max_registers is 1',
    code: 1,
  },
  {
    title: 'a name that is not the id',
    change: ['id: maker-model', 'id: other-model'],
    line: 'maker-model.yaml:1:5: id: "other-model" must be the file\'s name: other-model.yaml',
    code: 1,
  },
  {
    title: 'two numbers in one register',
    change: ['address: 2', 'address: 1'],
    line: 'maker-model.yaml:11:59: points.1.address: warning: relative_humidity (input 1) shares a register with air_temperature (1): is an address or a type wrong?',
    code: 1,
  },
  {
    title: 'a missing sensor that would read as a true zero',
    change: [],
    line: 'maker-model.yaml:10:3: points: warning: neither sentinels nor valid_when: a sensor that is not fitted would read as a true zero: relative_humidity (0 %)',
    code: 0,
  },
  {
    title: 'a point that no example proves',
    change: ['air_temperature: { value: 29 }, ', ''],
    line: 'maker-model.yaml:10:18: points.0.parameter: warning: no example gives a value of air_temperature: nothing shows that its address, type and scale are right',
    code: 0,
  },
])('$title is told, and only faults fail', ({ change, line, code }) => {
  const [from = '', to = '', first = '', second = ''] = change;
  const result = check(changed(from, to, PROFILE.replace(first, second)));
  expect(result.lines).toContain(line);
  expect(result.code).toBe(code);
});

test('an edge file is held against the profiles', () => {
  const text = readFileSync(join(EXAMPLES, 'edge.yaml'), 'utf8');
  const { code, lines } = check(
    write('edge.yaml', text.replace('profile: dfrobot-sen0662', 'profile: dfrobot')),
  );
  expect(code).toBe(1);
  expect(lines[1]).toMatch(
    /^edge\.yaml:\d+:\d+: stations\.0\.instruments\.0\.profile: there is no profile "dfrobot"$/,
  );
});

test('a password that is not in the file is only a warning, and the rest is checked all the same', () => {
  const text = readFileSync(join(EXAMPLES, 'edge.yaml'), 'utf8').replace(/^ {2}password:.*$/m, '');
  const { code, lines } = check(write('coast.yaml', text.replace('line: cabinet', 'line: cellar')));
  expect(code).toBe(1);
  expect(lines.join('\n')).toMatch(
    /uplink\.password: warning: not in the file: QUANTRAC_UPLINK_PASSWORD must give it/,
  );
  expect(lines.join('\n')).toMatch(/line: there is no line "cellar"/);
});

test('files that are absent, broken or of no kind are told, and the others still checked', () => {
  const broken = write('broken.yaml', 'a: [1\nb: 2');
  const what = write('what.yaml', 'a: 1\n');
  const { code, lines } = check(join(folder, 'nowhere.yaml'), broken, what, join(EXAMPLES, 'edge.yaml'));
  expect(code).toBe(1);
  expect(lines[0]).toBe('nowhere.yaml: cannot be read (ENOENT)');
  expect(lines[1]).toMatch(/^broken\.yaml:2:\d+: /);
  expect(lines[2]).toMatch(/^what\.yaml: neither content nor name says what it is/);
  expect(lines[3]).toMatch(/edge\.yaml: an edge file, good$/);
  expect(lines[4]).toBe('4 files checked: 3 faults, 0 warnings');
});

test('scripts get every finding with its place', () => {
  const lines: string[] = [];
  const file = changed('id: maker-model', 'id: XY');
  expect(runCheck([file], { json: true }, schemas, { say: (line) => lines.push(line) })).toBe(1);
  expect(JSON.parse(lines.join(''))).toMatchObject({
    files: [{ file, kind: 'profile', findings: [{ severity: 'fault', line: 1, column: 5, place: 'id' }] }],
    faults: 1,
  });
});

test('the kind comes from the content, else from the name', () => {
  expect(kindOf('x.yaml', { maker: 'M', points: [] })).toBe('profile');
  expect(kindOf('gateway.yaml', { uplink: {}, stations: [], lines: [] })).toBe('edge');
  expect(kindOf('x.yaml', { http: {}, mqtt: {}, editor: {} })).toBe('flows');
  expect(kindOf('devices/profiles/x.yaml', { id: 'x' })).toBe('profile');
  expect(kindOf('my-gateway.yaml', { http: {} })).toBe('gateway');
  expect(kindOf('x.yaml', { http: {} })).toBeNull();
  expect(kindOf('x.yaml', [1])).toBeNull();
});
