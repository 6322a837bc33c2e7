import { expect, test } from 'vitest';
import { loadProfiles } from '../devices/kit/profiles.ts';
import { stateSchema } from '../devices/profile/state.ts';
import { createAcquirer } from './acquire.ts';

const profile = loadProfiles().get('dfrobot-sen0662');
if (!profile) throw new Error('no profile');
const acquire = createAcquirer('cau-rong', profile, profile.points);

const block = [2, 0, 0x4108, 0, 0x4144, 0, 0x41a0, 0];

test('a round gives one reading a point, of its station and time', () => {
  const readings = acquire({
    at: 1000,
    words: (_area, address) => block[address - 4],
    whyAbsent: () => null,
  });
  expect(readings).toEqual([
    { station: 'cau-rong', parameter: 'pm1', at: 1000, value: 8.5, flag: 1, reason: null },
    { station: 'cau-rong', parameter: 'pm2_5', at: 1000, value: 12.25, flag: 1, reason: null },
    { station: 'cau-rong', parameter: 'pm10', at: 1000, value: 20, flag: 1, reason: null },
  ]);
});

test('what was not read is missing with the cause, what was read stays', () => {
  const cause = 'no answer within 1000 ms';
  const words = (_area: string, address: number) => (address < 8 ? block[address - 4] : undefined);
  const readings = acquire({ at: 1000, words, whyAbsent: () => cause });
  expect(readings.map(({ value, flag, reason }) => [value, flag, reason])).toEqual([
    [8.5, 1, null],
    [null, 9, cause],
    [null, 9, cause],
  ]);
});

test('a reason that the instrument gives itself is not covered by the fault of another block', () => {
  const words = (_area: string, address: number) => (address === 4 ? 5 : address < 8 ? 0 : undefined);
  const [first] = acquire({ at: 1000, words, whyAbsent: () => 'no answer within 1000 ms' });
  expect(first?.reason).toBe('sensor fault');
});

const pm = (value: number) => {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value);
  const words = [2, 0, 0x4108, 0, bytes.getUint16(0), bytes.getUint16(2), 0x41a0, 0];
  return (_area: string, address: number) => words[address - 4];
};

test('each point is judged beside its own values before', () => {
  const read = createAcquirer('cau-rong', profile, profile.points);
  const flags = [12, 13, 700, 14].map((value, index) =>
    read({ at: 1000 + index * 10_000, words: pm(value), whyAbsent: () => null }).map(({ flag }) => flag),
  );
  expect(flags).toEqual([
    [1, 1, 1],
    [1, 1, 1],
    [1, 3, 1],
    [1, 1, 1],
  ]);
});

test("an instrument's own settings count before the parameter's", () => {
  const read = createAcquirer('cau-rong', profile, profile.points, {
    pm2_5: { range: [0, 10], spike: 'off' },
  });
  const dust = (value: number, at: number) => read({ at, words: pm(value), whyAbsent: () => null })[1];
  expect(dust(12, 1000)).toMatchObject({ flag: 3, reason: 'unusual: outside 0..10' });
  expect(dust(4, 2000)).toMatchObject({ flag: 1 });
  expect(dust(700, 3000)?.reason).toBe('unusual: outside 0..10');
});

test('what a round has not read is missing, whatever the round before had', () => {
  const read = createAcquirer('cau-rong', profile, profile.points);
  const words = pm(12);
  read({ at: 1000, words, whyAbsent: () => null });
  const half = (area: string, address: number) => (address < 8 ? words(area, address) : undefined);
  const later = read({ at: 2000, words: half, whyAbsent: () => 'no answer within 1000 ms' });
  expect(later.map(({ value, flag }) => [value, flag])).toEqual([
    [8.5, 1],
    [null, 9],
    [null, 9],
  ]);
});

test('values of a calibration and of a fault are no measure of the values after them', () => {
  const state_from = [
    stateSchema.parse({
      area: 'input',
      address: 50,
      type: 'uint16',
      calibrating: { 1: 'zero gas' },
      error: { 2: 'lamp' },
    }),
  ];
  const read = createAcquirer('cau-rong', { ...profile, state_from }, profile.points);
  const dust = (value: number, state: number, at: number) => {
    const words = (area: string, address: number) => (address === 50 ? state : pm(value)(area, address));
    const { flag, reason } = read({ at, words, whyAbsent: () => null })[1] ?? {};
    return [flag, reason];
  };
  expect([
    dust(12, 0, 0),
    dust(700, 1, 10_000),
    dust(690, 1, 20_000),
    dust(600, 2, 30_000),
    dust(13, 0, 40_000),
    dust(700, 0, 50_000),
  ]).toEqual([
    [1, null],
    [2, 'calibration: zero gas'],
    [2, 'calibration: zero gas'],
    [4, 'instrument error: lamp'],
    [1, null],
    [3, 'spike: more than 200 µg/m³ from the last good value'],
  ]);
});
