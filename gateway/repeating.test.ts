import { expect, test } from 'vitest';
import { startRounds, startStepping } from './repeating.ts';

const NEVER_MS = 2 ** 30;

test('a step that fails keeps no other from being done; ten in a row pause', async () => {
  const outcomes = ['done', 'fails', 'done', ...Array.from({ length: 10 }, () => 'fails'), 'done'];
  let faults = 0;
  const { promise: pausing, resolve: paused } = Promise.withResolvers<void>();
  const stepping = startStepping(
    async () => {
      if (outcomes.shift() === 'fails') throw new Error('this one cannot be done');
      return true;
    },
    { lookEveryMs: NEVER_MS, retryMs: NEVER_MS },
    () => {
      faults++;
      if (faults === 11) paused();
    },
  );
  await pausing;
  await stepping.stop();
  expect(faults).toBe(11);
  expect(outcomes).toEqual(['done']);
});

test('a stop waits for the step under way, and there is none after it', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let steps = 0;
  const stepping = startStepping(
    async () => {
      steps++;
      await gate;
      return true;
    },
    { lookEveryMs: 1, retryMs: 1 },
    () => {},
  );
  let stopped = false;
  const stop = stepping.stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  open();
  await stop;
  expect(steps).toBe(1);
});

test('a round that fails ends none after it, and is told once until one has worked', async () => {
  const outcomes = ['fails', 'fails', 'done', 'fails', 'fails'];
  const told: unknown[] = [];
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const rounds = startRounds(
    () => {
      const outcome = outcomes.shift();
      if (outcome === undefined) end();
      if (outcome === 'fails') throw new Error(`${outcomes.length} are left`);
    },
    0,
    (err) => told.push(String(err)),
  );
  await over;
  await rounds.stop();
  expect(told).toEqual(['Error: 4 are left', 'Error: 1 are left']);
});
