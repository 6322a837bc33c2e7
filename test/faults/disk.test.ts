/**
 * Disks that are full: one of an edge, one of a gateway with the embedded store. Another program has filled them; what
 * was promised stays, nothing is promised that cannot be kept, and all goes on by itself when there is room again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Health, QuarantineEntry, ReadingsAnswer } from '../../devices/wire/api.ts';
import { topics } from '../../devices/wire/topics.ts';
import { testStation } from '../support/station.ts';
import { canMount, makeSmallDisk, type SmallDisk } from './small-disk.ts';
import { checkAll, checkClosed, settled } from './support/oracle.ts';
import { startPublisher } from './support/publisher.ts';
import { IN_MEMORY_MS } from './support/restartable.ts';
import { type Edge, type Rig, startRig } from './support/rig.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const HOUR_MS = 3_600_000;
const REFUSES = /outbox refuses batches/;

const mayMount = canMount();

const raisedOf = (edge: Edge) => edge.link.traffic.alarms.filter(({ state }) => state === 'raised');

describe.skipIf(!mayMount)('the disk of a gateway', () => {
  const undo = new AsyncDisposableStack();
  let disk: SmallDisk;
  let rig: Rig;
  let edge: Edge;
  let station = '';
  let probe: MqttClient;

  beforeAll(async () => {
    disk = makeSmallDisk(16);
    undo.defer(disk.remove);
    rig = await startRig({
      name: 'gateway disk',
      edges: [{ id: 'edge-1', periodS: 0.2, steps: 10 }],
      gatewayDir: join(disk.folder, 'gateway'),
      clients: ['buoy', 'probe'],
    });
    undo.defer(rig.stop);
    [edge] = rig.edges as [Edge];
    [station] = edge.stations as [string];
    const publisher = await startPublisher(clientOf('buoy'));
    undo.defer(publisher.leave);
    const { id, password, link } = clientOf('probe');
    const login = { username: id, password, clientId: id, reconnectPeriod: 200 };
    probe = await connectAsync(`mqtt://127.0.0.1:${link.port}`, login);
    undo.defer(() => probe.endAsync(true));
    probe.on('error', () => {});
    const stations = [testStation({ id: 'probe-1', parameters: [{ id: 'pressure', period_s: 1 }] })];
    await probe.publishAsync(topics.inventory('probe'), JSON.stringify({ stations }), { qos: 1 });
  });
  // What a failed test left undone is no matter of the next one.
  afterEach(async () => {
    disk?.empty();
    if (rig && !rig.gateway.isUp()) await rig.gateway.start();
  });
  afterAll(() => undo.disposeAsync());

  const clientOf = (id: string) => {
    const found = rig.clients.find((client) => client.id === id);
    if (found === undefined) throw new Error(`there is no client ${id}`);
    return found;
  };
  const health = async (): Promise<Health> =>
    (await (await fetch(`${rig.apiUrl}/api/v1/health`)).json()) as Health;
  const acknowledged = (): number =>
    [...rig.edges, ...rig.clients].reduce((sum, { link }) => sum + link.traffic.acknowledged.size, 0);
  const quarantined = async (): Promise<QuarantineEntry[]> =>
    (await rig.api.call<{ entries: QuarantineEntry[] }>('quarantine?client=probe')).entries;

  /** Resolves when nothing has been acknowledged for so long: what is allocated already takes some more. */
  async function quiet(ms: number): Promise<number> {
    let last = acknowledged();
    let since = performance.now();
    await vi.waitFor(() => {
      if (acknowledged() !== last) [last, since] = [acknowledged(), performance.now()];
      expect(performance.now() - since).toBeGreaterThan(ms);
    }, PATIENCE);
    return last;
  }

  test('full: nothing is acknowledged, the API answers, and with room everything is in once', async () => {
    await vi.waitFor(() => expect(acknowledged()).toBeGreaterThan(100), PATIENCE);
    edge.crossNext(station);
    await settled(rig);
    // Hours that are over, to be rolled up while there is no room.
    const hour = Math.floor(rig.startedAt / HOUR_MS) * HOUR_MS - 3 * HOUR_MS;
    const old = Array.from({ length: 600 }, (_, index) => ({
      n: 'urn:quantrac:probe-1:pressure',
      t: hour / 1000 + index * 10,
      v: 900 + index / 10,
    }));
    await probe.publishAsync(topics.backlog('probe', 'probe-1'), JSON.stringify(old), { qos: 1 });
    // Older than what the oracle looks at: `hourly` counts them.
    const { published, acknowledged: taken } = clientOf('probe').link.traffic;
    published.clear();
    taken.clear();
    disk.fill();
    const began = performance.now();
    const held = await quiet(1500);
    edge.crossNext(station);
    let refused = false;
    const waits = probe.publishAsync(topics.readings('probe', 'probe-1'), 'no SenML', { qos: 1 }).then(() => {
      refused = true;
    });
    await sleep(1000);
    // Neither a reading, nor an alarm, nor what belongs into quarantine.
    expect([acknowledged(), refused, raisedOf(edge).length]).toEqual([held, false, 1]);
    expect(await rig.api.alerts()).toHaveLength(1);
    expect(await quarantined()).toHaveLength(0);
    expect((await rig.api.latest()).length).toBeGreaterThan(0);
    expect(await hourly(hour)).toEqual(HOURLY);
    expect(await health()).toMatchObject({
      status: 'degraded',
      checks: { store: { ok: false, detail: expect.stringMatching(/full/) } },
    });
    const lastedMs = Math.round(performance.now() - began);
    disk.empty();
    const emptied = performance.now();
    await settled(rig);
    await waits;
    rig.say(
      `full for ${lastedMs} ms: ${held} readings acknowledged before it was, none afterwards; ` +
        `caught up ${Math.round(performance.now() - emptied)} ms after it`,
    );
    expect(await quarantined()).toHaveLength(1);
    expect(await rig.api.call('ioc/feed?after=0&kinds=alert.raised')).toMatchObject({
      records: [
        { alert: { key: `${station}/wind_speed/wind-1` } },
        { alert: { key: `${station}/wind_speed/wind-2` } },
      ],
    });
    await checkAll(rig, 'full');
    expect((await health()).checks.store).toMatchObject({ ok: true });
    expect(await hourly(hour)).toEqual(HOURLY);
  });

  /** 360 and 240 readings in two hours: counts by hour. */
  const HOURLY = [360, 240];
  async function hourly(hour: number): Promise<(number | null)[]> {
    const query = `station=probe-1&parameter=pressure&every=3600&aggregate=count&from=${hour}&to=${hour + 2 * HOUR_MS}`;
    const { points } = await rig.api.call<ReadingsAnswer>(`readings?${query}`);
    return points.map(([, value]) => value);
  }

  test('killed and started while it is full: it works or says in a sentence why not, and nothing is lost', async () => {
    disk.fill();
    const held = await quiet(1500);
    await rig.gateway.kill();
    disk.fill();
    const said = await rig.gateway.start().then(
      () => null,
      (error: Error) => error.message,
    );
    if (said === null) {
      await sleep(1000);
      expect(acknowledged()).toBe(held);
      expect(await rig.api.alerts()).toHaveLength(2);
    } else expect(said).toMatch(/^[^\n]*\b(full|room|space)\b[^\n]*$/);
    disk.empty();
    if (said !== null) await rig.gateway.start();
    const emptied = performance.now();
    await settled(rig);
    rig.say(
      `killed while it was full: the start ${said === null ? 'worked' : `said "${said}"`}; ` +
        `caught up ${Math.round(performance.now() - emptied)} ms after there was room`,
    );
    await checkAll(rig, 'killed while it was full');
  });

  test('when the books are closed they have a place for every reading', async () => {
    await checkClosed(rig);
  });
});

describe.skipIf(!mayMount)('the disk of an edge', () => {
  const undo = new AsyncDisposableStack();
  let disk: SmallDisk;
  let rig: Rig;
  let edge: Edge;
  let station = '';

  beforeAll(async () => {
    disk = makeSmallDisk(4);
    undo.defer(disk.remove);
    rig = await startRig({
      name: 'edge disk',
      edges: [{ id: 'edge-2', periodS: 0.2, steps: 10, dataDir: join(disk.folder, 'edge') }],
    });
    undo.defer(rig.stop);
    [edge] = rig.edges as [Edge];
    [station] = edge.stations as [string];
  });
  afterEach(async () => {
    disk?.empty();
    if (rig && !edge.process.isUp()) await edge.process.start();
  });
  afterAll(() => undo.disposeAsync());

  const log = (): string => readFileSync(join(rig.folder, 'edge-2.log'), 'utf8');
  const served = (): number => edge.field.served.length;

  /** Fills it and waits until the outbox says that it refuses. */
  async function fill(): Promise<void> {
    const before = log().length;
    disk.fill();
    await vi.waitFor(() => expect(log().slice(before)).toMatch(REFUSES), PATIENCE);
  }

  test('full: it reads on, says so, and with room everything arrives', async () => {
    await vi.waitFor(() => expect(served()).toBeGreaterThan(5), PATIENCE);
    edge.crossNext(station);
    await settled(rig);
    await fill();
    const began = performance.now();
    const before = served();
    edge.crossNext(station);
    await vi.waitFor(() => expect(served()).toBeGreaterThan(before + 10), PATIENCE);
    const toldMeanwhile = raisedOf(edge).length > 1;
    const lastedMs = Math.round(performance.now() - began);
    disk.empty();
    const emptied = performance.now();
    await settled(rig);
    rig.say(
      `full for ${lastedMs} ms: ${served() - before} answers of its instrument meanwhile, the alarm was sent ` +
        `${toldMeanwhile ? 'meanwhile' : 'when there was room'}; caught up ${Math.round(performance.now() - emptied)} ms after it`,
    );
    await checkAll(rig, 'full');
  });

  test('killed while it is full: it starts, works, and loses only what was in its memory', async () => {
    await fill();
    const full = Date.now();
    const before = served();
    await vi.waitFor(() => expect(served()).toBeGreaterThan(before + 5), PATIENCE);
    await edge.process.kill();
    const killed = Date.now();
    disk.fill();
    await edge.process.start();
    const started = served();
    await vi.waitFor(() => expect(served()).toBeGreaterThan(started + 5), PATIENCE);
    edge.crossNext(station);
    disk.empty();
    const emptied = performance.now();
    // While the disk takes nothing the memory is all there is: what was in it is lost by a kill, and the books must say so.
    const death = edge.process.deaths.at(-1);
    if (death) death.lostFrom = full - IN_MEMORY_MS;
    await settled(rig);
    rig.say(
      `killed while it was full for ${killed - full} ms, started on the full disk; caught up ` +
        `${Math.round(performance.now() - emptied)} ms after there was room`,
    );
    expect(log()).not.toMatch(/damaged|cannot be read/);
    await checkAll(rig, 'killed while it was full');
  });

  test('when the hour is closed the books have a place for every reading, and a cause for what is lost', async () => {
    await checkClosed(rig);
  });
});
