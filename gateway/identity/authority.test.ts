import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCsr } from '../../edge/identity/csr.ts';
import { newKey } from '../../test/support/identity.ts';
import { openAuthority } from './authority.ts';
import { CLIENT_MS } from './lifetime.ts';

const DAY_MS = 86_400_000;
let directory = '';
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'quantrac-authority-')), 'identity');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

const open = (now: () => number = Date.now, names: readonly string[] = ['gateway.example.vn', '10.0.0.1']) =>
  openAuthority({ directory, names, now });

test('the authority is made once, for its user only, and signs nothing but ends of chains', async () => {
  const first = await open();
  const root = new X509Certificate(first.certificate);
  expect(root.ca).toBe(true);
  expect(root.validToDate.getTime()).toBeGreaterThan(Date.now() + 19 * 365 * DAY_MS);
  const text = execFileSync('openssl', ['x509', '-noout', '-text'], { input: first.certificate }).toString();
  expect(text).toContain('CA:TRUE, pathlen:0');
  expect(text).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign\n/);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  for (const name of ['authority.pem', 'server.pem'])
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  const again = await open();
  expect(again.certificate).toBe(first.certificate);
  expect(again.server()).toEqual(first.server());
});

test("the broker's certificate has the names of the settings and localhost, and is made anew for other names", async () => {
  const first = (await open()).server();
  const certificate = new X509Certificate(first.cert);
  expect(certificate.checkHost('gateway.example.vn')).toBeDefined();
  expect(certificate.checkHost('localhost')).toBeDefined();
  expect(certificate.checkIP('10.0.0.1')).toBeDefined();
  const other = (await open(Date.now, ['other.example.vn'])).server();
  expect(new X509Certificate(other.cert).checkHost('other.example.vn')).toBeDefined();
  expect(other.cert).not.toBe(first.cert);
});

test("the broker's certificate is renewed before its end, and only then", async () => {
  let now = Date.now();
  const authority = await open(() => now);
  const first = authority.server();
  now += 200 * DAY_MS;
  expect(await authority.renewServer()).toBe(false);
  now += 60 * DAY_MS;
  expect(await authority.renewServer()).toBe(true);
  const renewed = authority.server();
  expect(renewed.key).not.toBe(first.key);
  expect(new X509Certificate(renewed.cert).validToDate.getTime()).toBeGreaterThan(
    new X509Certificate(first.cert).validToDate.getTime(),
  );
  expect((await open(() => now)).server()).toEqual(renewed);
});

test('a box whose clock says 1970 can trust root and broker', async () => {
  const authority = await open();
  for (const pem of [authority.certificate, authority.server().cert])
    expect(new X509Certificate(pem).validFromDate.getTime()).toBe(0);
});

test('a certificate of an edge is for 90 days, one name and one purpose, with a serial of its own', async () => {
  const authority = await open();
  const csr = makeCsr('somebody-else', newKey().privateKey);
  const [one, two] = [await authority.sign('edge-a', csr), await authority.sign('edge-a', csr)];
  const certificate = new X509Certificate(one.pem);
  expect(certificate.subject).toBe('CN=edge-a');
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(Math.abs(one.expiresAt - Date.now() - CLIENT_MS)).toBeLessThan(DAY_MS);
  expect(one.serial).toMatch(/^[0-9A-F]{32}$/);
  expect(one.serial).not.toBe(two.serial);
});

test('an authority that is lost or damaged stops the start with a sentence, and no new one takes its place', async () => {
  await open();
  const file = join(directory, 'authority.pem');
  const kept = readFileSync(file, 'utf8');
  writeFileSync(file, 'nothing');
  await expect(open()).rejects.toThrow(/authority\.pem: the authority of the gateway cannot be read/);
  rmSync(file);
  await expect(open()).rejects.toThrow(/authority\.pem: the authority of the gateway is missing/);
  writeFileSync(file, kept);
  await open();
});

const broken = (csr: string): string => {
  // The last letter of the signature's last full line.
  const lines = csr.trim().split('\n');
  const at = lines.length - 2;
  const line = lines[at] ?? '';
  const index = 10;
  lines[at] = `${line.slice(0, index)}${line[index] === 'A' ? 'B' : 'A'}${line.slice(index + 1)}`;
  return `${lines.join('\n')}\n`;
};
const openssl = (...algorithm: string[]): string =>
  execFileSync(
    'openssl',
    ['req', '-new', '-nodes', '-newkey', ...algorithm, '-keyout', '/dev/null', '-subj', '/CN=edge-a'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString();

test.each([
  ['of an RSA key', () => openssl('rsa:1024'), /P-256/],
  ['of another curve', () => makeCsr('edge-a', newKey('P-384').privateKey), /its key is P-384/],
  [
    'not signed by its key',
    () => broken(makeCsr('edge-a', newKey().privateKey)),
    /not signed with its own key|cannot be read/,
  ],
  ['too long', () => `${makeCsr('edge-a', newKey().privateKey)}${' '.repeat(2000)}`, /at most 2048/],
  ['two in one', () => makeCsr('edge-a', newKey().privateKey).repeat(2), /not one block/],
  [
    'no request',
    () => '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
    /cannot be read/,
  ],
])('a request %s is not signed', async (_, csr, reason) => {
  const authority = await open();
  await expect(authority.sign('edge-a', csr())).rejects.toThrow(reason);
});
