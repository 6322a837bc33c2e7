import { expect, test } from 'vitest';
import { mayPublish, maySubscribe, mayUseClientId, roleIncludes } from './access.ts';

const edge = { name: 'edge-a', kind: 'edge' } as const;
const flows = { name: 'flows', kind: 'flows' } as const;

test.each<[string, boolean, boolean]>([
  // topic, may the edge, may flows
  ['quantrac/v1/edge-a/s/readings', true, false],
  ['quantrac/v1/edge-a/s/backlog', true, false],
  ['quantrac/v1/edge-a/s/alarms', true, false],
  ['quantrac/v1/edge-a/inventory', true, false],
  ['quantrac/v1/edge-a/status', true, false],
  ['quantrac/v1/edge-b/s/readings', false, false],
  ['quantrac/v1/edge-b/status', false, false],
  ['quantrac/v1/flows/s/alarms', false, true],
  ['quantrac/v1/flows/status', false, true],
  ['quantrac/v1/live/s', false, false],
  ['quantrac/v1/limits/s', false, false],
  ['anything/else', false, false],
  ['$SYS/broker', false, false],
])('publishing to %s: edge %s, flows %s', (topic, edgeMay, flowsMay) => {
  expect(mayPublish(edge, topic)).toBe(edgeMay);
  expect(mayPublish(flows, topic)).toBe(flowsMay);
});

test.each([
  '#',
  '$SYS/#',
  'quantrac/#',
  'quantrac/v1/#',
  'quantrac/v1/+/+',
  'quantrac/v1/+/+/readings',
  'quantrac/v1/edge-a/status',
])('nobody may subscribe to %s', (filter) => {
  expect(maySubscribe(edge, filter)).toBe(false);
  expect(maySubscribe(flows, filter)).toBe(false);
});

test('only flows hear live readings', () => {
  expect(maySubscribe(flows, 'quantrac/v1/live/+')).toBe(true);
  expect(maySubscribe(edge, 'quantrac/v1/live/+')).toBe(false);
});

test("a client id may be its own name or nobody's", () => {
  const isAccount = (name: string) => name === 'edge-b' || name === 'edge-a';
  expect(mayUseClientId(edge, 'edge-a', isAccount)).toBe(true);
  expect(mayUseClientId(edge, 'mosq-123', isAccount)).toBe(true);
  expect(mayUseClientId(edge, 'edge-b', isAccount)).toBe(false);
});

test('roles are ranked', () => {
  expect(roleIncludes('admin', 'viewer')).toBe(true);
  expect(roleIncludes('viewer', 'operator')).toBe(false);
  expect(roleIncludes('operator', 'operator')).toBe(true);
});
