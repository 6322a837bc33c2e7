import { expect, test } from 'vitest';
import type { Limit } from './calls.ts';
import { sameLimit } from './change.ts';
import { type Draft, draftOf, emptyDraft, freeName, limitOf, parseTyped, withLimit } from './draft.ts';

const common = { name: 'mot', level: 'warning', quality: 'good', hold_s: 0, clear_hold_s: 0 } as const;
const LIMITS: readonly Limit[] = [
  { ...common, parameter: 'ph', kind: 'high', raise: 8.75, clear: 8.5, hold_s: 5400 },
  { ...common, parameter: 'ph', kind: 'low', raise: -6, needed: 2, of: 3 },
  {
    ...{ ...common, parameter: 'ph', kind: 'outside', low: 6, high: 9, clear_low: 6.2, clear_high: 8.8 },
    ...{ when: { months: { from: 11, to: 4 }, hours: { from: 22, to: 6 } }, quality: 'suspect' },
  },
  {
    ...common,
    parameter: 'air_temperature',
    kind: 'rate',
    raise: 8,
    clear: 4,
    within_s: 605,
    direction: 'up',
  },
  {
    ...{ ...common, parameter: 'pm2_5', kind: 'deviation', raise: 100, mads: 4, direction: 'both' },
    ...{ days: 14, least_days: 5 },
  },
  {
    name: 'im',
    level: 'notice',
    quality: 'good',
    clear_hold_s: 60,
    parameter: 'ph',
    kind: 'stale',
    after_s: 1800,
  },
  { ...common, parameter: 'ph', kind: 'standard', standard: 'qcvn-08', water: 'river', class: 'B' },
];

test.each(LIMITS)(
  'a $kind limit that is opened and not changed is the same limit, in both languages',
  (limit) => {
    for (const language of ['vi', 'en'] as const) {
      const made = limitOf(draftOf(limit, language), language);
      expect(made.kind === 'limit' && sameLimit(made.limit, limit)).toBe(true);
    }
  },
);

test('a time is shown in the greatest unit that it is a whole number of', () => {
  const draft = (hold_s: number): Draft => draftOf({ ...LIMITS[0], hold_s } as Limit, 'vi');
  const shown = (seconds: number) => [draft(seconds).hold_s, draft(seconds)['hold_s.unit']];
  expect([7200, 5400, 90, 0.5].map(shown)).toEqual([
    ['2', '3600'],
    ['90', '60'],
    ['90', '1'],
    ['0,5', '1'],
  ]);
});

test.each([
  ['6,25', 'vi', 6.25],
  ['6.25', 'vi', 6.25],
  ['-0,125', 'vi', -0.125],
  ['0.125', 'vi', 0.125],
  ['1.000', 'vi', 'ambiguous'],
  ['1,000', 'vi', 1],
  ['1,000', 'en', 'ambiguous'],
  ['1.000', 'en', 1],
  ['1000', 'vi', 1000],
  [' 7 ', 'en', 7],
  ['', 'vi', 'empty'],
  ['1e3', 'vi', 'wrong'],
  ['Infinity', 'vi', 'wrong'],
  ['1,2,3', 'vi', 'wrong'],
  ['９', 'vi', 'wrong'],
] as const)('"%s" typed in %s is %s', (text, language, value) => {
  expect(parseTyped(text, language)).toBe(value);
});

test('what is missing or no number is told at its field, and optional ones may stay empty', () => {
  const draft = {
    ...emptyDraft('ph'),
    name: 'Có dấu',
    raise: '',
    clear: 'x',
    hold_s: '',
    'hours.from': '8',
    'hours.to': '',
  };
  expect(limitOf(draft, 'vi')).toEqual({
    kind: 'faulty',
    faults: {
      name: 'limits.fault.name',
      raise: 'limits.fault.missing',
      clear: 'limits.fault.wrong',
      hours: 'limits.fault.span',
    },
  });
  expect(limitOf({ ...emptyDraft('ph'), name: 'ph-high', raise: '8,5' }, 'vi')).toEqual({
    kind: 'limit',
    limit: { ...common, name: 'ph-high', parameter: 'ph', kind: 'high', raise: 8.5 },
  });
});

test('fields of another kind are left out', () => {
  const draft = {
    ...draftOf(LIMITS[0] as Limit, 'vi'),
    kind: 'stale',
    after_s: '30',
    'after_s.unit': '60',
  } as Draft;
  const made = limitOf(draft, 'vi');
  expect(made.kind === 'limit' && made.limit).toEqual({
    ...{ name: 'mot', parameter: 'ph', level: 'warning', quality: 'good', clear_hold_s: 0 },
    ...{ kind: 'stale', after_s: 1800 },
  });
});

test('a limit is put in its place, at the end, or taken out; the others stay', () => {
  const [a, b] = [LIMITS[0], { ...LIMITS[1], name: 'hai' }] as [Limit, Limit];
  const changed = { ...a, level: 'critical' } as Limit;
  expect(withLimit([a, b], 'ph/mot', changed)).toEqual([changed, b]);
  expect(withLimit([a], null, b)).toEqual([a, b]);
  expect(withLimit([a, b], 'ph/mot', null)).toEqual([b]);
  expect(withLimit([b], 'ph/mot', changed)).toEqual([b, changed]);
});

test('a new name is one that the parameter has not', () => {
  const taken = [
    { ...LIMITS[0], name: 'ph-high' },
    { ...LIMITS[0], name: 'ph-high-2' },
  ] as Limit[];
  expect(freeName('ph', 'high', taken)).toBe('ph-high-3');
  expect(freeName('dissolved_oxygen', 'high', taken)).toBe('dissolved-oxygen-high');
});
