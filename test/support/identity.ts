/** A gateway that speaks TLS, and edges with certificates of its authority: for tests of who gets in. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { generate } from 'mqtt-packet';
import { makeCsr } from '../../edge/identity/csr.ts';
import type { EdgeIdentity } from '../../edge/identity/files.ts';
import type { Gateway } from '../../gateway/app.ts';
import { createAudit } from '../../gateway/audit/audit.ts';
import { openAuthority } from '../../gateway/identity/authority.ts';
import { createCertificates } from '../../gateway/identity/certificates.ts';
import { createCodes } from '../../gateway/identity/codes.ts';
import { type Ledger, openLedger } from '../../gateway/ledger.ts';
import { startGateway } from '../../gateway/main.ts';

export type Pair = Pick<EdgeIdentity, 'cert' | 'key' | 'ca'>;

export interface SecureGateway {
  readonly gateway: Gateway;
  /** Of this test alone, removed at the end. */
  readonly folder: string;
  readonly dataDir: string;
  readonly http: string;
  readonly mqttsPort: number;
  /** The ledger as another process has it: opened beside the gateway and closed again. */
  beside<T>(work: (ledger: Ledger) => T): T;
  /** A code for this edge, made beside the gateway; `now` is the clock of who makes it. */
  code(edge: string, now?: () => number): string;
  /** A certificate that the gateway lets in, made `agoMs` ago. */
  certificate(edge: string, agoMs?: number): Promise<Pair>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSecureGateway(): Promise<SecureGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-identity-'));
  const dataDir = join(folder, 'gateway');
  const flags = {
    data_dir: dataDir,
    log_level: 'silent',
    'http.port': 0,
    'mqtt.port': 0,
    'mqtt.tls': { port: 0, names: ['127.0.0.1'] },
    token: TOKEN,
  };
  let gateway = await startGateway({ flags });
  const beside = <T>(work: (ledger: Ledger) => T): T => {
    const ledger = openLedger(dataDir);
    try {
      return work(ledger);
    } finally {
      ledger.close();
    }
  };
  return {
    get gateway() {
      return gateway;
    },
    folder,
    dataDir,
    get http() {
      return `http://127.0.0.1:${gateway.ready.httpPort}`;
    },
    get mqttsPort() {
      return gateway.ready.mqttsPort ?? 0;
    },
    beside,
    code: (edge, now = Date.now) =>
      beside((ledger) => createCodes(ledger, createAudit(ledger, now), now).issue(edge).code),
    async certificate(edge, agoMs = 0) {
      const now = () => Date.now() - agoMs;
      const authority = await openAuthority({
        directory: join(dataDir, 'identity'),
        names: ['127.0.0.1'],
        now,
      });
      const pair = await signedBy(authority, edge);
      beside((ledger) => {
        ledger.db
          .prepare("INSERT INTO account VALUES (?, 'edge', 'none', 0) ON CONFLICT DO NOTHING")
          .run(edge);
        createCertificates(ledger, createAudit(ledger, now), now).add(edge, pair.issued, 'enrolled');
      });
      return pair;
    },
    async restart() {
      const { mqttsPort, httpPort } = gateway.ready;
      await gateway.stop();
      gateway = await startGateway({
        flags: { ...flags, 'http.port': httpPort, 'mqtt.tls': { port: mqttsPort, names: ['127.0.0.1'] } },
      });
    },
    async stop() {
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const TOKEN = 'the-token-of-a-test-of-identity';

export function newKey(curve = 'P-256') {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return { privateKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

export async function signedBy(
  authority: Awaited<ReturnType<typeof openAuthority>>,
  edge: string,
): Promise<Pair & { readonly issued: Awaited<ReturnType<typeof authority.sign>> }> {
  const { privateKey, pem } = newKey();
  const issued = await authority.sign(edge, makeCsr(edge, privateKey));
  return { cert: issued.pem, key: pem, ca: authority.certificate, issued };
}

/** What the broker answered to a CONNECT over TLS: a return code, or that it hung up. `stays`: the connection, when it is in. */
export async function tryConnect(
  port: number,
  tls: ConnectionOptions,
  {
    user,
    clientId = user ?? 'nobody',
    password,
  }: { user?: string; clientId?: string; password?: string } = {},
): Promise<{ readonly code: number | string; readonly socket: ReturnType<typeof connect> }> {
  const socket = connect({ host: '127.0.0.1', port, ...tls });
  const failed = new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
  });
  const connected = await Promise.race([once(socket, 'secureConnect').then(() => null), failed]);
  if (connected !== null) return { code: connected, socket };
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 30,
      clientId,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password: Buffer.from(password) }),
    }),
  );
  const answer = await Promise.race([
    once(socket, 'data').then(([data]) => (data as Buffer)[3] ?? -1),
    failed,
  ]);
  return { code: answer, socket };
}

export const serialOf = (pem: string): string => new X509Certificate(pem).serialNumber;

/** Of an authority that the gateway does not know. */
export async function foreignPair(edge: string): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), 'quantrac-foreign-'));
  try {
    return await signedBy(await openAuthority({ directory, names: [], now: Date.now }), edge);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
