/** A gateway that speaks TLS, with as many enrolled edges as are asked for; it can be killed and started again where it was. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../../../demo/process.ts';
import { freePort } from '../../../devices/kit/free-port.ts';
import { makeCsr } from '../../../edge/identity/csr.ts';
import { createAccounts } from '../../../gateway/accounts.ts';
import { createAudit } from '../../../gateway/audit/audit.ts';
import { openAuthority } from '../../../gateway/identity/authority.ts';
import { createCertificates } from '../../../gateway/identity/certificates.ts';
import { openLedger } from '../../../gateway/ledger.ts';
import { createClient } from '../../support/api.ts';
import { progress } from './run.ts';

const TOKEN = 'the-token-of-a-bench-gateway';
const FLOWS = 'bench-flows';
const FLOWS_PASSWORD = 'for-a-bench-of-reconnecting';
const STOP_MS = 20_000;

export interface EnrolledEdge {
  readonly name: string;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface SecureGateway {
  readonly edges: readonly EnrolledEdge[];
  readonly ca: string;
  readonly mqttsPort: number;
  readonly mqttPort: number;
  readonly flows: { readonly account: string; readonly password: string };
  readonly api: ReturnType<typeof createClient>;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** Resolves when it says that it is ready. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSecureGateway(names: readonly string[]): Promise<SecureGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-gateway-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const { edges, ca } = await enrolAll(dataDir, names);
  const [mqttPort, mqttsPort, httpPort] = [await freePort(), await freePort(), await freePort()];
  const file = join(folder, 'gateway.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      data_dir: dataDir,
      http: { port: httpPort },
      mqtt: { port: mqttPort, tls: { port: mqttsPort } },
    }),
  );
  const logFile = join(folder, 'gateway.log');
  const open = () =>
    startProcess('gateway', { args: ['gateway', '--config', file], logFile, env: { QUANTRAC_TOKEN: TOKEN } });
  let running = await open();
  let wanted = true;
  const watch = (): void =>
    void running.ended.then((how) => {
      if (wanted)
        progress(`the gateway ended by itself (${how}):\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    });
  watch();
  return {
    edges,
    ca,
    mqttPort,
    mqttsPort,
    flows: { account: FLOWS, password: FLOWS_PASSWORD },
    api: createClient(`http://127.0.0.1:${httpPort}`, TOKEN),
    async kill() {
      wanted = false;
      running.child.kill('SIGKILL');
      await running.ended;
    },
    async start() {
      running = await open();
      wanted = true;
      watch();
    },
    async stop() {
      wanted = false;
      await running.stop(STOP_MS);
      remove();
    },
  };
}

/** As an enrolment leaves them, without a thousand boxes that ask. */
async function enrolAll(dataDir: string, names: readonly string[]) {
  const ledger = openLedger(dataDir);
  try {
    const authority = await openAuthority({ directory: join(dataDir, 'identity'), names: [], now: Date.now });
    const audit = createAudit(ledger, Date.now);
    const certificates = createCertificates(ledger, audit, Date.now);
    await createAccounts(ledger, Date.now).putAccount(FLOWS, 'flows', FLOWS_PASSWORD);
    const account = ledger.db.prepare("INSERT INTO account VALUES (?, 'edge', 'none', ?)");
    const edges = names.map((name) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return { name, key, csr: makeCsr(name, privateKey) };
    });
    const issued = await Promise.all(edges.map(({ name, csr }) => authority.sign(name, csr)));
    ledger.transaction(() => {
      for (const [index, { name }] of edges.entries()) {
        account.run(name, Date.now());
        const certificate = issued[index];
        if (certificate !== undefined) certificates.add(name, certificate, 'enrolled');
      }
    });
    return {
      edges: edges.map(({ name, key }, index) => ({ name, key, cert: issued[index]?.pem ?? '' })),
      ca: authority.certificate,
    };
  } finally {
    ledger.close();
  }
}
