import { expect, test } from 'vitest';
import { MOST_CALL_MS, type SirenCall } from '../devices/wire/messages.ts';
import { createDemand } from './siren-demand.ts';

const call = (since: number, forMs: number): SirenCall => ({
  on: true,
  alert: '7',
  since,
  until: since + forMs,
});
const OFF: SirenCall = { on: false };
const SMOKE = { parameter: 'smoke', limit: 'smoke-seen', state: 'raised' } as const;
const demand = ({ min_s = 0, max_s = 600 } = {}) => createDemand({ on: ['smoke-seen'], min_s, max_s }, [], 0);

test('a call sounds for as long as it says from when it is heard of, whatever clock the centre has', () => {
  const siren = demand();
  expect(siren.wanted(1000)).toBe(false);
  expect(siren.call(call(9e12, 60_000), 1000)).toBe(true);
  expect([siren.wanted(1000), siren.called(1000), siren.changesAt(1000)]).toEqual([true, 9e12, 61_000]);
  expect([siren.wanted(61_000), siren.called(61_000)]).toEqual([false, null]);
  expect(siren.changesAt(61_000)).toBe(Number.POSITIVE_INFINITY);
});

test('the same call, told again with a new connection, sounds no longer for it; another one does', () => {
  const siren = demand();
  siren.call(call(5, 60_000), 0);
  expect(siren.call(call(5, 60_000), 50_000)).toBe(false);
  expect(siren.wanted(60_000)).toBe(false);
  expect(siren.call(call(5, 60_000), 70_000)).toBe(false);
  expect(siren.wanted(70_000)).toBe(false);
  expect(siren.call(call(6, 60_000), 70_000)).toBe(true);
  expect([siren.wanted(129_999), siren.wanted(130_000)]).toEqual([true, false]);
});

test('when the centre ends it, it has sounded its least time, and what was raised at the post goes on', () => {
  const siren = demand({ min_s: 10 });
  expect(siren.call(OFF, 0)).toBe(false);
  siren.call(call(5, 60_000), 0);
  expect(siren.call(OFF, 4000)).toBe(true);
  expect([siren.called(9999), siren.wanted(9999), siren.wanted(10_000)]).toEqual([5, true, false]);
  expect(siren.call(OFF, 12_000)).toBe(false);

  siren.take(SMOKE, 20_000);
  siren.call(call(6, 60_000), 21_000);
  siren.call(OFF, 40_000);
  expect([siren.wanted(40_000), siren.called(40_000)]).toEqual([true, null]);
  siren.take({ ...SMOKE, state: 'cleared' }, 50_000);
  expect(siren.wanted(50_000)).toBe(false);
});

test('smoke that clears does not end the call, and the time of one is not that of the other', () => {
  const siren = demand({ max_s: 100 });
  siren.take(SMOKE, 0);
  siren.call(call(5, 80_000), 50_000);
  siren.take({ ...SMOKE, state: 'cleared' }, 60_000);
  expect([siren.wanted(60_000), siren.changesAt(60_000)]).toEqual([true, 130_000]);
  // 100 s at most, as the file has it.
  siren.call(call(6, MOST_CALL_MS), 70_000);
  expect([siren.wanted(169_999), siren.wanted(170_000)]).toEqual([true, false]);
});
