import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Deadline } from './deadline.ts';

/** A deadline and the times, in ms from here, at which it passed. */
function watched() {
  const started = performance.now();
  const passed: number[] = [];
  const deadline = new Deadline(() => passed.push(performance.now() - started));
  return { deadline, passed };
}

test('it passes once, when its time is over', async () => {
  const { deadline, passed } = watched();
  deadline.set(40);
  await delay(150);
  expect(passed).toHaveLength(1);
  expect(passed[0]).toBeGreaterThan(38);
});

test('set anew it counts from then, whether it was cleared before or not, and for another time', async () => {
  const { deadline, passed } = watched();
  deadline.set(60);
  await delay(30);
  deadline.set(60);
  await delay(30);
  deadline.clear();
  deadline.set(60);
  await delay(30);
  deadline.set(200);
  await delay(80);
  deadline.set(30);
  await delay(150);
  expect(passed).toHaveLength(1);
  expect(passed[0]).toBeGreaterThan(195);
});

test('cleared or ended it does not pass', async () => {
  const { deadline, passed } = watched();
  deadline.set(20);
  deadline.clear();
  await delay(60);
  deadline.set(20);
  deadline.end();
  await delay(60);
  expect(passed).toEqual([]);
});

test('after a pause of the process, what waits at a stream comes first and can still clear it', async () => {
  const { deadline, passed } = watched();
  const { port1, port2 } = new MessageChannel();
  const came = new Promise((resolve) => {
    port2.onmessage = (message) => {
      deadline.clear();
      resolve(message);
    };
  });
  deadline.set(20);
  port1.postMessage('answer');
  for (const until = performance.now() + 60; performance.now() < until; );
  await came;
  await delay(50);
  port1.close();
  expect(passed).toEqual([]);
});
