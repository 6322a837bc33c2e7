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
  expect(() => loadSettings(flowsSettingsSchema, { flags })).toThrow(/password|editor/);
});

test('people are let into the editor by the gateway or by one password, never by both or by nothing', () => {
  const load = (editor: object) =>
    loadSettings(flowsSettingsSchema, {
      flags: { data_dir: '/tmp/x', 'mqtt.url': 'mqtt://127.0.0.1', 'mqtt.password': 'x', editor },
    }).editor;
  expect(load({ gateway: 'http://127.0.0.1:8080' })).toMatchObject({ gateway: 'http://127.0.0.1:8080' });
  expect(load({ password: 'rừng xanh 2026' })).toMatchObject({ password: 'rừng xanh 2026' });
  for (const wrong of [{}, { gateway: 'http://127.0.0.1:8080', password: 'rừng xanh 2026' }])
    expect(() => load(wrong)).toThrow(
      /editor\.password: needs either a password or the address of the gateway/,
    );
  expect(() => load({ gateway: 'ftp://127.0.0.1' })).toThrow(/http:\/\//);
});
