/**
 * The whole path on one machine, as real processes that talk over real sockets: simulated instruments, two edges,
 * gateway, flows and a small operations centre.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { Service } from '../devices/kit/service.ts';
import { addLink, withAccounts } from '../gateway/admin.ts';
import { checkPorts } from './ports.ts';
import { type ProcessOptions, type RunningProcess, startProcess } from './process.ts';
import { loadSecrets, type Secrets } from './secrets.ts';

export interface DemoOptions {
  readonly dataDir: string;
  /** 0 asks for any free port. */
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly flowsPort: number;
  /** First port of the simulated instruments. */
  readonly fieldPort: number;
  readonly iocPort: number;
  readonly speed: number;
  readonly scenario: 'none' | 'fire';
  print(line: string): void;
}

export interface DemoAddresses {
  readonly page: string;
  /** The page with a one-time login. */
  readonly login: string;
  readonly editor: string;
  readonly mqttPort: number;
  readonly lines: Readonly<Record<string, number>>;
}

export interface Demo extends Service {
  readonly addresses: DemoAddresses;
  /** Process id by process, as they are now. */
  pids(): Readonly<Record<string, number>>;
}

const EDGES = ['edge-coast', 'edge-forest'] as const;
const BUOY = 'buoy-vu-gia';
/** An account to try one's own device with, as the README shows. */
const GUEST = 'guest';
const STOP_MS = 1800;
/** A process that ends by itself is started again, unless it ends so often. */
const RESTART_PAUSE_MS = 1000;
const MAX_RESTARTS = 10;

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { print } = options;
  const dataDir = resolve(options.dataDir);
  const logs = join(dataDir, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  await checkPorts([
    { port: options.httpPort, option: '--http-port' },
    { port: options.mqttPort, option: '--mqtt-port' },
    { port: options.flowsPort, option: '--flows-port' },
    { port: options.iocPort, option: '--ioc-port' },
    ...fieldPorts(options.fieldPort).map((port) => ({ port, option: '--field-port' })),
  ]);
  const secrets = loadSecrets(dataDir, [...EDGES, BUOY, GUEST, 'flows']);
  const running = new Map<string, RunningProcess>();
  let stopping = false;

  const run = async (
    name: string,
    args: readonly string[],
    extra: Partial<ProcessOptions> = {},
  ): Promise<unknown> => {
    const started = await startProcess(name, { args, logFile: join(logs, `${name}.log`), ...extra });
    running.set(name, started);
    void supervise(name, args, extra, started);
    return started.ready;
  };
  /** What a service manager does in the field: a process that was killed comes back. */
  const supervise = async (
    name: string,
    args: readonly string[],
    extra: Partial<ProcessOptions>,
    first: RunningProcess,
  ): Promise<void> => {
    let process = first;
    for (let restarts = 0; restarts < MAX_RESTARTS; restarts++) {
      const how = await process.ended;
      if (stopping) return;
      print(`! ${name} ended (${how}); it is started again`);
      await sleep(RESTART_PAUSE_MS);
      if (stopping) return;
      try {
        process = await startProcess(name, { args, logFile: join(logs, `${name}.log`), ...extra });
        running.set(name, process);
        if (stopping) return void (await process.stop(STOP_MS));
      } catch (error) {
        print(`! ${(error as Error).message}`);
      }
    }
    print(`! ${name} ends again and again and is left alone; its log is in ${logs}`);
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    await Promise.all([...running.values()].map((process) => process.stop(STOP_MS)));
  };

  try {
    const addresses = await startAll(options, dataDir, secrets, run);
    return {
      addresses,
      stop,
      pids: () => Object.fromEntries([...running].map(([name, { child }]) => [name, child.pid ?? 0])),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Run = (name: string, args: readonly string[], extra?: Partial<ProcessOptions>) => Promise<unknown>;

async function startAll(
  options: DemoOptions,
  dataDir: string,
  secrets: Secrets,
  run: Run,
): Promise<DemoAddresses> {
  const { print } = options;
  const config = (name: string, content: unknown): string => {
    const file = join(dataDir, `${name}.yaml`);
    writeFileSync(file, stringify(content), { mode: 0o600 });
    return file;
  };
  const step = (text: string): void => print(`  ✓ ${text}`);

  const receiver = (await run('receiver', ['receiver', '--port', String(options.iocPort)], {
    env: { QUANTRAC_WEBHOOK_SECRET: secrets.webhook },
    onOutput: (text) => {
      for (const line of text.trimEnd().split('\n')) print(`IOC ← ${line}`);
    },
  })) as { port: number };
  step(`IOC receiver on port ${receiver.port}`);

  const gatewaySettings = {
    data_dir: join(dataDir, 'gateway'),
    http: { port: options.httpPort },
    mqtt: { port: options.mqttPort },
    ioc: {
      destinations: [{ id: 'ioc', url: `http://127.0.0.1:${receiver.port}/`, secret: secrets.webhook }],
    },
  };
  config('gateway', gatewaySettings);
  const link = await prepareLedger(join(dataDir, 'gateway.yaml'), secrets);
  const gateway = (await run('gateway', ['gateway', '--config', join(dataDir, 'gateway.yaml')])) as {
    httpPort: number;
    mqttPort: number;
  };
  // From now on with the ports that it got, so that it comes back on the same ones.
  config('gateway', {
    ...gatewaySettings,
    http: { port: gateway.httpPort },
    mqtt: { port: gateway.mqttPort },
  });
  step(`gateway: page and API on port ${gateway.httpPort}, MQTT on port ${gateway.mqttPort}`);

  const mqttUrl = `mqtt://127.0.0.1:${gateway.mqttPort}`;
  const startFlows = async (): Promise<number> => {
    const file = config('flows', {
      data_dir: join(dataDir, 'flows'),
      http: { port: options.flowsPort },
      mqtt: { url: mqttUrl, password: secrets.accounts.flows },
      editor: { password: secrets.editor },
      credential_secret: secrets.flows_credentials,
    });
    const { port } = (await run('flows', ['flows', '--config', file])) as { port: number };
    step(`flows: Node-RED editor on port ${port}`);
    return port;
  };
  const startField = async (): Promise<Record<string, number>> => {
    const file = config('field', {
      ...template('field'),
      base_port: options.fieldPort,
      speed: options.speed,
      scenario: options.scenario,
      mqtt: { url: mqttUrl, password: secrets.accounts[BUOY] },
    });
    const { lines } = (await run('field', ['field', '--config', file])) as { lines: Record<string, number> };
    step(
      `field: ${Object.keys(lines).length} lines of simulated instruments, ports ${Object.values(lines).join(', ')}`,
    );
    await Promise.all(EDGES.map((edge) => startEdge(edge, lines)));
    return lines;
  };
  const startEdge = async (edge: string, lines: Readonly<Record<string, number>>): Promise<void> => {
    const file = template(edge);
    const settings = {
      ...file,
      data_dir: join(dataDir, edge),
      uplink: { url: mqttUrl, password: secrets.accounts[edge] },
      lines: (file.lines as { id: string }[]).map((line) => ({ ...line, port: lines[line.id] })),
    };
    await run(edge, ['edge', '--config', config(edge, settings)]);
    step(edge);
  };

  const [flowsPort, lines] = await Promise.all([startFlows(), startField()]);
  const page = `http://127.0.0.1:${gateway.httpPort}`;
  return {
    page,
    login: `${page}/login/${link}`,
    editor: `http://127.0.0.1:${flowsPort}`,
    mqttPort: gateway.mqttPort,
    lines,
  };
}

const template = (name: string): Record<string, unknown> =>
  parse(readFileSync(join(import.meta.dirname, `${name}.yaml`), 'utf8')) as Record<string, unknown>;

/** One port for each line of the field, from the first on. */
function fieldPorts(first: number): number[] {
  const { lines } = template('field') as { lines: unknown[] };
  return first === 0 ? [] : lines.map((_, index) => first + index);
}

/** Accounts, the admin and a one-time link, as an administrator makes them with the commands of the same names. */
const prepareLedger = (file: string, secrets: Secrets): Promise<string> =>
  withAccounts({ file }, async (accounts) => {
    const machine = Object.entries(secrets.accounts).filter(([name]) => !accounts.hasAccount(name));
    await Promise.all(
      machine.map(([name, password]) =>
        accounts.putAccount(name, name === 'flows' ? 'flows' : 'edge', password),
      ),
    );
    if (!accounts.hasUser('admin')) await accounts.putUser('admin', 'admin', secrets.admin);
    return addLink(accounts, 'admin');
  });
