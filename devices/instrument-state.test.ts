import { expect, test } from 'vitest';
import { createDecoder, pointAddresses } from './decode.ts';
import { type Profile, profileSchema, type RegisterArea } from './profile.ts';
import { createJudge } from './quality/judge.ts';

const temperature = { parameter: 'air_temperature', area: 'input', address: 5, type: 'int16', unit: 'Cel' };
const humidity = { parameter: 'relative_humidity', area: 'input', address: 6, type: 'uint16', unit: '%RH' };
const status = { area: 'input', address: 9, type: 'uint16' };

const made = (state_from: object[], more: object = {}) => ({
  id: 'test',
  maker: 'Test',
  models: ['Test'],
  revision: 1,
  status: 'documentation',
  sources: ['made up for this test'],
  address_base: 'zero',
  link: { unit: 1 },
  points: [temperature],
  examples: [{ title: 'none', registers: {}, readings: {} }],
  state_from,
  ...more,
});
const profileOf = (state_from: object[], more: object = {}): Profile =>
  profileSchema.parse(made(state_from, more));
const faultOf = (state: object, more: object = {}): string | null =>
  profileSchema.safeParse(made([state], more)).error?.issues[0]?.message ?? null;

const judged = (profile: Profile, words: Record<number, number>) =>
  createDecoder(profile, profile.points)
    .decode((_area: RegisterArea, address: number) => words[address], 0)
    .map((one) => one.judged);

const full = {
  ...status,
  calibrating: { 1: 'zero calibration' },
  error: { 2: 'lamp' },
  warning: { 3: 'flow' },
};

test.for([
  [0, { value: 25, flag: 1, reason: null }],
  [1, { value: 25, flag: 2, reason: 'calibration: zero calibration' }],
  [2, { value: 25, flag: 4, reason: 'instrument error: lamp' }],
  [3, { value: 25, flag: 3, reason: 'instrument warning: flow' }],
  // What the manual does not name is no state.
  [77, { value: 25, flag: 1, reason: null }],
] as const)('a value keeps its number and is flagged by the state (%i)', ([state, expected]) => {
  expect(judged(profileOf([full]), { 5: 25, 9: state })).toEqual([expected]);
});

test('of several states all are told, and calibration decides before error before warning', () => {
  const bits = ['calibrating', 'error', 'warning'].map((kind, index) => ({
    ...status,
    mask: 1 << index,
    [kind]: { [1 << index]: kind },
  }));
  const profile = profileOf(bits);
  const told = [6, 7].map((state) => judged(profile, { 5: 25, 9: state })[0]);
  expect(told).toEqual([
    { value: 25, flag: 4, reason: 'instrument error: error; instrument warning: warning' },
    {
      value: 25,
      flag: 2,
      reason: 'calibration: calibrating; instrument error: error; instrument warning: warning',
    },
  ]);
});

test('the worse of range and state counts, but a calibration gas has no range', () => {
  const profile = profileOf([full]);
  const told = [1, 2, 3].map((state) => judged(profile, { 5: 200, 9: state })[0]);
  expect(told).toEqual([
    { value: 200, flag: 2, reason: 'calibration: zero calibration' },
    { value: 200, flag: 4, reason: 'instrument error: lamp; outside -40..85' },
    { value: 200, flag: 4, reason: 'instrument warning: flow; outside -40..85' },
  ]);
});

test('a value without its status register is doubtful, and an absent one stays absent', () => {
  const profile = profileOf([full]);
  expect(judged(profile, { 5: 25 })).toEqual([{ value: 25, flag: 3, reason: 'instrument status not read' }]);
  expect(judged(profile, { 9: 1 })).toEqual([{ value: null, flag: 9, reason: 'not read' }]);
});

test('a state can be of some parameters only, and only their readings need its register', () => {
  const profile = profileOf([{ ...full, of: ['relative_humidity'] }], { points: [temperature, humidity] });
  expect(judged(profile, { 5: 25, 6: 70, 9: 2 }).map(({ flag }) => flag)).toEqual([1, 4]);
  const addresses = profile.points.map((point) =>
    pointAddresses(profile, point).map(({ address }) => address),
  );
  expect(addresses).toEqual([[5], [6, 9]]);
});

test('the tests of a series neither judge a calibration nor learn from it', () => {
  const [calibration] = judged(profileOf([full]), { 5: 60, 9: 1 });
  const judge = createJudge('air_temperature');
  const minute = 60_000;
  expect(judge({ value: 25, flag: 1, reason: null }, 0).flag).toBe(1);
  expect(calibration && judge(calibration, minute)).toEqual(calibration);
  expect(judge({ value: 25.1, flag: 1, reason: null }, 2 * minute).flag).toBe(1);
});

test('a rule says something, once, of registers that may be read', () => {
  expect(faultOf(status)).toBe('what does it say? Give calibrating, error or warning');
  expect(faultOf({ ...status, error: { 1: 'a' }, warning: { 1: 'b' } })).toBe('1 has two meanings');
  expect(faultOf({ ...status, mask: 1, error: { 2: 'a' } })).toBe('2 has bits that the mask takes away');
  expect(faultOf({ ...status, type: 'bit', error: { 1: 'a' } })).toContain('take the whole register');
  expect(faultOf({ ...status, area: 'discrete', error: { 1: 'a' } })).toBe('a discrete is a bit, not uint16');
  expect(faultOf({ ...full, of: ['ph'] })).toBe('ph is no point of this profile');
  const forbidden = [{ area: 'input', address: 9, reason: 'silent' }];
  expect(faultOf(full, { forbidden })).toBe('input 9 must not be read: silent');
});
