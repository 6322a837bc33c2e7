import { expect, test } from 'vitest';
import { runRestartable } from './restartable.ts';

function counted() {
  const life: string[] = [];
  let number = 0;
  const start = async () => {
    const own = ++number;
    life.push(`start ${own}`);
    return {
      async stop() {
        await new Promise(setImmediate);
        life.push(`stop ${own}`);
      },
    };
  };
  return { life, start };
}

test('the one before has ended before the next one starts, and asking twice restarts once', async () => {
  const { life, start } = counted();
  const service = await runRestartable(start, () => {});
  service.restart();
  service.restart();
  await service.stop();
  expect(life.slice(0, 2)).toEqual(['start 1', 'stop 1']);
  expect(life).not.toContain('start 3');
});

test('it can be restarted again, and after the stop nothing starts', async () => {
  const { life, start } = counted();
  const service = await runRestartable(start, () => {});
  for (const expected of ['start 2', 'start 3']) {
    service.restart();
    await expect.poll(() => life).toContain(expected);
  }
  await service.stop();
  service.restart();
  await new Promise(setImmediate);
  expect(life).toEqual(['start 1', 'stop 1', 'start 2', 'stop 2', 'start 3', 'stop 3']);
});

test('one that cannot start again is told, so that the process can end', async () => {
  const { start } = counted();
  let starts = 0;
  const failing = async () => {
    starts += 1;
    if (starts === 2) throw new Error('no port');
    return start();
  };
  const told = Promise.withResolvers<unknown>();
  const service = await runRestartable(failing, told.resolve);
  service.restart();
  expect(await told.promise).toEqual(new Error('no port'));
});
