/** Who comes to the broker with a certificate that is not good, or not good any more. */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeCsr } from '../../edge/identity/csr.ts';
import { enrol } from '../../edge/identity/enrol.ts';
import { createAudit } from '../../gateway/audit/audit.ts';
import { openAuthority } from '../../gateway/identity/authority.ts';
import { createCertificates } from '../../gateway/identity/certificates.ts';
import { edgeTable } from '../../gateway/identity/edge-command.ts';
import { startGateway } from '../../gateway/main.ts';
import {
  foreignPair,
  newKey,
  type SecureGateway,
  signedBy,
  startSecureGateway,
  tryConnect,
} from '../support/identity.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let rig: SecureGateway;
beforeAll(async () => {
  rig = await startSecureGateway();
});
afterAll(() => rig.stop());

const SIGNING_KEY = 'A'.repeat(59);
const NOT_AUTHORIZED = 5;
const BAD_LOGIN = 4;
let names = 0;
const newName = (): string => `edge-${++names}`;

describe('certificates at the broker', () => {
  const connectWith = async (tls: object, login = {}) => {
    const { code, socket } = await tryConnect(rig.mqttsPort, tls, login);
    socket.destroy();
    return code;
  };

  test('its own certificate lets an edge in without a password, under its name only', async () => {
    const edge = newName();
    const pair = await rig.certificate(edge);
    expect(await connectWith(pair, { user: edge })).toBe(0);
    expect(await connectWith(pair)).toBe(0);
    const other = newName();
    await rig.certificate(other);
    expect(await connectWith(pair, { user: other })).toBe(NOT_AUTHORIZED);
    expect(await connectWith(pair, { user: edge, clientId: other })).toBe(2);
  });

  test('a certificate of a foreign authority is refused, also with the name of an edge', async () => {
    const edge = newName();
    const { ca } = await rig.certificate(edge);
    const foreign = await foreignPair(edge);
    expect(await connectWith({ ...foreign, ca }, { user: edge })).toBe(NOT_AUTHORIZED);
  });

  test('a certificate that is over is refused, also when the ledger says otherwise', async () => {
    const edge = newName();
    const pair = await rig.certificate(edge, 91 * 86_400_000);
    expect(await connectWith(pair, { user: edge })).toBe(NOT_AUTHORIZED);
    rig.beside(({ db }) =>
      db.prepare('UPDATE certificate SET expires_at = expires_at * 2 WHERE edge = ?').run(edge),
    );
    expect(await connectWith(pair, { user: edge })).toBe(NOT_AUTHORIZED);
  });

  test('a certificate that the ledger lets end before its own date is refused', async () => {
    const edge = newName();
    const pair = await rig.certificate(edge);
    rig.beside(({ db }) => db.prepare('UPDATE certificate SET expires_at = 1 WHERE edge = ?').run(edge));
    expect(await connectWith(pair, { user: edge })).toBe(NOT_AUTHORIZED);
  });

  test('a certificate of our authority that is not in the ledger is refused', async () => {
    const edge = newName();
    const { ca } = await rig.certificate(edge);
    const directory = join(rig.dataDir, 'identity');
    const stolen = await signedBy(
      await openAuthority({ directory, names: ['127.0.0.1'], now: Date.now }),
      edge,
    );
    expect(await connectWith({ ...stolen, ca }, { user: edge })).toBe(NOT_AUTHORIZED);
  });

  test('an edge whose certificate is newer than the ledger is named in the list with what to do, until it has another', async () => {
    const edge = newName();
    const pair = await rig.certificate(edge);
    const list = () => edgeTable({ flags: { data_dir: rig.dataDir } });
    const told = async () => (await list()).filter((row) => row.startsWith(`${edge}: refused at `));
    expect(await told()).toEqual([]);
    // As a backup of before its certificate has it.
    rig.beside(({ db }) => db.prepare('DELETE FROM certificate WHERE edge = ?').run(edge));
    for (let n = 0; n < 3; n++) expect(await connectWith(pair, { user: edge })).toBe(NOT_AUTHORIZED);
    expect(await told()).toEqual([
      expect.stringMatching(
        new RegExp(`quantrac edge code ${edge} here and quantrac enrol --again.*cấp mã mới`),
      ),
    ]);
    expect(await connectWith(await rig.certificate(edge), { user: edge })).toBe(0);
    expect(await told()).toEqual([]);
  });

  test("the broker's own certificate is good for no client", async () => {
    const { ca } = await rig.certificate(newName());
    const directory = join(rig.dataDir, 'identity');
    const { cert, key } = (await openAuthority({ directory, names: ['127.0.0.1'], now: Date.now })).server();
    expect(await connectWith({ cert, key, ca }, { user: 'edge-1' })).toBe(NOT_AUTHORIZED);
  });

  test('an edge cannot sign for others: a chain through its certificate is refused', async () => {
    const edge = newName();
    const { ca, ...pair } = await rig.certificate(edge);
    const folder = mkdtempSync(join(tmpdir(), 'quantrac-chain-'));
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const own = newKey();
    const csr = file('leaf.csr', makeCsr('edge-1', own.privateKey));
    const signed = execFileSync(
      'openssl',
      [
        'x509',
        '-req',
        '-in',
        csr,
        '-CA',
        file('ca.crt', pair.cert),
        '-CAkey',
        file('ca.key', pair.key),
        '-CAcreateserial',
        '-days',
        '1',
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    ).toString();
    rmSync(folder, { recursive: true, force: true });
    expect(await connectWith({ cert: `${signed}\n${pair.cert}`, key: own.pem, ca }, { user: 'edge-1' })).toBe(
      NOT_AUTHORIZED,
    );
  });

  test('a certificate with another name than the ledger has for it is refused, however long', async () => {
    const edge = newName();
    const { ca } = await rig.certificate(edge);
    const directory = join(rig.dataDir, 'identity');
    const authority = await openAuthority({ directory, names: ['127.0.0.1'], now: Date.now });
    for (const name of [`${edge}x`, `${edge}${'x'.repeat(200)}`]) {
      const { issued, ...pair } = await signedBy(authority, name);
      rig.beside((ledger) => {
        const certificates = createCertificates(ledger, createAudit(ledger, Date.now), Date.now);
        ledger.transaction(() => certificates.add(edge, issued, 'enrolled'));
      });
      expect(await connectWith({ ...pair, ca }, { user: edge })).toBe(NOT_AUTHORIZED);
    }
  });

  test('connections that never finish their handshake keep nobody out', async () => {
    const edge = newName();
    const pair = await rig.certificate(edge);
    const idle = Array.from({ length: 1200 }, () =>
      connectSocket(rig.mqttsPort, '127.0.0.1').on('error', () => {}),
    );
    try {
      await Promise.all(idle.map((socket) => once(socket, 'connect').catch(() => {})));
      expect(await connectWith(pair, { user: edge })).toBe(0);
      await vi.waitFor(() => expect(idle.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(150), {
        timeout: 20_000,
      });
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  test('without a certificate there is no way in but a password', async () => {
    const edge = newName();
    const { ca } = await rig.certificate(edge);
    expect(await connectWith({ ca }, { user: edge })).toBe(BAD_LOGIN);
    // An enrolled edge has none that could be guessed.
    for (const password of ['none', '', 'null'])
      expect(await connectWith({ ca }, { user: edge, password })).toBe(BAD_LOGIN);
  });

  test('TLS 1.2 is refused', async () => {
    const edge = newName();
    const pair = await rig.certificate(edge);
    expect(await connectWith({ ...pair, maxVersion: 'TLSv1.2' }, { user: edge })).toMatch(
      /PROTOCOL|ECONNRESET|closed/,
    );
  });

  test('an edge that does not trust the broker does not talk to it', async () => {
    const edge = newName();
    const pair = await rig.certificate(edge);
    const { ca } = await foreignPair(edge);
    expect(await connectWith({ ...pair, ca }, { user: edge })).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  });

  test('revoked by another process, the open connection ends at once and no new one begins', async () => {
    const [edge, other] = [newName(), newName()];
    const pair = await rig.certificate(edge);
    const calm = await tryConnect(rig.mqttsPort, await rig.certificate(other), { user: other });
    const { code, socket } = await tryConnect(rig.mqttsPort, pair, { user: edge });
    expect([code, calm.code]).toEqual([0, 0]);
    const closed = once(socket, 'close');
    const started = performance.now();
    rig.beside(({ db }) =>
      db.prepare("UPDATE certificate SET revoked_at = 1, reason = 'stolen' WHERE edge = ?").run(edge),
    );
    await closed;
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await connectWith(pair, { user: edge })).toBe(NOT_AUTHORIZED);
    expect(calm.socket.destroyed).toBe(false);
    calm.socket.destroy();
  });

  test('an account that is removed by another process takes its connection with it', async () => {
    const edge = newName();
    const { code, socket } = await tryConnect(rig.mqttsPort, await rig.certificate(edge), { user: edge });
    expect(code).toBe(0);
    const closed = once(socket, 'close');
    rig.beside(({ db }) => db.prepare('DELETE FROM account WHERE name = ?').run(edge));
    await closed;
  });

  test('an edge that is enrolled anew loses what it had, connection and all', async () => {
    const edge = newName();
    const old = await rig.certificate(edge);
    const { code, socket } = await tryConnect(rig.mqttsPort, old, { user: edge });
    expect(code).toBe(0);
    const closed = once(socket, 'close');
    await enrol({ url: rig.http, code: rig.code(edge), edge, signingKey: SIGNING_KEY });
    await closed;
    expect(await connectWith(old, { user: edge })).toBe(NOT_AUTHORIZED);
  });
});

test('MQTT without TLS beyond loopback stops the start, unless a person has written the sentence', async () => {
  const flags = { data_dir: join(rig.folder, 'plain'), log_level: 'silent', 'http.port': 0, 'mqtt.port': 0 };
  await expect(startGateway({ flags: { ...flags, 'mqtt.host': '0.0.0.0' } })).rejects.toThrow(
    /MQTT without TLS is for this machine only/,
  );
  await expect(
    startGateway({ flags: { ...flags, 'mqtt.host': '0.0.0.0', 'mqtt.plain_text_on_the_network': 'yes' } }),
  ).rejects.toThrow(/plain_text_on_the_network/);
  expect(existsSync(flags.data_dir)).toBe(false);
});
