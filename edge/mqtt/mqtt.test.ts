/** Instruments on a local broker, through a real agent, to the broker of the centre. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import sparkplug from 'sparkplug-payload';
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../devices/kit/free-port.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import type { Reading } from '../../devices/reading.ts';
import { edgeFileSchema } from '../../devices/station.ts';
import { edgeStatusSchema, inventorySchema } from '../../devices/wire/messages.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { hasProgram } from '../../test/support/programs.ts';
import { startAgent } from '../agent.ts';
import { systemClock } from '../clock.ts';
import { type Arrived, type Broker, silentLog, startBroker } from '../rig.ts';
import { encodeRebirth } from './sparkplug-payload.ts';

const EDGE = 'hop-1';
const STATION = 'cau-rong';
const READINGS = topics.readings(EDGE, STATION);
const BACKLOG = topics.backlog(EDGE, STATION);

interface LocalBroker {
  readonly port: number;
  stop(): Promise<void>;
}

const aedes = async (port?: number): Promise<LocalBroker> => {
  const broker = await startBroker(port);
  return { port: broker.port, stop: broker.close };
};

/** The broker that a technician would install, as Debian has it. */
async function mosquitto(given?: number): Promise<LocalBroker> {
  const port = given ?? (await freePort());
  const own = mkdtempSync(join(tmpdir(), 'quantrac-mosquitto-'));
  const config = join(own, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const child: ChildProcess = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
  for (let attempt = 0; ; attempt++) {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }).catch(() => null);
    if (client) {
      await client.endAsync();
      break;
    }
    if (attempt > 100 || child.exitCode !== null) throw new Error('mosquitto did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      rmSync(own, { recursive: true, force: true });
    },
  };
}

const brokers = [
  { name: 'Aedes', open: aedes, there: true },
  { name: 'mosquitto', open: mosquitto, there: hasProgram('mosquitto') },
];

describe.each(brokers.filter(({ there }) => there))('on $name', ({ open }) => {
  let folder = '';
  let local: LocalBroker;
  let centre: Broker;
  const closing: Array<() => unknown> = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quantrac-edge-'));
    local = await open();
    centre = await startBroker();
  });

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await local.stop();
    await centre.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const url = () => `mqtt://127.0.0.1:${local.port}`;

  async function sender(options: object = {}): Promise<MqttClient> {
    const client = await connectAsync(url(), {
      username: 'device',
      password: 'secret',
      reconnectPeriod: 0,
      ...options,
    });
    closing.push(() => client.endAsync(true));
    return client;
  }

  async function start(instruments: object[]): Promise<void> {
    const file = edgeFileSchema.parse({
      id: EDGE,
      data_dir: folder,
      uplink: { url: `mqtt://127.0.0.1:${centre.port}`, password: 'secret' },
      lines: [{ id: 'lora', mode: 'mqtt', url: url(), username: 'edge', password: 'secret' }],
      stations: [
        {
          id: STATION,
          kind: 'air',
          name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
          area: { vi: 'Sơn Trà', en: 'Son Tra' },
          latitude: 16.061,
          longitude: 108.227,
          instruments: instruments.map((own) => ({ line: 'lora', model: 'Any', period_s: 600, ...own })),
        },
      ],
    });
    const agent = await startAgent({
      file,
      profiles: loadProfiles(),
      clock: systemClock,
      random: () => 0,
      log: silentLog,
      statusEveryMs: 100,
    });
    closing.push(() => agent.stop());
  }

  const readingsOf = ({ topic, payload }: Arrived): Reading[] => {
    if (topic !== READINGS && topic !== BACKLOG) return [];
    const decoded = decodeSenml(payload, STATION, 0);
    if (decoded.kind !== 'records') throw new Error(decoded.reason);
    return decoded.readings;
  };
  const all = (): Reading[] => centre.arrived.flatMap(readingsOf);

  async function arrival(accept: (reading: Reading) => boolean): Promise<Reading> {
    const message = await centre.arrival((one) => readingsOf(one).some(accept));
    const found = readingsOf(message).find(accept);
    if (!found) throw new Error('gone');
    return found;
  }

  /** The status of the edge in which this instrument has such an error. */
  const status = (accept: (error: string | null) => boolean) =>
    centre.arrival(({ topic, payload }) => {
      if (topic !== topics.status(EDGE)) return false;
      const { lines } = edgeStatusSchema.parse(JSON.parse(payload));
      return lines?.[0]?.units[0] !== undefined && accept(lines[0].units[0].error);
    });

  /** Subscribed when its first message has come back as a reading; before, it is sent again. */
  async function until(send: () => unknown, accept: (reading: Reading) => boolean): Promise<Reading> {
    const timer = setInterval(send, 100);
    send();
    try {
      return await arrival(accept);
    } finally {
      clearInterval(timer);
    }
  }

  const plain = (id: string, parameter: string, more: object = {}) => ({
    id,
    format: 'json',
    topic: `site/${id}`,
    values: { [parameter]: { path: 'v', unit: { noise: 'dB', pressure: 'hPa', smoke: '/' }[parameter] } },
    ...more,
  });

  test('each format gives readings, and the inventory says who they are from', async () => {
    await start([
      { id: 'mast', format: 'senml', topic: 'mast/up', values: { air_temperature: { path: 'temperature' } } },
      {
        id: 'garden',
        format: 'chirpstack',
        application: 'app',
        device: '0101010101010101',
        model: 'Milesight WTS506',
        values: { relative_humidity: { path: 'humidity', unit: '%RH' } },
      },
      {
        id: 'tank',
        format: 'ttn',
        application: 'app1@ttn',
        device: 'dev1',
        values: { pressure: { path: 'p', unit: 'kPa' } },
      },
      {
        id: 'dust',
        format: 'tasmota',
        device: 'dust',
        values: { pm2_5: { path: ['PMS5003', 'PM2.5'], unit: 'ug/m3' } },
      },
      {
        id: 'hall',
        format: 'zigbee2mqtt',
        device: 'Nhà kho/khói',
        values: { smoke: { path: 'smoke', unit: '/' } },
      },
    ]);
    const client = await sender();
    const at = new Date().toISOString();
    const messages: Array<[string, object]> = [
      ['mast/up', [{ n: 'temperature', u: 'Cel', v: 27.5, t: -1 }]],
      ['application/app/device/0101010101010101/event/up', { time: at, object: { humidity: 61 } }],
      ['v3/app1@ttn/devices/dev1/up', { received_at: at, uplink_message: { decoded_payload: { p: 100.9 } } }],
      ['tele/dust/SENSOR', { Time: at.slice(0, 19), PMS5003: { 'PM2.5': 12 } }],
      ['zigbee2mqtt/Nhà kho/khói', { smoke: false, battery: 100 }],
    ];
    const send = () => messages.map(([topic, message]) => client.publish(topic, JSON.stringify(message)));
    await until(send, ({ parameter }) => parameter === 'smoke');
    const expected = [
      ['air_temperature', 27.5],
      ['relative_humidity', 61],
      ['pressure', 1009],
      ['pm2_5', 12],
      ['smoke', 0],
    ] as const;
    for (const [id, value] of expected)
      expect(await arrival(({ parameter }) => parameter === id)).toMatchObject({
        value,
        flag: 1,
        reason: null,
      });
    const inventory = inventorySchema.parse(JSON.parse(centre.arrived[0]?.payload ?? ''));
    expect(inventory.stations[0]?.parameters).toContainEqual({
      id: 'relative_humidity',
      period_s: 600,
      instrument: 'Milesight WTS506',
    });
  });

  test('a last will is told with its cause, and the next message ends it', async () => {
    const values = { pressure: { path: 'BMP280.Pressure', unit: 'hPa' } };
    await start([{ id: 'mast', format: 'tasmota', device: 'mast', values }]);
    const will = { topic: 'tele/mast/LWT', payload: Buffer.from('Offline'), retain: true, qos: 1 as const };
    const device = await sender({ will });
    device.publish('tele/mast/LWT', 'Online', { retain: true });
    const send = (client: MqttClient, value: number) => () =>
      client.publish('tele/mast/SENSOR', JSON.stringify({ BMP280: { Pressure: value } }));
    await until(send(device, 1000), ({ value }) => value === 1000);
    device.stream.destroy();
    expect(await arrival(({ flag }) => flag === 9)).toMatchObject({
      value: null,
      reason: 'it is offline, says tele/mast/LWT (line lora, topic tele/mast/SENSOR)',
    });
    await status((error) => error?.startsWith('it is offline') ?? false);
    const back = await sender();
    back.publish('tele/mast/LWT', 'Online', { retain: true });
    await until(send(back, 1001), ({ value }) => value === 1001);
    centre.arrived.length = 0;
    await status((error) => error === null);
  });

  test('a retained message is no new measurement: with its own time it is of that time, without one it is left alone', async () => {
    const client = await sender();
    const hourAgo = Date.now() - 3_600_000;
    const retained = { retain: true, qos: 1 as const };
    await client.publishAsync('site/old', JSON.stringify({ v: 1001, ts: hourAgo }), retained);
    await client.publishAsync('site/timeless', JSON.stringify({ v: 60 }), retained);
    await start([plain('timeless', 'noise'), plain('old', 'pressure', { time: 'ts' })]);
    expect(await arrival(({ parameter }) => parameter === 'pressure')).toMatchObject({
      at: hourAgo,
      value: 1001,
    });
    expect(centre.arrived.some(({ topic }) => topic === READINGS)).toBe(false);
    await until(
      () => client.publish('site/timeless', JSON.stringify({ v: 61 })),
      ({ parameter, value }) => parameter === 'noise' && value === 61,
    );
    expect(all().some(({ value }) => value === 60)).toBe(false);
  });

  test('a message that comes twice is one reading, and what was stored goes out as backlog', async () => {
    const garden = {
      id: 'garden',
      format: 'chirpstack',
      application: 'app',
      device: '0101010101010101',
      history: { path: 'history', time: 'timestamp' },
      values: { relative_humidity: { path: 'humidity', unit: '%RH' } },
    };
    await start([garden, plain('end', 'noise')]);
    const client = await sender();
    const send = (id: string, object: object) =>
      client.publish(
        'application/app/device/0101010101010101/event/up',
        JSON.stringify({ deduplicationId: id, object }),
        { qos: 1 },
      );
    await until(
      () => client.publish('site/end', JSON.stringify({ v: 50 })),
      ({ value }) => value === 50,
    );
    const before = Math.round(Date.now() / 1000) - 7200;
    for (let index = 0; index < 3; index++)
      send('same', { humidity: 55, history: [{ timestamp: before, humidity: 44 }] });
    client.publish('site/end', JSON.stringify({ v: 51 }), { qos: 1 });
    await arrival(({ value }) => value === 51);
    await arrival(({ value }) => value === 44);
    expect(all().filter(({ value }) => value === 55)).toHaveLength(1);
    expect(all().filter(({ value }) => value === 44)).toEqual([
      expect.objectContaining({ at: before * 1000 }),
    ]);
    const lane = (wanted: number) =>
      centre.arrived.find((message) => readingsOf(message).some(({ value }) => value === wanted))?.topic;
    expect([lane(55), lane(44)]).toEqual([READINGS, BACKLOG]);
  });

  test('with the broker away its cause is told; when it is back everything works again', async () => {
    await start([plain('mast', 'noise', { period_s: 1 })]);
    const first = await sender();
    await until(
      () => first.publish('site/mast', JSON.stringify({ v: 50 })),
      ({ value }) => value === 50,
    );
    const { port } = local;
    await local.stop();
    const missing = await arrival(({ reason }) => reason?.startsWith('the broker is away') ?? false);
    expect(missing).toMatchObject({ value: null, flag: 9 });
    expect(missing.reason).toContain(`(line lora, 127.0.0.1:${port})`);
    local = await open(port);
    const second = await sender();
    await until(
      () => second.publish('site/mast', JSON.stringify({ v: 51 })),
      ({ value }) => value === 51,
    );
    await status((error) => error === null);
  });

  test('silence is told with how long it lasts', async () => {
    await start([plain('mast', 'noise', { period_s: 1 })]);
    expect(await arrival(({ flag }) => flag === 9)).toMatchObject({
      reason: expect.stringMatching(/^no message for [2-4] s \(line lora, topic site\/mast\)$/),
    });
  });

  test('a device that floods, sends garbage and huge messages costs its own readings only', async () => {
    await start([plain('bad', 'noise'), plain('good', 'pressure')]);
    const bad = await sender();
    const good = await sender();
    let value = 1000;
    await until(
      () => good.publish('site/good', JSON.stringify({ v: value })),
      ({ parameter }) => parameter === 'pressure',
    );
    for (let index = 0; index < 3000; index++)
      bad.publish('site/bad', JSON.stringify({ v: 30 + (index % 10) }));
    await status((error) => error?.startsWith('sends too much: ') ?? false);
    for (let index = 0; index < 20; index++) bad.publish('site/bad', Buffer.alloc(400 * 1024, index));
    await status((error) => error === 'a message of more than 256 kB (line lora, topic site/bad)');
    bad.publish('site/bad', `${'['.repeat(100_000)}`);
    value = 1000.5;
    good.publish('site/good', JSON.stringify({ v: value }));
    expect(await arrival(({ value }) => value === 1000.5)).toMatchObject({ flag: 1 });
    await bad.publishAsync('site/bad', '\u0000{', { qos: 1 });
    await status((error) => error === 'the payload is no JSON (line lora, topic site/bad)');
    expect(all().filter(({ parameter }) => parameter === 'noise').length).toBeLessThan(300);
  });

  test('a Sparkplug node is asked for its birth, its aliases are read, and its death is told', async () => {
    const codec = sparkplug.get('spBv1.0');
    const { Payload } = proto.org.eclipse.tahu.protobuf;
    if (!codec) throw new Error('no Sparkplug B');
    const bdSeq = { name: 'bdSeq', type: 'Int64', value: 7 };
    const encode = (payload: object) => Buffer.from(codec.encodePayload(payload as never));
    const will = {
      topic: 'spBv1.0/danang/NDEATH/hop',
      payload: encode({ timestamp: Date.now(), metrics: [bdSeq] }),
      qos: 1 as const,
      retain: false,
    };
    const node = await sender({ will });
    let births = 0;
    node.on('message', (_, payload) => {
      expect(payload.subarray(-20)).toEqual(Buffer.from(encodeRebirth(0)).subarray(-20));
      births += 1;
      const now = Date.now();
      node.publish('spBv1.0/danang/NBIRTH/hop', encode({ timestamp: now, seq: 0, metrics: [bdSeq] }));
      const metrics = [{ name: 'Outdoor/Temperature', alias: 1, type: 'Float', value: 21.7, timestamp: now }];
      node.publish('spBv1.0/danang/DBIRTH/hop/mast', encode({ timestamp: now, seq: 1, metrics }));
      const bare = { timestamp: now + 10, seq: 2, metrics: [{ alias: 1, floatValue: 21.9 }] };
      const data = Payload.encode(Payload.fromObject(bare)).finish();
      node.publish('spBv1.0/danang/DDATA/hop/mast', Buffer.from(data));
    });
    await node.subscribeAsync('spBv1.0/danang/NCMD/hop');
    const values = { air_temperature: { path: 'Outdoor/Temperature', unit: 'Cel' } };
    await start([{ id: 'mast', format: 'sparkplug', group: 'danang', node: 'hop', device: 'mast', values }]);
    expect(await arrival(({ value }) => value === 21.7)).toMatchObject({ flag: 1 });
    expect(await arrival(({ value }) => value === 21.9)).toMatchObject({ flag: 1 });
    expect(births).toBe(1);
    node.stream.destroy();
    expect(await arrival(({ flag }) => flag === 9)).toMatchObject({
      reason: 'its node is offline (NDEATH) (line lora, node danang/hop/mast)',
    });
  });
});
