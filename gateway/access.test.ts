import { expect, test } from 'vitest';
import { ROLES } from '../devices/wire/api.ts';
import { topics } from '../devices/wire/topics.ts';
import { HTTP_ROWS, type HttpRow } from './access/http-rows.ts';
import { MQTT_ROWS } from './access/mqtt-rows.ts';
import { decide, mayPublish, maySubscribe, mayUseClientId, roleIncludes } from './access.ts';

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

const subscriber = { name: 'ioc', kind: 'subscriber' } as const;
const accounts = [edge, { name: 'edge-b', kind: 'edge' }, flows, subscriber] as const;

/** Each kind of topic, of edge-a and its station. */
const OF_EDGE_A = {
  readings: topics.readings('edge-a', 'own'),
  backlog: topics.backlog('edge-a', 'own'),
  alarms: topics.alarms('edge-a', 'own'),
  inventory: topics.inventory('edge-a'),
  status: topics.status('edge-a'),
  account: topics.account('edge-a'),
  answers: topics.ofEdge('edge-a', 'answers'),
  config: topics.ofEdge('edge-a', 'config'),
  renewal: topics.ofEdge('edge-a', 'renewal'),
  seal: topics.ofEdge('edge-a', 'seal'),
  'to-edge/commands': topics.toEdge('edge-a', 'commands'),
  'to-edge/config': topics.toEdge('edge-a', 'config'),
  'to-edge/certificate': topics.toEdge('edge-a', 'certificate'),
  limits: topics.limits('own'),
  sirens: topics.sirens('own'),
  live: topics.live('own'),
  'flows-alarms': topics.flowsAlarms('own'),
  'flows-status': topics.flowsStatus,
  observations: topics.observationsOf('own:ph'),
} as const;

test.each(Object.entries(OF_EDGE_A))(
  '%s of edge-a: only its row lets anybody publish or hear it',
  (kind, topic) => {
    for (const account of accounts) {
      const rows = MQTT_ROWS.filter((row) => row.account === account.kind && row.kind === kind);
      const isOwn = account.kind !== 'edge' || account.name === 'edge-a';
      const may = (what: string) => isOwn && rows.some((row) => row.may === what);
      expect([account.name, mayPublish(account, topic)]).toEqual([account.name, may('publish')]);
      expect([account.name, maySubscribe(account, topic, edgeOf)]).toEqual([account.name, may('subscribe')]);
      // Nor by a wider filter, level by level.
      const levels = topic.split('/');
      for (const [index] of levels.entries()) {
        const wide = levels.map((level, at) => (at === index ? '+' : level)).join('/');
        const isOne = account.kind === 'flows' && (wide === topics.liveAll || wide === topics.limitsAll);
        expect([account.name, wide, maySubscribe(account, wide, edgeOf)]).toEqual([
          account.name,
          wide,
          isOne,
        ]);
      }
    }
  },
);

test('every row of machines is of a topic that is tried here', () => {
  for (const { kind } of MQTT_ROWS) expect(Object.keys(OF_EDGE_A)).toContain(kind);
});

const session = (role: (typeof ROLES)[number], areas: string[] | null = null) => ({
  name: 'lan',
  role,
  areas,
});

test.each(HTTP_ROWS.map((row) => [row.name, row as HttpRow] as const))(
  '%s: nobody and the roles',
  (_name, row) => {
    expect(decide(null, 'session', row)?.status).toBe(row.role === 'nobody' ? undefined : 401);
    if (row.role === 'nobody') return;
    for (const role of ROLES) {
      const isEnough = ROLES.indexOf(role) >= ROLES.indexOf(row.role);
      expect(decide(session(role), 'session', row)?.status).toBe(isEnough ? undefined : 403);
      expect(decide(session(role), 'token', row)?.status).toBe(isEnough && !row.by ? undefined : 403);
      const isPlaced = isEnough && row.where !== 'province';
      expect(decide(session(role, ['Hòa Vang']), 'session', row)?.status).toBe(isPlaced ? undefined : 403);
    }
  },
);
