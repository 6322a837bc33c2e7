import { expect, test } from 'vitest';
import { hashOf, parseRoute } from './route.ts';

test.each([
  ['', { kind: 'overview', tab: 'map' }],
  ['#/alerts', { kind: 'overview', tab: 'alerts' }],
  ['#/nonsense', { kind: 'overview', tab: 'map' }],
  ['#/station/', { kind: 'overview', tab: 'map' }],
  ['#/station/ho-1', { kind: 'station', id: 'ho-1' }],
  ['#/station/%E0%A4%A', { kind: 'station', id: '%E0%A4%A' }],
])('the address "%s" leads to its place', (hash, expected) => {
  expect(parseRoute(hash)).toEqual(expected);
});

test('an address leads back to where it was made, whatever is in the name', () => {
  const place = { kind: 'station', id: 'a/b #?%' } as const;
  expect(parseRoute(hashOf(place))).toEqual(place);
});
