import { expect, test } from 'vitest';
import { mayPublish, maySubscribe, mayUseClientId, roleIncludes } from './access.ts';

const edge = { name: 'edge-a', kind: 'edge' } as const;
const flows = { name: 'flows', kind: 'flows' } as const;
const edgeOf = (station: string) => ({ own: 'edge-a', theirs: 'edge-b' })[station];

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
  ['quantrac/v1/sirens/s', false, false],
  ['quantrac/v1/sirens/own', false, false],
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
  'quantrac/v1/limits/own/#',
  'quantrac/v1/+/own',
])('nobody may subscribe to %s', (filter) => {
  expect(maySubscribe(edge, filter, edgeOf)).toBe(false);
  expect(maySubscribe(flows, filter, edgeOf)).toBe(false);
});

test('only flows hear live readings', () => {
  expect(maySubscribe(flows, 'quantrac/v1/live/+', edgeOf)).toBe(true);
  expect(maySubscribe(edge, 'quantrac/v1/live/+', edgeOf)).toBe(false);
});

test.each<[string, boolean, boolean]>([
  // station or filter, may the edge, may flows
  ['own', true, true],
  ['theirs', false, true],
  ['unknown', false, true],
  ['+', false, true],
  ['#', false, true],
])('hearing the limits of %s: edge %s, flows %s', (station, edgeMay, flowsMay) => {
  expect(maySubscribe(edge, `quantrac/v1/limits/${station}`, edgeOf)).toBe(edgeMay);
  expect(maySubscribe(flows, `quantrac/v1/limits/${station}`, edgeOf)).toBe(flowsMay);
});

test.each<[string, boolean]>([
  ['own', true],
  ['theirs', false],
  ['unknown', false],
  ['+', false],
  ['#', false],
])('hearing what the sirens of %s are to do: edge %s, nobody else', (station, edgeMay) => {
  const filter = `quantrac/v1/sirens/${station}`;
  expect(maySubscribe(edge, filter, edgeOf)).toBe(edgeMay);
  expect(maySubscribe(flows, filter, edgeOf)).toBe(false);
});

test('a subscriber hears Observations of SensorThings and nothing else, and publishes nothing', () => {
  const subscriber = { name: 'ioc', kind: 'subscriber' } as const;
  for (const filter of ['v1.1/Observations', "v1.1/Datastreams('own:ph')/Observations"]) {
    expect(maySubscribe(subscriber, filter, edgeOf), filter).toBe(true);
    expect(maySubscribe(edge, filter, edgeOf), filter).toBe(false);
    expect(maySubscribe(flows, filter, edgeOf), filter).toBe(false);
    for (const account of [subscriber, edge, flows]) expect(mayPublish(account, filter)).toBe(false);
  }
  for (const filter of [
    ...['#', 'v1.1/#', 'v1.1/+', 'v1.1/Things', "v1.1/Datastreams('own:nothing')/Observations"],
    ...["v1.1/Datastreams('unknown:ph')/Observations", 'quantrac/v1/live/own', 'quantrac/v1/limits/own'],
  ])
    expect(maySubscribe(subscriber, filter, edgeOf), filter).toBe(false);
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
