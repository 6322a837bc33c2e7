import { expect, test } from 'vitest';
import { createLiveReadings } from './live.ts';
import type { StoredReading } from './store/store.ts';

const reading = (at: number, extra: Partial<StoredReading> = {}): StoredReading => ({
  station: 'cau-do',
  parameter: 'ph',
  at,
  value: 7,
  flag: 1,
  reason: null,
  receivedAt: at + 500,
  ...extra,
});

test('of many readings of a series the newest is taken over and answered, once', () => {
  const live = createLiveReadings();
  const other = reading(3000, { parameter: 'turbidity' });
  const far = reading(1, { station: 'an-hai' });
  const changed = live.update([reading(1000), other, reading(4000), far, reading(2000)]);
  expect(changed).toEqual([reading(4000), other, far]);
  expect(live.get('cau-do', 'ph')).toEqual(reading(4000));
  expect(live.of('cau-do')).toEqual([reading(4000), other]);
  expect(live.of('an-hai')).toEqual([far]);
});

test('what is older or a repeat changes nothing', () => {
  const live = createLiveReadings();
  live.update([reading(4000)]);
  expect(live.update([reading(4000, { value: 8 }), reading(3000)])).toEqual([]);
  expect(live.get('cau-do', 'ph')).toEqual(reading(4000));
  expect(live.of('nowhere')).toEqual([]);
});

test('the last good time is of good readings only, and stays', () => {
  const live = createLiveReadings();
  live.update([reading(1000), reading(2000), reading(3000, { flag: 4 })]);
  live.update([reading(4000, { value: null, flag: 9, reason: 'no answer' })]);
  expect(live.goodAt('cau-do', 'ph')).toBe(2000);
  live.update([reading(5000, { parameter: 'turbidity', flag: 3 })]);
  expect(live.goodAt('cau-do', 'turbidity')).toBeUndefined();
});
