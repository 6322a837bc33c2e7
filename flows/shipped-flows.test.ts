import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isParameter, parameterOf } from '../devices/parameter.ts';
import { judgeGrossRange } from '../devices/quality.ts';
import { readCombine, readLimit, readSustain } from '../devices/rules/node-config.ts';
import { STATION_KINDS } from '../devices/word.ts';
import { SHIPPED_FLOWS } from './user-dir.ts';

interface ShippedNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly g?: string;
  readonly name: string;
  readonly info?: string;
  readonly label?: string;
  readonly kind?: string;
  readonly parameter?: string;
  readonly nodes?: string[];
  readonly wires?: string[][];
}

const nodes = JSON.parse(readFileSync(SHIPPED_FLOWS, 'utf8')) as ShippedNode[];
const ofType = (type: string) => nodes.filter((node) => node.type === type);
const limits = ofType('quantrac-limit');
const byId = new Map(nodes.map((node) => [node.id, node]));

/** Types of the nodes in which what a node sends ends up. */
const ends = (node: ShippedNode): string[] => {
  const next = (node.wires ?? []).flat().flatMap((id) => byId.get(id) ?? []);
  return next.length === 0 ? [node.type] : [...new Set(next.flatMap(ends))];
};

test('there are four tabs, in Vietnamese', () => {
  expect(ofType('tab').map(({ label }) => label)).toEqual(['Không khí', 'Nước', 'Cháy rừng', 'Giao thông']);
});

test.each(limits.map((node) => [node.name, node] as const))('limit %s is valid', (_name, node) => {
  expect(readLimit({ ...node })).toMatchObject({ name: node.name });
});

test.each(ofType('quantrac-combine').map((node) => [node.name, node] as const))(
  'combination %s is valid',
  (_name, node) => expect(readCombine({ ...node })).toMatchObject({ name: node.name }),
);

test.each(ofType('quantrac-sustain').map((node) => [node.name, node] as const))(
  'sustaining %s is valid',
  (_name, node) => expect(readSustain({ ...node })).toMatchObject({ name: node.name }),
);

test.each(limits.map((node) => [node.name, node] as const))(
  'limit %s can be reached by good readings',
  (_name, node) => {
    const limit = readLimit({ ...node });
    if (typeof limit === 'string') throw new Error(limit);
    const [low, high] = parameterOf(limit.parameter).fail;
    if (limit.kind !== 'high' && limit.kind !== 'low') return;
    // A reading of a contact is at the end of its range; any other must still be good well beyond the limit.
    const beyond = limit.raise + (limit.kind === 'high' ? 1 : -1) * Math.abs(limit.raise) * 0.1;
    const value = Math.min(high, Math.max(low, beyond));
    expect(judgeGrossRange(limit.parameter, value).flag).toBe(1);
  },
);

test('names of limits are the names of conditions: no two are alike for one parameter', () => {
  const keys = limits.map(({ name, parameter }) => `${parameter}/${name}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('every limit gets its own parameter and every alarm has a way out', () => {
  for (const limit of limits) {
    const sources = nodes.filter(({ wires = [] }) => wires.flat().includes(limit.id));
    expect(sources).toHaveLength(1);
    const [source] = sources;
    expect(['', limit.parameter]).toContain(source?.parameter);
    expect(STATION_KINDS).toContain(source?.kind);
    expect(isParameter(limit.parameter ?? '')).toBe(true);
    expect(ends(limit)).toEqual(['quantrac-alarm']);
  }
});

test('every group says in both languages what it does, why this number, and that it is no 24-hour limit', () => {
  const comments = ofType('comment');
  for (const group of ofType('group')) {
    const inside = nodes.filter(({ g }) => g === group.id);
    expect(inside.map(({ id }) => id).sort()).toEqual([...(group.nodes ?? [])].sort());
    // One comment a rule, and a rule ends in an alarm.
    expect(inside.filter(({ type }) => type === 'comment')).toHaveLength(
      inside.filter(({ type }) => type === 'quantrac-alarm').length,
    );
  }
  for (const { info } of comments) {
    for (const word of [
      'Quy tắc',
      'Vì sao',
      'ngưỡng vận hành|quy tắc vận hành',
      'Rule',
      'Why',
      'operational setting',
      '24 giờ',
      '24-hour',
    ])
      expect(info).toMatch(new RegExp(word));
  }
});
