/**
 * The database fails in every way that its network, its proxies and itself know, under a load that never stops: a real
 * InfluxDB, behind a proxy that does it. After each fault the oracle looks at everything.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import type { Health, QuarantineEntry } from '../../devices/wire/api.ts';
import { decodeSenml, encodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { hasProgram } from '../support/programs.ts';
import { testStation } from '../support/station.ts';
import { type DatabaseProxy, type Fault, startDatabaseProxy } from './database-proxy.ts';
import { checkAll, checkClosed, settled } from './support/oracle.ts';
import { startPublisher } from './support/publisher.ts';
import { type DirectClient, type Edge, type Rig, startRig } from './support/rig.ts';
import { keyOf, type ReadingKey, type Traffic } from './support/traffic.ts';

const DATABASE = 'faults';
const MEGABYTE = 1024 * 1024;
/** What a client that floods would have the gateway hold. */
const OFFERED = 250 * MEGABYTE;
const PATIENCE = { timeout: 30_000, interval: 50 };
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** How long a fault lasts at least. */
const FAULT_MS = 500;

interface Case {
  readonly name: string;
  readonly fault: Fault;
  /** What health says of the store meanwhile; null where it takes what it is given. */
  readonly said: RegExp | null;
}

const CASES: readonly Case[] = [
  { name: 'nobody listens', fault: { kind: 'refused' }, said: /does not answer: ECONN/ },
  { name: 'answers 2.5 s late', fault: { kind: 'slow', byMs: 2500 }, said: /no answer within 2000 ms/ },
  { name: 'answers byte by byte', fault: { kind: 'trickled', everyMs: 20 }, said: null },
  { name: '503', fault: { kind: 'answered', status: 503 }, said: /not ready \(503\)/ },
  { name: '503, 1 s', fault: { kind: 'answered', status: 503, retryAfter: '1' }, said: /not ready \(503\)/ },
  { name: '429', fault: { kind: 'answered', status: 429 }, said: /not ready \(429\)/ },
  { name: '500', fault: { kind: 'answered', status: 500 }, said: /not ready \(500\)/ },
  { name: '413 above 400 bytes', fault: { kind: 'small', mostBytes: 400 }, said: null },
  { name: 'stores, then breaks off its answer', fault: { kind: 'cut' }, said: /does not answer/ },
];

describe.skipIf(!hasProgram('influxd'))('the database', () => {
  let influxd: Influxd;
  let proxy: DatabaseProxy;
  let rig: Rig;
  const undo = new AsyncDisposableStack();
  let edge: Edge;
  let station = '';

  beforeAll(async () => {
    influxd = await startInfluxd();
    undo.defer(influxd.stop);
    proxy = await startDatabaseProxy(influxd.url);
    undo.defer(proxy.stop);
    rig = await startRig({
      name: 'database',
      edges: [{ id: 'edge-1', periodS: 0.2, steps: CASES.length + 5 }],
      store: { kind: 'influx', url: proxy.url, database: DATABASE },
      clients: ['buoy', 'probe', 'flood'],
    });
    undo.defer(rig.stop);
    const publisher = await startPublisher(clientOf('buoy'));
    undo.defer(publisher.leave);
    [edge] = rig.edges as [Edge];
    [station] = edge.stations as [string];
  });
  afterAll(() => undo.disposeAsync());

  // A test that fails leaves its fault to nobody else.
  afterEach(async () => {
    await proxy?.set({ kind: 'none' });
    if (rig === undefined) return;
    if (!rig.gateway.isUp()) await rig.gateway.start();
    await vi.waitFor(async () => expect((await health()).checks.store).toMatchObject({ ok: true }), PATIENCE);
  });

  const clientOf = (id: string): DirectClient => {
    const found = rig.clients.find((client) => client.id === id);
    if (found === undefined) throw new Error(`there is no client ${id}`);
    return found;
  };
  const traffics = () => [...rig.edges, ...rig.clients].map(({ link }) => link.traffic);
  const acknowledged = (): ReadingKey[] => traffics().flatMap((traffic) => [...traffic.acknowledged.keys()]);
  const health = async (): Promise<Health> =>
    (await (await fetch(`${rig.apiUrl}/api/v1/health`)).json()) as Health;

  /** What the database has, asked of itself. */
  async function stored(): Promise<Set<ReadingKey>> {
    const q = 'SELECT flag FROM reading GROUP BY station, parameter';
    const response = await fetch(`${influxd.url}/query?db=${DATABASE}&epoch=ms&q=${encodeURIComponent(q)}`);
    const { results } = (await response.json()) as {
      results: { series?: { tags: { station: string; parameter: string }; values: [number, number][] }[] }[];
    };
    const keys = new Set<ReadingKey>();
    for (const { tags, values } of results[0]?.series ?? [])
      for (const [at] of values) keys.add(`${tags.station} ${tags.parameter} ${at}`);
    return keys;
  }

  /** What is acknowledged at this moment is in the database already. */
  async function expectStored(): Promise<number> {
    const keys = acknowledged();
    const there = await stored();
    expect(keys.filter((key) => !there.has(key)).slice(0, 5), 'acknowledged and not in').toEqual([]);
    return keys.length;
  }

  /** The fault is over: everything that was sent until now is acknowledged. */
  async function caughtUp(): Promise<number> {
    const began = performance.now();
    // Of a client that went away nothing more comes.
    const here = [...rig.edges, ...rig.clients].map(({ link }) => link).filter((link) => link.open() > 0);
    const sent = here.map(({ traffic }) => ({ traffic, keys: [...traffic.published.keys()] }));
    await settled(rig, { timeoutMs: PATIENCE.timeout });
    await vi.waitFor(() => {
      for (const { traffic, keys } of sent)
        expect(keys.filter((key) => !traffic.acknowledged.has(key)).length).toBe(0);
    }, PATIENCE);
    return Math.round(performance.now() - began);
  }

  test('silent while a client floods: its memory is bounded, health answers, and it goes on by itself', async () => {
    // Past the link, whose reading of it would take the time of the instruments.
    const flood = await connect({ ...clientOf('flood'), link: { port: brokerPort(rig) } });
    const own = 'flood-1';
    const stations = [testStation({ id: own, parameters: [{ id: 'pressure', period_s: 1 }] })];
    await flood.publishAsync(topics.inventory('flood'), JSON.stringify({ stations }), { qos: 1 });
    const first = Date.now() - 3_000_000;
    const pack = Array.from({ length: 5000 }, (_, index) => ({
      station: own,
      parameter: 'pressure' as const,
      at: first + index,
      value: 950,
      flag: FLAG.good,
      reason: null,
    }));
    const payload = Buffer.from(JSON.stringify(encodeSenml(own, pack)));
    const before = residentMegabytes(rig.gateway.pid());
    const hits = proxy.counts.get('silent') ?? 0;
    await proxy.set({ kind: 'silent' });
    let sent = 0;
    let most = 0;
    for (; sent * payload.length < OFFERED; sent++)
      flood.publish(topics.backlog('flood', own), payload, { qos: 1 }, () => {});
    await vi.waitFor(() => expect((proxy.counts.get('silent') ?? 0) - hits).toBeGreaterThan(0), PATIENCE);
    const asked = performance.now();
    const { checks } = await health();
    const answeredMs = Math.round(performance.now() - asked);
    expect(checks.store).toMatchObject({ ok: false, detail: expect.stringMatching(/no answer within/) });
    await vi.waitFor(
      async () => expect((await health()).checks.broker?.detail).toMatch(/held back/),
      PATIENCE,
    );
    const hung = await expectStored();
    await sleep(FAULT_MS);
    expect(await expectStored()).toBe(hung);
    flood.end(true);
    // What is on its way stays without an answer: the gateway gives it up by its own time, and sends it again.
    await proxy.set({ kind: 'none' });
    const measuring = setInterval(() => {
      most = Math.max(most, residentMegabytes(rig.gateway.pid()));
    }, 100);
    const caughtUpMs = await caughtUp().finally(() => clearInterval(measuring));
    rig.say(
      `silent: ${sent} payloads of ${Math.round(payload.length / 1024)} kB offered, gateway ${before} MB before and ${most} MB at most; ` +
        `health answered after ${answeredMs} ms; caught up ${caughtUpMs} ms after it`,
    );
    expect((most - before) * MEGABYTE).toBeLessThan(0.7 * OFFERED);
    await checkAll(rig, 'silent');
  });

  /** Resolves when readings beside those of `before` (what was published until this call) wait for their PUBACK, with them. */
  async function heldBack(
    { published, acknowledged }: Traffic,
    before: ReadonlySet<ReadingKey> = new Set(published.keys()),
  ): Promise<ReadingKey[]> {
    return vi.waitFor(() => {
      const after = [...published.keys()].filter((key) => !before.has(key) && !acknowledged.has(key));
      expect(after.length).toBeGreaterThan(0);
      return after;
    }, PATIENCE);
  }

  test.each(CASES)('$name: clients wait, and everything is in once', async ({ name, fault, said }) => {
    const before = acknowledged().length;
    const hits = proxy.counts.get(fault.kind) ?? 0;
    const began = performance.now();
    await proxy.set(fault);
    const held = said === null ? [] : await heldBack(edge.link.traffic);
    edge.crossNext(station);
    const { checks } = await health();
    if (said === null) expect(checks.store).toMatchObject({ ok: true });
    else expect(checks.store).toMatchObject({ ok: false, detail: expect.stringMatching(said) });
    // An alarm is the ledger's, and waits for no database, nor behind readings of its own edge that do.
    await vi.waitFor(async () => {
      expect(await rig.api.alerts()).toHaveLength(edge.crossed.get(station) ?? 0);
    }, PATIENCE);
    expect(held.filter((key) => edge.link.traffic.acknowledged.has(key))).toEqual([]);
    if (fault.kind !== 'refused')
      await vi.waitFor(() => expect((proxy.counts.get(fault.kind) ?? 0) - hits).toBeGreaterThan(0), PATIENCE);
    await sleep(Math.max(0, FAULT_MS - (performance.now() - began)));
    const during = await expectStored();
    const lasted = Math.round(performance.now() - began);
    if (fault.kind === 'refused' || fault.kind === 'answered') {
      // What was on its way when it began has come through, and nothing after it.
      const later = await expectStored();
      expect(later).toBe(during);
      expect(connections()).toBe(rig.edges.length + 1);
    }
    await proxy.set({ kind: 'none' });
    const caughtUpMs = await caughtUp();
    rig.say(
      `${name}: ${lasted} ms, ${(proxy.counts.get(fault.kind) ?? 0) - hits} requests hit, ${during - before} readings ` +
        `acknowledged meanwhile, all of them in; caught up ${caughtUpMs} ms after it`,
    );
    await checkAll(rig, name);
    expect((await health()).checks.store).toMatchObject({ ok: true });
  });

  /** Nobody was sent away: clients that are connected now. */
  const connections = (): number =>
    [...rig.edges, ...rig.clients].reduce((sum, { link }) => sum + link.open(), 0);

  test('an alarm passes many readings of its own edge that came at once and wait for the database', async () => {
    const { link } = edge;
    await proxy.set({ kind: 'answered', status: 503 });
    link.admission = 'refused';
    link.cut();
    const before = edge.field.served.length;
    await vi.waitFor(() => expect(edge.field.served.length).toBeGreaterThan(before + 10), PATIENCE);
    const { publishes } = link.traffic.counts;
    const published = new Set(link.traffic.published.keys());
    link.admission = 'open';
    await vi.waitFor(() => expect(link.traffic.counts.publishes).toBeGreaterThan(publishes + 5), PATIENCE);
    // As many as may be under way are: no more come until the database takes these.
    const held = await heldBack(link.traffic, published);
    edge.crossNext(station);
    await vi.waitFor(async () => {
      expect(await rig.api.alerts()).toHaveLength(edge.crossed.get(station) ?? 0);
    }, PATIENCE);
    expect(held.filter((key) => link.traffic.acknowledged.has(key))).toEqual([]);
    await proxy.set({ kind: 'none' });
    const caughtUpMs = await caughtUp();
    rig.say(`an alarm passed held readings; caught up ${caughtUpMs} ms after it`);
    await checkAll(rig, 'an alarm behind held readings');
  });

  test('readings of a type that the database refuses are in quarantine, and no others', async () => {
    const probe = await connect(clientOf('probe'));
    const own = 'probe-1';
    const stations = [testStation({ id: own, parameters: [{ id: 'pressure', period_s: 1 }] })];
    await probe.publishAsync(topics.inventory('probe'), JSON.stringify({ stations }), { qos: 1 });
    // In InfluxDB the type of a field holds for a week of data: in this one somebody else has written texts.
    const week = Date.now() - 40 * 86_400_000;
    const line = `reading,parameter=x,station=y value="a text" ${week}`;
    await fetch(`${influxd.url}/write?db=${DATABASE}&precision=ms`, { method: 'POST', body: line });
    const made = Array.from({ length: 300 }, (_, index): Reading & { parameter: 'pressure' } => ({
      station: own,
      parameter: 'pressure',
      at: (index % 7 === 0 ? week : Date.now() - 3_000_000) + index,
      value: 900 + index / 10,
      flag: FLAG.good,
      reason: null,
    }));
    const bad = made.filter((_, index) => index % 7 === 0);
    await probe.publishAsync(topics.backlog('probe', own), JSON.stringify(encodeSenml(own, made)), {
      qos: 1,
    });
    await probe.endAsync();

    const { entries } = await rig.api.call<{ entries: QuarantineEntry[] }>('quarantine?client=probe');
    const kept: ReadingKey[] = [];
    for (const { id, reason } of entries) {
      expect(reason).toMatch(
        /^the store refuses it: partial write: field type conflict: input field "value"/,
      );
      const { payload } = await rig.api.call<QuarantineEntry>(`quarantine/${id}`);
      const decoded = decodeSenml(payload, own, Date.now());
      if (decoded.kind === 'records') kept.push(...decoded.readings.map(keyOf));
    }
    expect(kept.sort()).toEqual(bad.map(keyOf).sort());
    const there = await stored();
    expect(made.filter((one) => there.has(keyOf(one)))).toHaveLength(made.length - bad.length);
    const { traffic } = clientOf('probe').link;
    for (const one of bad) {
      traffic.published.delete(keyOf(one));
      traffic.acknowledged.delete(keyOf(one));
    }
    rig.say(
      `a field of another type: ${made.length} readings in one payload, ${kept.length} of them in quarantine`,
    );
    await checkAll(rig, 'a field of another type');
  });

  test('a gateway that is told to stop while the database is silent stops, and its clients hold their data', async () => {
    const hits = proxy.counts.get('silent') ?? 0;
    await proxy.set({ kind: 'silent' });
    await vi.waitFor(() => expect((proxy.counts.get('silent') ?? 0) - hits).toBeGreaterThan(0), PATIENCE);
    await expectStored();
    const began = performance.now();
    await rig.gateway.stop();
    const stoppedMs = Math.round(performance.now() - began);
    await expectStored();
    const again = performance.now();
    await rig.gateway.start();
    const startedMs = Math.round(performance.now() - again);
    await proxy.set({ kind: 'none' });
    const caughtUpMs = await caughtUp();
    rig.say(
      `silent and stopped: gone after ${stoppedMs} ms, started again after ${startedMs} ms with the database still silent, ` +
        `caught up ${caughtUpMs} ms after it`,
    );
    expect(stoppedMs).toBeLessThan(4000);
    expect(startedMs).toBeLessThan(8000);
    await checkAll(rig, 'silent and stopped');
  });

  test('when the books are closed they have a place for every reading', async () => {
    await checkClosed(rig);
  });
});

/** By its settings. */
function brokerPort({ folder }: Rig): number {
  const settings = parse(readFileSync(join(folder, 'gateway.yaml'), 'utf8')) as { mqtt: { port: number } };
  return settings.mqtt.port;
}

type Login = Pick<DirectClient, 'id' | 'password'> & { readonly link: { readonly port: number } };

const connect = ({ id, password, link }: Login): Promise<MqttClient> =>
  connectAsync(`mqtt://127.0.0.1:${link.port}`, { username: id, password, clientId: id });

function residentMegabytes(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
