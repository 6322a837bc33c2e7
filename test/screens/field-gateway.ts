/** The gateway of a field: a real one with its own folder, people who may log in with known passwords, accounts of edges. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Role } from '../../devices/wire/api.ts';
import { addDevice, withAccounts } from '../../gateway/admin.ts';
import type { Gateway } from '../../gateway/app.ts';
import { startGateway } from '../../gateway/main.ts';
import { AREAS } from './field-stations.ts';

/** Of everybody who is made here; it is for tests on this machine and holds nowhere else. */
export const PASSWORD = 'ngam-rong-phun-lua-dem-thu-bay';
const TOKEN = 'the-token-of-a-field-for-the-screens';

/** `ranger`: an operator who sees Hòa Vang only. */
export const USERS = {
  viewer: { role: 'viewer', areas: null },
  operator: { role: 'operator', areas: null },
  technician: { role: 'technician', areas: null },
  admin: { role: 'admin', areas: null },
  ranger: { role: 'operator', areas: [AREAS.hoaVang.vi] },
} as const satisfies Record<string, { readonly role: Role; readonly areas: readonly string[] | null }>;
export type UserName = keyof typeof USERS;

/** As Playwright has it. */
export interface StorageState {
  readonly cookies: {
    name: string;
    value: string;
    domain: string;
    path: string;
    expires: number;
    httpOnly: boolean;
    secure: boolean;
    sameSite: 'Lax';
  }[];
  readonly origins: [];
}

export interface FieldGateway {
  readonly url: string;
  readonly dataDir: string;
  readonly mqttPort: number;
  /** Calls `/api/v1/{path}`, as an admin unless a user is named; a body makes it a POST. Throws with what the gateway said. */
  call<T>(path: string, options?: CallOptions): Promise<T>;
  /** A new session of a user, as a browser keeps it. */
  login(user: UserName): Promise<StorageState>;
  /** As an edge: the connection of an account of that kind. */
  connect(edge: string): Promise<MqttClient>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly as?: UserName;
}

export interface FieldGatewayOptions {
  readonly port?: number | undefined;
  /** Folder of built screens, instead of dashboards/dist. */
  readonly dist?: string | undefined;
  readonly edges: readonly string[];
  /** More of the gateway's settings, as they stand in its file. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What is to be in the data directory before the first start. */
  prepare?(flags: Readonly<Record<string, unknown>>): Promise<void>;
}

export async function startFieldGateway(options: FieldGatewayOptions): Promise<FieldGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-field-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const dataDir = join(folder, 'data');
  const flags = {
    data_dir: dataDir,
    'http.port': options.port ?? 0,
    'mqtt.port': 0,
    log_level: 'silent',
    token: TOKEN,
    ...options.settings,
  };
  await options.prepare?.(flags);
  const passwords = new Map<string, string>();
  await withAccounts({ flags }, async (accounts) => {
    for (const [name, { role, areas }] of Object.entries(USERS))
      await accounts.putUser(name, { role, areas: areas && [...areas], password: PASSWORD });
    for (const edge of options.edges) passwords.set(edge, await addDevice(accounts, edge, 'edge'));
  });
  const gateway: Gateway = await startGateway({ flags }, options.dist);
  const clients: MqttClient[] = [];
  const base = `http://127.0.0.1:${gateway.ready.httpPort}`;
  /** Sessions of `call`, by user. */
  const sessions = new Map<UserName, string>();

  const login = async (user: UserName): Promise<StorageState> => {
    const response = await fetch(`${base}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: user, password: PASSWORD }),
    });
    const [, name, value] = /^([^=]+)=([^;]+)/.exec(response.headers.getSetCookie()[0] ?? '') ?? [];
    if (!response.ok || name === undefined || value === undefined)
      throw new Error(`login of ${user}: ${response.status} ${await response.text()}`);
    const cookie = { name, value, domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true } as const;
    return { cookies: [{ ...cookie, secure: false, sameSite: 'Lax' }], origins: [] };
  };
  const credentialOf = async (user: UserName | undefined): Promise<Record<string, string>> => {
    if (user === undefined) return { authorization: `Bearer ${TOKEN}` };
    let cookie = sessions.get(user);
    if (cookie === undefined) {
      const [made] = (await login(user)).cookies;
      cookie = `${made?.name}=${made?.value}`;
      sessions.set(user, cookie);
    }
    return { cookie };
  };
  const disconnect = () => Promise.all(clients.splice(0).map((client) => client.endAsync(true)));

  return {
    url: base,
    dataDir,
    mqttPort: gateway.ready.mqttPort,
    async call<T>(path: string, { body, method = 'POST', as }: CallOptions = {}): Promise<T> {
      const headers = await credentialOf(as);
      const response = await fetch(
        `${base}/api/v1/${path}`,
        body === undefined
          ? { headers }
          : {
              method,
              headers: { ...headers, 'content-type': 'application/json' },
              body: JSON.stringify(body),
            },
      );
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return (text === '' ? null : JSON.parse(text)) as T;
    },
    login,
    async connect(edge) {
      const client = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
        username: edge,
        password: passwords.get(edge) ?? '',
        clientId: edge,
      });
      clients.push(client);
      return client;
    },
    async stop() {
      await disconnect();
      await gateway.stop();
      remove();
      process.removeListener('exit', remove);
    },
  };
}
