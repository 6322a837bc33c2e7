/** What an edge file says of the inputs of I/O modules, from the file to readings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inventoryOf, pointsOf, profileOf } from '../devices/inventory.ts';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { planBlocks } from '../devices/line/plan.ts';
import type { Instrument } from '../devices/station.ts';
import { createAcquirer } from './acquire.ts';
import { loadEdgeFile } from './settings.ts';

const profiles = loadProfiles();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-wiring-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(instrument: string) {
  const file = join(folder, 'edge.yaml');
  writeFileSync(
    file,
    `id: hop-1
data_dir: data
uplink: { url: "mqtt://127.0.0.1:1883", password: secret }
lines:
  - { id: tcp, mode: tcp, host: 127.0.0.1, port: 502 }
stations:
  - id: cam-le
    kind: water
    name: { vi: Cẩm Lệ, en: Cam Le }
    area: { vi: Vu Gia, en: Vu Gia }
    latitude: 16.0095
    longitude: 108.2035
    instruments:
      - ${instrument}
`,
    { mode: 0o600 },
  );
  return loadEdgeFile({ file, env: {} }, profiles);
}

const WIRED = `id: io
        profile: advantech-adam-6017
        line: tcp
        channels:
          ai3: { parameter: water_level, from: [4, 20], to: [0, 10], unit: m }
          ai5: { parameter: air_temperature, from: [4, 20], to: [-40, 60], unit: Cel, range: "0-20 mA" }`;

test('what is wired is announced, planned and read like any point', () => {
  const edge = load(WIRED);
  expect(inventoryOf(edge, profiles).stations[0]?.parameters).toEqual([
    { id: 'water_level', period_s: 10, instrument: 'Advantech ADAM-6017-CE' },
    { id: 'air_temperature', period_s: 10, instrument: 'Advantech ADAM-6017-CE' },
  ]);
  const instrument = edge.stations[0]?.instruments[0] as Instrument;
  const profile = profileOf(profiles, instrument);
  const points = pointsOf(profile, instrument);
  expect(planBlocks(profile, points)).toEqual([
    { area: 'holding', address: 3, count: 3 },
    { area: 'holding', address: 203, count: 3 },
  ]);
  const words = new Map([
    [3, 32_768],
    [5, 12],
    [203, 0x0180],
    [205, 0x0182],
  ]);
  const read = createAcquirer('cam-le', profile, points);
  const round = {
    at: 1000,
    words: (_area: string, address: number) => words.get(address),
    whyAbsent: () => null,
  };
  expect(read(round)).toEqual([
    { station: 'cam-le', parameter: 'water_level', at: 1000, value: 5.00007629511, flag: 1, reason: null },
    {
      station: 'cam-le',
      parameter: 'air_temperature',
      at: 1000,
      value: null,
      flag: 9,
      reason: 'wire broken: less than 3.6 mA',
    },
  ]);
});

test.for([
  [
    'profile: advantech-adam-6017, line: tcp',
    'measures nothing by itself: say with "channels" what is wired to it',
  ],
  [
    'profile: advantech-adam-6017, line: tcp, channels: { ai8: { parameter: smoke, closed: 1 } }',
    'instruments.0.channels.ai8: profile "advantech-adam-6017" has no input ai8: it has ai0 to ai7',
  ],
  [
    'profile: xy-md02, line: tcp, channels: { ai0: { parameter: smoke, closed: 1 } }',
    'it has no inputs to wire',
  ],
] as const)('a wiring that cannot be stops the start with its place (%s)', ([fields, says]) => {
  expect(() => load(`{ id: io, ${fields} }`)).toThrow(says);
});

test('points of the profile are read beside channels only when they are asked for', () => {
  const profile = profiles.get('advantech-adam-6051');
  if (!profile) throw new Error('no profile');
  const channels = { di2: { parameter: 'smoke', closed: 1 } } as const;
  const read = (more: Partial<Pick<Instrument, 'points' | 'channels'>>) =>
    pointsOf(profile, more).map(({ parameter }) => parameter);
  expect(read({})).toEqual(['traffic_flow']);
  expect(read({ channels })).toEqual(['smoke']);
  expect(read({ channels, points: ['traffic_flow'] })).toEqual(['traffic_flow', 'smoke']);
});
