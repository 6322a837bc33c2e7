import { expect, test } from 'vitest';
import type { Alarm } from '../../devices/wire/messages.ts';
import { startAlarm } from './alarm.ts';
import { NO_LINK } from './contract.ts';
import { testLink, testNode } from './test-node.ts';

const alarm: Alarm = {
  station: 'fire-1',
  parameter: 'smoke',
  limit: 'fire-smoke',
  state: 'raised',
  level: 'critical',
  at: 1_000,
  value: 1,
  threshold: 1,
};

test('an alarm goes over the link and is counted', () => {
  const { node, statuses, give } = testNode();
  const { link, alarms } = testLink();
  startAlarm(node, link);
  expect(give({ payload: alarm })).toBeUndefined();
  expect(alarms).toEqual([alarm]);
  expect(statuses.at(-1)).toEqual({ fill: 'green', shape: 'dot', text: '1' });
});

test.each([
  ['nothing', undefined],
  ['a reading', { station: 'fire-1', parameter: 'smoke', at: 1, value: 1, flag: 1 }],
  ['an alarm with a field too many', { ...alarm, note: 'x' }],
  ['an alarm of an unknown parameter', { ...alarm, parameter: 'dragon' }],
])('%s is refused with a sentence and never sent', (_title, payload) => {
  const { node, statuses, give } = testNode();
  const { link, alarms } = testLink();
  startAlarm(node, link);
  expect(give({ payload })).toBeInstanceOf(Error);
  expect(alarms).toEqual([]);
  expect(statuses.at(-1)).toMatchObject({ fill: 'red' });
});

test('the status tells how many alarms wait while the broker is away', () => {
  const { node, statuses, close } = testNode();
  const { link, become, listeners } = testLink();
  startAlarm(node, link);
  become({ connected: false });
  expect(statuses.at(-1)).toMatchObject({ fill: 'yellow', text: 'status.away' });
  become({ waiting: 2 });
  expect(statuses.at(-1)).toEqual({ fill: 'red', shape: 'ring', text: '⏳ 2' });
  become({ connected: true, waiting: 0 });
  expect(statuses.at(-1)).toEqual({ fill: 'green', shape: 'dot', text: '0' });
  close();
  expect(listeners()).toBe(0);
});

test('without a link the node says what is missing and no alarm vanishes unsaid', () => {
  const { node, statuses, give } = testNode();
  startAlarm(node, undefined);
  expect(statuses).toEqual([NO_LINK]);
  expect(give({ payload: alarm })).toBeInstanceOf(Error);
});
