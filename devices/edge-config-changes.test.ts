import { expect, test } from 'vitest';
import { configChanges, describeChange, placeInWords } from './edge-config-changes.ts';

const climate = { id: 'climate', profile: 'xy-md02', line: 'bus', period_s: 10 };
const wind = { id: 'wind', profile: 'rk', line: 'bus' };
const hot = { name: 'hot', parameter: 'air_temperature', raise: 40 };
const station = (id: string, over: object = {}) => ({
  id,
  instruments: [climate, wind],
  limits: [hot],
  ...over,
});
const file = (...stations: object[]) => ({ lines: [{ id: 'bus', port: 502 }, { id: 'other' }], stations });
const before = file(station('a'), station('b'));

const CASES: readonly [string, object, readonly string[]][] = [
  ['nothing', before, []],
  [
    'a value in an instrument, though the stations stand in another order',
    file(station('b', { instruments: [wind, { ...climate, period_s: 1 }] }), station('a')),
    ['station b, instrument climate, period_s: 10 → 1'],
  ],
  [
    'a value that was not there, and one that is gone',
    file(
      station('a', {
        instruments: [
          { ...climate, unit: 3 },
          { id: 'wind', profile: 'rk' },
        ],
      }),
      station('b'),
    ),
    ['station a, instrument climate, unit: added 3', 'station a, instrument wind, line: removed (was "bus")'],
  ],
  [
    'a limit by its parameter and name',
    file(station('a', { limits: [{ ...hot, raise: 41 }] }), station('b')),
    ['station a, limit air_temperature/hot, raise: 40 → 41'],
  ],
  [
    'a station that is gone',
    file(station('a')),
    [`station b: removed (was ${JSON.stringify(station('b')).slice(0, 119)}…)`],
  ],
  [
    'a line',
    { ...before, lines: [{ id: 'bus', port: 503 }, { id: 'other' }] },
    ['line bus, port: 502 → 503'],
  ],
  ['the order alone', file(station('b'), station('a')), ['order of stations: ["a","b"] → ["b","a"]']],
  [
    'what is no list of names',
    { ...before, stations: 'none' },
    [expect.stringContaining('→ "none"') as unknown as string],
  ],
];

test.each(CASES)('%s', (_what, after, words) => {
  expect(configChanges(before, after as typeof before).map(describeChange)).toEqual(words);
});

test('a place is told by the names of things', () => {
  const path = ['stations', 1, 'instruments', 0, 'unit'];
  expect(placeInWords(before, path)).toBe('station b, instrument climate, unit');
  expect(placeInWords(before, ['stations', 7, 'id'])).toBe('station 8, id');
  expect(placeInWords(null, [])).toBe('');
});
