import { expect, test } from 'vitest';
import { dayBounds, dayOf } from '../../devices/local-time.ts';
import { qualityOf } from './quality.ts';

test('the four numbers of a day are those of the worked example', () => {
  // docs/books.md: 6 channels every 300 s; 1705 received, of them 9 twice and 4 malformed.
  const { dung, du, sach, song } = qualityOf({
    expected: 1728,
    received: 1705,
    clean: 1692,
    good: 1650,
    live: 1601,
  });
  expect([du, sach, dung, song].map((share) => ((share ?? 0) * 100).toFixed(1))).toEqual([
    '97.9',
    '99.2',
    '97.5',
    '94.6',
  ]);
});

test('a station that sends nothing is incomplete, and of the rest there are no data', () => {
  expect(qualityOf({ expected: 1728, received: 0, clean: 0, good: 0, live: 0 })).toEqual({
    dung: null,
    du: 0,
    sach: null,
    song: null,
  });
});

test('more than was expected is complete, not more than complete', () => {
  expect(qualityOf({ expected: 10, received: 12, clean: 12, good: 12, live: 12 }).du).toBe(1);
});

test('a day is a Vietnamese day', () => {
  expect(dayBounds('2026-03-05')).toEqual({
    from: Date.parse('2026-03-05T00:00:00+07:00'),
    to: Date.parse('2026-03-06T00:00:00+07:00'),
  });
  for (const wrong of ['2026-02-30', '2026-3-5', 'today', '']) expect(dayBounds(wrong)).toBeNull();
  expect(dayOf(Date.parse('2026-03-04T17:30:00Z'))).toBe('2026-03-05');
});
