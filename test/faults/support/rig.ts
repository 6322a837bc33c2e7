/**
 * A small province as real processes: a gateway, edges that read instruments of this process, and a link between each
 * client and the gateway that can fail. Folder and ports are its own, and stay the same when a process is started again.
 *
 *     const rig = await startRig({ name: 'kill', edges: [{ id: 'edge-1' }] });
 *     rig.edges[0].link.cut();
 *     await settled(rig); // oracle.ts
 *     await checkAll(rig);
 *     await rig.stop();
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../devices/kit/free-port.ts';
import { addDevice, withAccounts } from '../../../gateway/admin.ts';
import { createClient } from '../../support/api.ts';
import { type Field, fieldFile, startField } from './field.ts';
import { type Link, startLink } from './link.ts';
import { type Restartable, restartable } from './restartable.ts';

export interface EdgeOptions {
  readonly id: string;
  /** How many stations it reads, one of them without; named `{id}-1` and so on. */
  readonly stations?: number;
  readonly periodS?: number;
  /** Limits of each station: a wind of n m/s crosses n of them. */
  readonly steps?: number;
  /** MQTT keep alive; the edge's own when absent. */
  readonly keepaliveS?: number;
  readonly dataDir?: string;
  /** More fields of its file, as `outbox_megabytes`. */
  readonly file?: object;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RigOptions {
  readonly name: string;
  readonly edges: readonly EdgeOptions[];
  /** The gateway's `store` settings; the embedded store when absent. */
  readonly store?: object;
  readonly gatewayDir?: string;
  /** Accounts beside the edges', with a link each. */
  readonly clients?: readonly string[];
}

export interface Edge {
  readonly id: string;
  readonly process: Restartable;
  readonly link: Link;
  readonly field: Field;
  readonly stations: readonly string[];
  readonly periodS: number;
  /** The highest wind that each station has seen: so many limits have been crossed there. */
  readonly crossed: Map<string, number>;
  /** Lets the wind of a station cross its next limit. */
  crossNext(station: string): void;
}

export interface DirectClient {
  readonly id: string;
  readonly password: string;
  readonly link: Link;
}

export interface Rig {
  readonly name: string;
  readonly folder: string;
  /** Epoch ms: nothing is older. */
  readonly startedAt: number;
  readonly gateway: Restartable;
  readonly edges: readonly Edge[];
  readonly clients: readonly DirectClient[];
  readonly apiUrl: string;
  readonly token: string;
  readonly api: ReturnType<typeof createClient>;
  /** One line of what was done and counted. */
  say(line: string): void;
  /** Stops and deletes everything, whatever of it fails. */
  stop(): Promise<void>;
}

const TOKEN = 'the-token-of-the-fault-suite';

/** Rejects when a process cannot start; nothing is left then. */
export async function startRig(options: RigOptions): Promise<Rig> {
  await using undo = new AsyncDisposableStack();
  const startedAt = Date.now();
  const folder = mkdtempSync(join(tmpdir(), `quantrac-faults-${options.name.replaceAll(' ', '-')}-`));
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));
  const gatewayDir = options.gatewayDir ?? join(folder, 'gateway');
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const { clients: clientIds = [] } = options;
  const ids = [...options.edges.map(({ id }) => id), ...clientIds];
  mkdirSync(gatewayDir, { recursive: true });
  const passwords = await withAccounts({ flags: { data_dir: gatewayDir } }, async (accounts) => {
    const made = new Map<string, string>();
    for (const id of ids) made.set(id, await addDevice(accounts, id, 'edge'));
    return made;
  });
  const gateway = restartable({
    name: 'gateway',
    command: 'gateway',
    folder,
    settings: {
      data_dir: gatewayDir,
      http: { port: httpPort },
      mqtt: { port: mqttPort },
      ...(options.store && { store: options.store }),
    },
    env: { QUANTRAC_TOKEN: TOKEN },
  });
  undo.defer(() => gateway.stop());
  const edges: Edge[] = [];
  for (const edge of options.edges)
    edges.push(await prepareEdge(edge, { folder, mqttPort, password: passwords.get(edge.id) ?? '', undo }));
  const clients: DirectClient[] = [];
  for (const id of clientIds) {
    const link = await startLink(mqttPort);
    undo.defer(() => link.stop());
    clients.push({ id, password: passwords.get(id) ?? '', link });
  }
  undo.defer(async () => {
    await Promise.all(edges.map(({ process }) => process.stop()));
  });
  await gateway.start();
  const starts = await Promise.allSettled(edges.map(({ process }) => process.start()));
  for (const start of starts) if (start.status === 'rejected') throw start.reason;

  const apiUrl = `http://127.0.0.1:${httpPort}`;
  const running = undo.move();
  return {
    name: options.name,
    folder,
    startedAt,
    gateway,
    edges,
    clients,
    apiUrl,
    token: TOKEN,
    api: createClient(apiUrl, TOKEN),
    say: (line) => console.log(`[faults ${options.name}] ${line}`),
    stop: () => running.disposeAsync(),
  };
}

interface Surroundings {
  readonly folder: string;
  readonly mqttPort: number;
  readonly password: string;
  readonly undo: AsyncDisposableStack;
}

async function prepareEdge(
  options: EdgeOptions,
  { folder, mqttPort, password, undo }: Surroundings,
): Promise<Edge> {
  const { id, periodS = 0.5, steps = 10, keepaliveS } = options;
  const stations = Array.from({ length: options.stations ?? 1 }, (_, index) => `${id}-${index + 1}`);
  const field = await startField(stations);
  undo.defer(() => field.close());
  const link = await startLink(mqttPort);
  undo.defer(() => link.stop());
  const crossed = new Map(stations.map((station) => [station, 0]));
  return {
    id,
    link,
    field,
    stations,
    periodS,
    crossed,
    crossNext(station) {
      const wind = (crossed.get(station) ?? 0) + 1;
      if (wind > steps) throw new Error(`${station} has ${steps} limits, and all are crossed`);
      crossed.set(station, wind);
      field.wind(station, wind);
    },
    process: restartable({
      name: id,
      command: 'edge',
      folder,
      settings: {
        id,
        data_dir: options.dataDir ?? join(folder, id),
        uplink: {
          url: `mqtt://127.0.0.1:${link.port}`,
          password,
          ...(keepaliveS !== undefined && { keepalive_s: keepaliveS }),
        },
        // The machine of a test seldom tells who keeps its clock.
        clock: { sync: 'assume' },
        ...fieldFile(field, stations, periodS, steps),
        ...options.file,
      },
      ...(options.env && { env: options.env }),
    }),
  };
}
