import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import type { Alarm, FlowsStatus } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startFlows } from './main.ts';
import { startBroker } from './test-broker.ts';

function dataDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantrac-flows-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const settings = (data_dir: string, port: number, broker: number) => ({
  flags: {
    data_dir,
    log_level: 'silent',
    'http.port': port,
    'mqtt.url': `mqtt://127.0.0.1:${broker}`,
    'mqtt.password': 'secret-of-flows',
    'editor.password': 'secret-of-editor',
    credential_secret: 'secret-of-credentials',
  },
});

async function taken(): Promise<{ port: number; free: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const free = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, free };
}

test('a taken port is told as such and nothing stays behind', async () => {
  const other = await taken();
  const start = startFlows(settings(dataDir(), other.port, 1));
  await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE', port: other.port });
  await other.free();
});

test.each([
  [{ 'editor.password': 'short' }, /editor\.password/],
  [{ credential_secret: 'short' }, /credential_secret/],
  [{ 'mqtt.url': 'http://127.0.0.1' }, /mqtt\.url: must be an mqtt:\/\/ or mqtts:\/\/ address/],
])('a wrong setting stops the start with its name', async (wrong, name) => {
  const { flags } = settings(dataDir(), 0, 1);
  await expect(startFlows({ flags: { ...flags, ...wrong } })).rejects.toThrow(name);
});

test("flows start without a broker, with the operator's own rules, and find it when it comes", async () => {
  const folder = dataDir();
  const own = join(folder, 'node-red');
  const { mkdirSync } = await import('node:fs');
  mkdirSync(own);
  const rules = [
    { id: 't', type: 'tab', label: 'Mine' },
    { id: 'r', type: 'quantrac-readings', z: 't', wires: [['l', 'x']] },
    {
      id: 'l',
      type: 'quantrac-limit',
      z: 't',
      name: 'ph-low',
      parameter: 'ph',
      kind: 'low',
      raise: '5',
      level: 'notice',
      wires: [['a']],
    },
    {
      id: 'x',
      type: 'quantrac-limit',
      z: 't',
      name: 'Wrong Name',
      parameter: 'ph',
      kind: 'low',
      raise: 5,
      level: 'notice',
      wires: [['a']],
    },
    { id: 'a', type: 'quantrac-alarm', z: 't', wires: [] },
  ];
  writeFileSync(join(own, 'flows.json'), JSON.stringify(rules));
  const port = await freePort();

  const flows = await startFlows(settings(folder, 0, port));
  onTestFinished(() => flows.stop());
  expect((await fetch(`http://127.0.0.1:${flows.ready.port}/flows`)).status).toBe(401);

  const broker = await startBroker({}, port);
  onTestFinished(() => broker.close());
  await broker.next<FlowsStatus>(topics.flowsStatus, ({ online }) => online);
  const reading = { parameter: 'ph', unit: 'pH', at: 1, value: 4, flag: 1, reason: null };
  await broker.publish(topics.live('lake-1'), { station: 'lake-1', kind: 'water', readings: [reading] });
  expect(await broker.next<Alarm>(topics.flowsAlarms('lake-1'))).toMatchObject({
    limit: 'ph-low',
    state: 'raised',
  });
});
