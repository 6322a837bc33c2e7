/** Configurations set from the centre: a real gateway, edges as processes with instruments and links of their own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { configText, type Settings, splitEdgeFile } from '../devices/edge-config.ts';
import { freePort } from '../devices/kit/free-port.ts';
import type {
  ConfigVersion,
  ConfigVersionAnswer,
  EdgeConfigAnswer,
  RolloutAnswer,
} from '../devices/wire/fleet-config.ts';
import { type FleetIo, fleetApi, push } from '../gateway/fleet/config-command.ts';
import { type Edge, type Rig, startRig } from './faults/support/rig.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** The least that the contract allows. */
const TRIAL_S = 10;
const EDGES = ['broken', 'good', 'killed', 'cut-off', 'canary', 'behind', 'dying'] as const;
let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ name: 'fleet config', edges: EDGES.map((id) => ({ id })) });
  await Promise.all(EDGES.map((id) => until(async () => expect((await show(id)).running).not.toBeNull())));
});
afterAll(async () => {
  await rig?.stop();
});

const until = (ready: () => Promise<void>) => vi.waitFor(ready, { timeout: 60_000, interval: 200 });
const edgeOf = (id: string): Edge => {
  const edge = rig.edges.find((one) => one.id === id);
  if (edge === undefined) throw new Error(id);
  return edge;
};
const fileOf = (id: string): string => join(rig.folder, `${id}.yaml`);
const ownFile = (id: string): Settings => parse(readFileSync(fileOf(id), 'utf8')) as Settings;

interface Lines {
  readonly lines: readonly { readonly port: number }[];
  readonly stations: readonly { readonly instruments: readonly Settings[] }[];
}
/** The configuration of its file, with another period, another unit or another port. */
function config(id: string, change: { period_s?: number; unit?: number; port?: number }): string {
  const { config: before } = splitEdgeFile(ownFile(id));
  const { lines, stations } = before as unknown as Lines;
  const { port, ...instrument } = change;
  return configText({
    ...before,
    lines: lines.map((line) => ({ ...line, ...(port !== undefined && { port }) })),
    stations: stations.map((station) => ({
      ...station,
      instruments: station.instruments.map((one) => ({ ...one, ...instrument })),
    })),
  });
}

const show = (id: string) => rig.api.call<EdgeConfigAnswer>(`edges/${id}/config`);
const rollOut = (edges: readonly { edge: string; config: string }[], canary = 1) =>
  rig.api.call<RolloutAnswer>('rollouts', { edges, canary, trial_s: TRIAL_S });
const versionAt = async (id: string, version: number): Promise<ConfigVersion | undefined> =>
  (await show(id)).versions.find((one) => one.version === version);
const reaches = (id: string, version: number, state: ConfigVersion['state']) =>
  until(async () => expect((await versionAt(id, version))?.state).toBe(state));
async function onTrial(id: string, change: Parameters<typeof config>[1]): Promise<number> {
  const { steps } = await rollOut([{ edge: id, config: config(id, change) }]);
  const version = steps[0]?.version ?? 0;
  await reaches(id, version, 'trial');
  return version;
}
/** A good reading of the station comes that was read from now on. */
async function goesOn(id: string): Promise<void> {
  const from = Date.now();
  await until(async () => {
    const points = await rig.api.readings(`${id}-1`, 'pressure');
    expect(points.some(([at, value]) => at > from && value !== null)).toBe(true);
  });
}
async function actions(id: string): Promise<string[]> {
  const { entries } = await rig.api.call<{ entries: { action: string; what: string }[] }>(
    'audit?action=config',
  );
  return entries.filter(({ what }) => what === `edges/${id}/config`).map(({ action }) => action);
}

test.concurrent('a configuration that breaks a line returns by itself, and the readings go on', async () => {
  const port = await freePort();
  const version = await onTrial('broken', { port });
  await reaches('broken', version, 'taken_back');
  const row = await versionAt('broken', version);
  expect(row?.reason).toMatch(/^broken-1: (\w+ came before, and nothing of it comes any more|\d+ % of its)/);
  await goesOn('broken');
  expect((await show('broken')).running).toMatchObject({ version: 1, local: false });
  expect(await actions('broken')).toEqual(['config.taken_back', 'config.wanted']);
  const { changes } = await rig.api.call<ConfigVersionAnswer>(`edges/broken/config/versions/${version}`);
  const before = String(edgeOf('broken').field.port);
  expect(changes).toEqual([{ place: 'line bus, port', kind: 'changed', from: before, to: String(port) }]);
});

test.concurrent('a good one is kept over a restart, and what a technician edits then is not overwritten', async () => {
  const { process } = edgeOf('good');
  const version = await onTrial('good', { period_s: 1 });
  await reaches('good', version, 'kept');
  await goesOn('good');
  await process.stop();
  await process.start();
  await goesOn('good');
  expect((await show('good')).running).toMatchObject({ version, local: false });

  await process.stop();
  // While the edge is away the centre wants a third one, not knowing what happens at the cabinet.
  const { steps } = await rollOut([{ edge: 'good', config: config('good', { period_s: 3 }) }]);
  const file = ownFile('good');
  const { own } = splitEdgeFile(file);
  writeFileSync(
    fileOf('good'),
    stringify({ ...(parse(config('good', { period_s: 2 })) as object), ...own.settings }),
  );
  await process.start();
  const refused = steps[0]?.version ?? 0;
  await reaches('good', refused, 'refused');
  const { running, versions } = await show('good');
  expect(running).toMatchObject({ version: refused + 1, local: true });
  expect(versions[0]).toMatchObject({ source: 'edge', by: 'technician' });
  const { changes } = await rig.api.call<ConfigVersionAnswer>(`edges/good/config/versions/${refused + 1}`);
  expect(changes).toMatchObject([
    { place: 'station good-1, instrument weather, period_s', from: '1', to: '2' },
  ]);
  expect(await actions('good')).toContain('config.local');

  // Asked for, the centre's word holds again.
  const next = await onTrial('good', { period_s: 1 });
  await reaches('good', next, 'kept');
  expect((await show('good')).running).toMatchObject({ version: next, local: false });
});

test.concurrent('an edge that dies twice on trial comes back with what it ran before', async () => {
  const { process } = edgeOf('killed');
  const version = await onTrial('killed', { period_s: 1 });
  await process.kill();
  await process.start();
  // Once may have been a power cut: the trial goes on.
  await goesOn('killed');
  expect((await show('killed')).running?.version).toBe(version);
  await process.kill();
  await process.start();
  await reaches('killed', version, 'taken_back');
  expect((await versionAt('killed', version))?.reason).toBe('the edge ended 2 times while it was on trial');
  expect((await show('killed')).running?.version).toBe(1);
  await goesOn('killed');
});

test.concurrent('what was kept and ends the process three times soon after its start is taken back, and told', async () => {
  const { process } = edgeOf('dying');
  const version = await onTrial('dying', { period_s: 1 });
  await reaches('dying', version, 'kept');
  // The process of the trial has lived long enough: three others die.
  for (let death = 0; death < 4; death++) {
    await process.kill();
    await process.start();
  }
  await reaches('dying', version, 'taken_back');
  expect((await versionAt('dying', version))?.reason).toBe(
    `the edge ended 3 times within ${TRIAL_S} s of its start`,
  );
  expect((await show('dying')).running).toMatchObject({ version: 1, local: false });
  await goesOn('dying');
  expect(await actions('dying')).toEqual(['config.taken_back', 'config.kept', 'config.wanted']);
});

test.concurrent('what leaves the centre out of reach is taken back without it', async () => {
  const { link } = edgeOf('cut-off');
  const version = await onTrial('cut-off', { period_s: 1 });
  link.stall('to-gateway', 'to-client');
  const state = join(rig.folder, 'cut-off', 'config', 'state.json');
  await until(async () =>
    expect((JSON.parse(readFileSync(state, 'utf8')) as { wanted: object }).wanted).toMatchObject({
      state: 'taken_back',
      reason: 'the centre stays out of reach',
    }),
  );
  await reaches('cut-off', version, 'taken_back');
  await goesOn('cut-off');
});

test.concurrent('a canary that fails stops the rest, and the command says so', async () => {
  const files = await Promise.all(
    (['canary', 'behind'] as const).map(async (id) => {
      const file = join(rig.folder, `new-${id}.yaml`);
      const wanted = parse(config(id, id === 'canary' ? { unit: 99 } : { period_s: 1 })) as object;
      writeFileSync(file, stringify({ ...ownFile(id), ...wanted }));
      return file;
    }),
  );
  const said: string[] = [];
  const io: FleetIo = { say: (line) => said.push(line), ask: async () => true };
  const call = fleetApi(rig.apiUrl, { env: { QUANTRAC_TOKEN: rig.token } });
  expect(await push(call, { files, canary: 1, trialS: TRIAL_S, yes: false }, io)).toBe(false);
  expect(said).toContain('  station canary-1, instrument weather, unit: 1 → 99');
  expect(said).toContain('behind: was left untouched');
  expect(said.at(-1)).toMatch(/^stopped: canary: took it back: canary-1: /);
  expect((await show('behind')).versions).toHaveLength(1);
  expect(said.join('\n')).not.toContain(String((ownFile('canary').uplink as { password: string }).password));

  // What can be known before is not even tried.
  const absurd = [{ edge: 'behind', config: config('behind', { period_s: 0.1 }) }];
  await expect(rollOut(absurd)).rejects.toThrow(
    /station behind-1, instrument weather, period_s: Too small: expected number to be >=0.2/,
  );
});
