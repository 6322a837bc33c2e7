import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { configText, type Settings } from '../../devices/edge-config.ts';
import { jsonHash } from '../../devices/kit/json-hash.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import type { Service } from '../../devices/kit/service.ts';
import { FLAG, missing } from '../../devices/quality.ts';
import type { EdgeFile } from '../../devices/station.ts';
import { type ConfigReport, configReportSchema, type WantedConfig } from '../../devices/wire/fleet.ts';
import { edgeConfig } from '../../test/support/edge-config.ts';
import type { Clock } from '../clock.ts';
import { silentLog } from '../rig.ts';
import { openBox } from './box.ts';
import { openConfigStore } from './store.ts';
import { type ConfigEars, startSupervisor } from './supervisor.ts';

const profiles = loadProfiles();
const START = Date.UTC(2026, 2, 1);
const config = (periodS: number, over: Settings = {}): Settings => edgeConfig({ period_s: periodS, ...over });
const OWN = config(10);

let folder = '';
let edge: Service | null = null;
let ears: ConfigEars;
let opened: EdgeFile[];
let told: ConfigReport[];
let gaveUp: unknown;
/** What the field and the centre do. */
let world: {
  answers: (file: EdgeFile) => boolean;
  reachable: boolean;
  startable: (file: EdgeFile) => boolean;
};
let clock: Clock & { stop(): void };
/** Of the system: another one after a power cut. */
let boot: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-config-'));
  [opened, told, gaveUp] = [[], [], null];
  world = { answers: () => true, reachable: true, startable: () => true };
  write(OWN);
  clock = fastClock();
  boot = 'boot-1';
});
afterEach(async () => {
  await edge?.stop();
  edge = null;
  clock.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Time goes to the next that anybody sleeps for; each second the instrument is read. */
function fastClock(): Clock & { stop(): void } {
  let now = 0;
  let ended = false;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  const pump = (): void => {
    const [next] = [...sleepers].sort((a, b) => a.at - b.at);
    if (next) {
      while (now < next.at) {
        now = Math.min(next.at, now + 1000);
        read();
      }
      sleepers.delete(next);
      next.wake();
    }
    if (!ended) setImmediate(pump);
  };
  setImmediate(pump);
  return {
    now: () => START + now,
    ticks: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { at: now + Math.max(0, ms), wake: resolve };
        if (signal.aborted) return resolve();
        sleepers.add(sleeper);
        signal.addEventListener('abort', () => sleepers.delete(sleeper) && resolve());
      }),
    stop() {
      ended = true;
    },
  };
}
function read(): void {
  const file = opened.at(-1);
  if (file === undefined) return;
  const value = world.answers(file) ? { value: 20, flag: FLAG.good, reason: null } : missing('no answer');
  ears.onReadings([{ station: 'cau-do', parameter: 'air_temperature', at: clock.now(), ...value }]);
}

const edgeFile = () => join(folder, 'edge.yaml');
const own = () => ({
  id: 'hop-1',
  data_dir: join(folder, 'data'),
  uplink: { url: 'mqtt://c', password: 'p' },
});
const write = (wanted: Settings): void =>
  writeFileSync(edgeFile(), stringify({ ...own(), ...wanted }), { mode: 0o600 });
const stateFile = () => join(folder, 'data/config/state.json');
/** As a full disk does: what is on it can be read. */
const refuseWrites = () => mkdirSync(`${stateFile()}.new`);

async function start(): Promise<void> {
  edge = await startSupervisor({
    box: openBox({ file: edgeFile() }, profiles),
    store: openConfigStore(join(folder, 'data'), silentLog),
    profiles,
    clock,
    boot,
    log: silentLog,
    giveUp: (error) => {
      gaveUp = error;
    },
    async open(file, heard) {
      if (!world.startable(file)) throw new Error('no such port');
      ears = heard;
      opened.push(file);
      setImmediate(() => heard.onReady());
      return {
        lines: () => [{ id: 'bus', busyMs: 0 }],
        async tell(_kind, payload) {
          if (!world.reachable) return false;
          told.push(configReportSchema.parse(JSON.parse(payload)));
          return true;
        },
        stop: async () => {},
      };
    },
  });
}
/** As after a kill: what is on disk is all that is left. */
async function startAfterKill(): Promise<void> {
  const kept = readFileSync(stateFile(), 'utf8');
  await edge?.stop();
  writeFileSync(stateFile(), kept);
  await start();
}
function want(version: number, wanted: Settings, over: Partial<WantedConfig> = {}): void {
  const message: WantedConfig = {
    version,
    hash: jsonHash(wanted),
    text: configText(wanted),
    instead_of: told.at(-1)?.running.hash ?? '',
    trial_s: 600,
    expires: START + 3_600_000,
    ...over,
  };
  ears.take(JSON.stringify(message));
}
const until = (ready: () => void) => vi.waitFor(ready, { timeout: 10_000, interval: 2 });
const answered = (version: number, state: string) =>
  until(() => expect(told.at(-1)?.wanted).toMatchObject({ version, state }));
const period = () => opened.at(-1)?.stations[0]?.instruments[0]?.period_s;
const begun = () => until(() => expect(told).not.toEqual([]));

test('a good configuration is on trial, is kept, and is in force after a restart', async () => {
  await start();
  await begun();
  expect(told[0]).toMatchObject({
    running: { version: null, text: configText(OWN) },
    local: false,
    wanted: null,
  });
  want(1, config(5));
  await answered(1, 'trial');
  expect(told.at(-1)?.running).toMatchObject({ version: 1, hash: jsonHash(config(5)) });
  await answered(1, 'kept');
  // Its text is told once.
  expect(told.at(-1)?.running.text).toBeNull();
  await edge?.stop();
  await start();
  expect(period()).toBe(5);
});

test('it is taken back when its instruments fall silent', async () => {
  await start();
  await begun();
  world.answers = (file) => file.stations[0]?.instruments[0]?.period_s === 10;
  want(1, config(5));
  await answered(1, 'taken_back');
  expect(told.at(-1)).toMatchObject({
    running: { version: null },
    wanted: { reason: 'cau-do: air_temperature came before, and nothing of it comes any more' },
  });
  expect(period()).toBe(10);
});

test('it is taken back when the centre is out of reach at the end, and that is told later', async () => {
  await start();
  await begun();
  want(1, config(5));
  await answered(1, 'trial');
  world.reachable = false;
  await until(() => expect(opened).toHaveLength(3));
  world.reachable = true;
  ears.onReady();
  await answered(1, 'taken_back');
  expect(told.at(-1)?.wanted?.reason).toBe('the centre stays out of reach');
});

const REFUSED: readonly [string, Settings, Partial<WantedConfig>, string, string][] = [
  ['a fault', config(5, { unit: 999 }), {}, 'refused', 'station cau-do, instrument climate, unit: '],
  ['another hash', config(5), { hash: 'x'.repeat(43) }, 'refused', 'its hash is not that of its text'],
  ['a time that is over', config(5), { expires: START - 1 }, 'expired', 'it came too late'],
  [
    'another configuration to replace',
    config(5),
    { instead_of: 'x'.repeat(43) },
    'refused',
    'the edge runs another',
  ],
  [
    'a line that cannot give it',
    { ...config(0.2), lines: [{ id: 'bus', mode: 'rtu', path: '/dev/ttyS1', serial: '300 8N1' }] },
    {},
    'refused',
    'line bus: needs ',
  ],
  [
    'what the box has for itself',
    { ...config(5), data_dir: '/' },
    {},
    'refused',
    'data_dir: stays in the file',
  ],
];
test.each(REFUSED)('%s is refused, and nothing stops for it', async (_what, wanted, over, state, reason) => {
  await start();
  await begun();
  want(1, wanted, over);
  await answered(1, state);
  expect(told.at(-1)?.wanted?.reason).toContain(reason);
  expect(opened).toHaveLength(1);
});

test('what is no message, or no newer one, changes nothing', async () => {
  await start();
  await begun();
  for (const payload of ['', '{', '{"version":1}', 'x'.repeat(600_000)]) ears.take(payload);
  want(2, config(5), { expires: START - 1 });
  await answered(2, 'expired');
  want(2, config(5));
  want(1, config(5));
  want(3, config(5), { expires: START - 1 });
  await answered(3, 'expired');
  expect(opened).toHaveLength(1);
});

test('one that comes while another is on trial waits for the end of it', async () => {
  await start();
  await begun();
  want(1, config(5));
  await answered(1, 'trial');
  want(2, config(6), { instead_of: jsonHash(config(5)) });
  await answered(2, 'kept');
  expect(told.filter(({ wanted }) => wanted?.state === 'kept').map(({ wanted }) => wanted?.version)).toEqual([
    1, 2,
  ]);
});

test('one that is withdrawn before it begins is not begun, another one is', async () => {
  await start();
  await begun();
  want(1, config(5));
  ears.take('');
  want(2, config(6));
  await answered(2, 'kept');
  expect(told.filter(({ wanted }) => wanted?.version === 1)).toEqual([]);
  expect(opened.map(({ stations }) => stations[0]?.instruments[0]?.period_s)).toEqual([10, 6]);
});

test('a newer one that comes before it begins takes its place', async () => {
  await start();
  await begun();
  want(1, config(5));
  want(2, config(6));
  await answered(2, 'kept');
  expect(told.filter(({ wanted }) => wanted?.version === 1)).toEqual([]);
});

test('one that was withdrawn while the line was down, so that it does not come again, is not begun', async () => {
  await start();
  await begun();
  want(1, config(5));
  ears.onReady();
  want(2, config(6), { expires: START - 1 });
  await answered(2, 'expired');
  expect(opened).toHaveLength(1);
});

test('the text goes with the first report of each connection: the centre may have another ledger by then', async () => {
  await start();
  await begun();
  want(1, config(5), { expires: START - 1 });
  await answered(1, 'expired');
  expect(told.map(({ running }) => running.text)).toEqual([configText(OWN), null]);
  ears.onReady();
  await until(() => expect(told).toHaveLength(3));
  expect(told.at(-1)?.running.text).toBe(configText(OWN));
});

test('what the disk does not take is refused, which is kept as soon as it can be', async () => {
  await start();
  await begun();
  refuseWrites();
  want(1, config(5));
  await answered(1, 'refused');
  expect(told.at(-1)?.wanted?.reason).toContain('it cannot be kept on disk');
  expect(opened).toHaveLength(1);
  rmdirSync(`${stateFile()}.new`);
  await edge?.stop();
  told.length = 0;
  await start();
  await begun();
  expect(told[0]?.wanted).toMatchObject({ version: 1, state: 'refused' });
});

test('a trial whose starts the disk does not let it count is not gone on with', async () => {
  await start();
  await begun();
  want(1, config(5), { trial_s: 86_400 });
  await answered(1, 'trial');
  refuseWrites();
  told.length = 0;
  await edge?.stop();
  await start();
  await begun();
  expect(period()).toBe(10);
  expect(told[0]).toMatchObject({
    running: { version: null },
    wanted: { version: 1, state: 'taken_back', reason: 'the disk does not let its starts be counted' },
  });
  rmdirSync(`${stateFile()}.new`);
  await edge?.stop();
  await start();
  expect(period()).toBe(10);
});

test('what cannot start ends the process once: the next start has what was before', async () => {
  await start();
  await begun();
  world.startable = (file) => file.stations[0]?.instruments[0]?.period_s === 10;
  want(1, config(5));
  await until(() => expect(gaveUp).toEqual(new Error('no such port')));
  await startAfterKill();
  await answered(1, 'taken_back');
  expect(told.at(-1)?.wanted?.reason).toBe('it cannot start: no such port');
  expect(period()).toBe(10);
});

test('two deaths on trial take it back, stops in order do not', async () => {
  await start();
  await begun();
  want(1, config(5), { trial_s: 86_400 });
  await answered(1, 'trial');
  for (let stop = 0; stop < 3; stop++) {
    await edge?.stop();
    await start();
    expect(period()).toBe(5);
  }
  await startAfterKill();
  expect(period()).toBe(10);
});

/** One that proves itself only within an hour: the time of a test goes fast. It does not run on return. */
async function keptForAnHour(version: number, wanted: Settings): Promise<void> {
  await start();
  await until(() => expect(told.at(-1)?.running.hash).toBe(jsonHash(version === 1 ? OWN : config(5))));
  want(version, wanted, { trial_s: 10 });
  await answered(version, 'kept');
  await edge?.stop();
  const state = JSON.parse(readFileSync(stateFile(), 'utf8')) as { before: object };
  writeFileSync(stateFile(), JSON.stringify({ ...state, before: { ...state.before, trial_s: 3600 } }));
  told.length = 0;
}

test('what was kept and ends the process three times soon after its start is taken back, and that is told', async () => {
  await keptForAnHour(1, config(5));
  await start();
  for (let death = 1; death < 3; death++) {
    await startAfterKill();
    expect(period()).toBe(5);
  }
  await startAfterKill();
  expect(period()).toBe(10);
  told.length = 0;
  ears.onReady();
  await begun();
  expect(told[0]).toMatchObject({
    running: { version: null, hash: jsonHash(OWN) },
    local: false,
    wanted: {
      version: 1,
      state: 'taken_back',
      reason: 'the edge ended 3 times within 3600 s of its start',
    },
  });
  // What was before is not given up in its turn: there is nothing else.
  for (let death = 0; death < 5; death++) await startAfterKill();
  expect(period()).toBe(10);
});

test('power cuts, stops in order and a process that lives long enough say nothing against what was kept', async () => {
  await keptForAnHour(1, config(5));
  await start();
  for (let cut = 2; cut < 8; cut++) {
    boot = `boot-${cut}`;
    await startAfterKill();
  }
  for (let stop = 0; stop < 6; stop++) {
    await edge?.stop();
    await start();
  }
  await startAfterKill();
  await startAfterKill();
  expect(period()).toBe(5);
  await until(() => expect(readFileSync(stateFile(), 'utf8')).toContain('"starts": 0'));
  for (let death = 0; death < 3; death++) await startAfterKill();
  expect(period()).toBe(5);
});

test('an edge whose version before is gone stays with what ends it', async () => {
  await keptForAnHour(1, config(5));
  await keptForAnHour(2, config(7));
  rmSync(join(folder, 'data/config/versions/1.yaml'));
  await start();
  for (let death = 0; death < 6; death++) await startAfterKill();
  expect(period()).toBe(7);
});

test('a state that is torn falls back to the own file', async () => {
  await start();
  await begun();
  want(1, config(5));
  await answered(1, 'kept');
  await edge?.stop();
  writeFileSync(stateFile(), readFileSync(stateFile(), 'utf8').slice(0, 40));
  await start();
  expect(period()).toBe(10);
});

test('a version whose file is gone or spoilt falls back to the own file and says why', async () => {
  await start();
  await begun();
  want(1, config(5));
  await answered(1, 'kept');
  await edge?.stop();
  writeFileSync(join(folder, 'data/config/versions/1.yaml'), 'lines: [');
  told.length = 0;
  await start();
  await begun();
  expect(period()).toBe(10);
  expect(told[0]).toMatchObject({ running: { version: null }, wanted: { version: 1, state: 'taken_back' } });
});

test('an edit at the cabinet wins over what the centre has set, and is told as one', async () => {
  await start();
  await begun();
  want(1, config(5));
  await answered(1, 'kept');
  await edge?.stop();
  write(config(7));
  told.length = 0;
  await start();
  await begun();
  expect(period()).toBe(7);
  expect(told[0]).toMatchObject({
    running: { version: null, hash: jsonHash(config(7)), text: configText(config(7)) },
    local: true,
  });
  // Sent by who does not know of it.
  want(2, config(5), { instead_of: jsonHash(config(5)) });
  await answered(2, 'refused');
  expect(period()).toBe(7);
  want(3, config(5));
  await answered(3, 'kept');
  expect(told.at(-1)).toMatchObject({ running: { version: 3 }, local: false });
});

test('no password is in what is told', async () => {
  const lines = [{ id: 'local', mode: 'mqtt', url: 'mqtt://127.0.0.1', username: 'u', password: 'geheim' }];
  write({ ...OWN, lines: [...(OWN.lines as []), ...lines] });
  await start();
  await begun();
  expect(JSON.stringify(told)).not.toContain('geheim');
  expect(parse(told[0]?.running.text ?? '')).toMatchObject({ lines: [{}, { username: 'u' }] });
});
