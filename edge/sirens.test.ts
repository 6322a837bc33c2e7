/** From a contact to the coil of the siren, over TCP, with nobody at the other end of the uplink unless a test asks the status. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { type EdgeStatus, edgeStatusSchema } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { type Broker, type Field, silentLog, startBroker, startField } from './rig.ts';

const SMOKE = 0;
const CONTACTS = 1;
const AIR = 2;
const HORN = { unit: 9, coil: 16 };
const PATIENCE_MS = 15_000;

const profiles = loadProfiles();
let folder = '';
let field: Field;
let broker: Broker | null = null;
const running: Array<() => Promise<void>> = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-siren-'));
  field = await startField();
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await field.close();
  await broker?.close();
  broker = null;
  rmSync(folder, { recursive: true, force: true });
});

/** With `sleepy` the siren is on a line whose only instrument is read every ten minutes. */
async function start({ sleepy = false } = {}): Promise<() => Promise<void>> {
  const line = sleepy ? 'house' : 'mast';
  const file = edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: folder,
    uplink: { url: `mqtt://127.0.0.1:${broker?.port ?? (await freePort())}`, password: 'secret' },
    lines: ['mast', 'house'].map((id) => ({ id, mode: 'tcp', host: '127.0.0.1', port: field.port })),
    stations: [
      {
        id: 'post',
        kind: 'fire',
        name: { vi: 'Chốt', en: 'Post' },
        area: { vi: 'Rừng', en: 'Forest' },
        latitude: 16,
        longitude: 108,
        instruments: [
          { id: 'io', profile: 'advantech-adam-6051-contacts', line: 'mast', unit: CONTACTS, period_s: 0.2 },
          { id: 'air', profile: 'xy-md02', line, unit: AIR, period_s: sleepy ? 600 : 0.2 },
        ],
        limits: [
          { name: 'smoke-seen', parameter: 'smoke', kind: 'high', raise: 1, clear: 0, level: 'critical' },
        ],
        sirens: [{ id: 'horn', line, ...HORN, on: ['smoke-seen'], min_s: 0 }],
      },
    ],
  });
  const agent = await startAgent({
    file,
    profiles,
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    statusEveryMs: 50,
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

const smoke = (closed: boolean): void => field.set('coil', SMOKE, [Number(closed)]);

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > end)
      throw new Error(`waited in vain for ${what}: ${JSON.stringify(field.written.slice(-5))}`);
    await delay(10);
  }
}

const lastWritten = (): boolean | undefined => field.written.at(-1)?.on;
const hornIs = (on: boolean) =>
  until(`the horn ${on ? 'on' : 'off'}`, () => lastWritten() === on && field.coil(HORN.coil) === on);

/** The first status from now on whose siren the test accepts. */
async function status(accept: (siren: NonNullable<EdgeStatus['sirens']>[number]) => boolean) {
  const from = broker?.arrived.length ?? 0;
  const message = await broker?.arrival((arrived) => {
    if (arrived.topic !== topics.status('hop-1') || (broker?.arrived.indexOf(arrived) ?? -1) < from)
      return false;
    const siren = edgeStatusSchema.parse(JSON.parse(arrived.payload)).sirens?.[0];
    return siren !== undefined && accept(siren);
  });
  return edgeStatusSchema.parse(JSON.parse(message?.payload ?? '')).sirens?.[0];
}

test('smoke sounds the siren with the gateway away, on a line of its own that sleeps, and it is silent when smoke is gone', async () => {
  await start({ sleepy: true });
  await hornIs(false);
  smoke(true);
  await hornIs(true);
  smoke(false);
  await hornIs(false);
  expect(field.written.map(({ unit, coil }) => ({ unit, coil }))).toEqual(Array(3).fill(HORN));
}, 30_000);

test('a siren that does not answer costs the polls little, is told with its reason, and sounds when it is back', async () => {
  broker = await startBroker();
  field.mode(HORN.unit, 'silent');
  await start();
  smoke(true);
  const dead = await status(({ wanted, error }) => wanted && error !== null);
  expect(dead).toEqual({
    station: 'post',
    siren: 'horn',
    wanted: true,
    confirmed: false,
    error: 'no answer within 1000 ms (line mast, unit 9, coil 16)',
  });
  const polls = field.asked(AIR);
  await until('polls beside it', () => field.asked(AIR) > polls + 3);
  field.mode(HORN.unit, 'normal');
  await hornIs(true);
  expect(await status(({ confirmed }) => confirmed)).toMatchObject({ wanted: true, error: null });
}, 40_000);

test('a coil that is refused, and one that stays as it is, are tried again and told in words', async () => {
  broker = await startBroker();
  field.mode(HORN.unit, 2);
  await start();
  smoke(true);
  expect(await status(({ wanted, error }) => wanted && error !== null)).toMatchObject({
    confirmed: false,
    error: 'exception 2 (illegal data address) (line mast, unit 9, coil 16)',
  });
  field.stuck.add(HORN.coil);
  field.mode(HORN.unit, 'normal');
  expect(await status(({ error }) => error?.startsWith('it reads') ?? false)).toMatchObject({
    confirmed: false,
    error: 'it reads off though on was written (line mast, unit 9, coil 16)',
  });
  const attempts = field.written.length;
  await until('another attempt', () => field.written.length > attempts);
  field.stuck.clear();
  await hornIs(true);
  expect(await status(({ confirmed }) => confirmed)).toMatchObject({ wanted: true, error: null });
}, 40_000);

test('after a restart it goes on though the detector is dead, and falls silent when that says that smoke is gone', async () => {
  const stop = await start();
  await hornIs(false);
  smoke(true);
  await hornIs(true);
  await stop();
  // Its module has lost its power as well.
  field.set('coil', HORN.coil, [0]);
  field.mode(CONTACTS, 'silent');
  const before = field.written.length;
  await start();
  await until('the horn again', () => field.written.length > before && field.coil(HORN.coil));
  expect(field.written.slice(before).every(({ on }) => on)).toBe(true);
  smoke(false);
  field.mode(CONTACTS, 'normal');
  await hornIs(false);
}, 40_000);

test('what cleared while the edge was off falls silent', async () => {
  const stop = await start();
  smoke(true);
  await hornIs(true);
  await stop();
  smoke(false);
  await start();
  await hornIs(false);
}, 40_000);
