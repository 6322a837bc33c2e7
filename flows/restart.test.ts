/** The real process, killed in the middle of what it knows. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type RunningProcess, startProcess } from '../demo/process.ts';
import type { Alarm, FlowsStatus, Live } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startBroker, type TestBroker } from './test-broker.ts';

const limit = (id: string, more: object) => ({
  id,
  type: 'quantrac-limit',
  z: 't',
  x: 1,
  y: 1,
  parameter: 'smoke',
  kind: 'high',
  raise: 1,
  clear: 0,
  level: 'warning',
  quality: 'good',
  ...more,
});
const RULES = [
  { id: 't', type: 'tab', label: 'Test' },
  {
    id: 'r',
    type: 'quantrac-readings',
    z: 't',
    x: 1,
    y: 1,
    parameter: 'smoke',
    wires: [['at-once', 'held']],
  },
  limit('at-once', { name: 'at-once', wires: [['a', 'both', 'lasts']] }),
  limit('held', { name: 'held', hold_s: 60, wires: [['a']] }),
  {
    id: 'both',
    type: 'quantrac-combine',
    z: 't',
    x: 1,
    y: 1,
    name: 'two-posts',
    parameter: 'fire_detection',
    needed: 2,
    of: 'stations',
    within_m: 2000,
    within_s: '',
    level: 'critical',
    wires: [['a']],
  },
  { id: 'lasts', type: 'quantrac-sustain', z: 't', x: 1, y: 1, name: 'lasting', hold_s: 60, wires: [['a']] },
  { id: 'a', type: 'quantrac-alarm', z: 't', x: 1, y: 1, wires: [] },
];

let broker: TestBroker;
let folder: string;
let config: string;

beforeAll(async () => {
  broker = await startBroker();
  folder = mkdtempSync(join(tmpdir(), 'quantrac-flows-'));
  mkdirSync(join(folder, 'node-red'), { recursive: true });
  writeFileSync(join(folder, 'node-red', 'flows.json'), JSON.stringify(RULES));
  config = join(folder, 'flows.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      data_dir: folder,
      http: { port: 0 },
      mqtt: { url: broker.url, password: 'any' },
      editor: { password: 'secret-of-editor' },
      credential_secret: 'secret-of-credentials',
    }),
    { mode: 0o600 },
  );
});

afterAll(async () => {
  await broker?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<RunningProcess> {
  broker.rest(topics.flowsStatus);
  const running = await startProcess('flows', {
    args: ['flows', '--config', config],
    logFile: join(folder, 'log'),
  });
  onTestFinished(() => running.stop(2000));
  await broker.next<FlowsStatus>(topics.flowsStatus, ({ online }) => online);
  return running;
}

async function kill(running: RunningProcess): Promise<void> {
  running.child.kill('SIGKILL');
  await running.ended;
  await broker.next<FlowsStatus>(topics.flowsStatus, ({ online }) => !online);
}

/** Seconds of a day in which readings come. */
const at = (seconds: number): number => 1_780_000_000_000 + seconds * 1000;

const smoke = (station: string, atS: number, value: number): Promise<void> =>
  broker.publish(topics.live(station), {
    station,
    kind: 'fire',
    latitude: station === 'post-2' ? 16.01 : 16,
    longitude: 108,
    readings: [{ parameter: 'smoke', unit: '/', at: at(atS), value, flag: 1, reason: null }],
  } satisfies Live);

const alarm = (station: string, name: string, state: Alarm['state']) =>
  broker.next<Alarm>(topics.flowsAlarms(station), (told) => told.limit === name && told.state === state);

/** What was told of a station beyond what was waited for. */
const others = (station: string): string[] =>
  broker.rest<Alarm>(topics.flowsAlarms(station)).map(({ limit: name, state }) => `${name} ${state}`);

/** Resolves when every node has saved something that it did not know before. */
async function saved(change: () => Promise<void>): Promise<void> {
  // What was known before the change may be about to be saved.
  await sleep(300);
  const since = Date.now();
  await change();
  const nodes = join(folder, 'nodes');
  const savedSince = () =>
    readdirSync(nodes).filter(
      (name) => name.endsWith('.json') && statSync(join(nodes, name)).mtimeMs >= since,
    );
  while (savedSince().length < 4) await sleep(100);
}

test('a kill in the middle of a hold, and of an alarm of two posts, neither repeats nor forgets', async () => {
  let flows = await start();
  for (const post of ['post-1', 'post-2']) {
    await smoke(post, 0, 0);
    for (const name of ['at-once', 'held', 'two-posts', 'lasting']) await alarm(post, name, 'cleared');
  }
  await saved(async () => {
    for (const time of [10, 20, 30, 40]) await smoke('post-1', time, 1);
    await alarm('post-1', 'at-once', 'raised');
  });

  await kill(flows);
  flows = await start();
  await smoke('post-1', 50, 1);
  await smoke('post-1', 60, 1);
  await smoke('post-1', 70, 1);
  expect(await alarm('post-1', 'held', 'raised')).toMatchObject({ at: at(70) });
  expect(await alarm('post-1', 'lasting', 'raised')).toMatchObject({ at: at(70) });
  expect(others('post-1')).toEqual([]);

  await saved(async () => {
    await smoke('post-2', 80, 1);
    expect(await alarm('post-2', 'two-posts', 'raised')).toMatchObject({
      because: [{ station: 'post-2' }, { station: 'post-1' }],
    });
  });

  await kill(flows);
  await start();
  await alarm('post-2', 'at-once', 'raised');
  await smoke('post-2', 90, 1);
  await smoke('post-1', 100, 0);
  for (const [post, name] of [
    ['post-1', 'at-once'],
    ['post-1', 'held'],
    ['post-1', 'lasting'],
    ['post-2', 'two-posts'],
  ] as const)
    await alarm(post, name, 'cleared');
  expect([...others('post-1'), ...others('post-2')]).toEqual([]);
}, 90_000);
