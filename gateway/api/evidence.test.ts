import { expect, test } from 'vitest';
import { openMovingPages } from './evidence.ts';

test('an answer of which nothing is taken is ended, and gives its place back', async () => {
  const pages = async function* (): AsyncGenerator<string> {
    for (;;) yield 'x'.repeat(64 * 1024);
  };
  const closed = Promise.withResolvers<void>();
  const stream = await openMovingPages(pages(), closed.resolve, 10);
  const failed = new Promise((resolve) => stream.once('error', resolve));
  expect(String(await failed)).toContain('its reader takes nothing more');
  await closed.promise;
});

test('one that is taken ends by itself', async () => {
  const pages = async function* (): AsyncGenerator<string> {
    yield 'a';
    yield 'b';
  };
  const closed = Promise.withResolvers<void>();
  const stream = await openMovingPages(pages(), closed.resolve);
  expect((await stream.toArray()).join('')).toBe('ab');
  await closed.promise;
});
