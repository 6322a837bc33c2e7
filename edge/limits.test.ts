import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import type { Limit } from '../devices/limit.ts';
import { edgeFileSchema } from '../devices/station.ts';
import { alarmSchema } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { openEdgeLimits } from './limits.ts';
import { type Broker, startBroker, startField } from './rig.ts';

vi.setConfig({ testTimeout: 20_000 });

const STATION = 'cau-rong';
const hot = (raise: number): Limit => ({
  name: 'hot',
  parameter: 'air_temperature',
  kind: 'high',
  raise,
  level: 'warning',
  quality: 'good',
  hold_s: 0,
  clear_hold_s: 0,
});
const message = (version: number, raise: number) =>
  JSON.stringify({ version, at: version * 1000, limits: [hot(raise)] });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-edge-limits-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function logged() {
  const lines: { level: number; msg: string; reason?: string }[] = [];
  return { lines, log: pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }) };
}

function open(directory: string | null = folder) {
  const { lines, log } = logged();
  const stations = [
    { id: STATION, parameters: [{ id: 'air_temperature' as const, period_s: 10 }], limits: [hot(50)] },
  ];
  return { lines, limits: openEdgeLimits({ stations, directory, now: () => 42, log }) };
}

const raises = (limits: readonly Limit[]) => limits.map((limit) => ('raise' in limit ? limit.raise : null));

test('the limits of the file are in force until the centre has others', () => {
  const { limits } = open();
  expect([raises(limits.of(STATION)), limits.states()]).toEqual([[50], []]);
  expect(limits.take(STATION, message(1, 30))).toBe(true);
  expect(raises(limits.of(STATION))).toEqual([30]);
  expect(limits.states()).toEqual([{ station: STATION, version: 1, since: 42 }]);
  // Told again with the next connection; a centre that was restored may count from lower on.
  expect(limits.take(STATION, message(1, 30))).toBe(false);
  expect(limits.take(STATION, message(3, 35))).toBe(true);
  expect(limits.take(STATION, message(2, 20))).toBe(true);
  expect(raises(open().limits.of(STATION))).toEqual([20]);
});

test.each([
  ['no JSON', 'hot'],
  ['no version', JSON.stringify({ at: 1, limits: [] })],
  ['a wrong limit', JSON.stringify({ version: 2, at: 1, limits: [{ ...hot(30), clear: 40 }] })],
  ['an endless one', `${message(2, 20)}${' '.repeat(300_000)}`],
])('a message that is broken is refused with a word, those before stay: %s', (_, payload) => {
  const { limits, lines } = open();
  limits.take(STATION, message(1, 30));
  expect(limits.take(STATION, payload)).toBe(false);
  expect(raises(limits.of(STATION))).toEqual([30]);
  expect(lines.at(-1)).toMatchObject({ level: 40, reason: expect.any(String) });
  expect(raises(open().limits.of(STATION))).toEqual([30]);
});

test('a limit of what no instrument here measures is not stepped here', () => {
  const { limits } = open();
  const aqi = { ...hot(150), parameter: 'vn_aqi' };
  limits.take(STATION, JSON.stringify({ version: 1, at: 1, limits: [aqi, hot(30)] }));
  expect(limits.of(STATION).map(({ parameter }) => parameter)).toEqual(['air_temperature']);
});

test('a file that cannot be read costs no start: the edge file holds', () => {
  open().limits.take(STATION, message(1, 30));
  const file = join(folder, 'limits.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
  const { limits, lines } = open();
  expect(raises(limits.of(STATION))).toEqual([50]);
  expect(lines.map(({ level }) => level)).toContain(40);
  writeFileSync(file, JSON.stringify({ [STATION]: { version: 1 } }));
  expect(raises(open().limits.of(STATION))).toEqual([50]);
});

test('a disk that refuses costs the memory, not the limits', () => {
  writeFileSync(join(folder, 'no-folder'), '');
  const { limits, lines } = open(join(folder, 'no-folder'));
  expect(limits.take(STATION, message(1, 30))).toBe(true);
  expect(raises(limits.of(STATION))).toEqual([30]);
  expect(lines.map(({ level }) => level)).toContain(40);
});

test('an edge that restarts without the centre works on with the limits it was told last', async () => {
  const field = await startField();
  onTestFinished(() => field.close());
  // 29.0 °C.
  field.set('input', 1, [290, 393]);
  const start = async (broker: Broker) => {
    const file = edgeFileSchema.parse({
      id: 'hop-1',
      data_dir: folder,
      uplink: { url: `mqtt://127.0.0.1:${broker.port}`, password: 'secret' },
      lines: [{ id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: field.port }],
      stations: [
        {
          id: STATION,
          kind: 'air',
          name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
          area: { vi: 'Sơn Trà', en: 'Son Tra' },
          latitude: 16.061,
          longitude: 108.227,
          instruments: [{ id: 'climate', profile: 'xy-md02', line: 'tcp', unit: 1, period_s: 0.2 }],
          limits: [hot(50)],
        },
      ],
    });
    const log = logged().log;
    const agent = await startAgent({
      file,
      profiles: loadProfiles(),
      clock: systemClock,
      random: () => 0,
      log,
    });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= agent.stop();
      return stopped;
    };
    onTestFinished(stop);
    return stop;
  };
  const told = await startBroker();
  onTestFinished(() => told.close());
  const centre = await connectAsync(`mqtt://127.0.0.1:${told.port}`, { username: 'x', password: 'secret' });
  onTestFinished(() => centre.endAsync(true));
  await centre.publishAsync(topics.limits(STATION), message(1, 25), { qos: 1, retain: true });
  const isRaised = ({ topic, payload }: { topic: string; payload: string }) =>
    topic === topics.alarms('hop-1', STATION) && alarmSchema.parse(JSON.parse(payload)).state === 'raised';
  const stop = await start(told);
  await told.arrival(isRaised);
  await stop();

  // Below the limit of the centre, far below that of the file: only the first can clear.
  field.set('input', 1, [200, 393]);
  // It knows of no limits, and has none to tell.
  const empty = await startBroker();
  onTestFinished(() => empty.close());
  await start(empty);
  const { payload } = await empty.arrival(
    ({ topic, payload }) => topic === topics.status('hop-1') && JSON.parse(payload).online === true,
  );
  expect(JSON.parse(payload).limits).toMatchObject([{ station: STATION, version: 1 }]);
  const cleared = await empty.arrival(
    ({ topic, payload }) =>
      topic === topics.alarms('hop-1', STATION) && alarmSchema.parse(JSON.parse(payload)).state === 'cleared',
  );
  expect(alarmSchema.parse(JSON.parse(cleared.payload))).toMatchObject({ limit: 'hot', threshold: 25 });
});
