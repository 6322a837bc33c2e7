/** A real gateway and a real edge's way out (outbox, chain, uplink), with a hand on what they keep. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLogger } from '../../devices/kit/log.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { openChain } from '../../edge/chain.ts';
import { systemClock } from '../../edge/clock.ts';
import { openOutbox } from '../../edge/outbox.ts';
import { startUplink, type Uplink } from '../../edge/uplink.ts';
import { addDevice, withAccounts } from '../../gateway/admin.ts';
import type { Verified } from '../../gateway/evidence/verify.ts';
import { verifyReadings } from '../../gateway/evidence/verify-command.ts';
import { startGateway } from '../../gateway/main.ts';
import { testStation } from './station.ts';

export const TOKEN = 'the-token-of-this-evidence';
export const EDGE = 'edge-a';
export const STATION = 'cau-do';
export const OTHER = 'song-han';

const log = createLogger('edge', 'silent');

export interface RunningGateway {
  readonly dataDir: string;
  readonly mqttPort: number;
  readonly url: string;
  readonly password: string;
  get(path: string): Promise<Response>;
  /** What the command says with --json. */
  verify(
    from: number,
    more?: { readonly key?: readonly string[]; readonly station?: string },
  ): Promise<Verified>;
  stop(): Promise<void>;
}

/** `before`: its files, and the password of the edge in them. */
export async function openGateway(
  more: Readonly<Record<string, unknown>> = {},
  before?: Pick<RunningGateway, 'dataDir' | 'password'>,
): Promise<RunningGateway> {
  const dataDir = before?.dataDir ?? join(mkdtempSync(join(tmpdir(), 'quantrac-evidence-')), 'gateway');
  const flags = {
    data_dir: dataDir,
    'http.port': 0,
    'mqtt.port': 0,
    log_level: 'silent',
    token: TOKEN,
    ...more,
  };
  const password =
    before?.password ?? (await withAccounts({ flags }, (accounts) => addDevice(accounts, EDGE, 'edge')));
  const gateway = await startGateway({ flags });
  const url = `http://127.0.0.1:${gateway.ready.httpPort}`;
  return {
    dataDir,
    mqttPort: gateway.ready.mqttPort,
    url,
    password,
    get: (path) => fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } }),
    async verify(from, { key, station = STATION } = {}) {
      const said: string[] = [];
      const options = { station, from: new Date(from).toISOString(), url, token: TOKEN, key, json: true };
      await verifyReadings(
        options,
        {},
        { say: (line) => said.push(line), progress: () => {}, note: () => {} },
      );
      return JSON.parse(said.join('')) as Verified;
    },
    stop: gateway.stop,
  };
}

export interface RunningEdge {
  readonly dataDir: string;
  /** Puts a reading of a station into the outbox; answers when its batch was acknowledged. */
  send(at: number, value: number, station?: string): Promise<void>;
  /** The same, without waiting. */
  put(at: number, value: number, station?: string): void;
  /** Resolves when nothing waits. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

export function openEdge(
  port: number,
  password: string,
  dataDir = mkdtempSync(join(tmpdir(), 'quantrac-evidence-edge-')),
  parameters: readonly { readonly id: ParameterId; readonly period_s: number }[] = [
    { id: 'ph', period_s: 10 },
  ],
  ackTimeoutMs = 20_000,
): RunningEdge {
  const outbox = openOutbox(dataDir, 10, { log });
  const waiting = new Set<() => void>();
  const looked: typeof outbox = {
    ...outbox,
    remove(id) {
      outbox.remove(id);
      for (const look of waiting) look();
    },
  };
  const chain = openChain({
    dataDir,
    outbox: looked,
    clock: systemClock,
    log,
    tell: (head) => uplink.tell('seal', head),
  });
  const uplink: Uplink = startUplink({
    edge: EDGE,
    url: `mqtt://127.0.0.1:${port}`,
    password,
    keepaliveS: 30,
    outbox: chain.outbox,
    seal: chain.seal,
    parting: chain.parting,
    onReady: chain.ready,
    inventory: () => ({
      stations: [STATION, OTHER].map((id) => testStation({ id, parameters: [...parameters] })),
    }),
    status: () => ({ online: true, at: Date.now() }),
    clock: systemClock,
    ackTimeoutMs,
    statusEveryMs: 60_000,
    reconnect: { firstMs: 20, maxMs: 100 },
    random: Math.random,
    log,
  });
  const put = (at: number, value: number, station = STATION): void => {
    const records = encodeSenml(station, [{ parameter: 'ph', at, value, flag: 1, reason: null }]);
    outbox.append([{ kind: 'readings', station, payload: JSON.stringify(records), records: 1, at }]);
    uplink.wake();
  };
  const empty = (): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        const { alarms, live, backlog } = outbox.waiting(Date.now());
        if (alarms + live + backlog > 0) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    dataDir,
    put,
    empty,
    send(at, value, station) {
      put(at, value, station);
      return empty();
    },
    async stop() {
      await uplink.stop(5000);
      chain.stop();
      outbox.close();
    },
  };
}

/** With evidence.db or readings.db of a gateway that does not run. */
export function withFile<T>(dataDir: string, name: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(dataDir, name));
  try {
    return work(db);
  } finally {
    db.close();
  }
}
