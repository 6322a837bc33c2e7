import { afterEach, beforeEach, expect, test } from 'vitest';
import { configText, type Settings } from '../../devices/edge-config.ts';
import { jsonHash } from '../../devices/kit/json-hash.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import type { ConfigReport, WantedConfig } from '../../devices/wire/fleet.ts';
import type { RolloutAnswer } from '../../devices/wire/fleet-config.ts';
import { createAudit } from '../audit/audit.ts';
import { type Ledger, openScratchLedger } from '../ledger.ts';
import { createEdgeConfigs, type EdgeConfigs, MOST_OWN_AN_HOUR, TEXT_EVERY_MS } from './config.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';

const profiles = loadProfiles();
const DAY_MS = 86_400_000;
let ledger: Ledger;
let configs: EdgeConfigs;
let rollouts: Rollouts;
let now: number;
/** What the broker keeps for each edge. */
let retained: Map<string, WantedConfig | null>;

const config = (periodS: number): Settings => ({
  lines: [{ id: 'bus', mode: 'rtu', path: '/dev/ttyS1', serial: '300 8N1' }],
  stations: [
    {
      id: 'cau-do',
      kind: 'air',
      name: { vi: 'Cầu Đỏ', en: 'Red Bridge' },
      area: { vi: 'Cẩm Lệ', en: 'Cam Le' },
      latitude: 16.0,
      longitude: 108.2,
      instruments: [{ id: 'climate', profile: 'xy-md02', line: 'bus', period_s: periodS }],
    },
  ],
});
const text = (periodS: number): string => configText(config(periodS));

function open(): void {
  configs = createEdgeConfigs({
    ledger,
    profiles,
    audit: createAudit(ledger, () => now),
    now: () => now,
    publish: (edge, message) => void retained.set(edge, message),
    onState: (...state) => void rollouts.onState(...state),
  });
  rollouts = createRollouts({ ledger, configs, now: () => now });
}
beforeEach(() => {
  ledger = openScratchLedger();
  retained = new Map();
  now = Date.UTC(2026, 2, 1);
  open();
});
afterEach(() => ledger.close());

function report(
  edge: string,
  periodS: number,
  over: Partial<ConfigReport> = {},
  version: number | null = null,
) {
  // Long after the text before.
  now += 10 * 60_000;
  const running = { version, hash: jsonHash(config(periodS)), text: text(periodS) };
  const fault = configs.hear(edge, { running, local: false, wanted: null, ...over });
  rollouts.advance();
  return fault;
}
const answer = (
  edge: string,
  version: number,
  state: NonNullable<ConfigReport['wanted']>['state'],
  periodS = 5,
) =>
  report(
    edge,
    state === 'kept' || state === 'trial' ? periodS : 10,
    { wanted: { version, state, reason: null, since: now } },
    state === 'kept' || state === 'trial' ? version : null,
  );
const actions = (): string[] =>
  createAudit(ledger, () => now)
    .page({ order: 'oldest', after: null, limit: 100, areas: null })
    .entries.map(({ action, who }) => `${action} ${who}`);
const states = (edge: string): string[] =>
  configs.newest(edge, 10).map(({ version, state }) => `${version} ${state}`);

test('what an edge runs from its own file is its first version', () => {
  expect(report('hop-1', 10)).toBeUndefined();
  expect(report('hop-1', 10)).toBeUndefined();
  expect(configs.running('hop-1')).toMatchObject({ version: 1, local: false });
  expect(configs.newest('hop-1', 10)).toMatchObject([
    { version: 1, source: 'edge', by: 'hop-1', text: text(10) },
  ]);
  expect(actions()).toEqual([]);
});

test('a text that is not what its hash says is refused', () => {
  const running = { version: null, hash: jsonHash(config(10)), text: text(11) };
  expect(configs.hear('hop-1', { running, local: false, wanted: null })).toContain('hash');
  expect(configs.running('hop-1')).toBeNull();
});

/** As it comes, without time between. */
const tell = (periodS: number, over: Partial<ConfigReport['running']> = {}) =>
  configs.hear('hop-1', {
    running: { version: null, hash: jsonHash(config(periodS)), text: text(periodS), ...over },
    local: true,
    wanted: null,
  });

test('of texts that come too soon after one the newest is read when its time has come', () => {
  report('hop-1', 10);
  for (const periodS of [11, 12, 13]) expect(tell(periodS)).toBeUndefined();
  // What has been told is not told again.
  tell(13, { text: null });
  configs.look();
  expect(states('hop-1')).toEqual(['1 kept']);
  now += TEXT_EVERY_MS;
  configs.look();
  expect(configs.newest('hop-1', 9).map((row) => row.text)).toEqual([text(13), text(10)]);
  expect(configs.running('hop-1')).toMatchObject({ version: 2, hash: jsonHash(config(13)) });
});

test('a text that waits is void when the edge has gone back meanwhile', () => {
  report('hop-1', 10);
  tell(11);
  tell(10);
  now += TEXT_EVERY_MS;
  configs.look();
  expect(states('hop-1')).toEqual(['1 kept']);
});

test('a text that is not what JSON can say is refused, and harms nothing', () => {
  expect(tell(10, { text: 'lines: .nan' })).toMatch(/^running: configuration:1:8: a number must be finite$/);
});

test('an edge that makes many versions makes some an hour, and pushes none of the centre out', () => {
  report('hop-1', 10);
  configs.want('hop-1', text(5), 'lan', 600);
  answer('hop-1', 2, 'kept');
  now += DAY_MS;
  for (let index = 0; index < 20; index++) {
    now += TEXT_EVERY_MS;
    tell(20 + index);
  }
  const own = configs.newest('hop-1', 50).filter(({ source }) => source === 'edge');
  expect(own).toHaveLength(1 + MOST_OWN_AN_HOUR);

  expect(own[0]).toMatchObject({ text: text(39), replaces: own[1]?.version });
  expect(own[0]?.reason).toMatch(/^more than 6 in an hour: in the place of version \d+$/);
  expect(configs.running('hop-1')?.hash).toBe(jsonHash(config(39)));
  // One more than the hour has: it says that there are others.
  expect(actions().filter((one) => one.startsWith('config.local'))).toHaveLength(MOST_OWN_AN_HOUR + 1);
  for (let index = 0; index < 300; index++) {
    now += DAY_MS / 24;
    tell(100 + index);
  }
  expect(configs.get('hop-1', 2)).toMatchObject({ source: 'centre', state: 'kept' });
  expect(configs.newest('hop-1', 1000)).toHaveLength(51);
});

test('what an edge has ended stays ended, whatever it says later', () => {
  report('hop-1', 10);
  configs.want('hop-1', text(5), 'lan', 600);
  answer('hop-1', 2, 'kept');
  for (const state of ['taken_back', 'trial', 'expired'] as const) answer('hop-1', 2, state);
  expect(states('hop-1')).toEqual(['2 kept', '1 kept']);
  expect(actions()).toEqual(['config.wanted gateway', 'config.kept hop-1']);
});

test('what is wanted goes to the edge until it has begun it, also over a restart', () => {
  report('hop-1', 10);
  expect(configs.want('hop-1', text(5), 'lan', 600)).toBe(2);
  expect(retained.get('hop-1')).toEqual({
    version: 2,
    hash: jsonHash(config(5)),
    text: text(5),
    instead_of: jsonHash(config(10)),
    trial_s: 600,
    expires: now + DAY_MS,
  });
  retained.clear();
  open();
  configs.publishAll();
  expect(retained.get('hop-1')?.version).toBe(2);
  answer('hop-1', 2, 'trial');
  expect(retained.get('hop-1')).toBeNull();
  expect(configs.running('hop-1')?.version).toBe(2);
  expect(configs.want('hop-1', text(6), 'lan', 600)).toBe('version 2 is on trial at hop-1');
  answer('hop-1', 2, 'taken_back');
  expect(configs.running('hop-1')?.version).toBe(1);
  expect(states('hop-1')).toEqual(['2 taken_back', '1 kept']);
  expect(actions()).toEqual(['config.wanted gateway', 'config.taken_back hop-1']);
});

test('a trial that the edge knows nothing of any more is over: its box was replaced', () => {
  report('e', 5);
  configs.want('e', text(10), 'lan', 60);
  answer('e', 2, 'trial', 10);
  report('e', 5);
  expect(configs.get('e', 2)).toMatchObject({
    state: 'taken_back',
    reason: 'the edge knows nothing of it any more',
  });
});

test('what cannot run is not sent, nor what runs already, nor to an edge that nobody knows', () => {
  expect(configs.want('hop-1', text(5), 'lan', 600)).toBe('hop-1 has not told its configuration yet');
  report('hop-1', 10);
  expect(configs.want('hop-1', 'lines: [', 'lan', 600)).toMatch(/^hop-1: configuration:1:/);
  expect(configs.want('hop-1', text(0.2), 'lan', 600)).toMatch(/^hop-1: line bus: needs \d+ % of its time/);
  expect(configs.want('hop-1', text(10), 'lan', 600)).toBe('hop-1 runs this already, as version 1');
  expect(retained.size).toBe(0);
});

test('a check tells changes and the load of each line, before and after', () => {
  report('hop-1', 10);
  const { changes, faults, lines } = configs.check('hop-1', text(5));
  expect(changes).toEqual([
    { place: 'station cau-do, instrument climate, period_s', kind: 'changed', from: '10', to: '5' },
  ]);
  expect(faults).toEqual([]);
  const [line] = lines;
  expect((line?.after ?? 0) / (line?.before ?? 1)).toBeCloseTo(2);
});

test('an edit at the cabinet comes up as a version of a technician, once', () => {
  report('hop-1', 10);
  configs.want('hop-1', text(5), 'lan', 600);
  answer('hop-1', 2, 'kept');
  report('hop-1', 7, { local: true });
  report('hop-1', 7, { local: true });
  expect(configs.running('hop-1')).toMatchObject({ version: 3, local: true });
  expect(configs.newest('hop-1', 1)).toMatchObject([{ version: 3, by: 'technician', replaces: 2 }]);
  expect(actions().filter((one) => one.startsWith('config.local'))).toEqual(['config.local hop-1']);
  // The centre goes on from there.
  expect(configs.want('hop-1', text(5), 'lan', 600)).toBe(4);
  expect(retained.get('hop-1')?.instead_of).toBe(jsonHash(config(7)));
});

test('a number that the edge has seen is not given a second time by a ledger that was restored', () => {
  report('hop-1', 10, { wanted: { version: 8, state: 'refused', reason: null, since: now } });
  expect(configs.want('hop-1', text(5), 'lan', 600)).toBe(9);
});

test('what nobody begins in time is not wanted any more, nor what another one replaces', () => {
  report('hop-1', 10);
  configs.want('hop-1', text(5), 'lan', 600);
  configs.want('hop-1', text(6), 'lan', 600);
  now += DAY_MS + 1;
  configs.look();
  expect(states('hop-1')).toEqual(['3 expired', '2 withdrawn', '1 kept']);
  expect(retained.get('hop-1')).toBeNull();
});

const EDGES = Array.from({ length: 14 }, (_, index) => `hop-${index + 1}`);
function rollOut(canary = 2): number {
  for (const edge of EDGES) report(edge, 10);
  const id = rollouts.start({
    edges: EDGES.map((edge) => ({ edge, config: text(5) })),
    canary,
    trial_s: 600,
  });
  if (typeof id === 'string') throw new Error(id);
  return id;
}
const at = (id: number, state: RolloutAnswer['steps'][number]['state']): string[] =>
  (rollouts.get(id)?.steps ?? []).filter((step) => step.state === state).map(({ edge }) => edge);

test('the canaries go alone, then the others in waves, each when all before are kept', () => {
  const id = rollOut();
  expect(at(id, 'wanted')).toEqual(['hop-1', 'hop-2']);
  answer('hop-1', 2, 'trial');
  answer('hop-1', 2, 'kept');
  expect(at(id, 'wanted')).toEqual(['hop-2']);
  answer('hop-2', 2, 'kept');
  expect(at(id, 'wanted')).toEqual(EDGES.slice(2, 12));
  for (const edge of EDGES.slice(2, 12)) answer(edge, 2, 'kept');
  expect(at(id, 'wanted')).toEqual(EDGES.slice(12));
  for (const edge of EDGES.slice(12)) answer(edge, 2, 'kept');
  expect(rollouts.get(id)).toMatchObject({ state: 'done', reason: null, by: 'gateway' });
});

test.each(['taken_back', 'refused', 'expired'] as const)(
  'the first that is %s stops all that has not begun',
  (state) => {
    const id = rollOut();
    answer('hop-1', 2, 'trial');
    answer('hop-1', 2, state);
    expect(rollouts.get(id)).toMatchObject({ state: 'stopped', reason: expect.stringMatching(/^hop-1: /) });
    expect(at(id, 'withdrawn')).toEqual(['hop-2']);
    expect(at(id, 'untouched')).toEqual(EDGES.slice(2));
    expect(retained.get('hop-2')).toBeNull();
    // Who sees hop-2 alone reads nothing of hop-1.
    expect(configs.get('hop-2', 2)?.reason).toBe(`rollout ${id} was stopped`);
    expect(configs.newest('hop-3', 5)).toHaveLength(1);
  },
);

test('a person may stop it; what is on trial ends as its edge decides', () => {
  const id = rollOut();
  answer('hop-1', 2, 'trial');
  expect(rollouts.stop(id, 'lan')).toBe(true);
  expect(rollouts.stop(id, 'lan')).toBe(false);
  answer('hop-1', 2, 'kept');
  expect(rollouts.get(id)).toMatchObject({ state: 'stopped', reason: 'stopped by lan' });
  expect(at(id, 'kept')).toEqual(['hop-1']);
});

test('nothing is sent when one of them cannot go', () => {
  report('hop-1', 10);
  report('hop-2', 10);
  const start = (...edges: [string, string][]) =>
    rollouts.start({
      edges: edges.map(([edge, wanted]) => ({ edge, config: wanted })),
      canary: 1,
      trial_s: 600,
    });
  expect(start(['hop-1', text(5)], ['hop-2', text(0.2)])).toMatch(/^hop-2: line bus: needs/);
  expect(start(['hop-1', text(5)], ['hop-1', text(6)])).toBe('hop-1 is named twice');
  expect(start(['hop-1', text(5)], ['hop-9', text(6)])).toBe('hop-9 has not told its configuration yet');
  expect(retained.size).toBe(0);
  expect(start(['hop-1', text(5)])).toBe(1);
  expect(start(['hop-1', text(6)])).toBe('hop-1 is part of rollout 1, which is not over');
});

test('a rollout goes on where it was after a restart of the gateway', () => {
  const id = rollOut(1);
  open();
  configs.publishAll();
  rollouts.advance();
  expect(at(id, 'wanted')).toEqual(['hop-1']);
  expect(states('hop-1')).toEqual(['2 wanted', '1 kept']);
  answer('hop-1', 2, 'kept');
  expect(at(id, 'wanted')).toHaveLength(10);
});
