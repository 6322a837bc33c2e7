/** The fire rules of an edge file: what they refuse, what they say over a restart, and the siren that hears them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { FLAG } from '../devices/quality.ts';
import { type EdgeFile, edgeFileSchema } from '../devices/station.ts';
import { alarmSchema, edgeStatusSchema } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { openFireWatch } from './fire.ts';
import { silentLog, startBroker, startField } from './rig.ts';
import { edgeFileFaults } from './settings.ts';

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

const open = () => openFireWatch({ file: fileOf(), profiles, clock: systemClock, log: silentLog });

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
  const fire = open();
  expect(fire.take([reading('flame', from, 1)])).toEqual([]);
  expect(fire.take([reading('flame', from + 1000, 1)])).toMatchObject([{ limit: 'fire', state: 'raised' }]);
  fire.close();
  const again = open();
  expect(again.states()[0]).toMatchObject({ station: 'post', level: 2 });
  expect(again.take([reading('flame', from + 2000, 0)])).toMatchObject([{ limit: 'fire', state: 'raised' }]);
  expect(again.take([reading('smoke', from + 2000, 0)])).toEqual([]);
  const said: string[] = [];
  for (let at = from + 3000; at <= from + 16 * 60_000; at += 1000)
    for (const parameter of ['smoke', 'flame'] as const)
      said.push(...again.take([reading(parameter, at, 0)]).map(({ limit, state }) => `${limit} ${state}`));
  expect(said).toEqual(['fire-suspected cleared', 'fire cleared']);
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
    'post/horn': ['fire_detection/fire'],
  });
}, 30_000);
