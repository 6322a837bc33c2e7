/** From what the centre tells over MQTT to the coil of the siren and back to the status. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { type EdgeStatus, edgeStatusSchema, type SirenCall } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { type Broker, type Field, startBroker, startField } from './rig.ts';

vi.setConfig({ testTimeout: 30_000 });

const SMOKE = 0;
const HORN = { unit: 9, coil: 16 };
/** Of a clock that the edge does not share. */
const SINCE = 4_000_000_000_000;
const call = (since: number, forMs: number): SirenCall => ({
  on: true,
  alert: '12',
  since,
  until: since + forMs,
});
const OFF: SirenCall = { on: false };

let folder = '';
let field: Field;
let broker: Broker;
let centre: MqttClient;
let said: { level: number; msg: string; reason?: string; alert?: string }[];
const running: Array<() => Promise<void>> = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-siren-calls-'));
  said = [];
  field = await startField();
  broker = await startBroker();
  centre = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username: 'x', password: 'secret' });
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await centre.endAsync(true);
  await broker.close();
  await field.close();
  rmSync(folder, { recursive: true, force: true });
});

const tell = (told: SirenCall | string, station = 'post') =>
  centre.publishAsync(topics.sirens(station), typeof told === 'string' ? told : JSON.stringify(told), {
    qos: 1,
    retain: true,
  });

/** Its status comes every quarter of an hour: what the tests hear sooner was told for its own sake. */
async function start(): Promise<() => Promise<void>> {
  const file = edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: folder,
    uplink: { url: `mqtt://127.0.0.1:${broker.port}`, password: 'secret' },
    lines: [{ id: 'mast', mode: 'tcp', host: '127.0.0.1', port: field.port }],
    stations: [
      {
        id: 'post',
        kind: 'fire',
        name: { vi: 'Chốt', en: 'Post' },
        area: { vi: 'Rừng', en: 'Forest' },
        latitude: 16,
        longitude: 108,
        instruments: [
          { id: 'io', profile: 'advantech-adam-6051-contacts', line: 'mast', unit: 1, period_s: 0.2 },
        ],
        limits: [
          { name: 'smoke-seen', parameter: 'smoke', kind: 'high', raise: 1, clear: 0, level: 'critical' },
        ],
        sirens: [{ id: 'horn', line: 'mast', ...HORN, on: ['smoke-seen'], min_s: 0 }],
      },
    ],
  });
  const agent = await startAgent({
    file,
    profiles: loadProfiles(),
    clock: systemClock,
    random: () => 0,
    log: pino({}, { write: (line: string) => said.push(JSON.parse(line)) }),
    statusEveryMs: 900_000,
    reconnect: { firstMs: 50, maxMs: 100 },
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= agent.stop();
    return stopped;
  };
  running.push(stop);
  return stop;
}

type Siren = NonNullable<EdgeStatus['sirens']>[number];

/** The first status from `from` on (an index of what has arrived) whose siren is like this. */
async function status(like: Partial<Siren>, from = 0): Promise<Siren> {
  const sirenOf = (payload: string) => edgeStatusSchema.parse(JSON.parse(payload)).sirens?.[0];
  const message = await broker.arrival((arrived) => {
    if (arrived.topic !== topics.status('hop-1') || broker.arrived.indexOf(arrived) < from) return false;
    const siren = sirenOf(arrived.payload);
    return (
      siren !== undefined && Object.entries(like).every(([key, value]) => siren[key as keyof Siren] === value)
    );
  });
  return sirenOf(message.payload) as Siren;
}

const silent = (from?: number) => status({ wanted: false, confirmed: true }, from);

test('the siren sounds when the centre says so, tells at once that it does, and is silent when the centre says so', async () => {
  await start();
  await silent();
  await tell(call(SINCE, 60_000));
  expect(await status({ confirmed: true, called: SINCE })).toEqual({
    station: 'post',
    siren: 'horn',
    wanted: true,
    confirmed: true,
    error: null,
    called: SINCE,
  });
  expect(field.coil(HORN.coil)).toBe(true);
  expect(said).toContainEqual(expect.objectContaining({ alert: '12', msg: 'the centre sounds the sirens' }));
  const from = broker.arrived.length;
  await tell(OFF);
  expect(await silent(from)).not.toHaveProperty('called');
  expect(field.coil(HORN.coil)).toBe(false);
});

test('without another word of the centre it falls silent at the end of the call, also when that is told again', async () => {
  const told = call(SINCE, 1500);
  await tell(told);
  await start();
  await status({ confirmed: true, called: SINCE });
  const from = broker.arrived.length;
  await tell(told);
  await silent(from);
  expect(field.coil(HORN.coil)).toBe(false);
  expect(field.written.map(({ on }) => on)).toEqual([false, true, false].slice(-field.written.length));
});

test('what is raised at the post goes on when the centre has ended its call', async () => {
  await start();
  field.set('coil', SMOKE, [1]);
  await status({ wanted: true, confirmed: true });
  await tell(call(SINCE, 60_000));
  await status({ confirmed: true, called: SINCE });
  const from = broker.arrived.length;
  await tell(OFF);
  expect(await status({ wanted: true, confirmed: true }, from)).not.toHaveProperty('called');
  field.set('coil', SMOKE, [0]);
  await silent(from);
  expect(field.coil(HORN.coil)).toBe(false);
});

test('a siren that cannot be sounded is told with its reason', async () => {
  await start();
  await silent();
  field.mode(HORN.unit, 2);
  await tell(call(SINCE, 60_000));
  expect(
    await status({
      called: SINCE,
      confirmed: false,
      error: 'exception 2 (illegal data address) (line mast, unit 9, coil 16)',
    }),
  ).toMatchObject({ wanted: true });
});

test.each<[string, string]>([
  ['no JSON', 'on'],
  ['no end', JSON.stringify({ on: true, alert: '12', since: SINCE })],
  ['an hour', JSON.stringify(call(SINCE, 3_600_000))],
  ['an end before the beginning', JSON.stringify(call(SINCE, -1))],
  ['an endless one', `${JSON.stringify(call(SINCE, 1000))}${' '.repeat(5000)}`],
])('a call that is broken is refused with a word and sounds nothing: %s', async (_, payload) => {
  await start();
  await silent();
  await tell(payload);
  // What comes after it on the same connection is taken.
  await tell(call(SINCE + 1, 60_000));
  await status({ confirmed: true, called: SINCE + 1 });
  expect(said).toContainEqual(
    expect.objectContaining({
      level: 40,
      reason: expect.any(String),
      msg: 'what the centre wants of the sirens is refused',
    }),
  );
  const statuses = broker.arrived.filter(({ topic }) => topic === topics.status('hop-1'));
  expect(statuses.filter(({ payload }) => payload.includes(`"called":${SINCE}}`))).toEqual([]);
});
