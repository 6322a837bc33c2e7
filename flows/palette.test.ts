/** The nodes in a Node-RED that knows nothing of Quantrac: packed, installed without a network, started, and used. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../devices/kit/free-port.ts';
import type { Alarm, Live } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { startBroker } from './test-broker.ts';

const ROOT = join(import.meta.dirname, '..');

/** Node-RED 4 runs on Node.js 20, the one that stands in our lock does not: there the nodes are only loaded. */
const NODE_20 = ['/usr/local/bin/node', '/usr/bin/node']
  .filter((path) => existsSync(path))
  .find((path) => execFileSync(path, ['--version'], { encoding: 'utf8' }).startsWith('v20.'));

const LOAD_ALL = `
const { nodes } = require('node-red-contrib-quantrac/package.json')['node-red'];
const types = [];
const RED = { settings: {}, nodes: { registerType: (type) => types.push(type) } };
for (const file of Object.values(nodes)) require('node-red-contrib-quantrac/' + file)(RED);
console.log(types.sort().join());`;

const TYPES = ['alarm', 'broker', 'combine', 'limit', 'readings', 'sustain'].map(
  (type) => `quantrac-${type}`,
);

const at = { z: 't', x: 1, y: 1, broker: 'b' };
const flowsFor = (url: string) => [
  { id: 't', type: 'tab', label: 'Test' },
  { id: 'b', type: 'quantrac-broker', url },
  { id: 'r', type: 'quantrac-readings', ...at, wires: [['l']] },
  {
    id: 'l',
    type: 'quantrac-limit',
    ...at,
    name: 'ph-low',
    parameter: 'ph',
    kind: 'low',
    raise: 5,
    level: 'notice',
    quality: 'good',
    wires: [['s']],
  },
  { id: 's', type: 'quantrac-sustain', ...at, hold_s: 10, wires: [['a', 'c']] },
  {
    id: 'c',
    type: 'quantrac-combine',
    ...at,
    name: 'two-lakes',
    parameter: 'ph',
    needed: 2,
    of: 'stations',
    within_m: 5000,
    level: 'warning',
    wires: [['a']],
  },
  { id: 'a', type: 'quantrac-alarm', ...at, wires: [] },
];

test('the palette works in a stock Node-RED', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-palette-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync(process.execPath, [join(ROOT, 'flows/build-palette.ts')], { stdio: 'pipe' });
  const packed = execFileSync('npm', ['pack', join(ROOT, 'flows/palette'), '--pack-destination', folder], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  writeFileSync(join(folder, 'package.json'), '{ "name": "user-dir", "private": true }');
  const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '');
  execFileSync('npm', ['install', tarball, '--offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'pipe',
  });

  const broker = await startBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username === 'flows' && password?.toString() === 'secret-of-flows'),
  });
  onTestFinished(() => broker.close());
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flowsFor(broker.url)));
  writeFileSync(
    join(folder, 'flows_cred.json'),
    JSON.stringify({ b: { username: 'flows', password: 'secret-of-flows' } }),
  );
  writeFileSync(
    join(folder, 'settings.js'),
    "module.exports = { flowFile: 'flows.json', credentialSecret: false, telemetry: { enabled: false, updateNotification: false } };",
  );
  const port = await freePort();
  const nodeRed = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/node-red/red.js'), '--userDir', folder, '--port', String(port)],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => end(nodeRed));
  let said = '';
  for (const stream of [nodeRed.stdout, nodeRed.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });

  const sets = await nodeSets(port, () => said);
  const own = sets.filter(({ module }) => module === 'node-red-contrib-quantrac');
  expect(own.map(({ err }) => err)).toEqual(own.map(() => undefined));
  expect(own.flatMap(({ types }) => types).sort()).toEqual(TYPES);
  if (NODE_20 !== undefined)
    expect(execFileSync(NODE_20, ['-e', LOAD_ALL], { cwd: folder, encoding: 'utf8' }).trim()).toBe(
      TYPES.join(),
    );

  while (!said.includes('connected to broker')) await sleep(50);
  const reading = (station: string, seconds: number) =>
    broker.publish(topics.live(station), {
      station,
      kind: 'water',
      latitude: 16,
      longitude: 108,
      readings: [{ parameter: 'ph', unit: 'pH', at: seconds * 1000, value: 4, flag: 1, reason: null }],
    } satisfies Live);
  for (const seconds of [10, 15, 20]) {
    await reading('lake-1', seconds);
    await reading('lake-2', seconds);
  }
  for (const lake of ['lake-1', 'lake-2'])
    expect(await broker.next<Alarm>(topics.flowsAlarms(lake))).toMatchObject({ limit: 'ph-low', at: 20_000 });
  expect(await broker.next<Alarm>(topics.flowsAlarms('lake-2'))).toMatchObject({ limit: 'two-lakes' });
  // These are not the centre's own flows: they do not speak for them.
  expect(await broker.retained(topics.flowsStatus)).toBeUndefined();
}, 60_000);

interface NodeSet {
  readonly module: string;
  readonly types: string[];
  readonly err?: string;
}

async function nodeSets(port: number, said: () => string): Promise<NodeSet[]> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/nodes`, {
      headers: { accept: 'application/json' },
    }).catch(() => null);
    if (answer?.ok) return (await answer.json()) as NodeSet[];
    await sleep(100);
  }
  throw new Error(`Node-RED does not answer:\n${said()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
