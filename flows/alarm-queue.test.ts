import { expect, test } from 'vitest';
import type { Alarm } from '../devices/wire/messages.ts';
import { AlarmQueue } from './alarm-queue.ts';

const alarm = (station: string, state: Alarm['state'], at: number): Alarm => ({
  station,
  parameter: 'co',
  limit: 'fire-co',
  state,
  level: 'critical',
  at,
  value: 6000,
  threshold: 5000,
});

test('only the newest alarm of a condition waits', () => {
  const queue = new AlarmQueue(10);
  queue.put(alarm('fire-1', 'raised', 1));
  queue.put(alarm('fire-2', 'raised', 2));
  queue.put(alarm('fire-1', 'cleared', 3));
  expect(queue.size).toBe(2);
  expect(queue.first()).toEqual(alarm('fire-1', 'cleared', 3));
});

test('an acknowledged alarm goes, a newer one of the same condition stays', () => {
  const queue = new AlarmQueue(10);
  const raised = alarm('fire-1', 'raised', 1);
  const cleared = alarm('fire-1', 'cleared', 2);
  queue.put(raised);
  queue.put(cleared);
  queue.done(raised);
  expect(queue.first()).toBe(cleared);
  queue.done(cleared);
  expect(queue.size).toBe(0);
});

test('a full queue gives up its oldest condition and says which', () => {
  const queue = new AlarmQueue(2);
  const oldest = alarm('fire-1', 'raised', 1);
  expect(queue.put(oldest)).toBeNull();
  expect(queue.put(alarm('fire-2', 'raised', 2))).toBeNull();
  expect(queue.put(alarm('fire-2', 'cleared', 3))).toBeNull();
  expect(queue.put(alarm('fire-3', 'raised', 4))).toBe(oldest);
  expect(queue.size).toBe(2);
});
