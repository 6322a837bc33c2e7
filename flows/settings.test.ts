import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '../devices/kit/settings.ts';
import { flowsSettingsSchema } from './settings.ts';

const EXAMPLE = join(import.meta.dirname, '../examples/flows.yaml');

test('the example file is valid and binds to loopback', () => {
  const settings = loadSettings(flowsSettingsSchema, { file: EXAMPLE });
  expect(settings.http).toEqual({ host: '127.0.0.1', port: 1880 });
});

test('environment goes before file, and a flag before both', () => {
  const env = { QUANTRAC_HTTP_PORT: '1881', QUANTRAC_EDITOR_PASSWORD: 'from the environment' };
  const settings = loadSettings(flowsSettingsSchema, { file: EXAMPLE, env, flags: { 'http.port': 1882 } });
  expect(settings.http.port).toBe(1882);
  expect(settings.editor).toEqual({ username: 'admin', password: 'from the environment' });
});

test('no secret has a value of its own: without one there is no start', () => {
  const flags = { data_dir: '/tmp/x', 'mqtt.url': 'mqtt://127.0.0.1' };
  expect(() => loadSettings(flowsSettingsSchema, { flags })).toThrow(/password|editor|credential_secret/);
});
