/** What falls silent is one alert; what follows from it is recorded and wakes nobody. */
import { expect, test } from 'vitest';
import type { Alarm } from '../../devices/wire/messages.ts';
import { openBookRig } from '../../test/support/alert-book.ts';
import { testStation } from '../../test/support/station.ts';

const POINTS = ['ph', 'conductivity', 'turbidity', 'dissolved_oxygen', 'water_level'] as const;
const STATIONS = Array.from({ length: 20 }, (_, n) =>
  testStation({
    id: `tram-${n}`,
    kind: 'water',
    parameters: POINTS.map((id) => ({ id, period_s: 10 })),
  }),
);
const IDS = STATIONS.map(({ id }) => id);
const LONG_S = 1200;

/** Conditions that say "no data": so many limits a point, of 100 points. */
const noData = (
  station: string,
  state: Alarm['state'],
  each = 1,
): Parameters<ReturnType<typeof openBookRig>['report']>[0][] =>
  POINTS.flatMap((parameter) =>
    Array.from({ length: each }, (_, n) => ({
      station,
      state,
      parameter,
      limit: `stale-${n}`,
      level: 'warning' as const,
      value: 60,
      threshold: 60,
      no_data: true as const,
    })),
  );

function openQuiet() {
  const rig = openBookRig({
    stations: STATIONS,
    settings: { escalate_s: { warning: null, critical: null } },
  });
  rig.pass(120, () => rig.feedLive(...IDS));
  expect(rig.told()).toEqual([]);
  return rig;
}
const sayNoData = (
  rig: ReturnType<typeof openBookRig>,
  state: Alarm['state'],
  stations = IDS,
  each?: number,
) => {
  for (const station of stations)
    for (const alarm of noData(station, state, each)) rig.report(alarm, 'flows');
};

test.each([
  [100, 'dies, also over a restart,', true],
  [500, 'stays connected and brings nothing', false],
])(
  '%d conditions behind an edge that %s are one alert, and none when it is back',
  (conditions, _, dies) => {
    const each = conditions / (IDS.length * POINTS.length);
    let rig = openQuiet();
    rig.pass(60);
    // Flows notice it before the broker does.
    sayNoData(rig, 'raised', IDS, each);
    if (dies) rig.edge(false);
    rig.pass(LONG_S);
    expect(rig.told()).toEqual(['raised edge/edge-a']);
    expect(rig.book.open()).toMatchObject([
      { about: { kind: 'edge', id: 'edge-a' }, station: '', parameter: '' },
    ]);
    expect(rig.book.list({ state: 'quiet', limit: 1000 })).toHaveLength(conditions + IDS.length);
    if (dies) {
      rig = rig.restart();
      rig.edge(false);
      rig.pass(LONG_S);
      expect(rig.told()).toEqual(['raised edge/edge-a']);
    }
    rig.edge(true);
    rig.pass(60, () => rig.feedLive(...IDS));
    sayNoData(rig, 'cleared', IDS, each);
    rig.pass(300, () => rig.feedLive(...IDS));
    expect(rig.told()).toEqual(['raised edge/edge-a', 'cleared edge/edge-a']);
    expect(rig.book.standing()).toEqual([]);
  },
  60_000,
);

test('one silent station of several is one alert, and what still says "no data" after its return is told', () => {
  const rig = openQuiet();
  const rest = IDS.slice(1);
  rig.pass(65, () => rig.feedLive(...rest));
  sayNoData(rig, 'raised', ['tram-0']);
  rig.pass(LONG_S, () => rig.feedLive(...rest));
  expect(rig.told()).toEqual(['raised station/tram-0']);
  expect(rig.book.open()).toMatchObject([{ station: 'tram-0', limit: 'station-silent', parameter: '' }]);
  rig.pass(300, () => rig.feedLive(...IDS));
  expect(rig.told().slice(1, 3)).toEqual([
    'cleared station/tram-0',
    expect.stringContaining('raised tram-0/'),
  ]);
  expect(rig.book.open()).toHaveLength(POINTS.length);
});

test('one point without data is told when nothing explains it', () => {
  const rig = openQuiet();
  rig.report({ ...noData('tram-0', 'raised')[0], station: 'tram-0', state: 'raised' }, 'flows');
  rig.pass(115, () => rig.feedLive(...IDS));
  expect(rig.told()).toEqual([]);
  rig.pass(10, () => rig.feedLive(...IDS));
  expect(rig.told()).toEqual(['raised tram-0/ph/stale-0']);
});

test('an alarm about a value is told at once, whatever is silent', () => {
  const rig = openQuiet();
  rig.edge(false);
  rig.pass(30);
  rig.report({ station: 'tram-0', state: 'raised', parameter: 'ph', limit: 'acid' });
  expect(rig.told()).toEqual(['raised tram-0/ph/acid']);
});

test('a short absence of an edge is no news, and a restart of the gateway is none either', () => {
  let rig = openQuiet();
  rig.edge(false);
  rig.pass(295);
  rig.edge(true);
  rig.pass(60, () => rig.feedLive(...IDS));
  rig = rig.restart();
  rig.pass(30, () => rig.feedLive(...IDS));
  expect(rig.told()).toEqual([]);
});

test('flows that fall silent or say offline are one alert, which a restart keeps; those never heard are not missed', () => {
  let rig = openQuiet();
  const fed = () => rig.feedLive(...IDS);
  rig.flows.heard(true);
  rig.pass(110, fed);
  expect(rig.told()).toEqual([]);
  rig.pass(20, fed);
  expect(rig.told()).toEqual(['raised flows']);
  rig = rig.restart();
  rig.pass(120, fed);
  expect(rig.book.open()).toMatchObject([{ about: { kind: 'flows' }, level: 'warning' }]);
  rig.flows.heard(true);
  rig.watch();
  expect(rig.told()).toEqual(['raised flows', 'cleared flows']);
  rig.flows.heard(false);
  rig.pass(125, fed);
  expect(rig.told()).toHaveLength(3);
});

test('after a start of the gateway the others have a minute to come back, however long it was off', () => {
  let rig = openQuiet();
  rig.flows.heard(true);
  rig.clock.now += 600_000;
  rig = rig.restart();
  rig.pass(55);
  expect(rig.told()).toEqual([]);
  rig.pass(10);
  expect(rig.told()).toEqual(['raised flows']);
});
