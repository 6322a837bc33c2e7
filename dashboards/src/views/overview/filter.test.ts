import { expect, test } from 'vitest';
import type { StationState } from '../../judge.ts';
import { station } from '../../samples.ts';
import { type Filter, filtered, filterOf, isFiltered, toggled } from './filter.ts';

const HAI_CHAU = { vi: 'Hải Châu', en: 'Hai Chau' };
const all = [
  station('air-1', { kind: 'air', name: { vi: 'Cẩm Lệ 1', en: 'Cam Le 1' }, area: HAI_CHAU }),
  station('water-1', { kind: 'water', name: { vi: 'Cầu Đỏ', en: 'Cau Do' }, area: HAI_CHAU }),
  station('fire-1', {
    kind: 'fire',
    name: { vi: '<b>Giàn Bí</b> مرحبا', en: 'Gian Bi' },
    area: { vi: 'Hòa Vang', en: 'Hoa Vang' },
  }),
];
const STATES: Readonly<Record<string, StationState>> = {
  'air-1': 'ok',
  'water-1': 'critical',
  'fire-1': 'silent',
};
const stateOf = (id: string): StationState => STATES[id] ?? 'new';
const NONE: Filter = { area: '', kind: '', states: [], words: [] };
const idsOf = (filter: Partial<Filter>) =>
  filtered(all, stateOf, { ...NONE, ...filter }).stations.map(({ id }) => id);
const search = (q: string) => idsOf(filterOf({ q }));

test('without a filter all are shown', () => {
  expect(idsOf({})).toEqual(['air-1', 'water-1', 'fire-1']);
  expect(isFiltered(NONE)).toBe(false);
});

test('area, kind and states narrow it together', () => {
  expect(idsOf({ area: 'Hải Châu' })).toEqual(['air-1', 'water-1']);
  expect(idsOf({ area: 'Hải Châu', kind: 'water' })).toEqual(['water-1']);
  expect(idsOf({ states: ['critical', 'silent'] })).toEqual(['water-1', 'fire-1']);
  expect(idsOf({ area: 'Hải Châu', states: ['silent'] })).toEqual([]);
});

test('a name is found without diacritics, by words in any order, in either language, by area and id', () => {
  expect(search('cam le')).toEqual(['air-1']);
  expect(search('Cẩm Lệ')).toEqual(['air-1']);
  expect(search('1 LE')).toEqual(['air-1']);
  expect(search('hoa vang')).toEqual(['fire-1']);
  expect(search('do cau')).toEqual(['water-1']);
  expect(search('fire-1')).toEqual(['fire-1']);
  expect(search('  ')).toHaveLength(3);
  expect(search('xyz')).toEqual([]);
});

test('markup and text from right to left are searched as text', () => {
  expect(search('<b>')).toEqual(['fire-1']);
  expect(search('مرحبا')).toEqual(['fire-1']);
});

test('each choice shows how many it would have, with the other filters as they are', () => {
  const { states, kinds } = filtered(all, stateOf, { ...NONE, area: 'Hải Châu', states: ['critical'] });
  expect([...states]).toEqual([
    ['ok', 1],
    ['critical', 1],
  ]);
  expect([...kinds]).toEqual([['water', 1]]);
});

test('an address says the filters; what it says of nothing known is left aside', () => {
  expect(filterOf({ area: 'Hải Châu', kind: 'air', state: 'ok,critical,gone', q: ' Cẩm  Lệ ' })).toEqual({
    area: 'Hải Châu',
    kind: 'air',
    states: ['critical', 'ok'],
    words: ['cam', 'le'],
  });
  expect(filterOf({ kind: 'sea', state: '' })).toEqual(NONE);
});

test('a state is added to and taken from the address, always in the same order', () => {
  expect(toggled([], 'ok')).toBe('ok');
  expect(toggled(['ok'], 'critical')).toBe('critical,ok');
  expect(toggled(['critical', 'ok'], 'critical')).toBe('ok');
});
