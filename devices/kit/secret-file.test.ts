import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { secretIn } from './secret-file.ts';
import { loadSettings } from './settings.ts';

test.each<[string, object, string | null]>([
  ['a password', { mqtt: { password: 'x' } }, 'mqtt.password'],
  ['a password of digits', { password: 1234 }, 'password'],
  ['a key with a word before it', { credential_secret: 'x' }, 'credential_secret'],
  ['one of a list', { ioc: { destinations: [{ id: 'a' }, { secret: 'x' }] } }, 'ioc.destinations.1.secret'],
  ['a login in an address', { url: 'http://name:word@host/' }, 'url'],
  ['a private key', { any: '-----BEGIN PRIVATE KEY-----\nMII' }, 'any'],
  ['a key by a name of its own', { sms: { secrets: { apikey: 'x' } } }, 'sms.secrets.apikey'],
  ['a secret that stands elsewhere', { secret: { env: 'NAME' }, password: { file: '/x' } }, null],
  ['the word of the examples', { password: 'change-me' }, null],
  ['an address with a port', { url: 'mqtt://host:1883' }, null],
  ['a file name', { tls: { key: '/etc/key.pem' } }, null],
])('%s', (_, content, path) => {
  expect(secretIn(content)).toBe(path);
});

const schema = z.strictObject({ password: z.string().optional(), name: z.string().optional() });

test.skipIf(process.platform === 'win32')('a file with a secret that others may read stops the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-secret-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, 'password: long-and-secret\n');
  for (const mode of [0o644, 0o640, 0o604]) {
    chmodSync(file, mode);
    expect(() => loadSettings(schema, { file })).toThrow(
      `${file}: password is a secret that others on this machine may read: chmod 600 ${file}`,
    );
  }
  chmodSync(file, 0o600);
  expect(loadSettings(schema, { file })).toEqual({ password: 'long-and-secret' });
  writeFileSync(file, 'name: no secret\n');
  chmodSync(file, 0o644);
  expect(loadSettings(schema, { file })).toEqual({ name: 'no secret' });
});
