import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuthority } from '../../gateway/identity/authority.ts';
import { newKey, type Pair, signedBy } from '../../test/support/identity.ts';
import { writeIdentity } from './files.ts';
import { wayUp } from './way-up.ts';

const log = pino({ level: 'silent' });
const URL = 'mqtts://gateway.example.vn:8883';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-way-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const way = (uplink: object = {}, id = 'edge-a') =>
  wayUp({ id, data_dir: folder, uplink: { keepalive_s: 30, ...uplink } }, log);

async function enrolled(): Promise<Pair> {
  const authority = await openAuthority({ directory: join(folder, 'centre'), names: [], now: Date.now });
  const pair = await signedBy(authority, 'edge-a');
  writeIdentity(folder, { ...pair, url: URL });
  return pair;
}

test('without enrolment and password the start says what to do', () => {
  expect(() => way()).toThrow(/not enrolled .*quantrac edge code.*quantrac enrol/);
  expect(() => way({ password: 'x' })).toThrow(/no uplink.url/);
  expect(() => way({ url: 'mqtts://gateway' })).toThrow(/uplink\.password: mqtts:\/\/gateway needs one/);
});

test('an enrolled box needs nothing of its file, and shows its certificate', async () => {
  const { cert, key, ca } = await enrolled();
  const { url, password, tls } = way();
  expect([url, password]).toEqual([URL, undefined]);
  const shown = tls();
  expect([shown?.cert, shown?.key, shown?.ca].map((pem) => pem?.trim())).toEqual(
    [cert, key, ca].map((pem) => pem.trim()),
  );
  expect(shown?.minVersion).toBe('TLSv1.3');
});

test('an address in the file goes before the one that the centre told', async () => {
  await enrolled();
  expect(way({ url: 'mqtts://10.0.0.9:8883' }).url).toBe('mqtts://10.0.0.9:8883');
});

test('a password goes over TLS under an authority of its own, or as plain text, without any certificate', async () => {
  const ca = join(folder, 'ca.crt');
  writeFileSync(ca, '-----BEGIN CERTIFICATE-----\n');
  const secure = way({ url: 'mqtts://gateway', password: 'x', ca });
  expect([secure.password, secure.tls()]).toEqual(['x', { ca: '-----BEGIN CERTIFICATE-----\n' }]);
  expect(() => way({ url: 'mqtts://gateway', password: 'x', ca: join(folder, 'no.crt') })).toThrow(
    /uplink\.ca: .*ENOENT/,
  );
  await enrolled();
  const plain = way({ url: 'mqtt://127.0.0.1', password: 'x' });
  expect([plain.password, plain.tls()]).toEqual(['x', undefined]);
  expect(way({ url: 'mqtts://gateway', password: 'x' }).password).toBeUndefined();
});

test('a box that was enrolled under another name does not start under this one', async () => {
  await enrolled();
  expect(() => way({}, 'edge-b')).toThrow(/enrolled as edge-a, and its edge file has the id edge-b/);
});

test.each([
  ['cut off', (cert: string) => cert.slice(0, 100)],
  ['of another key', () => ''],
])('a certificate that is %s stops no edge: readings go on', async (_, damage) => {
  const { cert } = await enrolled();
  const damaged = damage(cert);
  writeFileSync(join(folder, 'identity/tls.pem'), damaged === '' ? `${newKey().pem}${cert}` : damaged);
  const { url, tls } = way();
  expect([url, tls()]).toEqual([URL, undefined]);
});
