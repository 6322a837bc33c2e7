import { expect, test } from 'vitest';
import { edgeConfig } from '../test/support/edge-config.ts';
import type { Settings } from './edge-config.ts';
import { checkConfig, newlyOverloaded, someBox } from './edge-config-check.ts';
import { loadProfiles } from './kit/profiles.ts';

const profiles = loadProfiles();
const config = (instrument?: Settings, line: Settings = {}) =>
  edgeConfig(instrument, { serial: '2400 8N1', ...line });
const check = (wanted: unknown) => checkConfig(wanted, someBox('hop-1'), profiles);
const faults = (wanted: unknown): readonly string[] => {
  const checked = check(wanted);
  return checked.kind === 'faulty' ? checked.faults : [];
};

test('a good one comes out as the edge file that the box would run', () => {
  expect(check(config())).toMatchObject({
    kind: 'good',
    file: { id: 'hop-1', stations: [{ id: 'cau-do' }] },
  });
});

test.each([
  ['a value out of bounds', config({ unit: 999 }), 'station cau-do, instrument climate, unit: '],
  [
    'a profile that is not there',
    config({ profile: 'none' }),
    'station cau-do, instrument climate, profile: there is no profile "none"',
  ],
  ['a word that is none', { ...config(), linse: [] }, 'configuration: '],
  ['what only the box may say', { ...config(), data_dir: '/' }, 'data_dir: stays in the file of the box'],
  ['a text', 'lines', 'configuration: must be an object'],
])('%s is a fault with its place by name', (_what, wanted, words) => {
  expect(faults(wanted)[0]).toContain(words);
});

test('of many faults the first twenty are told', () => {
  const lines = Array.from({ length: 60 }, (_, index) => ({ id: `line-${index}`, mode: 'tpc' }));
  expect(faults({ ...config(), lines })).toHaveLength(21);
  expect(faults({ ...config(), lines }).at(-1)).toBe('and 40 more faults');
});

test('a line that cannot give what is asked is told when it could before', () => {
  const file = (wanted: Settings) => {
    const checked = check(wanted);
    if (checked.kind === 'faulty') throw new Error(checked.faults.join());
    return checked.file;
  };
  const [fits, full] = [
    file(config({ period_s: 10 })),
    file(config({ period_s: 0.2 }, { serial: '300 8N1' })),
  ];
  const overloaded = (before: typeof fits | null, after: typeof fits) =>
    newlyOverloaded(before, after, profiles).map(({ line }) => line);
  expect(overloaded(fits, full)).toEqual(['bus']);
  expect(overloaded(null, full)).toEqual(['bus']);
  expect(overloaded(full, full)).toEqual([]);
  expect(overloaded(full, fits)).toEqual([]);
});
