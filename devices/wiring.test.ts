import { expect, test } from 'vitest';
import { createDecoder } from './decode.ts';
import { type Profile, profileSchema, type RegisterArea } from './profile.ts';
import { channelsSchema, wiredPoints, wiringFaults } from './wiring.ts';

const ranges = {
  '0-20 mA': { unit: 'mA', signal: [0, 20], raw: [0, 20_000] },
  '0-10 V': { unit: 'V', signal: [0, 10], raw: [0, 10_000] },
  '0-5 V': { unit: 'V', signal: [0, 5], raw: [0, 5000] },
};
const analog = { kind: 'analog', name: 'ai', count: 8, area: 'input', address: 0, type: 'uint16', ranges };
const counter = {
  kind: 'pulses',
  name: 'c',
  count: 2,
  area: 'holding',
  address: 0,
  type: 'uint32',
  order: 'CDAB',
};
const contact = {
  kind: 'contact',
  name: 'di',
  first: 1,
  count: 4,
  area: 'discrete',
  address: 10,
  type: 'bit',
};

const made = (channels: object[] = [analog, counter, contact], more: object = {}) => ({
  id: 'test-module',
  maker: 'Test',
  models: ['Test'],
  revision: 1,
  status: 'documentation',
  sources: ['made up for this test'],
  address_base: 'zero',
  link: { unit: 1 },
  channels,
  examples: [{ title: 'none', registers: {}, readings: {} }],
  ...more,
});
const module = (channels?: object[]): Profile => profileSchema.parse(made(channels));

function decoderOf(wiring: object, profile = module()) {
  const channels = channelsSchema.parse(wiring);
  expect(wiringFaults(profile, channels)).toEqual([]);
  const decoder = createDecoder(profile, wiredPoints(profile, channels));
  return (words: Record<string, number>, at = 0) =>
    decoder.decode((area: RegisterArea, address: number) => words[`${area} ${address}`], at)[0]?.judged;
}

const saysOf = (wiring: object, profile = module()): (string | undefined)[] =>
  wiringFaults(profile, channelsSchema.parse(wiring)).map(({ message }) => message);

const probe = { parameter: 'water_level', from: [4, 20], to: [0, 10], unit: 'm' };

test.for([
  [12_000, { value: 5, flag: 1, reason: null }],
  [4000, { value: 0, flag: 1, reason: null }],
  [20_000, { value: 10, flag: 1, reason: null }],
  [3700, { value: -0.1875, flag: 3, reason: "outside the instrument's range -0.125..10.3125 m" }],
  [3599, { value: null, flag: 9, reason: 'wire broken: less than 3.6 mA' }],
  [0, { value: null, flag: 9, reason: 'wire broken: less than 3.6 mA' }],
] as const)('channel 3 is a 4-20 mA level probe of 0 to 10 m (%i µA)', ([raw, expected]) => {
  expect(decoderOf({ ai3: probe })({ 'input 3': raw })).toEqual(expected);
});

test('more than 21 mA is a short circuit', () => {
  const wide = { '0-24 mA': { unit: 'mA', signal: [0, 24], raw: [0, 24_000] } };
  const read = decoderOf({ ai0: probe }, module([{ ...analog, ranges: wide }]));
  expect(read({ 'input 0': 20_400 })).toMatchObject({ value: 10.25, flag: 1 });
  expect(read({ 'input 0': 21_001 })).toMatchObject({
    value: null,
    flag: 9,
    reason: 'short circuit: more than 21 mA',
  });
});

test('a range that ends at 4 mA cannot tell a broken wire from its end, so the end is no value', () => {
  const live = { '4-20 mA': { unit: 'mA', signal: [4, 20], raw: [0, 65_535] } };
  const read = decoderOf({ ai0: probe }, module([{ ...analog, ranges: live }]));
  expect(read({ 'input 0': 0 })).toMatchObject({
    value: null,
    flag: 9,
    reason: 'wire broken, or 4 mA exactly',
  });
  expect(read({ 'input 0': 65_535 })).toMatchObject({ value: 10, flag: 1 });
});

test('voltages, falling spans and negative values', () => {
  const sensor = { parameter: 'air_temperature', from: [1, 5], to: [60, -40], unit: 'Cel', range: '0-10 V' };
  const read = decoderOf({ ai7: sensor });
  expect(read({ 'input 7': 1000 })).toMatchObject({ value: 60, flag: 1 });
  expect(read({ 'input 7': 4600 })).toMatchObject({ value: -30, flag: 3 });
});

test('an input that is set to another range, or says that it is broken, has no value', () => {
  const bank = {
    ...analog,
    ranges: { '0-20 mA': { ...ranges['0-20 mA'], code: 2 }, '0-10 V': { ...ranges['0-10 V'], code: 0 } },
    setting: { area: 'holding', address: 24, type: 'uint16' },
    valid_when: {
      area: 'input',
      address: 60,
      type: 'uint16',
      good: [0],
      reasons: { 1: 'burnout' },
    },
  };
  const read = decoderOf({ ai3: probe }, module([bank]));
  expect(read({ 'input 3': 12_000, 'holding 27': 2, 'input 63': 0 })).toMatchObject({ value: 5, flag: 1 });
  expect(read({ 'input 3': 12_000, 'holding 27': 0, 'input 63': 0 })?.reason).toBe(
    'the input is set to another range than 0-20 mA',
  );
  expect(read({ 'input 3': 12_000, 'holding 27': 2, 'input 63': 1 })?.reason).toBe('burnout');
});

test('counter 1 is a rain gauge with 0.2 mm a tip', () => {
  const read = decoderOf({ c1: { parameter: 'rain_rate', amount: 0.2, window_s: 60 } });
  const words = (tips: number) => ({ 'holding 2': tips & 0xffff, 'holding 3': tips >>> 16 });
  expect(read(words(65_535))?.reason).toBe('counter started');
  // Two tips in a minute are 0.4 mm a minute, 24 mm an hour; the low word comes first.
  expect(read(words(65_537), 60_000)).toMatchObject({ value: 24, flag: 1 });
});

test('what is no rate is a sum of the pulses', () => {
  const read = decoderOf({ c0: { parameter: 'rain_total', amount: 0.2 } });
  expect(read({ 'holding 0': 61, 'holding 1': 0 })).toMatchObject({ value: 12.2, flag: 1 });
});

test('a contact closes or opens on alarm', () => {
  const on = { 'discrete 12': 1 };
  expect(decoderOf({ di3: { parameter: 'smoke', closed: 1 } })(on)?.value).toBe(1);
  expect(decoderOf({ di3: { parameter: 'smoke', closed: 0 } })(on)?.value).toBe(0);
  expect(decoderOf({ di3: { parameter: 'smoke', closed: 0 } })({ 'discrete 12': 0 })?.value).toBe(1);
});

test.for([
  ['an input that is not there', { ai8: probe }, 'has no input ai8: it has ai0 to ai7, c0 to c1, di1 to di4'],
  ['one before the first', { di0: { parameter: 'smoke', closed: 1 } }, 'has no input di0'],
  ['pulses at a current', { ai0: { parameter: 'rain_rate', amount: 1 } }, 'needs from, to and unit'],
  ['a current at a counter', { c0: probe }, 'counts pulses: it needs an amount'],
  ['pulses at a contact', { di1: { parameter: 'rain_rate', amount: 1 } }, 'is a contact: it needs closed'],
  [
    'pulses of what is neither rate nor sum',
    { c0: { parameter: 'wind_speed', amount: 1 } },
    'wind_speed is neither',
  ],
  ['a unit that does not fit', { ai0: { ...probe, unit: 'Cel' } }, 'Cel does not fit water_level'],
  ['a span without ends', { ai0: { ...probe, to: [1, 1] } }, 'two different ends'],
  ['a signal that the input has not', { ai0: { ...probe, from: [0, 100] } }, 'no range of the input holds'],
  ['a range that is not there', { ai0: { ...probe, range: '0-1 V' } }, 'there is no range "0-1 V"'],
  ['a signal beyond the named range', { ai0: { ...probe, range: '0-5 V' } }, 'is not within the range'],
  ['a signal that fits two ranges', { ai0: { ...probe, from: [1, 5] } }, 'Say range: "0-20 mA" or "0-10 V"'],
  ['a parameter twice', { ai0: probe, ai1: probe }, 'water_level is wired to ai0 too'],
] as const)('says %s', ([, wiring, says]) => {
  expect(saysOf(wiring)).toEqual([expect.stringContaining(says)]);
});

test('wiring of no known kind is told with what there is', () => {
  const { error } = channelsSchema.safeParse({ ai0: { parameter: 'water_level', amout: 1 } });
  expect(error?.issues[0]?.message).toContain('{ parameter, amount } of pulses');
});

test('a profile says what its inputs are without contradiction, and measures something', () => {
  const faultOf = (channels: object[]) =>
    profileSchema.safeParse(made(channels)).error?.issues[0]?.message ?? null;
  expect(faultOf([])).toBe('what does it measure? Give points or channels');
  expect(faultOf([{ ...contact, area: 'holding' }])).toContain('a contact is a bit');
  expect(faultOf([{ ...counter, type: 'float32' }])).toContain('a counter is uint16 or uint32');
  const setting = { area: 'holding', address: 24, type: 'uint16' };
  expect(faultOf([{ ...analog, setting }])).toContain('a code and a setting register go together');
});

test('an example of a profile is wired as an edge file is', () => {
  const example = { title: 'x', registers: {}, readings: {}, channels: { ai9: probe } };
  const { error } = profileSchema.safeParse(made(undefined, { examples: [example] }));
  expect(error?.issues[0]).toMatchObject({ path: ['examples', 0, 'channels', 'ai9'] });
});

test.each([
  [{ parameter: 'rain_intensity', amount: 0.2 }, 'parameter: "rain_intensity" is no known parameter'],
  [{ parameter: 'smoke', closed: 3 }, 'closed: Invalid option: expected one of 0|1'],
  [
    { parameter: 'water_level', from: [4, 20], to: [0, 10], unit: 'metres' },
    'unit: "metres" is no known unit',
  ],
  [{ parameter: 'smoke' }, 'must be { parameter, from, to, unit } of a current'],
])('a wiring that is written wrong is told by what is wrong with it: %j', (wiring, message) => {
  const { error } = channelsSchema.safeParse({ c0: wiring });
  expect(error?.issues[0]?.message).toContain(message);
});
