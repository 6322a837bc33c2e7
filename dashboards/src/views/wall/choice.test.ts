import { expect, test } from 'vitest';
import { hrefOf, parseRoute } from '../../route.ts';
import { parseChoice, toQuery, turnAt, turnsOf, USUAL } from './choice.ts';

test('an address without choices is the usual wall', () => {
  expect(parseChoice({})).toEqual(USUAL);
});

test('a choice that is written into an address is read from it again', () => {
  const choice = {
    panels: ['air', 'chart', 'map'],
    at: 1,
    every: 0,
    name: 'Đà Nẵng & <b>biển</b>',
    station: 'kk-cau-rong',
    parameter: 'pm2_5',
  } as const;
  expect(parseChoice(parseRoute(hrefOf('wall', [], toQuery(choice))).query)).toEqual(choice);
});

test.each([
  [{ panels: 'map,nothing,map, alerts' }, { panels: ['map', 'alerts'] }],
  [{ panels: 'nothing' }, { panels: USUAL.panels }],
  [{ panels: '' }, { panels: USUAL.panels }],
  [{ at: '3' }, { at: USUAL.at }],
  [{ at: '4' }, { at: 4 }],
  [{ every: '0' }, { every: 0 }],
  [{ every: '1' }, { every: 5 }],
  [{ every: '99999' }, { every: 3600 }],
  [{ every: '-5' }, { every: USUAL.every }],
  [{ every: 'soon' }, { every: USUAL.every }],
  [{ name: `  ${'a'.repeat(500)}` }, { name: 'a'.repeat(120) }],
])('of %j what is wrong is as usual', (query, expected) => {
  expect(parseChoice(query)).toEqual({ ...USUAL, ...expected });
});

test('panels come in turns of so many at once, the last with what is left', () => {
  expect(turnsOf({ panels: ['map', 'alerts', 'fire'], at: 2 })).toEqual([['map', 'alerts'], ['fire']]);
  expect(turnsOf({ panels: ['map'], at: 4 })).toEqual([['map']]);
});

test('the turn is a matter of the time alone, and begins anew after the last', () => {
  const at = (seconds: number) => turnAt(3, 30, seconds * 1000);
  expect([0, 29, 30, 60, 89, 90].map(at)).toEqual([0, 0, 1, 2, 2, 0]);
  expect(turnAt(3, 0, 12_345_678)).toBe(0);
  expect(turnAt(1, 30, 12_345_678)).toBe(0);
});
