import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../devices/kit/log.ts';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Reading } from '../devices/reading.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { alarmSchema, edgeStatusSchema, inventorySchema } from '../devices/wire/messages.ts';
import { decodeSenml } from '../devices/wire/senml.ts';
import { topics } from '../devices/wire/topics.ts';
import { type AgentOptions, startAgent } from './agent.ts';
import { type Clock, systemClock } from './clock.ts';
import { LANES, openOutbox } from './outbox.ts';
import { type Arrived, type Broker, type Field, silentLog, startBroker, startField } from './rig.ts';

const EDGE = 'hop-1';
const STATION = 'cau-rong';
const READINGS = topics.readings(EDGE, STATION);
const BACKLOG = topics.backlog(EDGE, STATION);
const ALARMS = topics.alarms(EDGE, STATION);

const profiles = loadProfiles();

let folder = '';
let field: Field;
let broker: Broker;
const running: Array<() => Promise<void>> = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-edge-'));
  field = await startField();
  broker = await startBroker();
  // The state register of the particle sensor: it measures.
  field.set('input', 4, [2, 0]);
  particles(12.25);
  field.set('input', 1, [290, 393]);
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await field.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

/** PM1, PM2.5 and PM10 all of this value. */
function particles(value: number): void {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const pair = [view.getUint16(0), view.getUint16(2)];
  field.set('input', 6, [...pair, ...pair, ...pair]);
}

async function start(
  over: {
    limits?: object[];
    serial?: string;
    password?: string;
    clock?: Clock;
    options?: Partial<AgentOptions>;
  } = {},
) {
  const file = edgeFileSchema.parse({
    id: EDGE,
    data_dir: folder,
    uplink: { url: `mqtt://127.0.0.1:${broker.port}`, password: over.password ?? 'secret' },
    lines: [{ id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: field.port, serial: over.serial }],
    stations: [
      {
        id: STATION,
        kind: 'air',
        name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
        area: { vi: 'Sơn Trà', en: 'Son Tra' },
        latitude: 16.061,
        longitude: 108.227,
        instruments: [
          { id: 'dust', profile: 'dfrobot-sen0662', line: 'tcp', unit: 87, period_s: 0.2 },
          { id: 'climate', profile: 'xy-md02', line: 'tcp', unit: 1, period_s: 0.2 },
        ],
        limits: over.limits ?? [],
      },
    ],
  });
  const agent = await startAgent({
    file,
    profiles,
    clock: over.clock ?? systemClock,
    random: () => 0,
    log: silentLog,
    reconnect: { firstMs: 50, maxMs: 100 },
    ...over.options,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= agent.stop();
    return stopped;
  };
  running.push(stop);
  return { stop };
}

/** Resolves when the particle sensor has been read so many times more. */
async function polled(times: number): Promise<void> {
  const before = field.asked(87);
  while (field.asked(87) < before + times) await new Promise((resolve) => setTimeout(resolve, 20));
}

function readingsOf({ payload }: Arrived): Reading[] {
  const decoded = decodeSenml(payload, STATION, 0);
  if (decoded.kind !== 'records') throw new Error(decoded.reason);
  expect(decoded.refused).toEqual([]);
  return decoded.readings;
}

const has = (accept: (reading: Reading) => boolean) => (message: Arrived) =>
  message.topic === READINGS && readingsOf(message).some(accept);

const pm = (value: number) => has((reading) => reading.parameter === 'pm2_5' && reading.value === value);

/** The payload as the outbox has it. */
const unlinked = ({ payload }: { readonly payload: string }): string =>
  payload.replace(/"qc":"[^"]+","qn":\d+,"qp":"[^"]+",/, '');

test('it says who it is, then how it is, then its readings arrive as SenML', async () => {
  await start();
  const before = Date.now();
  const message = await broker.arrival(pm(12.25));
  expect(broker.arrived.slice(0, 3).map(({ topic, retain }) => [topic, retain])).toEqual([
    [topics.inventory(EDGE), true],
    [topics.ofEdge(EDGE, 'seal'), false],
    [topics.status(EDGE), true],
  ]);
  const inventory = inventorySchema.parse(JSON.parse(broker.arrived[0]?.payload ?? ''));
  expect(inventory.stations[0]?.parameters).toContainEqual({
    id: 'pm2_5',
    period_s: 0.2,
    instrument: 'DFRobot SEN0662 Gravity BMV080',
  });
  expect(edgeStatusSchema.parse(JSON.parse(broker.arrived[2]?.payload ?? ''))).toMatchObject({
    online: true,
  });
  const reading = readingsOf(message).find(({ parameter }) => parameter === 'pm2_5');
  expect(reading?.at).toBeGreaterThan(before - 1000);
  await broker.arrival(has(({ parameter, value }) => parameter === 'relative_humidity' && value === 39.3));
});

test('a dead instrument gives missing readings with the reason, the other one keeps its period', async () => {
  field.mode(87, 'silent');
  await start({ options: { profiles: quick(profiles) } });
  const first = await broker.arrival(has(({ parameter }) => parameter === 'pm2_5'));
  const dead = readingsOf(first).find(({ parameter }) => parameter === 'pm2_5');
  expect(dead).toMatchObject({
    value: null,
    flag: 9,
    reason: 'no answer within 60 ms (line tcp, unit 87, input 4 to 11)',
  });
  const from = dead?.at ?? 0;
  await broker.arrival(has(({ parameter, at }) => parameter === 'air_temperature' && at > from + 2000));
  const all = broker.arrived.filter(({ topic }) => topic === READINGS).flatMap(readingsOf);
  const climate = all.filter(
    ({ parameter, at }) => parameter === 'air_temperature' && at > from && at <= from + 2000,
  );
  expect(climate.every(({ value }) => value === 29)).toBe(true);
  expect(climate.length).toBeGreaterThanOrEqual(8);
  const missing = all.filter(({ parameter, at }) => parameter === 'pm2_5' && at > from && at <= from + 2000);
  expect(missing.length).toBeGreaterThanOrEqual(8);
  // Once, its retry, and once after a rest of two seconds.
  expect(field.asked(87)).toBeLessThanOrEqual(3);
});

/** The same profiles with a short time-out, so that a test need not wait. */
function quick(of: typeof profiles): typeof profiles {
  return new Map(
    [...of].map(([id, profile]) => [id, { ...profile, link: { ...profile.link, response_timeout_ms: 60 } }]),
  );
}

test('with the broker away readings wait, and arrive when it is back: old ones as backlog, new ones live', async () => {
  let ahead = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + ahead };
  await start({ clock });
  await broker.arrival(pm(12.25));
  const { port } = broker;
  await broker.close();
  particles(20);
  await polled(4);
  particles(30);
  // Longer than readings are gathered: no batch holds both a 20 and what comes after the jump of the clock.
  await polled(3);
  ahead = 61_000;
  await polled(4);
  broker = await startBroker(port);
  const live = await broker.arrival(pm(30));
  const late = await broker.arrival(
    ({ topic, ...message }) =>
      topic === BACKLOG && readingsOf({ topic, ...message }).some(({ value }) => value === 20),
  );
  expect(broker.arrived.filter(pm(20))).toEqual([]);
  expect(broker.arrived.indexOf(live)).toBeLessThan(broker.arrived.indexOf(late));
});

test('without PUBACK a batch is not removed, and goes out again', async () => {
  broker.withhold = (topic) => topic === READINGS;
  const { stop } = await start({ options: { ackTimeoutMs: 300 } });
  const first = await broker.arrival(pm(12.25));
  const again = await broker.arrival(
    (message) => message !== first && message.topic === READINGS && unlinked(message) === unlinked(first),
  );
  // Each connection chains what it sends anew.
  expect(again.payload).not.toBe(first.payload);
  await stop();
  const outbox = openOutbox(folder, 1);
  const kept = outbox.take(Date.now(), LANES);
  expect(kept?.payload).toBe(unlinked(first));
  outbox.close();
});

test('after a PUBACK a batch is gone, and comes neither again nor back after a restart', async () => {
  const { stop } = await start();
  await broker.arrival(pm(12.25));
  await stop();
  const batches = broker.arrived.filter(({ topic }) => topic === READINGS).map(({ payload }) => payload);
  expect(new Set(batches).size).toBe(batches.length);
  const outbox = openOutbox(folder, 1);
  expect(outbox.take(Date.now(), LANES)).toBeNull();
  outbox.close();
});

test('what a stopped edge could not deliver goes out after its restart', async () => {
  broker.withhold = (topic) => topic === READINGS;
  const first = await start();
  const message = await broker.arrival(pm(12.25));
  await first.stop();
  const { port } = broker;
  await broker.close();
  broker = await startBroker(port);
  await start();
  const again = await broker.arrival(
    (other) => other.topic === READINGS && unlinked(other) === unlinked(message),
  );
  expect(again).toBeDefined();
});

test('a stop writes what was gathered to the outbox', async () => {
  const { port } = broker;
  await broker.close();
  const { stop } = await start();
  await polled(2);
  await stop();
  const outbox = openOutbox(folder, 1);
  const batch = outbox.take(Date.now(), LANES);
  expect(batch && readingsOf({ topic: READINGS, payload: batch.payload, retain: false })).toContainEqual(
    expect.objectContaining({ parameter: 'pm2_5', value: 12.25 }),
  );
  outbox.close();
  broker = await startBroker(port);
});

const limit = { name: 'dusty', parameter: 'pm2_5', kind: 'high', raise: 50, clear: 40, level: 'warning' };

test('a limit that is crossed gives an alarm that arrives before the reading that crossed it', async () => {
  await start({ limits: [limit] });
  const normal = await broker.arrival(({ topic }) => topic === ALARMS);
  expect(alarmSchema.parse(JSON.parse(normal.payload))).toMatchObject({ state: 'cleared', value: 12.25 });
  particles(80);
  const raised = await broker.arrival(
    ({ topic, payload }) => topic === ALARMS && JSON.parse(payload).state === 'raised',
  );
  expect(alarmSchema.parse(JSON.parse(raised.payload))).toMatchObject({
    station: STATION,
    parameter: 'pm2_5',
    limit: 'dusty',
    level: 'warning',
    value: 80,
    threshold: 50,
  });
  const reading = await broker.arrival(pm(80));
  expect(broker.arrived.indexOf(raised)).toBeLessThan(broker.arrived.indexOf(reading));
});

test('after an outage the alarms arrive first', async () => {
  const { port } = broker;
  await broker.close();
  await start({ limits: [limit] });
  particles(80);
  await polled(5);
  broker = await startBroker(port);
  await broker.arrival(({ topic }) => topic === READINGS);
  const order = broker.arrived
    .map(({ topic }) => topic)
    .filter((topic) => topic === ALARMS || topic === READINGS);
  expect(order[0]).toBe(ALARMS);
});

test('the status tells of what waits and of each instrument', async () => {
  field.mode(87, 2);
  await start({ options: { statusEveryMs: 100 } });
  const { payload } = await broker.arrival(
    ({ topic, payload }) => topic === topics.status(EDGE) && payload.includes('exception'),
  );
  const status = edgeStatusSchema.parse(JSON.parse(payload));
  expect(status).toMatchObject({ online: true, thinned: 0, dropped: 0 });
  expect(status.outbox).toMatchObject({ megabytes: expect.any(Number), of_megabytes: expect.any(Number) });
  expect(status.outbox).toHaveProperty('holds_hours');
  expect(status.waiting).toBeDefined();
  // Two requests of 20 ms each in 0.2 s, as far as a plan can know.
  expect(status.lines?.[0]?.planned).toBe(0.2);
  expect(status.lines?.[0]).toMatchObject({
    id: 'tcp',
    // A busy machine may skip some.
    skipped: expect.any(Number),
    units: [
      {
        instrument: 'cau-rong/dust',
        error: 'exception 2 (illegal data address) (line tcp, unit 87, input 4 to 11)',
      },
      { instrument: 'cau-rong/climate', error: null },
    ],
  });
});

test('a stop says goodbye with the outbox empty', async () => {
  const { stop } = await start();
  await broker.arrival(pm(12.25));
  const started = performance.now();
  await stop();
  expect(performance.now() - started).toBeLessThan(1000);
  const last = broker.arrived.at(-1);
  expect([last?.topic, last?.retain, last && JSON.parse(last.payload)]).toEqual([
    topics.status(EDGE),
    true,
    { online: false },
  ]);
});

test.for(['broker away', 'broker silent', 'readings unacknowledged', 'wrong password', 'dead instruments'])(
  'a stop takes less than two seconds: %s',
  async (trouble) => {
    if (trouble === 'broker away') await broker.close();
    if (trouble === 'broker silent') broker.withhold = () => true;
    if (trouble === 'readings unacknowledged') broker.withhold = (topic) => topic === READINGS;
    if (trouble === 'dead instruments') {
      field.mode(87, 'silent');
      field.mode(1, 'silent');
    }
    const { stop } = await start({ password: trouble === 'wrong password' ? 'wrong' : 'secret' });
    if (trouble === 'broker silent') await broker.arrival(() => true);
    else if (trouble === 'readings unacknowledged') await broker.arrival(pm(12.25));
    else if (trouble !== 'broker away') while (broker.logins === 0) await new Promise(setImmediate);
    const started = performance.now();
    await stop();
    expect(performance.now() - started).toBeLessThan(2000);
    if (trouble === 'broker away') broker = await startBroker();
  },
);

test('a login that is refused is tried again, but slowly', async () => {
  await start({ password: 'wrong' });
  while (broker.logins === 0) await new Promise(setImmediate);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(broker.logins).toBe(1);
});

test('a line that cannot keep its periods is warned about at the start, and runs', async () => {
  const warned: object[] = [];
  const log = createLogger('edge', 'silent');
  const listening = Object.assign(Object.create(log), { warn: (fields: object) => warned.push(fields) });
  await start({ options: { log: listening }, serial: '1200 8N1' });
  await broker.arrival(pm(12.25));
  expect(warned).toContainEqual({
    line: 'tcp',
    reason: expect.stringMatching(/^line tcp: needs \d{3} % of its time; cau-rong\/dust \d+ %/),
  });
});
