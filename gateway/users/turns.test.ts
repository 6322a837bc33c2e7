import { expect, test } from 'vitest';
import { createTurns, TooBusy } from './turns.ts';

test('so many work at once, so many wait in their order, and nobody beyond that', async () => {
  const turns = createTurns(2, 2);
  const order: string[] = [];
  const gates = new Map<string, () => void>();
  const take = (name: string) =>
    turns.take(async () => {
      order.push(name);
      await new Promise<void>((resolve) => gates.set(name, resolve));
      return name;
    });
  const taken = ['a', 'b', 'c', 'd'].map(take);
  expect(order).toEqual(['a', 'b']);
  await expect(take('e')).rejects.toThrow(TooBusy);
  gates.get('b')?.();
  expect(await taken[1]).toBe('b');
  await Promise.resolve();
  expect(order).toEqual(['a', 'b', 'c']);
  gates.get('a')?.();
  expect(await taken[0]).toBe('a');
  gates.get('c')?.();
  await taken[2];
  gates.get('d')?.();
  expect(await Promise.all(taken)).toEqual(['a', 'b', 'c', 'd']);
});

test('what fails gives its turn on', async () => {
  const turns = createTurns(1, 1);
  const failing = turns.take(async () => {
    throw new Error('broken');
  });
  const next = turns.take(async () => 'next');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('next');
});
