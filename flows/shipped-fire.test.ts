/** What the shipped rules of fire say, by the code that Node-RED and a rehearsal run. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ParameterId } from '../devices/parameter.ts';
import { readGraph } from '../devices/rules/graph.ts';
import { SHIPPED_FLOWS } from './user-dir.ts';

const nodes = JSON.parse(readFileSync(SHIPPED_FLOWS, 'utf8')) as unknown[];
const area = { vi: 'Rừng', en: 'Forest' };
/** b is 1.1 km north of a, c 22 km. */
const latitudes: Readonly<Record<string, number>> = { a: 16, b: 16.01, c: 16.2 };

const BEGIN = Date.UTC(2026, 2, 5, 3);

/** Seconds since the beginning. */
const secondsOf = (at: number): number => (at - BEGIN) / 1000;

/** Readings in, `time station limit level` of what is raised out, and `… cleared` of what had been. */
function posts() {
  const graph = readGraph(nodes, {
    stationOf: (id) => ({ kind: 'fire', area, latitude: latitudes[id] ?? 0, longitude: 108 }),
    limitsOf: () => [],
  });
  if (typeof graph === 'string') throw new Error(graph);
  const words: string[] = [];
  const standing = new Set<string>();
  const hear = (alarms: ReturnType<typeof graph.step>): void => {
    for (const { station, limit, state, level, at } of alarms) {
      const key = `${station} ${limit}`;
      if (state === 'raised') words.push(`${secondsOf(at)} ${key} ${level}`);
      else if (standing.has(key)) words.push(`${secondsOf(at)} ${key} cleared`);
      if (state === 'raised') standing.add(key);
      else standing.delete(key);
    }
  };
  return {
    words,
    see(station: string, parameter: ParameterId, value: number, atS: number) {
      const at = BEGIN + atS * 1000;
      hear(graph.step({ station, parameter, value, at, flag: 1, reason: null }));
    },
    pass: (atS: number) => hear(graph.tick(BEGIN + atS * 1000)),
  };
}

test.each([
  ['smoke', [0, 1, 1, 1]],
  ['pm2_5', [12, 340, 349, 350]],
  ['co', [230, 4999, 4999, 5000]],
  ['air_temperature', [30, 44, 44, 45]],
  ['flame', [0, 1, 1, 1]],
] as const)('%s alone is one warning', (parameter, values) => {
  const { see, words } = posts();
  for (const [second, value] of values.entries()) see('a', parameter, value, second);
  expect(words).toEqual(['3 a fire warning']);
});

test('a second sign makes it critical, what follows says nothing new, and it is over 5 minutes after the last sign', () => {
  const { see, pass, words } = posts();
  see('a', 'co', 6000, 10);
  for (const second of [40, 41, 42]) see('a', 'smoke', 1, second);
  see('a', 'pm2_5', 800, 43);
  see('a', 'air_temperature', 50, 44);
  expect(words).toEqual(['10 a fire warning', '42 a fire critical']);
  for (const [parameter, value] of [
    ['smoke', 0],
    ['pm2_5', 20],
    ['air_temperature', 30],
    ['co', 300],
  ] as const)
    see('a', parameter, value, 100);
  pass(400);
  expect(words).toHaveLength(2);
  pass(401);
  expect(words.slice(2)).toEqual(['401 a fire cleared']);
});

test('fog, which deceives a smoke detector and a particle counter, is one sign', () => {
  const { see, words } = posts();
  for (const second of [0, 1, 2]) see('a', 'smoke', 1, second);
  see('a', 'pm2_5', 500, 3);
  expect(words).toEqual(['2 a fire warning']);
});

test('a flame is critical by itself once it has been seen for 5 seconds', () => {
  const { see, words } = posts();
  for (const second of [0, 1, 2, 3, 4, 5]) see('a', 'flame', 1, second);
  expect(words).toEqual(['2 a fire warning', '5 a fire critical']);
});

test('signs more than 5 minutes apart are two warnings', () => {
  const { see, pass, words } = posts();
  see('a', 'co', 6000, 0);
  see('a', 'co', 300, 10);
  pass(311);
  see('a', 'air_temperature', 46, 312);
  expect(words).toEqual(['0 a fire warning', '311 a fire cleared', '312 a fire warning']);
});

test('two posts within 2 km whose own rules suspect are critical; one of them, or one far away, is not', () => {
  const { see, words } = posts();
  for (const post of ['a', 'b', 'c']) see(post, 'fire_detection', 0, 0);
  see('a', 'fire_detection', 1, 10);
  see('c', 'fire_detection', 2, 20);
  expect(words).toEqual([]);
  see('b', 'fire_detection', 1, 30);
  expect(words).toEqual(['30 b fire-two-posts critical']);
});

test('a post without rules of its own joins a neighbour that has some; it still counts 5 minutes after', () => {
  const { see, words } = posts();
  see('a', 'fire_detection', 1, 10);
  see('a', 'fire_detection', 0, 20);
  see('b', 'co', 6000, 319);
  expect(words).toEqual(['319 b fire warning', '319 b fire-two-posts critical']);
});

test('a suspicion that nobody can confirm or deny goes on', () => {
  const { see, pass, words } = posts();
  see('a', 'fire_detection', 1, 10);
  pass(2000);
  see('b', 'fire_detection', 1, 2001);
  expect(words).toEqual(['2001 b fire-two-posts critical']);
});
