/** A whole gateway on a folder of its own, with those who are attacked and those who attack it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { topics } from '../../devices/wire/topics.ts';
import { addDevice, addLink, addUser, withAccounts } from '../../gateway/admin.ts';
import { startGateway } from '../../gateway/main.ts';
import { testStation } from '../support/station.ts';

export const TOKEN = 'a-token-for-this-attack-only';
export const STATION = testStation({
  id: 'cau-do',
  kind: 'water',
  name: { vi: 'Cầu Đỏ', en: 'Cau Do' },
  area: { vi: 'Phường An Hải', en: 'An Hai' },
  // Nothing of it grows stale while it is attacked.
  parameters: [{ id: 'ph', period_s: 3600 }],
});

export interface Target {
  readonly folder: string;
  readonly base: string;
  readonly mqttPort: number;
  /** By account: edge-a (its station is cau-do), edge-b, flows, subscriber. */
  readonly devices: Readonly<Record<string, string>>;
  /** By user: lan (operator), minh (viewer). */
  readonly people: Readonly<Record<string, string>>;
  /** A one-time link of lan. */
  readonly link: string;
  /** The edge that is attacked, connected. */
  readonly edge: MqttClient;
  /** As an admin; answers text as it came. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  reading(value: number): Promise<unknown>;
  /** What an attack must not have changed. */
  known(): Promise<unknown>;
  stop(): Promise<void>;
}

export async function openTarget(more: Readonly<Record<string, unknown>> = {}): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-attacked-'));
  const flags = {
    data_dir: join(folder, 'gateway'),
    'http.port': 0,
    'mqtt.port': 0,
    log_level: 'silent',
    token: TOKEN,
    ...more,
  };
  const devices: Record<string, string> = {};
  const people: Record<string, string> = {};
  const link = await withAccounts({ flags }, async (accounts) => {
    devices['edge-a'] = await addDevice(accounts, 'edge-a', 'edge');
    devices['edge-b'] = await addDevice(accounts, 'edge-b', 'edge');
    devices.flows = await addDevice(accounts, 'flows', 'flows');
    devices.subscriber = await addDevice(accounts, 'subscriber', 'subscriber');
    people.lan = await addUser(accounts, 'lan', 'operator');
    people.minh = await addUser(accounts, 'minh', 'viewer');
    return addLink(accounts, 'lan');
  });
  const gateway = await startGateway({ flags });
  const { httpPort, mqttPort } = gateway.ready;
  const base = `http://127.0.0.1:${httpPort}`;
  const edge = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    username: 'edge-a',
    password: devices['edge-a'] ?? '',
    clientId: 'edge-a',
    reconnectPeriod: 0,
  });
  edge.on('error', () => {});
  const publish = (topic: string, message: unknown, retain = false) =>
    edge.publishAsync(topic, JSON.stringify(message), { qos: 1, retain });
  await publish(topics.inventory('edge-a'), { stations: [STATION] }, true);
  const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
    fetch(base + path, { headers, redirect: 'manual' });
  const reading = (value: number) =>
    publish(topics.readings('edge-a', STATION.id), [{ n: `urn:quantrac:${STATION.id}:ph`, v: value }]);
  await reading(7.25);
  return {
    folder,
    base,
    mqttPort,
    devices,
    people,
    link,
    edge,
    get,
    reading,
    async known() {
      const answers = await Promise.all(
        ['/api/v1/stations', '/api/v1/latest', '/api/v1/alerts?state=open'].map(async (path) => {
          const answer = await get(path);
          if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
          return (await answer.text()).replace(/"(now|last_seen|heard_at|received_at|stored_at)":\d+/g, '');
        }),
      );
      return answers;
    },
    async stop() {
      await edge.endAsync(true);
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
