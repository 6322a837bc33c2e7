import { expect, test } from 'vitest';
import type { AlertAnswer, IncidentAnswer, TransitionAnswer } from '../devices/wire/api.ts';
import { testStation } from '../test/support/station.ts';
import type { KnownStation } from './catalog.ts';
import { scopeOf } from './scope.ts';
import { seenAlerts, seesAlert, shownAlert, shownIncident, shownTransition } from './scope-alerts.ts';

const known = (id: string, edge: string, area: string): KnownStation => ({
  ...testStation({ id, area: { vi: area, en: area }, parameters: [] }),
  edge,
  parameterIds: new Set(),
});
const stations = [
  known('suoi', 'edge-a', 'Hòa Vang'),
  known('rung', 'edge-b', 'Hòa Vang'),
  known('cau', 'edge-b', 'Cẩm Lệ'),
];
const catalog = { get: (id: string) => stations.find((one) => one.id === id), all: () => [...stations] };
const all = scopeOf({ areas: null }, catalog);
const hoaVang = scopeOf({ areas: ['Hòa Vang'] }, catalog);
const nowhere = scopeOf({ areas: ['Sơn Trà'] }, catalog);

test('a session sees the stations of its areas, and no other', () => {
  expect(all.all()).toHaveLength(3);
  expect(hoaVang.all().map(({ id }) => id)).toEqual(['suoi', 'rung']);
  expect([hoaVang.get('suoi')?.id, hoaVang.get('cau'), hoaVang.get('no-such')]).toEqual([
    'suoi',
    undefined,
    undefined,
  ]);
  expect(nowhere.all()).toEqual([]);
  expect(hoaVang.narrow([{ station: 'cau' }, { station: 'suoi' }])).toEqual([{ station: 'suoi' }]);
});

test('areas are compared as they are spelled, not as parts of each other', () => {
  for (const areas of [['Hòa'], ['Hòa Vang '], ['hòa vang'], ['__proto__']])
    expect(scopeOf({ areas }, catalog).all()).toEqual([]);
});

test('a station that was withdrawn is seen by who sees all', () => {
  expect([all.sees('withdrawn'), hoaVang.sees('withdrawn')]).toEqual([true, false]);
});

test('an edge is seen by a station of it, and had by all of them', () => {
  expect([hoaVang.seesEdge('edge-a'), hoaVang.hasEdge('edge-a')]).toEqual([true, true]);
  expect([hoaVang.seesEdge('edge-b'), hoaVang.hasEdge('edge-b')]).toEqual([true, false]);
  expect([nowhere.seesEdge('edge-a'), nowhere.hasEdge('edge-a')]).toEqual([false, false]);
  expect([hoaVang.hasEdge('no-such'), all.hasEdge('edge-b')]).toEqual([false, true]);
});

test('alerts are seen by their station, or by the edge that they are about', () => {
  const of = (station: string, about?: AlertAnswer['about']) => ({ station, ...(about && { about }) });
  expect(seesAlert(hoaVang, of('suoi'))).toBe(true);
  expect(seesAlert(hoaVang, of('cau'))).toBe(false);
  expect(seesAlert(hoaVang, of('', { kind: 'edge', id: 'edge-b' }))).toBe(true);
  expect(seesAlert(nowhere, of('', { kind: 'edge', id: 'edge-b' }))).toBe(false);
  expect(seesAlert(hoaVang, of('', { kind: 'flows', id: 'flows' }))).toBe(false);
  expect(seesAlert(all, of('', { kind: 'flows', id: 'flows' }))).toBe(true);
  expect(seenAlerts(all)).toBeNull();
  expect(seenAlerts(hoaVang)).toEqual({ stations: ['suoi', 'rung'], keys: ['edge/edge-a', 'edge/edge-b'] });
});

const because = (station: string) => ({ station, parameter: 'smoke', unit: '1', at: 1, value: 1 });
const evidence = { because: [because('suoi'), because('cau')] } as unknown as AlertAnswer['evidence'][number];

test('an alert that is seen says nothing of stations that are not', () => {
  const alert = { station: 'suoi', evidence: [evidence] } as unknown as AlertAnswer;
  expect(shownAlert(hoaVang, alert).evidence[0]?.because).toEqual([because('suoi')]);
  expect(shownAlert(all, alert)).toBe(alert);
});

test('a reason of the gateway that names another station is left out, what a person wrote is not', () => {
  const transition = (by: string | null, reason: string) =>
    ({ by, reason, reading: evidence }) as unknown as TransitionAnswer;
  const lies = 'cau/fire_detection/fire lies between incidents 1 and 2';
  const shown = shownTransition(hoaVang, catalog, transition(null, lies));
  expect(shown.reason).toBeNull();
  expect(shown.reading?.because).toEqual([because('suoi')]);
  expect(shownTransition(all, catalog, transition(null, lies)).reason).toBe(lies);
  expect(shownTransition(hoaVang, catalog, transition(null, 'follows from edge/edge-b')).reason).toBe(
    'follows from edge/edge-b',
  );
  expect(shownTransition(hoaVang, catalog, transition('lan', 'qua cau')).reason).toBe('qua cau');
});

test('an incident shows the stations and alerts that are seen', () => {
  const incident = { id: '1', stations: ['suoi', 'cau'], alerts: ['5', '6'] } as unknown as IncidentAnswer;
  const stationOf = (alert: string) => ({ 5: 'suoi', 6: 'cau' })[alert];
  expect(shownIncident(hoaVang, incident, stationOf)).toMatchObject({ stations: ['suoi'], alerts: ['5'] });
  expect(shownIncident(nowhere, incident, stationOf)).toBeNull();
  expect(shownIncident(all, incident, stationOf)).toBe(incident);
});
