/** When it connects again. Pauses go by when the test says so; the broker is real. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Clock, systemClock } from './clock.ts';
import type { Batch } from './outbox.ts';
import { type Broker, silentLog, startBroker } from './rig.ts';
import { startUplink, type Uplink } from './uplink.ts';

let broker: Broker;
let uplink: Uplink;

beforeEach(async () => {
  broker = await startBroker();
});
afterEach(async () => {
  await uplink.stop(0);
  await broker.close();
});

/** Pauses between connections: what they wait for, and how they end. */
interface Pause {
  readonly ms: number;
  readonly signal: AbortSignal;
  end(): void;
}

/** What no alarm cuts of a pause. */
const FIRST_SECONDS_MS = 3000;

/** `from`: shorter ones are slept, first seconds not at all. */
function pausing(from: number) {
  const pauses: Pause[] = [];
  let onPause = () => {};
  const clock: Clock = {
    ...systemClock,
    sleep(ms, signal) {
      if (ms < from) return systemClock.sleep(ms === FIRST_SECONDS_MS ? 0 : ms, signal);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (signal.aborted) resolve();
        pauses.push({ ms, signal, end: resolve });
        onPause();
      });
    },
  };
  /** The pause of this number, begun or still to come. */
  const paused = (number: number): Promise<Pause> =>
    new Promise((resolve) => {
      onPause = () => {
        const pause = pauses[number];
        if (pause) resolve(pause);
      };
      onPause();
    });
  return { clock, pauses, paused };
}

function start(clock: Clock, batches: Batch[] = [], firstMs = 100_000): void {
  uplink = startUplink({
    edge: 'hop-1',
    url: `mqtt://127.0.0.1:${broker.port}`,
    password: 'secret',
    outbox: { take: () => batches.shift() ?? null, remove: () => {}, release: () => {} },
    inventory: () => ({ stations: [] }),
    status: () => ({ online: true }),
    clock,
    random: () => 1,
    reconnect: { firstMs, maxMs: 1_000_000 },
    ackTimeoutMs: 50_000,
    statusEveryMs: 50_000,
    keepaliveS: 30,
    log: silentLog,
  });
}

test('an alarm cuts the pause between two connections short, after its first seconds, and the next ones are short', async () => {
  await broker.close();
  const { clock, paused, pauses } = pausing(90_000);
  start(clock);
  const first = await paused(0);
  expect(first.ms).toBe(97_000);
  uplink.wake();
  expect(first.signal.aborted).toBe(false);
  uplink.hurry();
  expect(first.signal.aborted).toBe(true);
  // Not 197 s: the alarm has begun the row of pauses anew. And no alarm, no cut.
  const second = await paused(1);
  expect([second.ms, second.signal.aborted]).toEqual([97_000, false]);
  second.end();
  const third = await paused(2);
  expect([third.ms, third.signal.aborted]).toEqual([197_000, false]);
  expect(pauses).toHaveLength(3);
  broker = await startBroker();
});

test('an alarm that comes while a connection is tried in vain cuts the pause after it', async () => {
  await broker.close();
  const { clock, paused, pauses } = pausing(2000);
  start(clock);
  uplink.hurry();
  // These are the first seconds, which no alarm cuts.
  const least = await paused(0);
  expect(least.ms).toBe(FIRST_SECONDS_MS);
  uplink.hurry();
  expect([least.signal.aborted, pauses.length]).toEqual([false, 1]);
  least.end();
  const rest = await paused(1);
  expect([rest.ms, rest.signal.aborted]).toEqual([97_000, true]);
  broker = await startBroker();
});

test('a login that is refused is not hurried by alarms', async () => {
  broker.password = 'another';
  const { clock, paused } = pausing(20_000);
  start(clock);
  const refused = await paused(0);
  expect(refused.ms).toBe(60_000);
  uplink.hurry();
  expect([refused.signal.aborted, broker.logins]).toEqual([false, 1]);
});

test('a connection that delivered a batch was a good one, however short; one that did not was not', async () => {
  const { port } = broker;
  const { clock, paused } = pausing(90_000);
  const batches: Batch[] = [];
  await broker.close();
  start(clock, batches);
  (await paused(0)).end();
  const before = await paused(1);
  expect(before.ms).toBe(197_000);
  broker = await startBroker(port);
  batches.push(
    { id: 1, lane: 'live', station: 's1', payload: 'a' },
    { id: 2, lane: 'live', station: 's1', payload: 'b' },
  );
  // The second one is never acknowledged.
  broker.withhold = () => broker.arrived.at(-1)?.payload === 'b';
  before.end();
  await broker.arrival(({ payload }) => payload === 'b');
  await broker.close();
  const after = await paused(2);
  expect(after.ms).toBe(97_000);
  broker = await startBroker(port);
  after.end();
  await broker.arrival(({ payload }) => payload.includes('online'));
  await broker.close();
  expect((await paused(3)).ms).toBe(197_000);
  broker = await startBroker(port);
});
