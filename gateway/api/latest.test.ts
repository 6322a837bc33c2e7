/** A value outlives its period only as stale: what the API calls the newest reading, over a restart of the gateway. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import type { LatestReading } from '../../devices/wire/api.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, withAccounts } from '../admin.ts';
import type { Gateway } from '../app.ts';
import { startGateway } from '../main.ts';

const TOKEN = 'a-token-for-this-test-only';
const STATION = testStation({
  id: 'cau-do',
  kind: 'water',
  parameters: [
    { id: 'ph', period_s: 10 },
    { id: 'turbidity', period_s: 3600 },
  ],
});

let gateway: Gateway | undefined;
afterEach(() => gateway?.stop());

async function latest(running: Gateway, path: string): Promise<Record<string, boolean>> {
  const url = `http://127.0.0.1:${running.ready.httpPort}/api/v1/${path}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  const { readings } = (await response.json()) as { readings: LatestReading[] };
  // An hour that ends meanwhile brings what is derived of it.
  const measured = readings.filter(({ parameter }) => parameter === 'ph' || parameter === 'turbidity');
  return Object.fromEntries(measured.map(({ parameter, stale }) => [parameter, stale]));
}

test('the newest reading is stale when its periods have brought nothing newer, also after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-latest-'));
  const flags = { data_dir: dataDir, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
  let password = '';
  await withAccounts({ flags }, async (accounts) => {
    password = await addDevice(accounts, 'edge-a', 'edge');
  });
  const connect = (to: Gateway) =>
    connectAsync(`mqtt://127.0.0.1:${to.ready.mqttPort}`, {
      username: 'edge-a',
      password,
      clientId: 'edge-a',
    });
  const publish = async (client: Awaited<ReturnType<typeof connect>>, secondsAgo: number) => {
    const bt = Date.now() / 1000 - secondsAgo;
    const senml = [
      { bn: 'urn:quantrac:cau-do:', bt, n: 'ph', v: 7.2 },
      { n: 'turbidity', v: 12 },
    ];
    await client.publishAsync(topics.readings('edge-a', 'cau-do'), JSON.stringify(senml), { qos: 1 });
  };

  gateway = await startGateway({ flags });
  const before = await connect(gateway);
  await before.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations: [STATION] }), { qos: 1 });
  await publish(before, 120);
  // Two minutes are twelve periods of the one and a part of the other's.
  expect(await latest(gateway, 'latest')).toEqual({ ph: true, turbidity: false });
  await before.endAsync(true);
  await gateway.stop();

  gateway = await startGateway({ flags });
  expect(await latest(gateway, 'stations/cau-do/latest')).toEqual({ ph: true, turbidity: false });
  const after = await connect(gateway);
  await publish(after, 0);
  expect(await latest(gateway, 'stations/cau-do/latest')).toEqual({ ph: false, turbidity: false });
  await after.endAsync(true);
});
