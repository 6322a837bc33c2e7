import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { edgeFileSchema } from '../station.ts';
import { UserFault } from './fault.ts';
import { loadSettings } from './settings.ts';
import { loadYaml } from './yaml-file.ts';

const schema = z.strictObject({
  name: z.string(),
  http: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: z.int().max(65_535).default(80) })
    .prefault({}),
  list: z.array(z.string()).default([]),
});

const folder = mkdtempSync(join(tmpdir(), 'quantrac-settings-'));
const file = (text: string): string => {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.yaml`);
  writeFileSync(path, text);
  return path;
};

const fault = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserFault);
    return (error as Error).message;
  }
  throw new Error('no fault');
};

test('flags win over the environment, the environment over the file, the file over defaults', () => {
  const path = file('name: file\nhttp: { port: 1 }\n');
  expect(loadSettings(schema, { file: path })).toMatchObject({
    name: 'file',
    http: { host: '127.0.0.1', port: 1 },
  });
  const env = { QUANTRAC_NAME: 'env', QUANTRAC_HTTP_PORT: '2' };
  expect(loadSettings(schema, { file: path, env })).toMatchObject({ name: 'env', http: { port: 2 } });
  const flags = { 'http.port': 3, name: undefined };
  expect(loadSettings(schema, { file: path, env, flags })).toMatchObject({ name: 'env', http: { port: 3 } });
});

test('a text of digits in the environment stays a text', () => {
  expect(loadSettings(schema, { env: { QUANTRAC_NAME: '12345678' } }).name).toBe('12345678');
});

test('a fault names where the setting was set', () => {
  expect(fault(() => loadSettings(schema, { file: file('name: x\nhttp:\n  port: 99999\n') }))).toMatch(
    /\.yaml:3:9: http\.port: /,
  );
  expect(
    fault(() => loadSettings(schema, { env: { QUANTRAC_NAME: 'x', QUANTRAC_HTTP_PORT: 'many' } })),
  ).toMatch(/^environment variable QUANTRAC_HTTP_PORT: http\.port: /);
  expect(fault(() => loadSettings(schema, { flags: { name: 'x', 'http.port': -1.5 } }))).toMatch(
    /^flag for http\.port: /,
  );
  expect(fault(() => loadSettings(schema, { file: file('name: x\nhtp: {}\n') }))).toMatch(
    /Unrecognized key: "htp"/,
  );
});

test('a file that is absent, broken or full of aliases is told in one sentence', () => {
  expect(fault(() => loadYaml('/nowhere/x.yaml', schema))).toBe('/nowhere/x.yaml: cannot be read (ENOENT)');
  expect(fault(() => loadYaml(file('a: [1\nb: 2'), schema))).toMatch(/\.yaml:2:\d+: /);
  expect(fault(() => loadYaml(file('a: &x [1]\nb: *x\nc: *x\n'), schema))).toMatch(/\.yaml.*alias/i);
});

test('an edge file that names an absent line is told with its place', () => {
  const text = `
id: edge-x
data_dir: /tmp/x
uplink: { url: "mqtt://127.0.0.1", password: secret }
lines: [{ id: a, mode: tcp, host: 127.0.0.1 }]
stations:
  - id: s
    kind: air
    name: { vi: S, en: S }
    area: { vi: A, en: A }
    latitude: 16
    longitude: 108
    instruments:
      - { id: i, profile: p, line: b }
`;
  expect(fault(() => loadYaml(file(text), edgeFileSchema))).toMatch(
    /\.yaml:14:\d+: stations\.0\.instruments\.0\.line: there is no line "b"$/,
  );
});
