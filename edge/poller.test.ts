import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { createPoller } from './poller.ts';
import type { PollTask, Round } from './reader.ts';
import { silentLog } from './rig.ts';
import { exceptionFault, type ReadRequest, type ReadResult, type Source } from './sources/source.ts';

const EPOCH = 1_800_000_000_000;

/** A clock that jumps to the end of each sleep, and ends the run at `untilMs`. */
function fakeTime(untilMs: number) {
  const ending = new AbortController();
  let ticks = 0;
  const pass = (ms: number) => {
    ticks += ms;
    if (ticks >= untilMs) ending.abort();
  };
  const clock: Clock = {
    now: () => EPOCH + ticks,
    ticks: () => ticks,
    sleep: async (ms) => pass(Math.max(0, ms)),
  };
  return { clock, pass, signal: ending.signal };
}

const ANSWER_MS = 10;

type Behaviour = (request: ReadRequest, at: number) => ReadResult | null;

const words = ({ address, count }: ReadRequest): ReadResult => ({
  kind: 'words',
  words: Array.from({ length: count }, (_, index) => address + index),
});

/** Answers each request after 10 ms, or lets it time out where the behaviour gives null. */
function fakeSource(time: ReturnType<typeof fakeTime>, behave: Behaviour) {
  const requests: Array<{ unit: number; address: number; at: number }> = [];
  const source: Source = {
    async read(request) {
      const at = time.clock.ticks();
      requests.push({ unit: request.unit, address: request.address, at });
      const result = behave(request, at);
      time.pass(result ? ANSWER_MS : request.timeoutMs);
      return result ?? { kind: 'fault', fault: { kind: 'no-answer', timeoutMs: request.timeoutMs } };
    },
    stop: async () => {},
  };
  return { source, requests };
}

interface Got {
  readonly at: number;
  readonly fault: string | null;
  readonly word: number | undefined;
}

async function poll(
  untilMs: number,
  behave: Behaviour,
  units: ReadonlyArray<Partial<PollTask> & { unit: number }>,
) {
  const time = fakeTime(untilMs);
  const { source, requests } = fakeSource(time, behave);
  const rounds = new Map<number, Got[]>();
  const tasks = units.map((over): PollTask => {
    const own: Got[] = [];
    rounds.set(over.unit, own);
    return {
      instrument: `station/${over.unit}`,
      blocks: [{ area: 'input', address: 0, count: 2 }],
      periodMs: 1000,
      timeoutMs: 500,
      pauseMs: 0,
      take: ({ at, fault, words: read }: Round) =>
        own.push({ at: at - EPOCH, fault, word: read('input', over.blocks?.[0]?.address ?? 0) }),
      ...over,
    };
  });
  const poller = createPoller(source, tasks, time.clock, silentLog);
  await poller.run(time.signal);
  const of = (unit: number): Got[] => rounds.get(unit) ?? [];
  return { of, requests, state: poller.state() };
}

const times = (got: readonly Got[]): number[] => got.map(({ at }) => at);

test('each instrument is read in its own period, and a reading carries the time of its answer', async () => {
  const { of } = await poll(5000, words, [
    { unit: 1, periodMs: 1000 },
    { unit: 2, periodMs: 2500 },
  ]);
  expect(times(of(1))).toEqual([10, 1010, 2010, 3010, 4010]);
  expect(times(of(2))).toEqual([20, 2510]);
});

test('the earliest deadline goes first', async () => {
  const { requests } = await poll(100, words, [
    { unit: 1, periodMs: 60_000 },
    { unit: 2, periodMs: 200 },
    { unit: 3, periodMs: 5000 },
  ]);
  expect(requests.map(({ unit }) => unit)).toEqual([2, 3, 1]);
});

test('a line that is too slow skips periods and piles nothing up', async () => {
  const { of } = await poll(1000, words, [
    { unit: 1, periodMs: 15 },
    { unit: 2, periodMs: 15 },
  ]);
  const all = of(1).length + of(2).length;
  expect(all).toBeGreaterThan(75);
  expect(all).toBeLessThan(100);
  expect(Math.abs(of(1).length - of(2).length)).toBeLessThanOrEqual(1);
});

test('after the line was held up, what was missed is skipped and not made up for', async () => {
  const { of } = await poll(20_000, (request) => (request.unit === 1 ? null : words(request)), [
    { unit: 1, timeoutMs: 3300, periodMs: 60_000 },
    { unit: 2, periodMs: 1000 },
  ]);
  const held = await poll(20_000, (request) => (request.unit === 1 ? null : words(request)), [
    { unit: 1, timeoutMs: 3300, periodMs: 500 },
    { unit: 2, periodMs: 1000 },
  ]);
  for (const got of [of(2), held.of(2)]) {
    const gaps = times(got)
      .slice(1)
      .map((at, index) => at - (times(got)[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(350);
  }
});

test('the line is silent between requests for as long as the instrument needs', async () => {
  const blocks = [
    { area: 'input', address: 0, count: 1 },
    { area: 'input', address: 8, count: 1 },
  ] as const;
  const { requests } = await poll(900, words, [{ unit: 1, blocks, pauseMs: 100 }]);
  expect(requests.map(({ at }) => at)).toEqual([0, 110]);
});

test('a dead instrument is retried once, then asked ever more seldom, at most a minute apart', async () => {
  const { of, requests } = await poll(400_000, () => null, [{ unit: 1, periodMs: 1000, timeoutMs: 500 }]);
  const asked = requests.map(({ at }) => at);
  expect(asked.slice(0, 2)).toEqual([0, 500]);
  const gaps = asked.slice(2).map((at, index) => at - (asked[index + 1] ?? 0));
  // Rest of 2 s, 4 s, ... after the time-out, then the next due time.
  for (const [index, rest] of [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000].entries()) {
    expect(gaps[index]).toBeGreaterThanOrEqual(rest + 500);
    expect(gaps[index]).toBeLessThanOrEqual(rest + 1500);
  }
  // Every due time gives a reading with the cause, whether the line was touched or not.
  expect(of(1)).toHaveLength(400);
  expect(new Set(of(1).map(({ fault }) => fault))).toEqual(new Set(['no answer within 500 ms']));
  expect(of(1).every(({ word }) => word === undefined)).toBe(true);
});

test('a dead instrument harms no other on its line', async () => {
  const { of } = await poll(60_000, (request) => (request.unit === 1 ? null : words(request)), [
    { unit: 1, periodMs: 1000, timeoutMs: 400 },
    { unit: 2, periodMs: 1000 },
    { unit: 3, periodMs: 5000 },
  ]);
  expect(of(2)).toHaveLength(60);
  expect(of(3)).toHaveLength(12);
  expect(of(2).every(({ fault }) => fault === null)).toBe(true);
  expect(of(1)).toHaveLength(60);
});

test('an instrument that comes back is read in its period again, and its cause is gone', async () => {
  const { of, state } = await poll(60_000, (request, at) => (at < 10_000 ? null : words(request)), [
    { unit: 1 },
  ]);
  const back = of(1).filter(({ fault }) => fault === null);
  expect(back.length).toBeGreaterThan(40);
  expect(
    times(back)
      .slice(1)
      .every((at, index) => at - (times(back)[index] ?? 0) === 1000),
  ).toBe(true);
  expect(state.units).toEqual([{ instrument: 'station/1', error: null }]);
});

test('one answer that fails is made good by the retry', async () => {
  let requests = 0;
  const { of } = await poll(
    900,
    (request) => {
      requests += 1;
      return requests === 1 ? null : words(request);
    },
    [{ unit: 1 }],
  );
  expect(of(1)).toEqual([{ at: 510, fault: null, word: 0 }]);
});

const two = [
  { area: 'input', address: 0, count: 1 },
  { area: 'input', address: 8, count: 1 },
] as const;

test('a block that never answers costs its own values only, even when it is the first', async () => {
  const { of, requests } = await poll(60_000, (request) => (request.address === 0 ? null : words(request)), [
    { unit: 1, blocks: [two[1], two[0]] },
    { unit: 2, blocks: two },
  ]);
  for (const unit of [1, 2]) {
    const later = of(unit).slice(3);
    expect(later.every(({ fault }) => fault === 'no answer within 500 ms')).toBe(true);
    const asked = requests.filter((request) => request.unit === unit);
    expect(asked.filter(({ address }) => address === 8).length).toBeGreaterThan(50);
    expect(asked.filter(({ address }) => address === 0).length).toBeLessThan(10);
  }
  expect(
    of(1)
      .slice(3)
      .every(({ word }) => word === 8),
  ).toBe(true);
});

test('a dead instrument of several blocks costs one time-out a try, not one a block', async () => {
  const { of, requests } = await poll(60_000, () => null, [{ unit: 1, blocks: two }]);
  // Once with its retry at 0, then after rests of 2, 4, 8, 16 and 32 seconds.
  expect(requests.length).toBeLessThanOrEqual(6);
  expect(of(1)).toHaveLength(60);
});

test('an exception is no silence: the other blocks are read and the instrument is asked each time', async () => {
  const { of, requests } = await poll(
    10_000,
    (request) => (request.address === 0 ? { kind: 'fault', fault: exceptionFault(2) } : words(request)),
    [{ unit: 1, blocks: [two[1], two[0]] }],
  );
  expect(of(1)).toHaveLength(10);
  expect(of(1).every(({ fault, word }) => fault === 'exception 2 (illegal data address)' && word === 8)).toBe(
    true,
  );
  expect(requests).toHaveLength(21);
});

test('a line that is down gives every instrument its cause and leaves none resting', async () => {
  let up = false;
  const { of } = await poll(
    5000,
    (request, at) => {
      up = at >= 2500;
      return up ? words(request) : { kind: 'fault', fault: { kind: 'link', detail: 'cannot connect' } };
    },
    [{ unit: 1 }, { unit: 2 }],
  );
  expect(of(1).map(({ fault }) => fault)).toEqual([
    'cannot connect',
    'cannot connect',
    'cannot connect',
    null,
    null,
  ]);
  expect(of(2).map(({ fault }) => fault)).toEqual([
    'cannot connect',
    'cannot connect',
    'cannot connect',
    null,
    null,
  ]);
});

test('a line that is down is asked for one block with its retry, not for each', async () => {
  const { requests } = await poll(
    5000,
    () => ({ kind: 'fault', fault: { kind: 'link', detail: 'cannot connect' } }),
    [{ unit: 1, blocks: two }],
  );
  expect(requests).toHaveLength(10);
});

test('busy time is the time spent in requests', async () => {
  const { state } = await poll(10_000, words, [{ unit: 1 }, { unit: 2 }]);
  expect(state.busyMs).toBe(200);
});
