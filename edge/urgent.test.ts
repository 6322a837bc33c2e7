import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Block } from '../devices/line/plan.ts';
import type { Clock } from './clock.ts';
import { openLessons } from './lessons.ts';
import type { PollTask } from './poll-task.ts';
import { createPoller } from './poller.ts';
import { silentLog } from './rig.ts';
import type { ReadRequest, Source } from './sources/source.ts';
import type { Urgent } from './urgent.ts';

const blocks: Block[] = [0, 10, 20].map((address) => ({ area: 'input', address, count: 1 }));

const task = (unit: number, periodMs: number): PollTask => ({
  line: 'mast',
  instrument: `post/${unit}`,
  unit,
  classes: [{ periodMs, wanted: blocks, take: () => true, skip: () => {} }],
  plan: (wanted) => [...wanted],
  divisible: false,
  evenStart: false,
  memory: openLessons(null, silentLog).memoryOf(`${unit}`, silentLog),
  probes: [{ area: 'input', address: 0, count: 1 }],
  atStart: [],
  before: [],
  pauseMs: 0,
  timeoutMs: () => 500,
});

/** A siren that is wanted when the test says so. */
function call(unit: number) {
  let due = Number.POSITIVE_INFINITY;
  let wake = (): void => {};
  const urgent: Urgent = {
    unit,
    pauseMs: 0,
    timeoutMs: () => 500,
    dueAt: () => due,
    async run({ write }) {
      due = Number.POSITIVE_INFINITY;
      await write({ area: 'coil', address: 0, value: 1 });
    },
    onSooner(given) {
      wake = given;
    },
  };
  return {
    urgent,
    want(at: number) {
      due = at;
      wake();
    },
  };
}

/** Each request takes ten milliseconds of a time that nothing else moves but a sleep to its end. */
async function run(
  tasks: readonly PollTask[],
  siren: ReturnType<typeof call>,
  onRequest: (request: Pick<ReadRequest, 'unit' | 'address'>, now: number) => void,
  clock: Partial<Clock> = {},
): Promise<string[]> {
  const ending = new AbortController();
  let now = 0;
  const requests: string[] = [];
  const took = (request: Pick<ReadRequest, 'unit' | 'address'>, what: string): void => {
    requests.push(`${what} ${request.unit}/${request.address}`);
    onRequest(request, now);
    now += 10;
    if (requests.length >= 8) ending.abort();
  };
  const source: Source = {
    async read(request) {
      took(request, 'read');
      return { kind: 'words', words: [1] };
    },
    async write(request) {
      took(request, 'write');
      return { kind: 'done' };
    },
    stop: async () => {},
  };
  const time: Clock = {
    now: () => now,
    ticks: () => now,
    sleep: async (ms) => {
      now += Math.max(0, ms);
    },
    ...clock,
  };
  await createPoller(source, tasks, time, silentLog, [siren.urgent]).run(ending.signal);
  return requests;
}

test('what is urgent goes between two requests of a round, before instruments that are due', async () => {
  const siren = call(9);
  const requests = await run([task(1, 1000), task(2, 1000)], siren, ({ unit, address }, now) => {
    if (unit === 1 && address === 0) siren.want(now);
  });
  expect(requests.slice(0, 4)).toEqual(['read 1/0', 'write 9/0', 'read 1/10', 'read 1/20']);
});

test('it wakes a line that sleeps', async () => {
  const siren = call(9);
  const requests = await run([task(1, 3_000_000)], siren, () => {}, {
    // Until it is woken.
    async sleep(_ms, signal) {
      if (signal.aborted) return;
      setImmediate(() => siren.want(0));
      await once(signal, 'abort');
    },
  });
  expect(requests.slice(0, 5)).toEqual(['read 1/0', 'read 1/10', 'read 1/20', 'write 9/0', 'write 9/0']);
}, 10_000);

test('a wake that comes before the sleep is not lost', async () => {
  const siren = call(9);
  const requests = await run([task(1, 100)], siren, ({ unit, address }, now) => {
    if (unit === 1 && address === 20) siren.want(now);
  });
  expect(requests.slice(0, 5)).toEqual(['read 1/0', 'read 1/10', 'read 1/20', 'write 9/0', 'read 1/0']);
});
