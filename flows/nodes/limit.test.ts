import { expect, test } from 'vitest';
import { alarmSchema } from '../../devices/wire/messages.ts';
import { LimitSteps, readLimit, startLimit } from './limit.ts';
import { testNode } from './test-node.ts';

const config = {
  name: 'dissolved-oxygen-low',
  parameter: 'dissolved_oxygen',
  side: 'low',
  raise: '4.0',
  clear: '4.5',
  hold_s: '',
  clear_hold_s: '0',
  level: 'warning',
};
const reading = (at: number, value: number | null, station = 'river-1', flag = 1) => ({
  station,
  kind: 'water',
  parameter: 'dissolved_oxygen',
  unit: 'mg/l',
  at,
  value,
  flag,
  reason: null,
});
const limitOf = (more: object = {}) => {
  const limit = readLimit({ ...config, ...more });
  if (typeof limit === 'string') throw new Error(limit);
  return limit;
};

test('fields of the editor come as text, empty ones are not given', () => {
  expect(limitOf({ clear: '' })).toEqual({
    name: 'dissolved-oxygen-low',
    parameter: 'dissolved_oxygen',
    side: 'low',
    raise: 4,
    hold_s: 0,
    clear_hold_s: 0,
    level: 'warning',
    quality: 'good',
  });
  expect(limitOf({ raise: 4, clear: 4.5 })).toMatchObject({ raise: 4, clear: 4.5 });
});

test.each([
  ['raise', { raise: '' }, 'raise'],
  ['raise in words', { raise: 'four' }, 'raise'],
  ['clear on the wrong side', { clear: '3' }, 'wrong side'],
  ['name', { name: 'Oxy thấp' }, 'name'],
  ['parameter', { parameter: 'oxygen' }, 'oxygen'],
  ['hold', { hold_s: '-1' }, 'hold_s'],
  ['level', { level: 'loud' }, 'level'],
])('a wrong %s is one red sentence, and the node does nothing', (_title, wrong, word) => {
  const { node, statuses, sent, give } = testNode();
  startLimit(node, { ...config, ...wrong });
  expect(statuses).toHaveLength(1);
  expect(statuses[0]).toMatchObject({ fill: 'red', shape: 'ring' });
  expect(statuses[0]?.text).toContain(word);
  expect(give({ payload: reading(1, 1) })).toBeUndefined();
  expect(sent).toEqual([]);
});

test('an alarm is raised and cleared once each, with the value that was crossed', () => {
  const { node, sent, give, statuses } = testNode();
  startLimit(node, config);
  for (const [at, value] of [
    [1000, 6],
    [2000, 3.9],
    [3000, 3.8],
    [4000, 4.2],
    [5000, 4.6],
  ] as const) {
    give({ payload: reading(at, value) });
  }
  const alarms = sent.map(({ payload }) => alarmSchema.parse(payload));
  expect(alarms.map(({ state, at, value, threshold }) => [state, at, value, threshold])).toEqual([
    ['cleared', 1000, 6, 4.5],
    ['raised', 2000, 3.9, 4],
    ['cleared', 5000, 4.6, 4.5],
  ]);
  expect(sent[1]).toMatchObject({
    topic: 'river-1/dissolved_oxygen/dissolved-oxygen-low',
    payload: { limit: 'dissolved-oxygen-low', level: 'warning', station: 'river-1' },
  });
  expect(statuses.map(({ text }) => text)).toEqual(['status.waiting', '▲ 0 / 1', '▲ 1 / 1', '▲ 0 / 1']);
});

test('stations do not know of each other', () => {
  const steps = new LimitSteps(limitOf());
  steps.step(reading(1000, 3));
  expect(steps.step(reading(1000, 3, 'river-2'))).toMatchObject({
    kind: 'alarm',
    alarm: { station: 'river-2' },
  });
  expect([steps.stations, steps.raised]).toEqual([2, 2]);
});

test('hold time is counted in the time of the readings', () => {
  const steps = new LimitSteps(limitOf({ hold_s: '2' }));
  expect(steps.step(reading(10_000, 3)).kind).toBe('none');
  expect(steps.step(reading(11_000, 3)).kind).toBe('none');
  expect(steps.step(reading(12_000, 3)).kind).toBe('alarm');
});

test.each([
  ['suspect', reading(2000, 1, 'river-1', 3)],
  ['missing', reading(2000, null, 'river-1', 9)],
  ['late', reading(500, 1)],
])('a %s reading changes nothing', (_title, payload) => {
  const steps = new LimitSteps(limitOf());
  steps.step(reading(1000, 6));
  expect(steps.step(payload)).toEqual({ kind: 'none' });
});

test('readings of other parameters are ignored, what is no reading is an error of the message', () => {
  const { node, sent, give } = testNode();
  startLimit(node, config);
  expect(give({ payload: { ...reading(1000, 3), parameter: 'ph' } })).toBeUndefined();
  for (const payload of [
    undefined,
    null,
    'text',
    {},
    reading(1000, Number.NaN),
    reading(1000, 3, 'Sông Hồng'),
  ]) {
    expect(give({ payload })).toBeInstanceOf(Error);
  }
  expect(sent).toEqual([]);
});

test('a bounded number of stations is remembered, the one heard longest ago is forgotten', () => {
  const steps = new LimitSteps(limitOf(), 2);
  steps.step(reading(1000, 3, 'a'));
  steps.step(reading(1000, 3, 'b'));
  steps.step(reading(2000, 3, 'a'));
  steps.step(reading(1000, 6, 'c'));
  expect([steps.stations, steps.raised]).toEqual([2, 1]);
  expect(steps.step(reading(3000, 3, 'a')).kind).toBe('none');
  expect(steps.step(reading(3000, 3, 'b')).kind).toBe('alarm');
});
