/**
 * The whole path in one process tree on free ports: a register is written at an instrument, the edge reads it, the
 * gateway stores it, the flow in Node-RED raises the alert, the operations centre gets the webhook. Once with the
 * embedded store, once with a real InfluxDB.
 */
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import modbus from 'modbus-serial';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { type RunningProcess, startProcess } from '../demo/process.ts';
import { addDevice, withAccounts } from '../gateway/admin.ts';
import { createClient } from './support/api.ts';
import { startInfluxd } from './support/influxd.ts';
import { hasProgram } from './support/programs.ts';
import { startTestReceiver, WEBHOOK_SECRET } from './support/receiver.ts';

const TOKEN = 'the-token-of-this-journey';
/** Sokol-M, holding registers: 3 air temperature × 0.01 °C, 5 relative humidity in %. */
const TEMPERATURE = 3;
const HUMIDITY = 5;
const PATIENCE = { timeout: 15_000, interval: 50 };

/** A Modbus TCP instrument with 100 holding registers that a client may write. */
async function startInstrument() {
  const registers = new Array<number>(100).fill(0);
  const server = new modbus.ServerTCP(
    {
      getHoldingRegister: (address: number) => registers[address] ?? 0,
      setRegister: (address: number, value: number) => {
        registers[address] = value;
      },
    },
    // The server takes the number 0 for "not given" and 502 instead; the text reaches the socket.
    { host: '127.0.0.1', port: '0' as unknown as number, unitID: 255 },
  );
  await once(server, 'initialized');
  // The server's own address is where the free port is to be seen.
  const { port } = (server as unknown as { _server: { address(): { port: number } } })._server.address();
  const client = new modbus.default();
  await client.connectTCP('127.0.0.1', { port });
  client.setID(1);
  return {
    port,
    write: (address: number, value: number) => client.writeRegister(address, value),
    async stop() {
      await new Promise<void>((resolve) => client.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function journey(
  store: () => Record<string, unknown>,
  storedElsewhere?: (celsius: number) => Promise<number>,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-journey-'));
  const processes: RunningProcess[] = [];
  let instrument: Awaited<ReturnType<typeof startInstrument>>;
  let receiver: Awaited<ReturnType<typeof startTestReceiver>>;
  let api: ReturnType<typeof createClient>;

  const start = async (name: string, settings: unknown, env = {}) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, stringify(settings), { mode: 0o600 });
    const started = await startProcess(name, {
      args: [name, '--config', file],
      logFile: join(folder, `${name}.log`),
      env,
    });
    processes.push(started);
    return started.ready as Record<string, number>;
  };

  beforeAll(async () => {
    instrument = await startInstrument();
    receiver = await startTestReceiver();
    const data_dir = join(folder, 'gateway');
    const passwords = await withAccounts({ flags: { data_dir } }, async (accounts) => ({
      edge: await addDevice(accounts, 'edge-test', 'edge'),
      flows: await addDevice(accounts, 'flows', 'flows'),
    }));
    const destinations = [{ id: 'ioc', url: receiver.url, secret: WEBHOOK_SECRET }];
    const settings = {
      data_dir,
      http: { port: 0 },
      mqtt: { port: 0 },
      store: store(),
      ioc: { destinations },
    };
    const gateway = await start('gateway', settings, { QUANTRAC_TOKEN: TOKEN });
    api = createClient(`http://127.0.0.1:${gateway.httpPort}`, TOKEN);
    const url = `mqtt://127.0.0.1:${gateway.mqttPort}`;
    const flows = start('flows', {
      data_dir: join(folder, 'flows'),
      http: { port: 0 },
      mqtt: { url, password: passwords.flows },
      editor: { password: 'a password for the editor' },
      credential_secret: 'a secret for the credentials',
    });
    await instrument.write(TEMPERATURE, 3050);
    await instrument.write(HUMIDITY, 71);
    await start('edge', {
      id: 'edge-test',
      data_dir: join(folder, 'edge'),
      uplink: { url, password: passwords.edge },
      lines: [{ id: 'bus', mode: 'tcp', host: '127.0.0.1', port: instrument.port }],
      stations: [
        {
          id: 'post',
          kind: 'fire',
          name: { vi: 'Chốt', en: 'Post' },
          area: { vi: 'Đông Giang', en: 'Dong Giang' },
          latitude: 15.93,
          longitude: 107.63,
          instruments: [
            {
              id: 'weather',
              profile: 'sokol-m',
              line: 'bus',
              unit: 1,
              period_s: 0.5,
              points: ['air_temperature', 'relative_humidity'],
              // The air of this post changes at once.
              quality: { relative_humidity: { spike: 'off', rate_per_min: 'off' } },
            },
          ],
        },
      ],
    });
    await flows;
  }, 60_000);

  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop(2000)));
    await Promise.all([instrument.stop(), receiver.stop()]);
  });

  const temperatures = async () => (await api.readings('post', 'air_temperature')).map(([, value]) => value);

  test('a written register is a stored reading', async () => {
    await vi.waitFor(async () => expect(await temperatures()).toContain(30.5), PATIENCE);
    await instrument.write(TEMPERATURE, 0x10000 - 250);
    await vi.waitFor(async () => expect(await temperatures()).toContain(-2.5), PATIENCE);
    if (storedElsewhere) expect(await storedElsewhere(-2.5)).toBeGreaterThan(0);
  });

  test('the flow raises the alert, and the operations centre gets it', async () => {
    await instrument.write(HUMIDITY, 30);
    await vi.waitFor(
      () =>
        expect(receiver.alerts()).toMatchObject([
          {
            kind: 'alert.raised',
            alert: {
              key: 'post/relative_humidity/humidity-low',
              reporters: ['flows'],
              evidence: [{ value: 30, unit: '%RH' }],
            },
          },
        ]),
      PATIENCE,
    );
    expect(await api.alerts()).toMatchObject([
      { key: 'post/relative_humidity/humidity-low', state: 'active' },
    ]);
  });

  test('when the value is back the alert clears everywhere', async () => {
    await instrument.write(HUMIDITY, 71);
    await vi.waitFor(
      () =>
        expect(receiver.alerts().at(-1)).toMatchObject({
          kind: 'alert.cleared',
          alert: { state: 'cleared' },
        }),
      PATIENCE,
    );
    expect(await api.alerts()).toEqual([]);
  });
}

describe('the whole path with the embedded store', () => {
  journey(() => ({}));
});

describe.skipIf(!hasProgram('influxd'))('the whole path with InfluxDB', () => {
  let influxd: Awaited<ReturnType<typeof startInfluxd>>;
  beforeAll(async () => {
    influxd = await startInfluxd();
  }, 30_000);
  afterAll(() => influxd.stop());
  journey(
    () => ({ kind: 'influx', url: influxd.url, database: 'journey' }),
    async (celsius) => {
      const q = `SELECT count(value) FROM reading WHERE station='post' AND value=${celsius}`;
      const response = await fetch(`${influxd.url}/query?db=journey&q=${encodeURIComponent(q)}`);
      const { results } = (await response.json()) as {
        results: { series?: { values: [number, number][] }[] }[];
      };
      return results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
    },
  );
});
