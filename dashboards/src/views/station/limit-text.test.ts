import { expect, test } from 'vitest';
import { station } from '../../samples.ts';
import type { Limit } from './calls.ts';
import { namedBands } from './limit-text.ts';

const [ph] = station('a').parameters;
const common = { level: 'warning', quality: 'good', hold_s: 0, clear_hold_s: 0, parameter: 'ph' } as const;
const limit = (fields: object) => [{ ...common, name: 'x', ...fields }] as unknown as Limit[];
const labels = (fields: object, standard: number | null = null) =>
  namedBands(limit(fields), ph as never, standard).map(({ label }) => label.split(' ').slice(0, 2).join(' '));

test("a people's limit begins with its value, a standard allows what it names", () => {
  expect(labels({ kind: 'high', raise: 9 })).toEqual(['≥ 9,00']);
  expect(labels({ kind: 'low', raise: 5 })).toEqual(['≤ 5,00']);
  expect(labels({ kind: 'standard', standard: 'qcvn-05' }, 50)).toEqual(['> 50,00']);
});
