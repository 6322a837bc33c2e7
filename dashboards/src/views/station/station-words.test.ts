/** What is chosen by the address, and what is found by a word. */
import { expect, test } from 'vitest';
import { station } from '../../samples.ts';
import { chosenOf } from './chosen.ts';
import { found } from './found.ts';

const { parameters } = station('a', {}, ['ph', 'cod', 'turbidity']);
const chosen = (query: Record<string, string>) => chosenOf(parameters, query).map(({ id }) => id);

test('the address chooses one parameter or two; what is not measured here is left out', () => {
  expect(chosen({ p: 'cod', q: 'ph' })).toEqual(['cod', 'ph']);
  expect(chosen({})).toEqual(['ph']);
  expect(chosen({ p: 'nope', q: 'ph' })).toEqual(['ph']);
  expect(chosen({ p: 'cod', q: 'cod' })).toEqual(['cod']);
  expect(chosenOf([], { p: 'ph' })).toEqual([]);
});

test('a station is found by words without accents, in its name, area and id', () => {
  const all = [
    station('kk-cau-rong', { name: { vi: 'Không khí Cầu Rồng', en: '' }, area: { vi: 'Đà Nẵng', en: '' } }),
    station('ho-2', { name: { vi: 'Hồ Đồng Nghệ', en: '' } }),
  ];
  const ids = (words: string) => found(all, words, ({ vi }) => vi).map(({ id }) => id);
  expect(ids('cau rong')).toEqual(['kk-cau-rong']);
  expect(ids('rồng  da nang')).toEqual(['kk-cau-rong']);
  expect(ids('DONG')).toEqual(['ho-2']);
  expect(ids('ho-2')).toEqual(['ho-2']);
  expect(ids('zzz')).toEqual([]);
  expect(ids('')).toHaveLength(2);
});
