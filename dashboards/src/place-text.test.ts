import { expect, test } from 'vitest';
import { decimalPlace, mapHref, placeText, sexagesimal } from './place-text.ts';

const PLACE = { latitude: 16.133, longitude: -107.98 };

test('seconds that round up to sixty are a minute', () => {
  expect(sexagesimal(16.133)).toEqual({ degrees: 16, minutes: 7, seconds: 59 });
  expect(sexagesimal(15.99999)).toEqual({ degrees: 16, minutes: 0, seconds: 0 });
  expect(sexagesimal(-8.5)).toEqual({ degrees: 8, minutes: 30, seconds: 0 });
});

test('a place is said with its sides, and copied with a point', () => {
  expect(placeText(PLACE)).toBe('16°07′59″ Bắc 107°58′48″ Tây');
  expect(decimalPlace(PLACE)).toBe('16.13300, -107.98000');
});

test.each([
  [
    'Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/130',
    'geo:16.133000,-107.980000?q=16.133000,-107.980000',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:131.0)', 'geo:16.133000,-107.980000?q=16.133000,-107.980000'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) CriOS/130',
    'maps:?ll=16.133000,-107.980000&q=16.133000,-107.980000',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.6 Safari/605.1.15',
    'maps:?ll=16.133000,-107.980000&q=16.133000,-107.980000',
  ],
])('%s opens its map by %s', (agent, href) => {
  expect(mapHref(PLACE, agent)).toBe(href);
});
