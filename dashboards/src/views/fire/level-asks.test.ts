import { expect, test } from 'vitest';
import { asksOf } from './level-asks.ts';

const texts = (level: 1 | 2 | 3 | 4 | 5) => asksOf(level).map(({ text }) => text);

test('forces review and keep watch from level III on, rangers announce from IV on', () => {
  expect([1, 2, 3, 4, 5].map((level) => texts(level as 1).includes('fire.ask.review'))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect([1, 2, 3, 4, 5].map((level) => texts(level as 1).includes('fire.ask.announce'))).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});

test('towers are manned by the hours of 04TCN 89:2006, at level V always, at I not', () => {
  const tower = (level: 1 | 2 | 3 | 4 | 5) =>
    asksOf(level).find(({ source }) => source === 'fire.source.tcn89');
  expect(tower(1)).toBeUndefined();
  expect(tower(2)?.hours).toEqual({ from: 10, to: 17 });
  expect(tower(3)?.hours).toEqual({ from: 9, to: 18 });
  expect(tower(4)).toMatchObject({ text: 'fire.ask.tower', hours: { from: 8, to: 22 } });
  expect(tower(5)?.text).toBe('fire.ask.towerAlways');
});

test('what was only quoted by others says so, and every level has who is to be told of a fire', () => {
  for (const level of [1, 2, 3, 4, 5] as const) {
    for (const { source, quoted } of asksOf(level))
      expect(quoted === true).toBe(source === 'fire.source.decision127');
    expect(texts(level).at(-1)).toBe('fire.ask.report');
  }
});
