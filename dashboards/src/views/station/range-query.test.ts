import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, spanOfView } from '../../chart/view.ts';
import { LONGEST_FILE_MS, queryOf, spanNamed, viewOf, wantedOf, yearsOf } from './range-query.ts';

const NOW = 1_750_000_000_000;
const day = { kind: 'now', spanMs: DAY_MS };

test.each([
  ['nothing', {}, day],
  ['a named span', { span: '7d' }, { kind: 'now', spanMs: 7 * DAY_MS }],
  ['a span in ms', { span: '5400000' }, { kind: 'now', spanMs: 5_400_000 }],
  ['all', { span: 'all' }, { kind: 'all' }],
  ['two moments', { from: '1000', to: '90000' }, { kind: 'fixed', view: { from: 1000, to: 90_000 } }],
  ['nonsense', { span: 'constructor' }, day],
  ['a negative span', { span: '-5' }, day],
  ['moments the wrong way round', { from: '90000', to: '1000' }, day],
  ['a moment that is no number', { from: 'x', to: '90000' }, day],
  ['one moment only', { from: '1000' }, day],
])('the address says %s', (_, query, wanted) => {
  expect(wantedOf(query)).toEqual(wanted);
});

test('what is moved away from now is two moments, what ends now goes on with time', () => {
  const fixed = { from: NOW - DAY_MS, to: NOW - HOUR_MS };
  expect(wantedOf(queryOf(fixed, NOW))).toEqual({ kind: 'fixed', view: fixed });
  expect(queryOf({ from: NOW - HOUR_MS, to: NOW }, NOW)).toEqual({ span: '3600000', from: '', to: '' });
});

test('a span is marked as chosen when it is exactly that', () => {
  expect(spanNamed(wantedOf({ span: '24h' }))).toBe('24h');
  expect(spanNamed(wantedOf({ span: String(DAY_MS) }))).toBe('24h');
  expect(spanNamed(wantedOf({ span: '5400000' }))).toBeNull();
  expect(spanNamed(wantedOf({ from: '1000', to: '90000' }))).toBeNull();
  expect(spanNamed(wantedOf({ span: 'all' }))).toBe('all');
});

test('all begins a little before the first value; while that is not known it is a year', () => {
  const { from, to } = viewOf({ kind: 'all' }, NOW - 100 * DAY_MS, NOW);
  expect(to).toBe(NOW);
  expect(NOW - from).toBeGreaterThan(100 * DAY_MS);
  expect(NOW - from).toBeLessThan(105 * DAY_MS);
  expect(NOW - viewOf({ kind: 'all' }, null, NOW).from).toBeGreaterThan(365 * DAY_MS);
});

test('more than a file holds is offered by Vietnamese years, newest first, and nothing is left out', () => {
  const begin = (year: number) => Date.UTC(year, 0, 1) - 7 * 3_600_000;
  const view = { from: begin(2023) - 1, to: begin(2025) + 1 };
  const years = yearsOf(view);
  expect(years).toEqual([
    { year: 2025, from: begin(2025), to: view.to },
    { year: 2024, from: begin(2024), to: begin(2025) },
    { year: 2023, from: begin(2023), to: begin(2024) },
    { year: 2022, from: view.from, to: begin(2023) },
  ]);
  for (const year of years) expect(spanOfView(year)).toBeLessThanOrEqual(LONGEST_FILE_MS);
  expect(yearsOf({ from: begin(2024), to: begin(2025) }).map(({ year }) => year)).toEqual([2024]);
});
