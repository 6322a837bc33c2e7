import { expect, test } from 'vitest';
import { newestOf } from './newest.ts';

/** A route with items `all` to 1, newest first, that says what it was asked. */
function route(all: number) {
  const asked: number[] = [];
  const ask = async (cursor: string | undefined, limit: number) => {
    asked.push(limit);
    const first = cursor === undefined ? all : Number(cursor) - 1;
    const items = Array.from({ length: Math.min(limit, first) }, (_, index) => first - index);
    const last = items.at(-1) ?? 1;
    return { items, next: last > 1 ? String(last) : null };
  };
  return { ask, asked };
}

test('as many as are wanted are asked for in as few pages as the route allows', async () => {
  const { ask, asked } = route(1000);
  const { items, more } = await newestOf(ask, 250, 100);
  expect(asked).toEqual([100, 100, 50]);
  expect([items.length, items[0], items.at(-1), more]).toEqual([250, 1000, 751, true]);
});

test('a list that has no more is whole', async () => {
  const { ask, asked } = route(120);
  expect(await newestOf(ask, 150, 100)).toMatchObject({ more: false, items: { length: 120 } });
  expect(asked).toEqual([100, 50]);
  expect(await newestOf(route(50).ask, 50, 100)).toMatchObject({ more: false, items: { length: 50 } });
});
