import { afterEach, beforeEach, expect, test } from 'vitest';
import { configText } from '../../devices/edge-config.ts';
import { jsonHash } from '../../devices/kit/json-hash.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import type { ConfigReport, WantedConfig } from '../../devices/wire/fleet.ts';
import type { RolloutAnswer } from '../../devices/wire/fleet-config.ts';
import { edgeConfig } from '../../test/support/edge-config.ts';
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
/** The gateway dies before the broker has it. */
let dies: boolean;

const config = (periodS: number) => edgeConfig({ period_s: periodS }, { serial: '300 8N1' });
const text = (periodS: number): string => configText(config(periodS));

function open(): void {
  configs = createEdgeConfigs({
    ledger,
    profiles,
    audit: createAudit(ledger, () => now),
    now: () => now,
    publish(edge, message) {
      if (dies) throw new Error('killed');
      retained.set(edge, message);
    },
    onState: (...state) => void rollouts.onState(...state),
  });
  rollouts = createRollouts({ ledger, configs, now: () => now });
}
beforeEach(() => {
  ledger = openScratchLedger();
  retained = new Map();
  now = Date.UTC(2026, 2, 1);
  dies = false;
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
  return configs.hear(edge, { running, local: false, wanted: null, ...over });
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
/** The same, and what rollouts do of it. */
async function answers(...answered: Parameters<typeof answer>): Promise<void> {
  answer(...answered);
  await rollouts.advance();
}
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
  const wanted = { version: 2, reason: null, since: now };
  // It may be taken back later, but not while it is what runs.
  report('hop-1', 5, { wanted: { ...wanted, state: 'taken_back' } }, 2);
  for (const state of ['trial', 'expired'] as const) answer('hop-1', 2, state);
  expect(states('hop-1')).toEqual(['2 kept', '1 kept']);
  expect(actions()).toEqual(['config.wanted gateway', 'config.kept hop-1']);
  for (const state of ['taken_back', 'kept', 'trial'] as const) answer('hop-1', 2, state);
  expect(states('hop-1')).toEqual(['2 taken_back', '1 kept']);
  expect(actions().at(-1)).toBe('config.taken_back hop-1');
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
  configs.look();
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
async function rollOut(canary = 2): Promise<number> {
  for (const edge of EDGES) report(edge, 10);
  const id = await rollouts.start({
    edges: EDGES.map((edge) => ({ edge, config: text(5) })),
    canary,
    trial_s: 600,
  });
  if (typeof id === 'string') throw new Error(id);
  return id;
}
const at = (id: number, state: RolloutAnswer['steps'][number]['state']): string[] =>
  (rollouts.get(id)?.steps ?? []).filter((step) => step.state === state).map(({ edge }) => edge);

test('the canaries go alone, then the others in waves, each when all before are kept', async () => {
  const id = await rollOut();
  expect(at(id, 'wanted')).toEqual(['hop-1', 'hop-2']);
  await answers('hop-1', 2, 'trial');
  await answers('hop-1', 2, 'kept');
  expect(at(id, 'wanted')).toEqual(['hop-2']);
  await answers('hop-2', 2, 'kept');
  expect(at(id, 'wanted')).toEqual(EDGES.slice(2, 12));
  for (const edge of EDGES.slice(2, 12)) await answers(edge, 2, 'kept');
  expect(at(id, 'wanted')).toEqual(EDGES.slice(12));
  for (const edge of EDGES.slice(12)) await answers(edge, 2, 'kept');
  expect(rollouts.get(id)).toMatchObject({ state: 'done', reason: null, by: 'gateway' });
});

test.each(['taken_back', 'refused', 'expired'] as const)(
  'the first that is %s stops all that has not begun',
  async (state) => {
    const id = await rollOut();
    await answers('hop-1', 2, 'trial');
    await answers('hop-1', 2, state);
    expect(rollouts.get(id)).toMatchObject({ state: 'stopped', reason: expect.stringMatching(/^hop-1: /) });
    expect(at(id, 'withdrawn')).toEqual(['hop-2']);
    expect(at(id, 'untouched')).toEqual(EDGES.slice(2));
    expect(retained.get('hop-2')).toBeNull();
    // Who sees hop-2 alone reads nothing of hop-1.
    expect(configs.get('hop-2', 2)?.reason).toBe(`rollout ${id} was stopped`);
    expect(configs.newest('hop-3', 5)).toHaveLength(1);
  },
);

test('a person may stop it; what is on trial ends as its edge decides', async () => {
  const id = await rollOut();
  await answers('hop-1', 2, 'trial');
  expect(rollouts.stop(id, 'lan')).toBe(true);
  expect(rollouts.stop(id, 'lan')).toBe(false);
  await answers('hop-1', 2, 'kept');
  expect(rollouts.get(id)).toMatchObject({ state: 'stopped', reason: 'stopped by lan' });
  expect(at(id, 'kept')).toEqual(['hop-1']);
});

test('nothing is sent when one of them cannot go', async () => {
  report('hop-1', 10);
  report('hop-2', 10);
  const start = (...edges: [string, string][]) =>
    rollouts.start({
      edges: edges.map(([edge, wanted]) => ({ edge, config: wanted })),
      canary: 1,
      trial_s: 600,
    });
  expect(await start(['hop-1', text(5)], ['hop-2', text(0.2)])).toMatch(/^hop-2: line bus: needs/);
  expect(await start(['hop-1', text(5)], ['hop-1', text(6)])).toBe('hop-1 is named twice');
  expect(await start(['hop-1', text(5)], ['hop-9', text(6)])).toBe(
    'hop-9 has not told its configuration yet',
  );
  expect(retained.size).toBe(0);
  expect(await start(['hop-1', text(5)])).toBe(1);
  expect(await start(['hop-1', text(6)])).toBe('hop-1 is part of rollout 1, which is not over');
});

test('a rollout goes on where it was after a restart of the gateway', async () => {
  const id = await rollOut(1);
  open();
  configs.look();
  await rollouts.advance();
  expect(at(id, 'wanted')).toEqual(['hop-1']);
  expect(states('hop-1')).toEqual(['2 wanted', '1 kept']);
  await answers('hop-1', 2, 'kept');
  expect(at(id, 'wanted')).toHaveLength(10);
});

const ledgerRefuses = (what: string): void =>
  ledger.db.exec(`CREATE TRIGGER full BEFORE ${what} BEGIN SELECT RAISE(ABORT, 'disk full'); END`);

test('what the ledger takes back is not told to the edge, and goes when the ledger takes it', async () => {
  for (const edge of ['hop-1', 'hop-2']) report(edge, 10);
  const edges = ['hop-1', 'hop-2'].map((edge) => ({ edge, config: text(5) }));
  ledgerRefuses("UPDATE ON rollout_step WHEN new.state = 'wanted'");
  await expect(rollouts.start({ edges, canary: 1, trial_s: 600 })).rejects.toThrow('disk full');
  expect([states('hop-1'), retained.get('hop-1') ?? null]).toEqual([['1 kept'], null]);
  ledger.db.exec('DROP TRIGGER full');
  await rollouts.advance();
  expect([at(1, 'wanted'), retained.get('hop-1')?.version]).toEqual([['hop-1'], 2]);
});

test('a stop that the ledger takes back withdraws nothing', async () => {
  const id = await rollOut();
  ledgerRefuses("UPDATE ON rollout WHEN new.state = 'stopped'");
  expect(() => rollouts.stop(id, 'lan')).toThrow('disk full');
  expect([at(id, 'wanted'), at(id, 'waiting')]).toEqual([EDGES.slice(0, 2), EDGES.slice(2)]);
  expect(retained.get('hop-1')?.version).toBe(2);
});

test('what is in the ledger when the gateway dies is told at the next start', async () => {
  report('hop-1', 10);
  dies = true;
  const edges = [{ edge: 'hop-1', config: text(5) }];
  await expect(rollouts.start({ edges, canary: 1, trial_s: 600 })).rejects.toThrow('killed');
  dies = false;
  expect(retained.size).toBe(0);
  open();
  configs.look();
  expect([at(1, 'wanted'), retained.get('hop-1')?.version]).toEqual([['hop-1'], 2]);
});

test('one that was kept and is taken back later stops a rollout that still runs', async () => {
  const id = await rollOut(1);
  await answers('hop-1', 2, 'kept');
  expect(at(id, 'wanted')).toHaveLength(10);
  await answers('hop-1', 2, 'taken_back');
  expect(rollouts.get(id)).toMatchObject({ state: 'stopped', reason: 'hop-1: took it back' });
  expect(at(id, 'untouched')).toEqual(EDGES.slice(11));
});

/** Turns of the event loop that others had meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let [turns, over] = [0, false];
  const count = (): void => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await work.finally(() => {
    over = true;
  });
  return turns;
}

test('between two edges that are checked, and two that are sent, others have their turn', async () => {
  for (const edge of EDGES) report(edge, 10);
  const edges = EDGES.map((edge) => ({ edge, config: text(5) }));
  const turns = await turnsDuring(rollouts.start({ edges, canary: 14, trial_s: 600 }));
  expect(at(1, 'wanted')).toEqual(EDGES);
  expect(turns).toBeGreaterThanOrEqual(2 * EDGES.length);
});

test('two that begin at once do not both take an edge, and only so many wait to be checked', async () => {
  report('hop-1', 10);
  const edges = [{ edge: 'hop-1', config: text(5) }];
  const starts = await Promise.all(
    Array.from({ length: 10 }, () => rollouts.start({ edges, canary: 1, trial_s: 600 })),
  );
  const taken = 'hop-1 is part of rollout 1, which is not over';
  const full = '8 rollouts are being checked: ask again when they have begun';
  expect(starts).toEqual([1, ...Array(7).fill(taken), full, full]);
});

test('a wave ends where it is when the gateway stops or an edge of it fails, and what is left goes on later', async () => {
  const id = await rollOut(1);
  answer('hop-1', 2, 'kept');
  const stopping = new AbortController();
  const sending = rollouts.advance(stopping.signal);
  await new Promise(setImmediate);
  stopping.abort();
  await sending;
  const sent = at(id, 'wanted').length;
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(10);
  for (const edge of at(id, 'wanted')) answer(edge, 2, 'kept');
  await rollouts.advance();
  expect(at(id, 'wanted')).toHaveLength(10);

  const last = EDGES.slice(1 + sent, 11 + sent);
  for (const edge of last) answer(edge, 2, 'kept');
  const sendingLast = rollouts.advance();
  await new Promise(setImmediate);
  const [first = ''] = at(id, 'wanted');
  answer(first, 2, 'refused');
  await sendingLast;
  expect(rollouts.get(id)?.state).toBe('stopped');
  expect(at(id, 'untouched').length).toBeGreaterThan(0);
});

test('what an edge has refused a moment ago keeps it from no other rollout', async () => {
  report('hop-1', 10);
  const start = (periodS: number) =>
    rollouts.start({ edges: [{ edge: 'hop-1', config: text(periodS) }], canary: 1, trial_s: 600 });
  expect(await start(5)).toBe(1);
  answer('hop-1', 2, 'refused');
  expect(await start(6)).toBe(2);
});
