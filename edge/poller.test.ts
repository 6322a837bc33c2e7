import { expect, test } from 'vitest';
import { initialLimitState, withTime } from '../devices/limit/state.ts';
import type { Block } from '../devices/line/plan.ts';
import type { Clock } from './clock.ts';
import { openLessons } from './lessons.ts';
import { faultOfClass, type PollClass, type PollTask } from './poll-task.ts';
import { createPoller, STILL_MEASURING } from './poller.ts';
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

/** A word that gives no value. */
const INVALID = 0x8000;

type Behaviour = (request: ReadRequest, at: number) => ReadResult | null;

const words = ({ address, count }: ReadRequest): ReadResult => ({
  kind: 'words',
  words: Array.from({ length: count }, (_, index) => address + index),
});

/** Answers each request after `answerMs`, or lets it time out where the behaviour gives null. */
function fakeSource(time: ReturnType<typeof fakeTime>, behave: Behaviour, answerMs: number) {
  const requests: Array<{ unit: number; address: number; count: number; at: number }> = [];
  async function read(request: ReadRequest): Promise<ReadResult> {
    const at = time.clock.ticks();
    const { unit, address, count } = request;
    requests.push({ unit, address, count, at });
    const result = behave(request, at);
    time.pass(result ? answerMs : request.timeoutMs);
    return result ?? { kind: 'fault', fault: { kind: 'no-answer', timeoutMs: request.timeoutMs } };
  }
  const source: Source = {
    read,
    async write(request) {
      const result = await read({ ...request, count: 1 });
      return result.kind === 'words' ? { kind: 'done' } : result;
    },
    stop: async () => {},
  };
  return { source, requests };
}

interface Got {
  readonly at: number;
  readonly fault: string | null;
  readonly word: number | undefined;
  readonly extra: boolean;
}

interface Polled extends Partial<Pick<PollTask, 'atStart' | 'before' | 'pauseMs' | 'probes'>> {
  readonly unit: number;
  readonly blocks?: readonly Block[];
  readonly periodMs?: number;
  /** Instead of blocks and period. */
  readonly classes?: ReadonlyArray<{ readonly periodMs: number; readonly blocks: readonly Block[] }>;
  /** Whether all that is wanted at once makes one request. */
  readonly joined?: boolean;
  readonly timeoutMs?: number;
}

const whole = (blocks: readonly Block[]): Block[] => {
  const end = Math.max(...blocks.map(({ address, count }) => address + count));
  const address = Math.min(...blocks.map((block) => block.address));
  return [{ area: 'input', address, count: end - address }];
};

/** What is asked of the poller with the first request from a moment on. */
interface Wish {
  readonly from: number;
  readonly units: readonly number[];
  readonly everyMs: number;
  readonly until: number;
}

async function poll(
  untilMs: number,
  behave: Behaviour,
  units: readonly Polled[],
  answerMs = ANSWER_MS,
  wish: Wish | null = null,
) {
  const time = fakeTime(untilMs);
  let open = wish;
  const wished: Behaviour = (request, at) => {
    if (open !== null && at >= open.from) {
      const { units: own, everyMs, until } = open;
      open = null;
      poller.hurry(
        tasks.filter(({ unit }) => own.includes(unit)).flatMap(({ classes }) => classes),
        everyMs,
        until,
      );
    }
    return behave(request, at);
  };
  const { source, requests } = fakeSource(time, wished, answerMs);
  const rounds = new Map<number, Got[]>();
  const skips: Array<{ unit: number; at: number; reason: string }> = [];
  const lessons = openLessons(null, silentLog);
  const tasks = units.map((polled): PollTask => {
    const { unit, periodMs = 1000, blocks = [{ area: 'input', address: 0, count: 2 }] } = polled;
    const { timeoutMs = 500, classes = [{ periodMs, blocks }] } = polled;
    const got: Got[] = [];
    rounds.set(unit, got);
    return {
      line: 'cabinet',
      instrument: `station/${unit}`,
      unit,
      classes: classes.map((own): PollClass => {
        const polledClass: PollClass = {
          periodMs: own.periodMs,
          wanted: own.blocks,
          take(round, extra) {
            const word = round.words('input', own.blocks[0]?.address ?? 0);
            got.push({ at: round.at - EPOCH, fault: faultOfClass(polledClass, round), word, extra });
            return word !== undefined && word !== INVALID;
          },
          skip: (at, reason) => skips.push({ unit, at: at - EPOCH, reason }),
        };
        return polledClass;
      }),
      plan: (wanted) => (polled.joined ? whole(wanted) : [...wanted]),
      divisible: false,
      evenStart: false,
      memory: lessons.memoryOf(`${unit}`, silentLog),
      probes: polled.probes ?? [{ area: 'input', address: 99, count: 1 }],
      atStart: polled.atStart ?? [],
      before: polled.before ?? [],
      timeoutMs: () => timeoutMs,
      pauseMs: polled.pauseMs ?? 0,
    };
  });
  const poller = createPoller(source, tasks, time.clock, silentLog);
  await poller.run(time.signal);
  const of = (unit: number): Got[] => rounds.get(unit) ?? [];
  return { of, requests, skips, state: poller.state() };
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

const PROBED = 'no answer within 500 ms (line cabinet, unit 1, input 99)';

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
  expect(new Set(of(1).map(({ fault }) => fault))).toEqual(
    new Set(['no answer within 500 ms (line cabinet, unit 1, input 0 to 1)', PROBED]),
  );
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
  // The first round has the probe before it.
  const [, ...back] = of(1).filter(({ fault }) => fault === null);
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
  expect(of(1)).toEqual([{ at: 510, fault: null, word: 0, extra: false }]);
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
    expect(
      later.every(({ fault }) => fault === `no answer within 500 ms (line cabinet, unit ${unit}, input 0)`),
    ).toBe(true);
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
  const fault = 'exception 2 (illegal data address) (line cabinet, unit 1, input 0)';
  expect(of(1).every((got) => got.fault === fault && got.word === 8)).toBe(true);
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

test('a dead instrument is probed with its smallest range, and read whole in the round that finds it back', async () => {
  const { requests } = await poll(10_000, (request, at) => (at < 5000 ? null : words(request)), [
    { unit: 1, blocks: two },
  ]);
  const [first, retry, ...later] = requests.map(({ address }) => address);
  expect([first, retry]).toEqual([0, 0]);
  const back = later.findIndex((address) => address !== 99);
  expect(later.slice(0, back)).toEqual(later.slice(0, back).map(() => 99));
  expect(back).toBeGreaterThan(1);
  expect(later.slice(back - 1, back + 2)).toEqual([99, 0, 8]);
  expect(later.slice(back)).not.toContain(99);
});

test('a block that never answers rests alone when the probe finds the instrument there', async () => {
  const { of, requests } = await poll(60_000, (request) => (request.address === 0 ? null : words(request)), [
    { unit: 1, blocks: [two[0]] },
  ]);
  expect(of(1)).toHaveLength(60);
  expect(requests.filter(({ address }) => address === 0).length).toBeLessThan(10);
});

const twoPeriods = {
  unit: 1,
  classes: [
    { periodMs: 1000, blocks: [two[0]] },
    { periodMs: 5000, blocks: [two[1]] },
  ],
};

test('the periods of a dead instrument share one probe', async () => {
  const { of, requests } = await poll(60_000, () => null, [twoPeriods]);
  // Once with its retry, then after rests of 2, 4, 8, 16, ... seconds.
  expect(requests.length).toBeLessThanOrEqual(7);
  expect(of(1)).toHaveLength(60 + 12);
});

test('an instrument that fails in one of its periods keeps that fault while the other period works', async () => {
  const { state } = await poll(
    9500,
    (request) => (request.address === 8 ? { kind: 'fault', fault: exceptionFault(4) } : words(request)),
    [twoPeriods],
  );
  expect(state.units).toEqual([
    { instrument: 'station/1', error: 'exception 4 (server device failure) (line cabinet, unit 1, input 8)' },
  ]);
});

test('an instrument that did not answer is asked again after all others that are due', async () => {
  const alive = [2, 3, 4].map((unit) => ({ unit, periodMs: 5000 }));
  const { requests } = await poll(24_000, (request) => (request.unit === 1 ? null : words(request)), [
    { unit: 1, periodMs: 2500 },
    ...alive,
  ]);
  const between = (from: number, to: number) =>
    requests.filter(({ at }) => at >= from && at < to).map(({ unit }) => unit);
  // First its deadline is the earliest; its retry comes last.
  expect(between(0, 2500)).toEqual([1, 2, 3, 4, 1]);
  // After rests of 5 and 10 s its probe is due with the others, whose deadlines are later.
  expect(between(20_000, 24_000)).toEqual([2, 3, 4, 1]);
});

test('a block whose registers the probe found answering rests no longer', async () => {
  const [first, second] = two;
  const { of } = await poll(
    130_000,
    (request, at) => {
      const silent = at < 100_000 ? request.address === first.address : at < 106_000;
      return silent ? null : words(request);
    },
    [{ unit: 1, blocks: [first, second], probes: [first, second] }],
  );
  const back = of(1).find(({ at, fault }) => at > 106_000 && fault === null);
  expect(back?.at).toBeLessThan(115_000);
});

test('what is due together is planned together', async () => {
  const { requests, of } = await poll(9500, words, [{ ...twoPeriods, joined: true }]);
  // Both together at 0 and 5 s, one request each.
  expect(requests.map(({ at, address, count }) => [at, address, count])).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => [1000 * second, 0, second % 5 === 0 ? 9 : 1]),
  );
  expect(of(1)).toHaveLength(10 + 2);
  expect(of(1).every(({ fault }) => fault === null)).toBe(true);
});

test('while one instrument is waited for the line serves the others', async () => {
  const before = [
    { kind: 'write', area: 'holding', address: 1, value: 3 },
    { kind: 'wait', ms: 400 },
  ] as const;
  const others = [3, 4, 5, 6, 7, 8].map((unit) => ({ unit, periodMs: 470 }));
  const { of, requests } = await poll(1900, words, [
    { unit: 1, before, periodMs: 1000 },
    { unit: 2, periodMs: 100 },
    ...others,
  ]);
  expect(times(of(2))).toHaveLength(19);
  expect(times(of(2)).every((at, index) => at - 100 * index <= 40)).toBe(true);
  const own = requests.filter(({ unit }) => unit === 1).map(({ address, at }) => [address, at]);
  expect(own.map(([address]) => address)).toEqual([1, 0, 1, 0]);
  // The read comes when the time is up, before anything that has not begun.
  expect((own[1]?.[1] ?? 0) - (own[0]?.[1] ?? 0)).toBeGreaterThanOrEqual(400);
  expect((own[1]?.[1] ?? 0) - (own[0]?.[1] ?? 0)).toBeLessThanOrEqual(430);
  expect(of(1).every(({ fault }) => fault === null)).toBe(true);
});

test('an instrument that answers without any value is told again to start after three rounds', async () => {
  let started = 0;
  const { of } = await poll(
    9500,
    (request) => {
      if (request.address === 7) started += 1;
      // It loses power once, between two reads.
      return started === 1 && request.address === 0
        ? { kind: 'words', words: [INVALID, INVALID] }
        : words(request);
    },
    [{ unit: 1, atStart: [{ kind: 'write', area: 'holding', address: 7, value: 1 }] }],
  );
  expect(of(1).map(({ word }) => word)).toEqual([...Array(3).fill(INVALID), ...Array(7).fill(0)]);
  expect(started).toBe(2);
});

test('an instrument that measures for longer than its period says so', async () => {
  const before = [{ kind: 'wait', ms: 1500 }] as const;
  const { of, skips } = await poll(6000, words, [{ unit: 1, before, periodMs: 1000 }]);
  expect(times(of(1))).toEqual([1510, 3510, 5510]);
  expect(skips.map(({ at, reason }) => [at, reason])).toEqual([
    [1000, STILL_MEASURING],
    [3000, STILL_MEASURING],
    [5000, STILL_MEASURING],
  ]);
});

test('an instrument that does not take its order is not read: its values would be old', async () => {
  const before = [{ kind: 'write', area: 'holding', address: 1, value: 3 }] as const;
  const { of, requests } = await poll(
    2500,
    (request) => (request.address === 1 ? { kind: 'fault', fault: exceptionFault(4) } : words(request)),
    [{ unit: 1, before }],
  );
  expect(requests.map(({ address }) => address)).toEqual([1, 1, 1]);
  expect(of(1)).toHaveLength(3);
  const fault = 'exception 4 (server device failure) to its order, 3 to holding 1 (line cabinet, unit 1)';
  expect(of(1).every((got) => got.word === undefined && got.fault === fault)).toBe(true);
});

test('a period that an overloaded line skips is told as missing at its due time, and counted', async () => {
  const { of, skips, state } = await poll(10_000, (request) => (request.unit === 1 ? null : words(request)), [
    { unit: 1, timeoutMs: 3300, periodMs: 60_000 },
    { unit: 2, periodMs: 1000 },
  ]);
  // Unit 2 first, then unit 1 holds the line for 3.3 s, and once more when unit 2 has had its turn.
  expect(times(of(2))).toEqual([10, 3320, 6630, 7010, 8010, 9010]);
  expect(skips).toEqual([1000, 2000, 4000, 5000].map((at) => ({ unit: 2, at, reason: 'line busy' })));
  expect(state.skipped).toBe(4);
});

test('every period of an overloaded line ends in a reading or in a word for its absence', async () => {
  const { of, skips, state } = await poll(1000, words, [
    { unit: 1, periodMs: 15 },
    { unit: 2, periodMs: 15 },
  ]);
  const told = of(1).length + of(2).length + skips.length;
  expect(told).toBeGreaterThanOrEqual(130);
  expect(told).toBeLessThanOrEqual(134);
  expect(state.skipped).toBe(skips.length);
});

test('after a long hold-up the newest periods are told one by one, and all are counted', async () => {
  const { skips, state } = await poll(60_000, (request) => (request.unit === 1 ? null : words(request)), [
    { unit: 1, timeoutMs: 25_000, periodMs: 60_000 },
    { unit: 2, periodMs: 200 },
  ]);
  const first = skips.filter(({ at }) => at < 25_000);
  expect(first).toHaveLength(60);
  expect(first.at(-1)?.at).toBe(24_800);
  // Of two hold-ups of 25 s.
  expect(state.skipped).toBe(248);
});

test('an instrument whose own time-outs cost it periods is told by its own cause', async () => {
  const { skips } = await poll(3000, () => null, [{ unit: 1, periodMs: 200, timeoutMs: 500 }]);
  expect(skips.slice(0, 4).map(({ at }) => at)).toEqual([200, 400, 600, 800]);
  expect(new Set(skips.map(({ reason }) => reason)).has('line busy')).toBe(false);
});

test('thirty units on a line, one dead: the others keep their period within five percent', async () => {
  // 9600 baud: some 60 ms a request, so that 30 units take 1.8 s of their 5 s.
  const units = Array.from({ length: 30 }, (_, index) => ({
    unit: index + 1,
    periodMs: 5000,
    timeoutMs: 1000,
  }));
  const { of, skips } = await poll(
    600_000,
    (request) => (request.unit === 7 ? null : words(request)),
    units,
    60,
  );
  for (const { unit } of units.filter((other) => other.unit !== 7)) {
    const at = times(of(unit));
    expect(at.length, `unit ${unit}`).toBeGreaterThanOrEqual(119);
    const mean = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / (at.length - 1);
    expect(Math.abs(mean - 5000) / 5000, `unit ${unit}`).toBeLessThan(0.05);
    expect(of(unit).every(({ fault }) => fault === null)).toBe(true);
  }
  expect(of(7)).toHaveLength(120);
  expect(skips).toEqual([]);
});

test('a period that is lost after one register was refused is not blamed on that register', async () => {
  const { skips } = await poll(
    3000,
    (request) => (request.address === 0 ? { kind: 'fault', fault: exceptionFault(4) } : words(request)),
    [{ unit: 1, blocks: [two[1], two[0]], periodMs: 500 }],
    400,
  );
  expect(skips.length).toBeGreaterThan(0);
  expect(new Set(skips.map(({ reason }) => reason))).toEqual(new Set(['line busy']));
});

test('an answer that comes as the next period begins and that period have two times', async () => {
  const { of, skips } = await poll(3500, words, [{ unit: 1, periodMs: 200 }], 400);
  const at = of(1).map((round) => round.at);
  expect(at.length).toBeGreaterThan(3);
  expect(skips.length).toBeGreaterThan(3);
  expect(skips.filter((skipped) => at.includes(skipped.at))).toEqual([]);
});

const S = 1000;
const hour = (got: readonly Got[], from: number): Got[] =>
  got.filter(({ at }) => at >= from && at < from + 3600 * S);

test('what is hurried is read at once and so often, then slower step by step, then by its own period', async () => {
  const { of, skips } = await poll(
    2 * 3600 * S,
    words,
    [{ unit: 1 }, { unit: 2, periodMs: 60 * S }],
    ANSWER_MS,
    {
      from: 310 * S,
      units: [1, 2],
      everyMs: 15 * S,
      until: 400 * S,
    },
  );
  const seconds = of(2).map(({ at }) => Math.round(at / S));
  expect(seconds.slice(0, 20)).toEqual([
    0, 60, 120, 180, 240, 300, 315, 330, 345, 360, 375, 390, 405, 435, 465, 495, 540, 600, 660, 720,
  ]);
  // What is read oftener anyway is left as it is.
  expect(of(1).every(({ extra }) => !extra)).toBe(true);
  expect(skips).toEqual([]);
  // Of each hour as many were due as ever; the others say that they were not.
  expect(hour(of(2), 0).filter(({ extra }) => !extra)).toHaveLength(60);
  expect(hour(of(2), 3600 * S)).toHaveLength(60);
});

test('limits find no hole while an instrument is hurried and when it is left alone again', async () => {
  for (const periodS of [60, 100, 600, 3600]) {
    const { of } = await poll(
      20 * 3600 * S,
      words,
      [
        { unit: 1, periodMs: 10 * S },
        { unit: 2, periodMs: periodS * S },
      ],
      ANSWER_MS,
      {
        from: 2 * 3600 * S,
        units: [2],
        everyMs: 15 * S,
        until: 2 * 3600 * S + 180 * S,
      },
    );
    let state = initialLimitState;
    for (const { at } of of(2)) state = withTime(state, EPOCH + at);
    expect(state.runSince).toBe(EPOCH + (of(2)[0]?.at ?? 0));
  }
});

test('a line that is full gives hurried instruments no turn of another', async () => {
  // Ten of them need the line whole, five more are to be hurried.
  const full = Array.from({ length: 10 }, (_, unit) => ({ unit: unit + 1 }));
  const slow = Array.from({ length: 5 }, (_, index) => ({ unit: 20 + index, periodMs: 60 * S }));
  const wish = { from: 60 * S, units: slow.map(({ unit }) => unit), everyMs: 15 * S, until: 3600 * S };
  const read = async (asked: Wish | null) => {
    const { of } = await poll(600 * S, words, [...full, ...slow], 100, asked);
    return full.map(({ unit }) => of(unit).length);
  };
  const before = await read(null);
  const after = await read(wish);
  for (const [index, count] of after.entries()) expect(count).toBeGreaterThan(0.98 * (before[index] ?? 0));
});

test('what does not answer is not asked oftener for being hurried', async () => {
  const { of } = await poll(
    900 * S,
    (request, at) => (request.unit === 2 && at > 100 * S && at < 500 * S ? null : words(request)),
    [{ unit: 1 }, { unit: 2, periodMs: 60 * S }],
    ANSWER_MS,
    { from: 200 * S, units: [2], everyMs: 15 * S, until: 800 * S },
  );
  expect(of(2).filter(({ fault, extra }) => fault !== null && extra)).toEqual([]);
  // It is back with its own period, and is hurried from then on.
  expect(of(2).filter(({ at, extra }) => extra && at > 500 * S && at < 800 * S).length).toBeGreaterThan(5);
});
