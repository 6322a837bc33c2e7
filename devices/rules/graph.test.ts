import { expect, test } from 'vitest';
import { limitSchema } from '../limit.ts';
import type { Reading } from '../reading.ts';
import { readGraph } from './graph.ts';

const area = { vi: 'Sơn Trà', en: 'Son Tra' };
const centre = {
  stationOf: (id: string) =>
    id.startsWith('post') ? ({ kind: 'fire', area, latitude: 16, longitude: 108 } as const) : undefined,
  limitsOf: () => [],
};
const source = { id: 'r', type: 'quantrac-readings', kind: 'fire', parameter: 'smoke', wires: [['l']] };
const limit = {
  ...{ id: 'l', type: 'quantrac-limit', name: 'smoke-seen', parameter: 'smoke', kind: 'high' },
  ...{ raise: '1', clear: '0', level: 'warning', wires: [['s']] },
};
const sustain = { id: 's', type: 'quantrac-sustain', hold_s: '120', clear_hold_s: '', wires: [['a']] };
const alarm = { id: 'a', type: 'quantrac-alarm', wires: [] };
const graphOf = (nodes: readonly unknown[], more: object = {}) => {
  const graph = readGraph(nodes, { ...centre, ...more });
  if (typeof graph === 'string') throw new Error(graph);
  return graph;
};
const reading = (minute: number, value: number, more: Partial<Reading> = {}): Reading => ({
  ...{ station: 'post-1', parameter: 'smoke', at: minute * 60_000, value, flag: 1, reason: null },
  ...more,
});

test('readings go over the wires, and an alarm comes out when it has lasted by the time of its readings', () => {
  const graph = graphOf([source, limit, sustain, alarm]);
  const passed = [1, 2, 3, 4, 5].flatMap((minute) => graph.step(reading(minute, minute > 1 ? 1 : 0)));
  expect(passed.map(({ state, at }) => [state, at / 60_000])).toEqual([
    ['cleared', 1],
    ['raised', 4],
  ]);
  expect(graph.parameters).toEqual(['smoke']);
});

test.each([
  ['of another parameter', { parameter: 'pm2_5' as const }],
  ['of an unknown station', { station: 'river' }],
])('a reading %s does not pass', (_title, more) => {
  expect(graphOf([source, { ...limit, wires: [['a']] }, alarm]).step(reading(1, 1, more))).toEqual([]);
});

test('a node or tab that is switched off is not there', () => {
  const off = graphOf([source, { ...limit, d: true }, alarm]);
  expect(off.step(reading(1, 1))).toEqual([]);
  const tab = { id: 't', type: 'tab', disabled: true };
  const nodes = [source, { ...limit, wires: [['a']] }, alarm].map((node) => ({ ...node, z: 't' }));
  expect(readGraph([tab, ...nodes], centre)).toBe('there is no node quantrac-readings');
});

test('what only Node-RED can run is named', () => {
  const { leftOut } = graphOf([source, limit, alarm, { id: 'f', type: 'function', name: 'filter' }]);
  expect(leftOut).toEqual(['node function "filter"']);
});

test('a node that is set wrong is named with its fault', () => {
  expect(readGraph([source, { ...limit, clear: '2' }], centre)).toBe(
    'node quantrac-limit "smoke-seen": clear: clear value 2 is on the wrong side of raise value 1 for a high limit',
  );
  expect(readGraph([source, { ...sustain, hold_s: '-1' }], centre)).toContain(
    'node quantrac-sustain "s": hold_s',
  );
});

test('a node that takes the limits of the centre steps those', () => {
  const own = limitSchema.parse({
    ...{ name: 'dry', parameter: 'relative_humidity', kind: 'low' },
    level: 'notice',
    raise: 20,
  });
  const nodes = [
    { ...source, parameter: '' },
    { ...own, id: 'l', type: 'quantrac-limit', raise: 35, centre: true, wires: [['a']] },
    alarm,
  ];
  const dry = reading(1, 30, { parameter: 'relative_humidity' });
  expect(graphOf(nodes).step(dry)).toMatchObject([{ state: 'raised', threshold: 35 }]);
  expect(graphOf(nodes, { limitsOf: () => [own] }).step(dry)).toMatchObject([{ state: 'cleared' }]);
  expect(graphOf(nodes).parameters).toBeNull();
});

test('wires in a circle end', () => {
  const round = { id: 'l', type: 'quantrac-sustain', hold_s: 0, wires: [['l', 'a']] };
  const graph = graphOf([
    source,
    { ...limit, id: 'x', wires: [['l']] },
    { ...source, wires: [['x']] },
    round,
    alarm,
  ]);
  expect(graph.step(reading(1, 1)).length).toBeLessThan(1000);
});
