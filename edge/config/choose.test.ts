import { expect, test } from 'vitest';
import { stateAtStart } from './choose.ts';
import type { ConfigState } from './store.ts';

const [HASH, OTHER] = ['h'.repeat(43), 'o'.repeat(43)];
const wanted = { version: 3, state: 'trial', reason: null, since: 1 } as const;
const trial = { version: 3, trial_s: 600, starts: 0, baseline: { captured: {}, busy: {} } };
const state = (over: Partial<ConfigState> = {}): ConfigState => ({
  base: HASH,
  running: 2,
  local: false,
  wanted: { ...wanted, state: 'kept' },
  trial: null,
  ...over,
});

test('where nothing is known the own file is in force, and no person’s edit', () => {
  expect(stateAtStart(null, HASH, 9)).toEqual({
    base: HASH,
    running: null,
    local: false,
    wanted: null,
    trial: null,
  });
});

test('what is kept stays in force as long as nobody touches the file', () => {
  expect(stateAtStart(state(), HASH, 9)).toEqual(state());
  expect(stateAtStart(state(), OTHER, 9)).toEqual(state({ base: OTHER, running: null, local: true }));
});

test('the first start within a trial goes on with it, the second takes it back', () => {
  const first = stateAtStart(state({ wanted, trial }), HASH, 9);
  expect(first.trial).toEqual({ ...trial, starts: 1 });
  const second = stateAtStart(first, HASH, 9);
  const reason = 'the edge ended 2 times while it was on trial';
  expect(second).toEqual(state({ wanted: { ...wanted, state: 'taken_back', reason, since: 9 } }));
});

test('a file that is changed at the cabinet ends a trial', () => {
  const { running, trial: left, wanted: told } = stateAtStart(state({ wanted, trial }), OTHER, 9);
  expect([running, left, told?.state]).toEqual([null, null, 'taken_back']);
});
