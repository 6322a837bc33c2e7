import { expect, onTestFinished, test, vi } from 'vitest';
import type { Limit } from '../../devices/limit.ts';
import { LimitSteps } from '../../devices/rules/limit-steps.ts';
import { readLimit } from '../../devices/rules/node-config.ts';
import { alarmSchema } from '../../devices/wire/messages.ts';
import { startLimit } from './limit.ts';
import { testLink, testMemory, testNode } from './test-node.ts';

const config = {
  name: 'dissolved-oxygen-low',
  parameter: 'dissolved_oxygen',
  kind: 'low',
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
    kind: 'low',
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
  ['kind', { kind: 'side' }, 'kind'],
  ['level', { level: 'loud' }, 'level'],
  [
    'averaging time',
    { parameter: 'pm2_5', kind: 'standard', standard: 'qcvn-05' },
    'parameter: pm2_5 is a value of a moment: the limits of QCVN 05:2023 hold for means (pm2_5_24h)',
  ],
  [
    'class',
    { kind: 'standard', standard: 'qcvn-08', water: 'lake', class: 'C' },
    'class: QCVN 08:2023/BTNMT, table 3 (lakes, ponds) has no class "C" here',
  ],
])('a wrong %s is one red sentence, and the node does nothing', (_title, wrong, word) => {
  const { node, statuses, sent, give } = testNode();
  startLimit(node, { ...config, ...wrong }, undefined, testMemory());
  expect(statuses).toHaveLength(1);
  expect(statuses[0]).toMatchObject({ fill: 'red', shape: 'ring' });
  expect(statuses[0]?.text).toContain(word);
  expect(give({ payload: reading(1, 1) })).toBeUndefined();
  expect(sent).toEqual([]);
});

test('an alarm is raised and cleared once each, with the value that was crossed', () => {
  const { node, sent, give, statuses } = testNode();
  startLimit(node, config, undefined, testMemory());
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

test('a limit of QCVN 05 is held against the mean it is for, whatever single readings say', () => {
  const { node, sent, give } = testNode();
  const own = {
    name: 'qcvn',
    parameter: 'pm2_5_24h',
    kind: 'standard',
    standard: 'qcvn-05',
    water: '',
    class: '',
  };
  startLimit(node, { ...own, level: 'notice', quality: 'good' }, undefined, testMemory());
  const at = Date.parse('2026-03-05T12:00:00+07:00');
  for (const minute of [0, 5, 10])
    give({ payload: { ...reading(at + minute * 60_000, 300), parameter: 'pm2_5', unit: 'ug/m3' } });
  expect(sent).toEqual([]);
  give({ payload: { ...reading(at, 45.2), parameter: 'pm2_5_24h', unit: 'ug/m3' } });
  expect(sent.map(({ payload }) => alarmSchema.parse(payload))).toMatchObject([
    { parameter: 'pm2_5_24h', state: 'raised', threshold: 45, source: { en: 'QCVN 05:2023/BTNMT, table 1' } },
  ]);
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
  ['suspect', reading(2000, 1, 'river-1', 3), 'not good'],
  ['missing', reading(2000, null, 'river-1', 9), 'not good'],
  ['late', reading(500, 1), 'out of order'],
])('a %s reading is refused with a reason', (_title, payload, reason) => {
  const steps = new LimitSteps(limitOf());
  steps.step(reading(1000, 6));
  expect(steps.step(payload)).toEqual({ kind: 'refused', reason });
});

test('readings of other parameters are ignored, what is no reading is an error of the message', () => {
  const { node, sent, give } = testNode();
  startLimit(node, config, undefined, testMemory());
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
  const steps = new LimitSteps(limitOf(), undefined, 2);
  steps.step(reading(1000, 3, 'a'));
  steps.step(reading(1000, 3, 'b'));
  steps.step(reading(2000, 3, 'a'));
  steps.step(reading(1000, 6, 'c'));
  expect([steps.stations, steps.raised]).toEqual([2, 1]);
  expect(steps.step(reading(3000, 3, 'a')).kind).toBe('none');
  expect(steps.step(reading(3000, 3, 'b')).kind).toBe('alarm');
});

test('fields of another kind do not count, and those of season and hours become one', () => {
  const more = {
    kind: 'rate',
    raise: '2',
    clear: '',
    within_s: '600',
    direction: 'down',
    low: '9',
    after_s: '-1',
  };
  expect(limitOf({ ...more, months_from: '11', months_to: '4', hours_from: '', hours_to: '' })).toEqual({
    name: 'dissolved-oxygen-low',
    parameter: 'dissolved_oxygen',
    kind: 'rate',
    raise: 2,
    within_s: 600,
    direction: 'down',
    hold_s: 0,
    clear_hold_s: 0,
    level: 'warning',
    quality: 'good',
    when: { months: { from: 11, to: 4 } },
  });
});

test('what has become stale is told by itself, but not while the link is away', () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { node, sent, give, close } = testNode();
  const link = { ...testLink().link, connected: true };
  startLimit(node, { ...config, kind: 'stale', after_s: '30' }, link, testMemory());
  give({ payload: reading(Date.now(), 6) });
  vi.advanceTimersByTime(20_000);
  link.connected = false;
  vi.advanceTimersByTime(300_000);
  expect(sent).toHaveLength(1);
  link.connected = true;
  vi.advanceTimersByTime(25_000);
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(10_000);
  expect(sent.map(({ payload }) => alarmSchema.parse(payload))).toMatchObject([
    { state: 'cleared' },
    { state: 'raised', no_data: true, value: 30, threshold: 30 },
  ]);
  close();
  expect(vi.getTimerCount()).toBe(0);
});

test('states go out as JSON and come back', () => {
  const before = new LimitSteps(limitOf());
  before.step(reading(1000, 3));
  before.step(reading(1000, 6, 'river-2'));
  const after = new LimitSteps(limitOf());
  after.restore(JSON.parse(JSON.stringify(before.states())));
  expect([after.stations, after.raised]).toEqual([2, 1]);
  expect(after.step(reading(2000, 3)).kind).toBe('none');
  expect(after.step(reading(2000, 3, 'river-2')).kind).toBe('alarm');
});

test('with `centre` the values that an operator has set hold at their station', () => {
  const { node, sent, give } = testNode();
  const { link, setLimits } = testLink();
  startLimit(node, { ...config, centre: true }, link, testMemory());
  const own = limitOf();
  give({ payload: reading(1000, 6) });
  expect(sent.map(({ payload }) => payload)).toMatchObject([{ state: 'cleared', threshold: 4.5 }]);
  setLimits('river-1', [{ ...own, raise: 7, clear: 7.5 } as Limit]);
  give({ payload: reading(11_000, 6) });
  expect(sent.at(-1)?.payload).toMatchObject({ state: 'raised', threshold: 7 });
  // Taken away, or another kind: its own values hold again.
  setLimits('river-1', [{ ...own, kind: 'high', raise: 1, clear: 0 } as Limit]);
  give({ payload: reading(21_000, 6) });
  expect(sent.at(-1)?.payload).toMatchObject({ state: 'cleared', threshold: 4.5 });
});
