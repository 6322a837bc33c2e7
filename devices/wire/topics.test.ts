import { expect, test } from 'vitest';
import { parseTopic, topics } from './topics.ts';

test('every topic that we build means what it was built for', () => {
  expect(parseTopic(topics.readings('e', 's'))).toEqual({ kind: 'readings', edge: 'e', station: 's' });
  expect(parseTopic(topics.backlog('e', 's'))).toEqual({ kind: 'backlog', edge: 'e', station: 's' });
  expect(parseTopic(topics.alarms('e', 's'))).toEqual({ kind: 'alarms', edge: 'e', station: 's' });
  expect(parseTopic(topics.inventory('e'))).toEqual({ kind: 'inventory', edge: 'e' });
  expect(parseTopic(topics.status('e'))).toEqual({ kind: 'status', edge: 'e' });
  expect(parseTopic(topics.live('s'))).toEqual({ kind: 'live', station: 's' });
  expect(parseTopic(topics.limits('s'))).toEqual({ kind: 'limits', station: 's' });
  expect(parseTopic(topics.sirens('s'))).toEqual({ kind: 'sirens', station: 's' });
  expect(parseTopic(topics.flowsAlarms('s'))).toEqual({ kind: 'flows-alarms', station: 's' });
  expect(parseTopic(topics.flowsStatus)).toEqual({ kind: 'flows-status' });
});

test.each([
  '',
  'quantrac',
  'quantrac/v1',
  'quantrac/v1/e',
  'quantrac/v2/e/s/readings',
  'quantrac/v1//s/readings',
  'quantrac/v1/e/s/other',
  'quantrac/v1/e/s/readings/more',
  'quantrac/v1/limits/s/readings',
  'quantrac/v1/live/s/readings',
  'quantrac/v1/sirens/s/status',
  '$SYS/x/readings',
  '/quantrac/v1/e/status',
])('"%s" is none of ours', (topic) => {
  expect(parseTopic(topic)).toBeNull();
});
