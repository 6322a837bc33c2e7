import { expect, onTestFinished, test, vi } from 'vitest';
import type { Alarm } from '../../devices/wire/messages.ts';
import { startAlarm } from './alarm.ts';
import { startCombine } from './combine.ts';
import { startSustain } from './sustain.ts';
import { testLink, testMemory, testNode } from './test-node.ts';

const alarm = (more: Partial<Alarm> = {}): Alarm => ({
  station: 'post-1',
  parameter: 'smoke',
  limit: 'fire-smoke',
  state: 'raised',
  level: 'warning',
  at: 10_000,
  value: 1,
  threshold: 1,
  ...more,
});
const COMBINE = {
  name: 'two-posts',
  parameter: 'fire_detection',
  needed: '2',
  of: 'stations',
  within_m: '2000',
  within_s: '',
  level: 'critical',
};

function fakeTime(): void {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
}

test('a message that goes in a circle is stopped, told once, and others pass', () => {
  const { node, statuses, give } = testNode();
  const { link, alarms } = testLink();
  startAlarm(node, link);
  const faults = Array.from({ length: 1500 }, () => give({ payload: alarm(), _msgid: 'one' })).filter(
    Boolean,
  );
  expect(alarms).toHaveLength(1000);
  expect(faults.map((fault) => fault?.message)).toEqual([expect.stringContaining('wires go in a circle')]);
  expect(statuses.at(-1)).toMatchObject({ fill: 'red', text: 'status.circle' });
  give({ payload: alarm(), _msgid: 'two' });
  // One message that was split into alarms of many stations goes in no circle.
  for (let post = 0; post < 500; post++)
    give({ payload: alarm({ station: `post-${post}` }), _msgid: 'three' });
  expect(alarms).toHaveLength(1501);
});

test('a flood of alarms is told once and held to its rate, and the newest of each condition is sent', () => {
  fakeTime();
  const { node, statuses, give } = testNode();
  const { link, alarms } = testLink();
  startAlarm(node, link);
  const faults = Array.from({ length: 5000 }, (_, index) =>
    give({ payload: alarm({ station: `post-${index % 2500}`, at: index }) }),
  ).filter(Boolean);
  expect(alarms).toHaveLength(2000);
  expect(faults.map((fault) => fault?.message)).toEqual([expect.stringContaining('100 alarms a second')]);
  expect(statuses.at(-1)).toMatchObject({ fill: 'red', text: 'status.flood' });
  vi.advanceTimersByTime(1000);
  expect(alarms).toHaveLength(2100);
  vi.advanceTimersByTime(60_000);
  // Of each of the 2,500 conditions the last word is its newest.
  const last = new Map(alarms.map(({ station, at }) => [station, at]));
  expect([...last.values()].every((at) => at >= 2500)).toBe(true);
  expect(alarms).toHaveLength(4500);
  expect(statuses.at(-1)).toMatchObject({ fill: 'green' });
});

test('what nodes know is saved when its alarms are acknowledged, not before, and only for the same rule', () => {
  fakeTime();
  const memory = testMemory();
  const { link, places, become } = testLink();
  places.set('post-1', { latitude: 16, longitude: 108 });
  const first = testNode();
  startCombine(first.node, COMBINE, link, memory);
  become({ waiting: 1 });
  first.give({ payload: alarm() });
  vi.advanceTimersByTime(6000);
  expect(memory.saved).toBeUndefined();
  become({ waiting: 0 });
  vi.advanceTimersByTime(6000);

  const again = testNode();
  startCombine(again.node, COMBINE, link, memory);
  places.set('post-2', { latitude: 16.01, longitude: 108 });
  again.give({ payload: alarm({ station: 'post-2', at: 20_000 }) });
  expect(again.sent.map(({ payload }) => payload)).toEqual([
    expect.objectContaining({ limit: 'two-posts', state: 'raised' }),
  ]);
  const other = testNode();
  startCombine(other.node, { ...COMBINE, within_m: '3000' }, link, memory);
  other.give({ payload: alarm({ station: 'post-2', at: 20_000 }) });
  expect(other.sent).toEqual([]);
});

test('combine says when it is not known where a station is', () => {
  const { node, give } = testNode();
  startCombine(node, COMBINE, testLink().link, testMemory());
  expect(give({ payload: alarm() })?.message).toContain('where post-1 is');
});

test('sustain is timed by live readings, and an end that came with a reading counts before it', () => {
  fakeTime();
  const { node, sent, give } = testNode();
  const { link, give: live } = testLink();
  startSustain(node, { hold_s: '20', clear_hold_s: '', name: '', level: '' }, link, testMemory());
  const reading = (at: number) =>
    live({
      station: 'post-1',
      kind: 'fire',
      readings: [{ parameter: 'smoke', unit: '/', at, value: 1, flag: 1, reason: null }],
    });
  give({ payload: alarm() });
  reading(20_000);
  vi.advanceTimersByTime(300);
  reading(30_000);
  give({ payload: alarm({ state: 'cleared', at: 30_000 }) });
  vi.advanceTimersByTime(300);
  expect(sent.map(({ payload }) => (payload as Alarm).state)).toEqual(['cleared']);
  give({ payload: alarm({ at: 40_000 }) });
  for (const at of [50_000, 60_000]) reading(at);
  vi.advanceTimersByTime(300);
  expect(sent.at(-1)).toMatchObject({
    topic: 'post-1/smoke/fire-smoke',
    payload: { state: 'raised', at: 60_000 },
  });
});

test.each([
  [
    'combine',
    (node: Parameters<typeof startCombine>[0]) =>
      startCombine(node, { ...COMBINE, needed: '0' }, undefined, testMemory()),
  ],
  [
    'sustain',
    (node: Parameters<typeof startCombine>[0]) =>
      startSustain(node, { hold_s: '-1' }, testLink().link, testMemory()),
  ],
])('a wrong rule of %s is one red sentence, and the node does nothing', (_title, start) => {
  const { node, statuses, sent, give } = testNode();
  start(node);
  expect(statuses).toEqual([expect.objectContaining({ fill: 'red', shape: 'ring' })]);
  give({ payload: alarm() });
  expect(sent).toEqual([]);
});
