/** An edge whose disk another program has filled: a real one, of a few megabytes. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { alarmSchema, edgeStatusSchema } from '../devices/wire/messages.ts';
import { decodeSenml } from '../devices/wire/senml.ts';
import { topics } from '../devices/wire/topics.ts';
import { canMount, makeSmallDisk, type SmallDisk } from '../test/faults/small-disk.ts';
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { LANES, type NewBatch, openOutbox } from './outbox.ts';
import { type Arrived, type Broker, type Field, silentLog, startBroker, startField } from './rig.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const EDGE = 'hop-1';
const STATION = 'cau-rong';
const READINGS = [topics.readings(EDGE, STATION), topics.backlog(EDGE, STATION)];

let disk: SmallDisk;
let field: Field;
let broker: Broker;
let stop = async () => {};

describe.skipIf(!canMount())('a full disk', () => {
  beforeEach(async () => {
    disk = makeSmallDisk(2);
    field = await startField();
    broker = await startBroker();
    temperature(29);
  });
  afterEach(async () => {
    await stop();
    await field.close();
    await broker.close();
    disk.remove();
  });

  const temperature = (value: number) => field.set('input', 1, [value * 10, 393]);
  const folder = () => join(disk.folder, 'edge');

  async function start(): Promise<void> {
    const limit = { name: 'hot', parameter: 'air_temperature', kind: 'high', raise: 45, level: 'critical' };
    const file = edgeFileSchema.parse({
      id: EDGE,
      data_dir: folder(),
      uplink: { url: `mqtt://127.0.0.1:${broker.port}`, password: 'secret' },
      lines: [{ id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: field.port }],
      stations: [
        {
          id: STATION,
          kind: 'fire',
          name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
          area: { vi: 'Sơn Trà', en: 'Son Tra' },
          latitude: 16.061,
          longitude: 108.227,
          instruments: [
            {
              id: 'climate',
              profile: 'xy-md02',
              line: 'tcp',
              period_s: 0.2,
              quality: { air_temperature: { spike: 'off', rate_per_min: 'off' } },
            },
          ],
          limits: [limit],
        },
      ],
    });
    const agent = await startAgent({
      file,
      profiles: loadProfiles(),
      clock: systemClock,
      random: () => 0,
      log: silentLog,
      reconnect: { firstMs: 50, maxMs: 100 },
      ackTimeoutMs: 1000,
      statusEveryMs: 100,
    });
    let stopped: Promise<void> | undefined;
    stop = () => {
      stopped ??= agent.stop();
      return stopped;
    };
  }

  const readingsOf = ({ topic, payload }: Arrived) => {
    const decoded = READINGS.includes(topic) ? decodeSenml(payload, STATION, 0) : null;
    return decoded?.kind === 'records' ? decoded.readings : [];
  };
  const has = (value: number) => (one: Arrived) => readingsOf(one).some((reading) => reading.value === value);
  const alarmOf = ({ topic, payload }: Arrived) =>
    topic === topics.alarms(EDGE, STATION) ? alarmSchema.parse(JSON.parse(payload)) : undefined;
  const refusalOf = ({ topic, payload }: Arrived) =>
    topic === topics.status(EDGE) ? edgeStatusSchema.parse(JSON.parse(payload)).outbox?.refuses : undefined;

  /** Until the edge says so: what its file has already may take some more. */
  async function fill(): Promise<void> {
    const since = broker.arrived.length;
    for (;;) {
      disk.fill();
      const next = broker.arrived.length;
      const status = await broker.arrival(
        (one) => one.topic === topics.status(EDGE) && broker.arrived.indexOf(one) >= next,
      );
      if (refusalOf(status) !== undefined) break;
    }
    expect(
      refusalOf(broker.arrived.slice(since).findLast((one) => refusalOf(one) !== undefined) as Arrived),
    ).toMatch(/^outbox refuses batches, they wait in memory: .*full/);
  }

  test('an alarm leaves at once, readings go on, the status says what is refused, and none comes twice', async () => {
    await start();
    await broker.arrival(has(29));
    await fill();
    temperature(50);
    const raised = await broker.arrival((one) => alarmOf(one)?.state === 'raised');
    expect(alarmOf(raised)).toMatchObject({ limit: 'hot', value: 50 });
    await broker.arrival(has(50));
    temperature(51);
    await broker.arrival(has(51));
    expect(disk.free()).toBe(0);
    // Connected all the while: one inventory, one login.
    expect(broker.logins).toBe(1);
    disk.empty();
    const emptied = broker.arrived.length;
    await broker.arrival(
      (one) =>
        broker.arrived.indexOf(one) >= emptied &&
        one.topic === topics.status(EDGE) &&
        refusalOf(one) === undefined,
    );
    temperature(52);
    await broker.arrival(has(52));
    await stop();
    const sent = broker.arrived.flatMap(readingsOf).map(({ parameter, at }) => `${parameter} ${at}`);
    expect(new Set(sent).size).toBe(sent.length);
    expect(broker.arrived.flatMap((one) => alarmOf(one)?.state ?? [])).toEqual(['cleared', 'raised']);
    const outbox = openOutbox(folder(), 1);
    expect(outbox.waiting(0)).toEqual({ alarms: 0, live: 0, backlog: 0 });
    outbox.close();
  });

  test('what is delivered while the disk is full is forgotten when there is room', () => {
    const now = Date.now();
    const batch = (index: number): NewBatch => ({
      kind: 'readings',
      station: STATION,
      payload: String(index),
      records: 1,
      at: now,
    });
    const outbox = openOutbox(folder(), 1, { now: () => now });
    outbox.append(Array.from({ length: 200 }, (_, index) => batch(index)));
    disk.fill();
    expect(() => outbox.append([batch(200)])).toThrow(/full/);
    for (let taken = outbox.take(now, LANES); taken; taken = outbox.take(now, LANES)) outbox.remove(taken.id);
    expect(outbox.waiting(now).live).toBe(0);
    disk.empty();
    outbox.append([batch(201)]);
    outbox.close();
    const again = openOutbox(folder(), 1, { now: () => now });
    expect(again.take(now, LANES)?.payload).toBe('201');
    expect(again.take(now, LANES)).toBeNull();
    again.close();
  });

  test('an alarm that could not leave while the disk was full is on disk when there is room, and leaves then', async () => {
    await start();
    await broker.arrival(has(29));
    await fill();
    const { port } = broker;
    await broker.close();
    temperature(50);
    const asked = field.asked(1);
    await vi.waitFor(() => expect(field.asked(1)).toBeGreaterThan(asked + 3), { timeout: 20_000 });
    disk.empty();
    await vi.waitFor(() => expect(field.asked(1)).toBeGreaterThan(asked + 9), { timeout: 20_000 });
    await stop();
    const outbox = openOutbox(folder(), 1);
    expect(outbox.waiting(0).alarms).toBe(1);
    expect(outbox.take(0, LANES)).toMatchObject({ lane: 'alarms' });
    outbox.close();
    broker = await startBroker(port);
    await start();
    expect(alarmOf(await broker.arrival((one) => alarmOf(one)?.state === 'raised'))).toMatchObject({
      value: 50,
    });
  });
});
