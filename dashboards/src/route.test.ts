import { expect, test } from 'vitest';
import { hrefOf, parseRoute } from './route.ts';

test('the address leads back to where it was made', () => {
  const href = hrefOf('station', ['cầu/đỏ', 'charts'], { from: '5', area: 'Hòa Vang', none: '' });
  expect(parseRoute(href)).toEqual({
    view: 'station',
    path: ['cầu/đỏ', 'charts'],
    query: { from: '5', area: 'Hòa Vang' },
  });
});

test('without an address it is the overview; a wrong one names no view', () => {
  expect(parseRoute('').view).toBe('overview');
  expect(parseRoute('#/').view).toBe('overview');
  expect(parseRoute('#/nowhere/1').view).toBeNull();
});

test('what cannot be decoded is taken as it is', () => {
  expect(parseRoute('#/station/%E0%A4%A').path).toEqual(['%E0%A4%A']);
});
