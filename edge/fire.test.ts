/** The fire rules of an edge file: what they refuse, what they say over a restart, and the siren that hears them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { edgeFileFaults } from '../devices/edge-file-check.ts';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { FLAG } from '../devices/quality.ts';
import { type EdgeFile, edgeFileSchema } from '../devices/station.ts';
import { alarmSchema, edgeStatusSchema } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from './agent.ts';
import { type Clock, systemClock } from './clock.ts';
import { type FireOptions, openFireWatch } from './fire.ts';
import { silentLog, startBroker, startField } from './rig.ts';

const profiles = loadProfiles();
const HORN = { id: 'horn', line: 'mast', unit: 9, coil: 16, on: ['fire', 'fire-suspected'], min_s: 0 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-fire-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(station: object = {}, { port = 502, broker = 1 } = {}): EdgeFile {
  return edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: folder,
    uplink: { url: `mqtt://127.0.0.1:${broker}`, password: 'secret' },
    lines: [
      { id: 'mast', mode: 'tcp', host: '127.0.0.1', port },
      { id: 'lora', mode: 'mqtt', url: 'mqtt://127.0.0.1:1' },
    ],
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
        fire: { flame_s: 1 },
        ...station,
      },
    ],
  });
}

const faults = (file: EdgeFile): string[] =>
  [...edgeFileFaults(file, profiles)].map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`);

test('a good post has no faults; what cannot be is refused by name', () => {
  expect(faults(fileOf({ sirens: [HORN] }))).toEqual([]);
  expect(faults(fileOf({ kind: 'air' }))).toEqual([
    'fire: post is of kind air: fire rules are for kind fire',
  ]);
  const hygrometer = { id: 'air', profile: 'xy-md02', line: 'mast', unit: 2, points: ['relative_humidity'] };
  expect(faults(fileOf({ instruments: [hygrometer] }))).toEqual([
    'fire: no instrument of post gives any of smoke, flame, pm2_5, co, air_temperature',
  ]);
  const smoke = { parameter: 'smoke', kind: 'high', raise: 1, clear: 0, level: 'critical' };
  const limits = [
    { ...smoke, name: 'fire' },
    { ...smoke, parameter: 'fire_detection', name: 'fire' },
  ];
  expect(faults(fileOf({ limits }))).toEqual([
    'limits.1.name: "fire" is the alarm of the fire rules of post: choose another name',
  ]);
  const camera = {
    id: 'camera',
    format: 'json',
    line: 'lora',
    topic: 'camera',
    model: 'Camera',
    values: { fire_detection: { path: 'fire', unit: 'index' }, smoke: { path: 'smoke', unit: '/' } },
    period_s: 60,
  };
  expect(faults(fileOf({ instruments: [camera] }))).toEqual([
    'fire: fire_detection comes from "camera" already: one parameter comes once from a station',
  ]);
  const sirens = [
    HORN,
    { ...HORN, on: ['fires'] },
    { ...HORN, id: 'light', line: 'lora', coil: 17 },
    { ...HORN, id: 'bell', line: 'mats', coil: 18 },
  ];
  expect(faults(fileOf({ sirens }))).toEqual([
    'sirens.1.id: siren "horn" is named twice at post',
    'sirens.1.coil: line mast, unit 9, coil 16 is that of "post/horn": two sirens would undo each other',
    'sirens.1.on.0: post has no limit "fires"',
    'sirens.2.line: line "lora" is an MQTT broker: a siren is a coil on a Modbus line',
    'sirens.3.line: there is no line "mats"',
  ]);
  expect(faults(fileOf({ fire: undefined, sirens: [HORN] }))).toHaveLength(2);
  expect(() => fileOf({ sirens: [{ ...HORN, min_s: 60, max_s: 30 }] })).toThrow(
    'must not be above \\"max_s\\"',
  );
  expect(() => fileOf({ sirens: [{ ...HORN, unit: 0 }] })).toThrow();
});

const open = (over: Partial<FireOptions> = {}) => {
  const watch = openFireWatch({
    file: fileOf(),
    profiles,
    clock: systemClock,
    log: silentLog,
    onReadings() {},
    hurry() {},
    ...over,
  });
  onTestFinished(watch.close);
  return watch;
};

const reading = (parameter: 'smoke' | 'flame', at: number, value: number) => ({
  station: 'post',
  parameter,
  at,
  value,
  flag: FLAG.good,
  reason: null,
});

test('a restart goes on with the fire: it is said once more, and is over only after its fifteen minutes', () => {
  const from = Date.now();
  const found = { alarms: [{ limit: 'fire', state: 'raised' }], readings: [{ value: 2 }] };
  const fire = open();
  expect(fire.take([reading('flame', from, 1)])).toEqual({ alarms: [], readings: [] });
  expect(fire.take([reading('flame', from + 1000, 1)])).toMatchObject(found);
  fire.close();
  const again = open();
  expect(again.states()[0]).toMatchObject({ station: 'post', level: 2 });
  expect(again.take([reading('flame', from + 2000, 0)])).toMatchObject(found);
  expect(again.take([reading('smoke', from + 2000, 0)]).alarms).toEqual([]);
  const said: string[] = [];
  for (let at = from + 3000; at <= from + 16 * 60_000; at += 1000)
    for (const parameter of ['smoke', 'flame'] as const)
      said.push(
        ...again.take([reading(parameter, at, 0)]).alarms.map(({ limit, state }) => `${limit} ${state}`),
      );
  expect(said).toEqual(['fire cleared']);
});

test('smoke and flame of one moment are two levels one after the other: a series has one reading a time', () => {
  const at = Date.now();
  const wishes: unknown[] = [];
  const fire = open({ hurry: (...wish) => wishes.push(wish.slice(0, 3)) });
  fire.take([reading('smoke', at, 1), reading('flame', at, 1)]);
  const { readings, alarms } = fire.take([reading('smoke', at + 1000, 1), reading('flame', at + 1000, 1)]);
  expect(readings.map((told) => [told.at - at, told.value])).toEqual([
    [1000, 1],
    [1001, 2],
  ]);
  expect(alarms.map(({ at: decided, level }) => [decided - at, level])).toEqual([
    [1000, 'warning'],
    [1001, 'critical'],
  ]);
  expect(wishes).toEqual(Array(2).fill(['post', ['smoke', 'flame'], 15_000]));
});

test('a file of another station or another shape costs what was learned, not the start', () => {
  writeFileSync(join(folder, 'fire.json'), '{"post": {"level": 7}}');
  expect(open().states()[0]).toMatchObject({ level: null, no_data: ['smoke', 'flame'] });
});

test('flame at a post: alarm with what decided it, status, and its siren', async () => {
  const field = await startField();
  const broker = await startBroker();
  const agent = await startAgent({
    file: fileOf({ sirens: [HORN] }, { port: field.port, broker: broker.port }),
    profiles,
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    statusEveryMs: 50,
  });
  try {
    field.set('coil', 1, [1]);
    const { payload } = await broker.arrival(
      ({ topic, payload }) => topic === topics.alarms('hop-1', 'post') && payload.includes('"fire"'),
    );
    expect(alarmSchema.parse(JSON.parse(payload))).toMatchObject({
      parameter: 'fire_detection',
      state: 'raised',
      level: 'critical',
      value: 2,
      because: [{ station: 'post', parameter: 'flame', value: 1, threshold: 1 }],
    });
    const told = await broker.arrival(
      ({ topic, payload }) =>
        topic === topics.status('hop-1') &&
        edgeStatusSchema.parse(JSON.parse(payload)).fire?.[0]?.level === 2,
    );
    expect(edgeStatusSchema.parse(JSON.parse(told.payload)).fire?.[0]).toMatchObject({
      station: 'post',
      text: { vi: 'báo cháy' },
      no_data: [],
    });
    while (!field.coil(HORN.coil)) await delay(10);
  } finally {
    await agent.stop();
    await broker.close();
    await field.close();
  }
  expect(JSON.parse(readFileSync(join(folder, 'fire.json'), 'utf8')).post.level).toBe(2);
  expect(JSON.parse(readFileSync(join(folder, 'sirens.json'), 'utf8'))).toEqual({
    'post/horn': ['fire_detection/fire-suspected', 'fire_detection/fire'],
  });
}, 30_000);

/** So many times as fast as the system's. */
const FAST = 20;
const started = { at: Date.now(), ticks: systemClock.ticks() };
const fastTicks = (): number => (systemClock.ticks() - started.ticks) * FAST;
const fastClock: Clock = {
  ticks: fastTicks,
  now: () => started.at + Math.round(fastTicks()),
  sleep: (ms, signal) => systemClock.sleep(ms / FAST, signal),
};

test('the level is a reading: announced, absent until it is known, told at once when it changes, and the other sensors are read again', async () => {
  const field = await startField();
  const broker = await startBroker();
  const air = {
    id: 'air',
    profile: 'xy-md02',
    line: 'mast',
    unit: 2,
    period_s: 300,
    points: ['air_temperature'],
  };
  const contacts = { id: 'io', profile: 'advantech-adam-6051-contacts', line: 'mast', unit: 1, period_s: 4 };
  const agent = await startAgent({
    file: fileOf(
      { instruments: [contacts, air], fire: { flame_s: 1, recheck_every_s: 10 } },
      { port: field.port, broker: broker.port },
    ),
    profiles,
    clock: fastClock,
    random: () => 0,
    log: silentLog,
  });
  const arrived = (parameter: string): SenmlRecord[] =>
    broker.arrived
      .filter(({ topic }) => topic === topics.readings('hop-1', 'post'))
      .flatMap(({ payload }) => recordsOf(payload))
      .filter(({ n }) => n === parameter);
  const arrival = async (what: string, accept: () => boolean) => {
    await broker.arrival(accept).catch(() => {
      throw new Error(`waited in vain for ${what}`);
    });
  };
  try {
    const { payload } = await broker.arrival(({ topic }) => topic === topics.inventory('hop-1'));
    expect(JSON.parse(payload).stations[0].parameters).toContainEqual({ id: 'fire_detection', period_s: 60 });
    await arrival('two levels', () => arrived('fire_detection').length >= 2);
    const [first, second] = arrived('fire_detection');
    expect(first).toMatchObject({ qf: 9, qr: 'not decided yet' });
    expect(first).not.toHaveProperty('v');
    expect((second?.t ?? 0) - (first?.t ?? 0)).toBeCloseTo(60, -1);
    expect(arrived('air_temperature')).toHaveLength(1);

    field.set('coil', 1, [1]);
    await arrival('the level of the fire', () => arrived('fire_detection').some(({ v }) => v === 2));
    await arrival('four temperatures', () => arrived('air_temperature').length >= 5);
    const fire = arrived('fire_detection').find(({ v }) => v === 2);
    // At once, not with the next minute.
    expect(fire?.qr).toContain('beside those due');
    const again = arrived('air_temperature').slice(1, 5);
    for (const { qr } of again) expect(qr).toContain('beside those due');
    // Within seconds of the suspicion, and then every ten: by its own period the next would be due after minutes.
    expect((again.at(-1)?.t ?? 0) - (fire?.t ?? 0)).toBeLessThan(100);
  } finally {
    await agent.stop();
    await broker.close();
    await field.close();
  }
}, 60_000);

interface SenmlRecord {
  readonly n: string;
  readonly t: number;
  readonly v?: number;
  readonly qf?: number;
  readonly qr?: string;
}

function recordsOf(payload: string): SenmlRecord[] {
  let base = { bn: '', bt: 0 };
  return (JSON.parse(payload) as Array<SenmlRecord & Partial<typeof base>>).map((record) => {
    base = { bn: record.bn ?? base.bn, bt: record.bt ?? base.bt };
    return { ...record, t: base.bt + (record.t ?? 0) };
  });
}
