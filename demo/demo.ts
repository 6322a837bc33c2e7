/**
 * The whole path on one machine, as real processes that talk over real sockets: simulated instruments, two edges,
 * gateway, flows and a small operations centre.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Service } from '../devices/kit/service.ts';
import { dayOf, HOUR_MS } from '../devices/local-time.ts';
import { addLink, withAccounts } from '../gateway/admin.ts';
import { ensurePast } from './past.ts';
import { checkPorts } from './ports.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

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

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await checkPorts([
    { port: options.httpPort, option: '--http-port' },
    { port: options.mqttPort, option: '--mqtt-port' },
    { port: options.flowsPort, option: '--flows-port' },
    { port: options.iocPort, option: '--ioc-port' },
    ...fieldPorts(options.fieldPort).map((port) => ({ port, option: '--field-port' })),
  ]);
  const secrets = loadSecrets(dataDir, [...EDGES, BUOY, GUEST, 'flows']);
  const supervisor = createSupervisor(join(dataDir, 'logs'), options.print);
  try {
    const addresses = await startAll(options, dataDir, secrets, supervisor);
    return { addresses, stop: supervisor.stop, pids: supervisor.pids };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

/** Each process gets a file of its own in the data folder, as it would in the field. */
async function startAll(
  options: DemoOptions,
  dataDir: string,
  secrets: Secrets,
  supervisor: Supervisor,
): Promise<DemoAddresses> {
  const { print } = options;
  const step = (text: string): void => print(`  ✓ ${text}`);
  /** Arguments of a command whose settings were just written. */
  const withConfig = (command: string, name: string, settings: unknown): string[] => {
    const file = join(dataDir, `${name}.yaml`);
    writeFileSync(file, stringify(settings), { mode: 0o600 });
    return [command, '--config', file];
  };

  const startReceiver = async (): Promise<number> => {
    const { port } = await supervisor.run<{ port: number }>('receiver', {
      args: (before) => ['receiver', '--port', String(before?.port ?? options.iocPort)],
      env: { QUANTRAC_WEBHOOK_SECRET: secrets.webhook },
      onOutput: (text) => {
        for (const line of text.trimEnd().split('\n')) print(`IOC ← ${line}`);
      },
    });
    step(`IOC receiver on port ${port}`);
    return port;
  };

  const gatewayDir = join(dataDir, 'gateway');
  const link = await prepareLedger(gatewayDir, secrets);
  const pastFrom = await ensurePast(gatewayDir, EDGES, Date.now());
  const startGateway = async (iocPort: number): Promise<{ httpPort: number; mqttPort: number }> => {
    const ready = await supervisor.run<{ httpPort: number; mqttPort: number }>('gateway', {
      args: (before) =>
        withConfig('gateway', 'gateway', {
          derive: derived(pastFrom ?? Date.now()),
          data_dir: gatewayDir,
          http: { port: before?.httpPort ?? options.httpPort },
          mqtt: { port: before?.mqttPort ?? options.mqttPort },
          ioc: {
            destinations: [{ id: 'ioc', url: `http://127.0.0.1:${iocPort}/`, secret: secrets.webhook }],
          },
        }),
    });
    step(`gateway: page and API on port ${ready.httpPort}, MQTT on port ${ready.mqttPort}`);
    return ready;
  };
  // Both at once when the receiver's port is known beforehand.
  const receiving = startReceiver();
  const [gateway] = await Promise.all([
    options.iocPort === 0 ? receiving.then(startGateway) : startGateway(options.iocPort),
    receiving,
  ]);

  const mqttUrl = `mqtt://127.0.0.1:${gateway.mqttPort}`;
  const startFlows = async (): Promise<number> => {
    const { port } = await supervisor.run<{ port: number }>('flows', {
      args: (before) =>
        withConfig('flows', 'flows', {
          data_dir: join(dataDir, 'flows'),
          http: { port: before?.port ?? options.flowsPort },
          mqtt: { url: mqttUrl, password: secrets.accounts.flows },
          editor: { password: secrets.editor },
          credential_secret: secrets.flows_credentials,
        }),
    });
    step(`flows: Node-RED editor on port ${port}`);
    return port;
  };
  const startField = async (): Promise<Ports> => {
    const field = template('field') as { lines: { id: string }[] };
    const { lines } = await supervisor.run<{ lines: Ports }>('field', {
      args: (before) =>
        withConfig('field', 'field', {
          ...field,
          base_port: options.fieldPort,
          lines: field.lines.map((line) => ({ ...line, port: before?.lines[line.id] })),
          speed: options.speed,
          scenario: options.scenario,
          mqtt: { url: mqttUrl, password: secrets.accounts[BUOY] },
        }),
    });
    const ports = Object.values(lines);
    step(`field: ${ports.length} lines of simulated instruments, ports ${ports.join(', ')}`);
    await Promise.all(EDGES.map((edge) => startEdge(edge, lines)));
    return lines;
  };
  const startEdge = async (edge: string, ports: Ports): Promise<void> => {
    const file = template(edge) as { lines: { id: string }[] };
    await supervisor.run(edge, {
      args: () =>
        withConfig('edge', edge, {
          ...file,
          data_dir: join(dataDir, edge),
          uplink: { url: mqttUrl, password: secrets.accounts[edge] },
          lines: file.lines.map((line) => ({ ...line, port: ports[line.id] })),
        }),
    });
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

/** Port by line of the field. */
type Ports = Readonly<Record<string, number>>;

const template = (name: string): Record<string, unknown> =>
  parse(readFileSync(join(import.meta.dirname, `${name}.yaml`), 'utf8')) as Record<string, unknown>;

/** P that the zone begins with, as if rangers had told it: without it P waits for the first day of enough rain. */
const KNOWN_P = 6000;
const P_HOUR = 13;

function derived(from: number): unknown {
  const { derive } = template('gateway') as { derive: { fire_zones: object[] } };
  const known = { day: dayOf(from - P_HOUR * HOUR_MS), p: KNOWN_P };
  return { ...derive, fire_zones: derive.fire_zones.map((zone) => ({ ...zone, known })) };
}

/** One port for each line of the field, from the first on. */
function fieldPorts(first: number): number[] {
  const { lines } = template('field') as { lines: unknown[] };
  return first === 0 ? [] : lines.map((_, index) => first + index);
}

/** Accounts, the admin and a one-time link, as an administrator makes them with the commands of the same names. */
const prepareLedger = (dataDir: string, secrets: Secrets): Promise<string> =>
  withAccounts({ flags: { data_dir: dataDir } }, async (accounts) => {
    const machine = Object.entries(secrets.accounts).filter(([name]) => !accounts.hasAccount(name));
    await Promise.all(
      machine.map(([name, password]) =>
        accounts.putAccount(name, name === 'flows' ? 'flows' : 'edge', password),
      ),
    );
    if (!accounts.hasUser('admin')) {
      await accounts.putUser('admin', { role: 'admin', areas: null, password: secrets.admin });
    }
    return addLink(accounts, 'admin');
  });
