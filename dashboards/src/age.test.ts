import { expect, test } from 'vitest';
import { formatAge, formatDuration, lasting, rough } from './age.ts';
import { clockOffset } from './clock.ts';
import { TEXTS } from './texts/texts.ts';

const NOW = 1_750_000_000_000;

test.each([
  [0, 'vừa xong', 'just now'],
  [999, 'vừa xong', 'just now'],
  [1000, '1 giây trước', '1 second ago'],
  [12_400, '12 giây trước', '12 seconds ago'],
  [59_999, '59 giây trước', '59 seconds ago'],
  [60_000, '1 phút trước', '1 minute ago'],
  [3_599_999, '59 phút trước', '59 minutes ago'],
  [3_600_000, '1 giờ trước', '1 hour ago'],
  [86_399_999, '23 giờ trước', '23 hours ago'],
  [3 * 86_400_000, '3 ngày trước', '3 days ago'],
])('an age of %i ms is told as "%s" and "%s"', (ms, vi, en) => {
  expect(formatAge(NOW - ms, NOW, TEXTS.vi)).toBe(vi);
  expect(formatAge(NOW - ms, NOW, TEXTS.en)).toBe(en);
});

test('a time ahead of ours is told as now, not as a negative age', () => {
  expect(formatAge(NOW + 90_000, NOW, TEXTS.vi)).toBe('vừa xong');
});

test.each([
  [0, '0 giây'],
  [130_000, '2 phút 10 giây'],
  [7_200_000, '2 giờ'],
  [90_061_000, '1 ngày 1 giờ'],
])('a length of %i ms has its two largest units: %s', (ms, text) => {
  expect(formatDuration(ms, TEXTS.vi)).toBe(text);
});

test.each([
  [0, '0 giây', '0 giây'],
  [59.6, '1 phút', '1 phút'],
  [3630, '1 giờ 30 giây', '1 giờ 1 phút'],
  [86_400 + 61, '1 ngày 1 phút 1 giây', '1 ngày 1 phút'],
])('%d s are told to the second (%s) and to the minute (%s)', (seconds, whole, minutes) => {
  expect(lasting(seconds, TEXTS.vi)).toBe(whole);
  expect(rough(seconds, TEXTS.vi)).toBe(minutes);
});

test('the clock follows the server only when it is clearly wrong', () => {
  const header = new Date(NOW).toUTCString();
  expect(clockOffset(header, NOW - 40, NOW)).toBe(0);
  expect(clockOffset(header, NOW - 3_600_000, NOW - 3_600_000)).toBe(3_600_500);
  expect(clockOffset(null, NOW, NOW)).toBeNull();
  expect(clockOffset('soon', NOW, NOW)).toBeNull();
});
