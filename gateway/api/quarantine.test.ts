/** The quarantine of a running gateway, over its API and by the command. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../../test/support/station.ts';
import { addDevice, addToken, addUser, withAccounts } from '../admin.ts';
import { startGateway } from '../main.ts';
import { listQuarantine, rerunQuarantine } from '../quarantine-command.ts';

const TOKEN = 'a-token-for-this-test-only';

test('what came before its station was known is read, run again and removed by a technician', async () => {
  const data = mkdtempSync(join(tmpdir(), 'quantrac-quarantine-'));
  const flags = { data_dir: data, 'http.port': 0, 'mqtt.port': 0, log_level: 'silent', token: TOKEN };
  let [password, operator] = ['', ''];
  await withAccounts({ flags }, async (accounts) => {
    password = await addDevice(accounts, 'edge-a', 'edge');
    await addUser(accounts, 'lan', 'operator');
    operator = addToken(accounts, 'lan', 1);
  });
  const gateway = await startGateway({ flags });
  const edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
    username: 'edge-a',
    password,
    clientId: 'edge-a',
    reconnectPeriod: 0,
  });
  try {
    const readings = topics.readings('edge-a', 'cau-do');
    await edge.publishAsync(readings, '[{"n":"urn:quantrac:cau-do:ph","v":7}]', { qos: 1 });
    await edge.publishAsync(readings, 'rubbish', { qos: 1 });

    const source = { flags: { ...flags, 'http.port': gateway.ready.httpPort } };
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    await listQuarantine(source, { limit: 10 }, say);
    expect(said).toHaveLength(3);
    expect(said[1]).toContain('unknown station "cau-do"');
    expect(said[2]).toBe('2 of 2 entries');
    expect(await rerunQuarantine(source, { limit: 10 }, say)).toBe(false);

    const stations = [testStation({ id: 'cau-do', parameters: [{ id: 'ph', period_s: 10 }] })];
    await edge.publishAsync(topics.inventory('edge-a'), JSON.stringify({ stations }), { qos: 1 });
    said.length = 0;
    expect(await rerunQuarantine(source, { limit: 10 }, say)).toBe(false);
    expect(said).toEqual([
      expect.stringContaining('stays: not SenML'),
      '2 entries run again: 1 readings stored, 1 entries stay',
    ]);

    const base = `http://127.0.0.1:${gateway.ready.httpPort}/api/v1/quarantine`;
    const call = (path: string, token: string, method = 'GET') =>
      fetch(base + path, { method, headers: { authorization: `Bearer ${token}` } });
    const { entries } = (await (await call('', TOKEN)).json()) as {
      entries: { id: number; payload: string }[];
    };
    expect(entries).toMatchObject([{ payload: 'rubbish' }]);
    const path = `/${entries[0]?.id}`;
    expect((await call(`${path}/rerun`, operator, 'POST')).status).toBe(403);
    expect((await call(path, operator, 'DELETE')).status).toBe(403);
    expect((await call(path, TOKEN, 'DELETE')).status).toBe(204);
    expect((await call(path, TOKEN)).status).toBe(404);
  } finally {
    await edge.endAsync(true);
    await gateway.stop();
  }
});
