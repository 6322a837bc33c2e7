import { expect, test } from 'vitest';
import { givenUp, stateAtStart } from './choose.ts';
import type { ConfigState } from './store.ts';

const [HASH, OTHER] = ['h'.repeat(43), 'o'.repeat(43)];
const wanted = { version: 3, state: 'trial', reason: null, since: 1 } as const;
const AT = { now: 9, boot: 'boot-1' };
const trial = { version: 3, trial_s: 600, starts: 0, baseline: { captured: {}, busy: {} } };
const state = (over: Partial<ConfigState> = {}): ConfigState => ({
  base: HASH,
  running: 2,
  local: false,
  wanted: { ...wanted, state: 'kept' },
  trial: null,
  before: null,
  ...over,
});

test('where nothing is known the own file is in force, and no person’s edit', () => {
  expect(stateAtStart(null, HASH, AT)).toEqual({
    base: HASH,
    running: null,
    local: false,
    wanted: null,
    trial: null,
    before: null,
  });
});

test('what is kept stays in force as long as nobody touches the file', () => {
  expect(stateAtStart(state(), HASH, AT)).toEqual(state());
  expect(stateAtStart(state(), OTHER, AT)).toEqual(state({ base: OTHER, running: null, local: true }));
});

test('the first start within a trial goes on with it, the second takes it back', () => {
  const first = stateAtStart(state({ wanted, trial }), HASH, AT);
  expect(first.trial).toEqual({ ...trial, starts: 1 });
  const second = stateAtStart(first, HASH, AT);
  const reason = 'the edge ended 2 times while it was on trial';
  expect(second).toEqual(state({ wanted: { ...wanted, state: 'taken_back', reason, since: 9 } }));
});

test('a file that is changed at the cabinet ends a trial', () => {
  const { running, trial: left, wanted: told } = stateAtStart(state({ wanted, trial }), OTHER, AT);
  expect([running, left, told?.state]).toEqual([null, null, 'taken_back']);
});

test('starts with what is kept are counted in one boot of the system, and the fourth in a row gives it up', () => {
  const before = { version: 1, local: true, trial_s: 600, boot: 'boot-1', starts: 3 };
  const fourth = stateAtStart(state({ before }), HASH, AT);
  expect(fourth.before?.starts).toBe(4);
  expect(givenUp(fourth, 9)).toEqual(
    state({
      running: 1,
      local: true,
      wanted: {
        version: 2,
        state: 'taken_back',
        reason: 'the edge ended 3 times within 600 s of its start',
        since: 9,
      },
    }),
  );
  for (const other of [
    { ...before, boot: 'boot-0' },
    { ...before, starts: 2 },
  ])
    expect(givenUp(stateAtStart(state({ before: other }), HASH, AT), 9)).toBeNull();
  // An edit at the cabinet begins anew.
  expect(stateAtStart(state({ before }), OTHER, AT).before).toBeNull();
});
