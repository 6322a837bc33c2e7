/** One code and one command: from an empty box to readings that the gateway has stored, over TLS, and on when its certificate is renewed. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Service } from '../devices/kit/service.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { startAgent } from '../edge/agent.ts';
import { systemClock } from '../edge/clock.ts';
import { runEnrol } from '../edge/identity/enrol-command.ts';
import { readIdentity, writeIdentity } from '../edge/identity/files.ts';
import { type Field, silentLog, startField } from '../edge/rig.ts';
import { createClient } from './support/api.ts';
import { type SecureGateway, serialOf, startSecureGateway, TOKEN } from './support/identity.ts';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

const EDGE = 'hop-1';
const DAY_MS = 86_400_000;
let rig: SecureGateway;
let field: Field;
let agent: Service | null = null;

beforeEach(async () => {
  rig = await startSecureGateway();
  field = await startField();
  field.set('input', 1, [290, 393]);
});
afterEach(async () => {
  await agent?.stop();
  agent = null;
  await field.close();
  await rig.stop();
});

const dataDir = () => join(rig.folder, 'box');
const edgeSettings = () => ({
  id: EDGE,
  data_dir: dataDir(),
  log_level: 'silent',
  lines: [{ id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: field.port }],
  stations: [
    {
      id: 'cau-rong',
      kind: 'air',
      name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
      area: { vi: 'Sơn Trà', en: 'Son Tra' },
      latitude: 16.061,
      longitude: 108.227,
      instruments: [{ id: 'climate', profile: 'xy-md02', line: 'tcp', unit: 1, period_s: 0.2 }],
    },
  ],
});

/** The edge file as it lies in the box: without a word about the centre. */
function edgeFile(): string {
  const file = join(rig.folder, 'edge.yaml');
  writeFileSync(file, JSON.stringify(edgeSettings()));
  return file;
}

async function openAgent(): Promise<void> {
  agent = await startAgent({
    file: edgeFileSchema.parse(edgeSettings()),
    profiles: loadProfiles(),
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    reconnect: { firstMs: 50, maxMs: 100 },
  });
}

const api = () => createClient(rig.http, TOKEN);
const enrolBox = (code: string, again = false) =>
  runEnrol({ file: edgeFile() }, { url: rig.http, code, again });
const stored = async () =>
  (await api().stations()).length === 0 ? [] : await api().readings('cau-rong', 'air_temperature');

test('one code and one command make an edge that delivers over TLS', async () => {
  await expect(openAgent()).rejects.toThrow(/not enrolled/);
  const said = await enrolBox(rig.code(EDGE).toLowerCase().replaceAll('-', ' '));
  expect(said.join('\n')).toContain(`Enrolled as ${EDGE}`);
  expect(said.join('\n')).toContain(`Đã ghi danh ${EDGE}`);
  expect(readdirSync(join(dataDir(), 'identity')).sort()).toEqual([
    'ca.crt',
    'seal.key',
    'tls.pem',
    'uplink.json',
  ]);
  for (const name of readdirSync(join(dataDir(), 'identity')))
    expect(statSync(join(dataDir(), 'identity', name)).mode & 0o777).toBe(0o600);
  await openAgent();
  await vi.waitFor(async () => expect((await stored()).length).toBeGreaterThan(1), { timeout: 15_000 });
  const [edge] = (await api().call<{ edges: { edge: string; login: string }[] }>('certificates')).edges;
  expect(edge).toMatchObject({ edge: EDGE, login: 'certificate' });
});

test('what is done is in the audit log, with who did it and without any secret', async () => {
  const code = rig.code(EDGE);
  await enrolBox(code);
  const { entries } = await api().call<{ entries: { action: string; who: string; what: string }[] }>('audit');
  expect(entries.map(({ action }) => action)).toEqual(['edge.enrolled', 'certificate.issued', 'code.issued']);
  expect(entries.every(({ what }) => what === `edges/${EDGE}`)).toBe(true);
  expect(entries.slice(0, 2).map(({ who }) => who)).toEqual([EDGE, EDGE]);
  expect(JSON.stringify(entries)).not.toContain(code.slice(5));
});

test('a box that is enrolled is not enrolled by mistake, and with --again it is', async () => {
  await enrolBox(rig.code(EDGE));
  const first = readIdentity(dataDir());
  await expect(enrolBox(rig.code(EDGE))).rejects.toThrow(/is enrolled as hop-1 already/);
  expect(readIdentity(dataDir())).toEqual(first);
  await enrolBox(rig.code(EDGE), true);
  expect(readIdentity(dataDir())).not.toEqual(first);
});

test('a refused enrolment leaves what was there as it was', async () => {
  await enrolBox(rig.code(EDGE));
  const first = readIdentity(dataDir());
  await expect(enrolBox('0000-0000-0000-0000-0000', true)).rejects.toThrow(/the code is wrong/);
  await expect(enrolBox('what?', true)).rejects.toThrow(/this is no code/);
  expect(readIdentity(dataDir())).toEqual(first);
});

test('a line that fails once the gateway has answered costs no code', async () => {
  const code = rig.code(EDGE);
  const real = globalThis.fetch;
  const lost = vi.spyOn(globalThis, 'fetch').mockImplementationOnce(async (...given) => {
    await real(...given);
    throw new TypeError('fetch failed');
  });
  try {
    await enrolBox(code);
  } finally {
    lost.mockRestore();
  }
  expect(readIdentity(dataDir()).kind).toBe('good');
});

test('the gateway keeps its authority over a restart', async () => {
  await enrolBox(rig.code(EDGE));
  await rig.restart();
  await openAgent();
  await vi.waitFor(async () => expect((await stored()).length).toBeGreaterThan(0), { timeout: 15_000 });
});

test('a certificate is renewed before its end and taken into use without losing a reading', async () => {
  // Made 61 days ago by the clock of the authority: two thirds of its 90 days are over.
  const old = await rig.certificate(EDGE, 61 * DAY_MS);
  mkdirSync(dataDir());
  writeIdentity(dataDir(), { ...old, url: `mqtts://127.0.0.1:${rig.mqttsPort}` });
  await openAgent();
  const current = () => {
    const kept = readIdentity(dataDir());
    return kept.kind === 'good' ? kept.identity : null;
  };
  await vi.waitFor(() => expect(serialOf(current()?.cert ?? '')).not.toBe(serialOf(old.cert)), {
    timeout: 15_000,
  });
  expect(current()?.key).not.toBe(old.key);
  expect(new X509Certificate(current()?.cert ?? '').validToDate.getTime()).toBeGreaterThan(
    Date.now() + 89 * DAY_MS,
  );
  await vi.waitFor(async () => expect((await stored()).length).toBeGreaterThan(1), { timeout: 15_000 });
  // The old one ends: the edge is thrown out and comes back with the new one.
  const before = field.asked(1);
  rig.beside(({ db }) => db.prepare('UPDATE certificate SET revoked_at = 1 WHERE renewal = 0').run());
  await vi.waitFor(
    async () => {
      const seen = rig.beside(({ db }) => db.prepare('SELECT at FROM edge WHERE name = ?').get(EDGE));
      expect(Number(seen?.at)).toBeGreaterThan(0);
      expect(field.asked(1)).toBeGreaterThan(before + 10);
      expect((await stored()).length).toBeGreaterThan(before + 10);
    },
    { timeout: 20_000 },
  );
  await agent?.stop();
  agent = null;
  // The stop may have cut off the last one before its answer was read.
  const asked = field.asked(1);
  await vi.waitFor(async () => expect(asked - (await stored()).length).toBeLessThanOrEqual(1), {
    timeout: 10_000,
  });
});

test('a gateway signs once an hour for an edge, and for nobody who has no certificate', async () => {
  const old = await rig.certificate(EDGE, 61 * DAY_MS);
  mkdirSync(dataDir());
  writeIdentity(dataDir(), { ...old, url: `mqtts://127.0.0.1:${rig.mqttsPort}` });
  await openAgent();
  await vi.waitFor(
    () => expect(readFileSync(join(dataDir(), 'identity/tls.pem'), 'utf8')).not.toContain(old.cert.trim()),
    {
      timeout: 15_000,
    },
  );
  const count = () =>
    rig.beside(({ db }) =>
      Number(db.prepare('SELECT count(*) AS n FROM certificate WHERE renewal = 1').get()?.n),
    );
  expect(count()).toBe(1);
  await agent?.stop();
  // As if the answer had been lost: it asks at once, and is told to wait.
  writeIdentity(dataDir(), { ...old, url: `mqtts://127.0.0.1:${rig.mqttsPort}` });
  await openAgent();
  await vi.waitFor(
    async () => {
      const { entries } = await api().call<{ entries: { reason: string }[] }>('quarantine');
      expect(entries.map(({ reason }) => reason)).toContain(
        'its certificate was renewed within the last hour',
      );
    },
    { timeout: 15_000 },
  );
  expect(count()).toBe(1);
});
