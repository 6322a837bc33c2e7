/** A gateway as a user starts it: a process of its own, its own folder, free ports, accounts for a load. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../../../demo/process.ts';
import { createAccounts } from '../../../gateway/accounts.ts';
import { openLedger } from '../../../gateway/ledger.ts';
import { createClient } from '../../support/api.ts';
import { EDGE_PASSWORD } from '../devices-edge.ts';
import { progress } from './run.ts';

const TOKEN = 'the-token-of-a-bench-gateway';
const STOP_MS = 20_000;

export type StoreChoice =
  | { readonly kind: 'sqlite' }
  | { readonly kind: 'influx'; readonly url: string; readonly database: string };

export interface BenchGateway {
  readonly pid: number;
  readonly mqttPort: number;
  readonly api: ReturnType<typeof createClient>;
  /** Of all accounts. */
  readonly password: string;
  /** The whole answer to a SensorThings query. */
  sensorThings(query: string): Promise<Buffer>;
  /** Readings stored since its start, repeats included, as its metrics tell. */
  accepted(): Promise<number>;
  /** Ends it and deletes its folder; answers the bytes that its readings took on disk. */
  stop(): Promise<number>;
}

export interface GatewayOptions {
  readonly store: StoreChoice;
  /** Accounts of edges. */
  readonly clients: readonly string[];
  /** An account of the kind flows, which hears live readings. */
  readonly flows?: string;
  /** An operations centre that takes its feed. */
  readonly ioc?: { readonly url: string; readonly secret: string };
}

export const clientNames = (count: number, prefix = 'edge'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

export async function startBenchGateway({
  store,
  clients,
  flows,
  ioc,
}: GatewayOptions): Promise<BenchGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-gateway-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const password = EDGE_PASSWORD;
  await makeAccounts(dataDir, password, clients, flows);
  const file = join(folder, 'gateway.yaml');
  // JSON is YAML.
  const settings = {
    data_dir: dataDir,
    http: { port: 0 },
    mqtt: { port: 0 },
    store,
    ioc: { destinations: ioc === undefined ? [] : [{ id: 'centre', ...ioc }] },
  };
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  const logFile = join(folder, 'gateway.log');
  const running = await startProcess('gateway', {
    args: ['gateway', '--config', file],
    logFile,
    env: { QUANTRAC_TOKEN: TOKEN },
  });
  let stopping = false;
  let stopped: Promise<number> | null = null;
  void running.ended.then((how) => {
    if (!stopping)
      progress(`the gateway ended by itself (${how}):\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
  });
  const { httpPort, mqttPort } = running.ready as { httpPort: number; mqttPort: number };
  return {
    pid: running.child.pid ?? 0,
    mqttPort,
    password,
    api: createClient(`http://127.0.0.1:${httpPort}`, TOKEN),
    async sensorThings(query) {
      const answer = await fetch(`http://127.0.0.1:${httpPort}/sta/v1.1/${query}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (!answer.ok) throw new Error(`${query}: ${answer.status} ${bytes}`);
      return bytes;
    },
    async accepted() {
      const answer = await fetch(`http://127.0.0.1:${httpPort}/metrics`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      return Number(/^quantrac_readings_accepted_total (\S+)$/m.exec(await answer.text())?.[1] ?? Number.NaN);
    },
    stop() {
      stopping = true;
      stopped ??= running.stop(STOP_MS).then(() => {
        const bytes = bytesOfReadings(dataDir);
        remove();
        return bytes;
      });
      return stopped;
    },
  };
}

/** All but the ledger, which keeps everything besides readings. */
const bytesOfReadings = (dataDir: string): number =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('ledger'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** One password for all: its hash takes long on purpose, and thousands of them would take minutes. Checking each login does. */
async function makeAccounts(
  dataDir: string,
  password: string,
  clients: readonly string[],
  flows: string | undefined,
): Promise<void> {
  const ledger = openLedger(dataDir);
  try {
    const accounts = createAccounts(ledger, Date.now);
    if (flows !== undefined) await accounts.putAccount(flows, 'flows', password);
    const [first, ...others] = clients;
    if (first === undefined) return;
    await accounts.putAccount(first, 'edge', password);
    const copy = ledger.db.prepare(
      'INSERT INTO account (name, kind, password, created_at) SELECT ?, kind, password, created_at FROM account WHERE name = ?',
    );
    ledger.transaction(() => {
      for (const name of others) copy.run(name, first);
    });
  } finally {
    ledger.close();
  }
}
