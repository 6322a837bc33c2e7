/** A gateway, an edge with two I/O modules on one Modbus line and a neighbour, and people: all real, on loopback. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect } from 'vitest';
import { createLogger, keepRecent } from '../../devices/kit/log.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import type { Service } from '../../devices/kit/service.ts';
import { type Profile, profileSchema } from '../../devices/profile.ts';
import { edgeFileSchema } from '../../devices/station.ts';
import { type CommandRecord, commandRecordSchema } from '../../devices/wire/edges.ts';
import type { Orders } from '../../devices/wire/fleet.ts';
import { topics } from '../../devices/wire/topics.ts';
import { startAgent } from '../../edge/agent.ts';
import { systemClock } from '../../edge/clock.ts';
import { startEdge } from '../../edge/main.ts';
import { type Field, startField } from '../../edge/rig.ts';
import { addDevice, addToken, addUser, withAccounts } from '../../gateway/admin.ts';
import type { Gateway } from '../../gateway/app.ts';
import { startGateway } from '../../gateway/main.ts';

export const EDGE = 'hop-1';
export const OTHER_EDGE = 'hop-2';
export const STATION = 'tram-bom';
export const AREA = 'Sơn Trà';
/** Coils and a register of the module. */
export const PUMP = 0;
export const GATE = 1;
const DELAY = 9;

/** A pump that one person may switch, a gate that needs two, a delay within bounds, and a level in register 0 (cm). */
const moduleInput = {
  id: 'bench-module',
  maker: 'Bench',
  models: ['Module'],
  revision: 1,
  status: 'bench',
  sources: ['made for the tests'],
  address_base: 'zero',
  link: { unit: 1, response_timeout_ms: 300, max_registers: 20, max_gap: 0 },
  never_poll: [{ area: 'holding', address: 50, count: 2, reason: 'reading it clears the counter' }],
  points: [{ parameter: 'water_level', area: 'holding', address: 0, type: 'uint16', unit: 'cm' }],
  writes: [
    {
      name: 'pump',
      label: 'Pump',
      area: 'coil',
      address: PUMP,
      effect: 'output',
      note: 'Pumps.',
      from_centre: true,
      values: [0, 1],
    },
    {
      name: 'gate',
      label: 'Gate',
      area: 'coil',
      address: GATE,
      effect: 'output',
      note: 'Opens.',
      from_centre: true,
      values: [0, 1],
      dangerous: true,
    },
    {
      name: 'delay',
      label: 'Delay',
      area: 'holding',
      address: DELAY,
      effect: 'setting',
      note: 'Waits, ms.',
      from_centre: true,
      min: 10,
      max: 250,
    },
    {
      label: 'Unit id',
      area: 'holding',
      address: 10,
      effect: 'address',
      note: 'It answers under another id.',
    },
  ],
  examples: [
    { title: 'one', registers: { holding: { 0: [120] } }, readings: { water_level: { value: 1.2 } } },
  ],
};
const moduleProfile: Profile = profileSchema.parse(moduleInput);

export interface Rig {
  /** Of the test at hand. */
  readonly field: Field;
  readonly gateway: Gateway;
  readonly passwords: {
    readonly edge: string;
    readonly other: string;
    readonly people: Readonly<Record<Exclude<Who, 'admin'>, string>>;
  };
  /** Of a person's token. */
  token(who: Exclude<Who, 'admin'>): string;
  /** Starts the edge (again), with what the test says otherwise. */
  openEdge(over?: EdgeOptions): Promise<void>;
  stopEdge(): Promise<void>;
  /** As the bearer of a token of this user; of the settings' own with `admin`. */
  as(who: Who): Api;
  /** As a person who has logged in. */
  logIn(who: Exclude<Who, 'admin'>): Promise<Api>;
  /** Asks as lan, and answers how it ended. */
  outcome(orders: Orders): Promise<CommandRecord>;
  /** Another client of the broker, in the name of an edge. */
  client(name: string, password: string): Promise<MqttClient>;
  /** Another edge of the same name and another field: the gateway with its commands goes on. */
  renew(): Promise<void>;
  close(): Promise<void>;
}
export type Who = 'lan' | 'minh' | 'xa' | 'vien' | 'admin';
export interface EdgeOptions {
  readonly restart?: () => string | null;
  readonly deadUnit?: boolean;
  /** As its process does it: from its file, with its own restart and its own memory of the log. */
  readonly fromFile?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: CommandRecord & { readonly detail: string; readonly [key: string]: unknown };
}
export interface Api {
  get(path: string): Promise<Answer>;
  post(path: string, body?: object): Promise<Answer>;
  ask(orders: Orders): Promise<Answer>;
  /** When it has come to one of these states. */
  reached(id: string, states: readonly CommandRecord['state'][]): Promise<CommandRecord>;
}

const ENDS = ['done', 'failed', 'expired', 'refused'] as const;
const SETTINGS_TOKEN = 'the-token-of-the-settings-0123456789';

export async function startRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-commands-'));
  const openField = async (): Promise<Field> => {
    const opened = await startField();
    opened.set('holding', 0, [120, 7, 8, 9]);
    return opened;
  };
  let field = await openField();
  let edgeFolder = join(folder, 'edge');
  const flags = {
    data_dir: join(folder, 'gateway'),
    'http.port': 0,
    'mqtt.port': 0,
    log_level: 'silent',
    token: SETTINGS_TOKEN,
  };
  const made = await withAccounts({ flags }, async (accounts) => ({
    edge: await addDevice(accounts, EDGE, 'edge'),
    other: await addDevice(accounts, OTHER_EDGE, 'edge'),
    people: {
      lan: await addUser(accounts, 'lan', 'technician'),
      minh: await addUser(accounts, 'minh', 'technician'),
      xa: await addUser(accounts, 'xa', 'technician', ['Hòa Vang']),
      vien: await addUser(accounts, 'vien', 'operator'),
    },
    tokens: new Map<Who, string>(
      (['lan', 'minh', 'xa', 'vien'] as const).map((name) => [name, addToken(accounts, name, 1)]),
    ),
  }));
  const gateway = await startGateway({ flags });
  const { httpPort, mqttPort } = gateway.ready;
  const base = `http://127.0.0.1:${httpPort}/api/v1/`;
  const clients: MqttClient[] = [];
  let edge: Service | null = null;

  const apiWith = (headers: Record<string, string>): Api => {
    const call = async (path: string, init: RequestInit): Promise<Answer> => {
      const response = await fetch(base + path, {
        ...init,
        headers: { ...headers, ...(init.body && { 'content-type': 'application/json' }) },
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    };
    const api: Api = {
      get: (path) => call(path, {}),
      post: (path, body) => call(path, { method: 'POST', ...(body && { body: JSON.stringify(body) }) }),
      ask: (orders) => api.post(`edges/${EDGE}/commands/${orders.kind}`, { orders, reason: 'thử' }),
      async reached(id, states) {
        const { body } = await expect
          .poll(() => api.get(`edges/${EDGE}/commands/${id}`), { timeout: 25_000, interval: 30 })
          .toSatisfy(({ body }: Answer) => states.includes(body.state))
          .then(() => api.get(`edges/${EDGE}/commands/${id}`));
        return commandRecordSchema.parse(body);
      },
    };
    return api;
  };
  const as = (who: Who): Api =>
    apiWith({ authorization: `Bearer ${who === 'admin' ? SETTINGS_TOKEN : made.tokens.get(who)}` });

  const stopEdge = async (): Promise<void> => {
    await edge?.stop();
    edge = null;
  };

  const leave = async (): Promise<void> => {
    for (const client of clients.splice(0)) await client.endAsync(true);
    await stopEdge();
    await field.close();
  };

  return {
    get field() {
      return field;
    },
    gateway,
    passwords: made,
    token: (who) => made.tokens.get(who) ?? '',
    as,
    stopEdge,
    async openEdge({ restart, deadUnit = false, fromFile = false } = {}) {
      const recent = keepRecent(500);
      // Nothing of it is written: what the memory holds the test puts there.
      const log = createLogger('edge', 'silent', recent);
      recent.write(`${JSON.stringify({ msg: 'the first line' })}\n`);
      const instrument = (id: string, unit: number) => ({
        id,
        profile: 'bench-module',
        line: 'bus',
        unit,
        period_s: 0.2,
      });
      const place = { kind: 'water', latitude: 16, longitude: 108, name: { vi: 'Trạm', en: 'Station' } };
      if (deadUnit) field.mode(2, 'silent');
      const file = {
        id: EDGE,
        data_dir: edgeFolder,
        uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, password: made.edge },
        lines: [{ id: 'bus', mode: 'tcp', host: '127.0.0.1', port: field.port }],
        stations: [
          {
            id: STATION,
            ...place,
            area: { vi: AREA, en: 'Son Tra' },
            instruments: [instrument('module', 1)],
          },
          {
            id: 'tram-hai',
            ...place,
            area: { vi: AREA, en: 'Son Tra' },
            instruments: [instrument('module', 2)],
          },
        ],
      };
      const profiles = join(folder, 'profiles');
      const edgeYaml = join(edgeFolder, '..', 'edge.yaml');
      if (fromFile) {
        // JSON is YAML.
        mkdirSync(profiles, { recursive: true });
        writeFileSync(join(profiles, 'bench-module.yaml'), JSON.stringify(moduleInput));
        writeFileSync(edgeYaml, JSON.stringify({ ...file, log_level: 'silent' }), { mode: 0o600 });
        edge = await startEdge({ file: edgeYaml }, profiles);
      } else
        edge = await startAgent({
          file: edgeFileSchema.parse(file),
          profiles: new Map([...loadProfiles(), [moduleProfile.id, moduleProfile]]),
          clock: systemClock,
          random: () => 0,
          log,
          reconnect: { firstMs: 50, maxMs: 100 },
          statusEveryMs: 300,
          recentLog: recent.lines,
          ...(restart && { restart }),
        });
      const there = (body: Answer['body']): boolean =>
        body.online === true && (body.stations as string[]).length === 2 && body.units === 2;
      await expect
        .poll(async () => (await as('lan').get(`edges/${EDGE}`)).body, { timeout: 15_000, interval: 30 })
        .toSatisfy(there);
    },
    async logIn(who) {
      const response = await fetch(`${base}login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: who, password: made.people[who] }),
      });
      expect(response.status).toBe(200);
      return apiWith({ cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' });
    },
    async outcome(orders) {
      const { status, body } = await as('lan').ask(orders);
      expect([status, body.detail]).toEqual([202, undefined]);
      return as('lan').reached(body.id, ENDS);
    },
    async client(name, password) {
      const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
        username: name,
        clientId: name,
        password,
        reconnectPeriod: 0,
      });
      clients.push(client);
      return client;
    },
    async renew() {
      await leave();
      field = await openField();
      edgeFolder = mkdtempSync(join(folder, 'edge-'));
    },
    async close() {
      await leave();
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const INSTRUMENT = { station: STATION, instrument: 'module' } as const;
/** Of one holding register at 0, where the test says nothing else, which may be wrong. */
export const readOrders = (over: object = {}): Orders =>
  ({ kind: 'read', ...INSTRUMENT, table: 'holding', address: 0, count: 1, ...over }) as Orders;
export const writeOrders = (write: string, value: number, over: object = {}): Orders =>
  ({ kind: 'write', ...INSTRUMENT, write, value, ...over }) as Orders;

/** What an edge says to commands, published by hand. */
export const answerAs = (client: MqttClient, edge: string, message: object) =>
  client.publishAsync(topics.ofEdge(edge, 'answers'), JSON.stringify(message), { qos: 1 });
