import { expect, test } from 'vitest';
import { createDecoder, PARTIAL_WINDOW, pointAddresses } from './decode.ts';
import { type Profile, profileSchema, type RegisterArea } from './profile.ts';
import { converter } from './unit.ts';

function profileOf(points: unknown[], more: object = {}): Profile {
  return profileSchema.parse({
    id: 'test',
    maker: 'Test',
    models: ['Test'],
    revision: 1,
    status: 'documentation',
    sources: ['made up for this test'],
    address_base: 'zero',
    link: { unit: 1 },
    points,
    examples: [{ title: 'none', registers: {}, readings: {} }],
    ...more,
  });
}

const reader =
  (words: Record<string, number>) =>
  (area: RegisterArea, address: number): number | undefined =>
    words[`${area} ${address}`];

function decodeOne(profile: Profile, words: Record<string, number>, at = 0) {
  return createDecoder(profile, profile.points).decode(reader(words), at)[0]?.judged;
}

const temperature = { parameter: 'air_temperature', area: 'input', address: 5, type: 'int16', unit: 'Cel' };

test('a value is scaled, shifted and free of the noise of binary fractions', () => {
  const profile = profileOf([{ ...temperature, scale: 0.1, offset: -40 }]);
  expect(decodeOne(profile, { 'input 5': 693 })).toEqual({ value: 29.3, flag: 1, reason: null });
});

test('a float32 is the shortest decimal that is the same float32', () => {
  const profile = profileOf([{ ...temperature, type: 'float32' }]);
  expect(decodeOne(profile, { 'input 5': 0x40d6, 'input 6': 0x6666 })?.value).toBe(6.7);
});

test('a register that was not read, or only half, makes the value missing', () => {
  const profile = profileOf([{ ...temperature, type: 'int32' }]);
  expect(decodeOne(profile, { 'input 5': 0 })).toEqual({ value: null, flag: 9, reason: 'not read' });
});

test('with numbers from one the address on the wire is one less', () => {
  const profile = profileOf([temperature], { address_base: 'one' });
  expect(decodeOne(profile, { 'input 4': 25 })?.value).toBe(25);
});

test('a literal address goes out as printed', () => {
  const profile = profileOf([{ ...temperature, address: 40_050 }], { address_base: 'literal' });
  expect(decodeOne(profile, { 'input 40050': 25 })?.value).toBe(25);
});

test('a sentinel is no value', () => {
  const profile = profileOf([{ ...temperature, sentinels: [-32_768] }]);
  expect(decodeOne(profile, { 'input 5': 0x8000 })).toEqual({
    value: null,
    flag: 9,
    reason: 'the instrument has no value (-32768)',
  });
});

test('validity comes from another register, masked, with its reason', () => {
  const valid_when = {
    area: 'input',
    address: 9,
    type: 'uint16',
    mask: 0x0006,
    good: [0],
    reasons: { 2: 'fault' },
  };
  const profile = profileOf([{ ...temperature, valid_when }]);
  expect(decodeOne(profile, { 'input 5': 25, 'input 9': 0xff01 })?.value).toBe(25);
  expect(decodeOne(profile, { 'input 5': 25, 'input 9': 2 })?.reason).toBe('fault');
  expect(decodeOne(profile, { 'input 5': 25, 'input 9': 4 })?.reason).toBe('the instrument says invalid (4)');
  expect(decodeOne(profile, { 'input 5': 25 })?.reason).toBe('not read');
});

test('the instrument range makes a value suspect, the gross range of the parameter makes it fail', () => {
  const profile = profileOf([{ ...temperature, range: [0, 40] }]);
  expect(decodeOne(profile, { 'input 5': 45 })).toEqual({
    value: 45,
    flag: 3,
    reason: "outside the instrument's range 0..40 °C",
  });
  expect(decodeOne(profile, { 'input 5': 99 })?.flag).toBe(4);
});

test('the order of the bytes comes from another register: VEGA 1302, whose order is in 3000', () => {
  const order_from = {
    area: 'holding',
    address: 3000,
    type: 'uint16',
    codes: { 0: 'ABCD', 1: 'CDAB', 2: 'DCBA', 3: 'BADC' },
  };
  const profile = profileOf([
    { parameter: 'water_level', area: 'input', address: 1302, type: 'float32', unit: 'm', order_from },
  ]);
  // 2.75 is 0x40300000; told apart by 0x4030A00B = 2.7597682.
  const at = (order: number, high: number, low: number) =>
    decodeOne(profile, { 'holding 3000': order, 'input 1302': high, 'input 1303': low });
  for (const [order, high, low] of [
    [0, 0x4030, 0xa00b],
    [1, 0xa00b, 0x4030],
    [2, 0x0ba0, 0x3040],
    [3, 0x3040, 0x0ba0],
  ] as const)
    expect(at(order, high, low)?.value).toBeCloseTo(2.75977, 5);
  expect(at(4, 0x4030, 0)?.reason).toBe('unknown byte order code 4');
  expect(decodeOne(profile, { 'input 1302': 0x4030, 'input 1303': 0 })?.reason).toBe('not read');
});

test('a power of ten comes from another register: SunSpec', () => {
  const exponent_from = { area: 'holding', address: 9, type: 'int16' };
  const profile = profileOf([{ ...temperature, exponent_from }]);
  expect(decodeOne(profile, { 'input 5': 253, 'holding 9': 0xffff })?.value).toBe(25.3);
  expect(decodeOne(profile, { 'input 5': 3, 'holding 9': 1 })?.value).toBe(30);
  expect(decodeOne(profile, { 'input 5': 253, 'holding 9': 0x8000 })?.reason).toBe(
    'an exponent of -32768 makes no sense',
  );
  expect(decodeOne(profile, { 'input 5': 253 })?.reason).toBe('not read');
});

test('a factor comes from another register, as it is or as a code', () => {
  const scale_from = { area: 'holding', address: 8, type: 'float32' };
  const plain = profileOf([{ ...temperature, scale_from }]);
  expect(decodeOne(plain, { 'input 5': 50, 'holding 8': 0x3f00, 'holding 9': 0 })?.value).toBe(25);
  expect(decodeOne(plain, { 'input 5': 50, 'holding 8': 0, 'holding 9': 0 })?.reason).toBe(
    'a scale of 0 makes no sense',
  );
  expect(decodeOne(plain, { 'input 5': 50 })?.reason).toBe('not read');
  const coded = profileOf([
    { ...temperature, scale_from: { ...scale_from, type: 'uint16', codes: { 0: 0.1, 1: 0.01 } } },
  ]);
  expect(decodeOne(coded, { 'input 5': 2530, 'holding 8': 1 })?.value).toBe(25.3);
  expect(decodeOne(coded, { 'input 5': 2530, 'holding 8': 2 })?.reason).toBe('unknown scale code 2');
});

test('a sentinel has its own reason where the manual gives one', () => {
  const profile = profileOf([
    { ...temperature, sentinels: [-32_768, 32_767], sentinel_reasons: { '-32768': 'not fitted' } },
  ]);
  expect(decodeOne(profile, { 'input 5': 0x8000 })?.reason).toBe('not fitted');
  expect(decodeOne(profile, { 'input 5': 0x7fff })?.reason).toBe('the instrument has no value (32767)');
});

test('a float of all ones is no number', () => {
  const profile = profileOf([{ ...temperature, type: 'float32' }]);
  expect(decodeOne(profile, { 'input 5': 0xffff, 'input 6': 0xffff })).toEqual({
    value: null,
    flag: 9,
    reason: 'not a number',
  });
});

test('a float too small for anything to measure is doubted, 0 is not', () => {
  const profile = profileOf([{ ...temperature, type: 'float32' }]);
  // 31.27 °C with its two words swapped.
  expect(decodeOne(profile, { 'input 5': 0x28f6, 'input 6': 0x41fa })).toMatchObject({
    flag: 3,
    reason: 'too small to be measured: are its words in the right order?',
  });
  expect(decodeOne(profile, { 'input 5': 0, 'input 6': 0 })?.flag).toBe(1);
  expect(decodeOne(profile, { 'input 5': 0x8000, 'input 6': 0 })?.flag).toBe(1);
});

test('of several validity rules all must hold, a discrete input among them', () => {
  const valid_when = [
    { area: 'discrete', address: 1, type: 'bit', good: [1], reasons: { 0: 'not valid' } },
    {
      area: 'input',
      address: 20,
      type: 'uint32',
      mask: 0x8000_0001,
      good: [0],
      reasons: { 2147483648: 'hot' },
    },
  ];
  const profile = profileOf([{ ...temperature, valid_when }]);
  const judged = (bit: number, high: number, low: number) =>
    decodeOne(profile, { 'input 5': 25, 'discrete 1': bit, 'input 20': high, 'input 21': low });
  expect(judged(1, 0x7fff, 0xfffe)?.value).toBe(25);
  expect(judged(0, 0, 0)?.reason).toBe('not valid');
  expect(judged(1, 0x8000, 0)?.reason).toBe('hot');
  expect(decodeOne(profile, { 'input 5': 25, 'discrete 1': 1 })?.reason).toBe('not read');
});

test('a value counts only while another one is plausible: after power-up', () => {
  const valid_when = {
    area: 'input',
    address: 4,
    type: 'uint16',
    min: 300,
    max: 1250,
    reasons: { 0: 'starting up' },
  };
  const profile = profileOf([{ ...temperature, valid_when }]);
  expect(decodeOne(profile, { 'input 5': 25, 'input 4': 1010 })?.value).toBe(25);
  expect(decodeOne(profile, { 'input 5': 25, 'input 4': 0 })?.reason).toBe('starting up');
  expect(decodeOne(profile, { 'input 5': 25, 'input 4': 1251 })?.reason).toBe(
    'the instrument says invalid (1251)',
  );
});

test('decimals that make no sense are no value', () => {
  const profile = profileOf([
    { ...temperature, decimals_from: { area: 'input', address: 6, type: 'uint16' } },
  ]);
  expect(decodeOne(profile, { 'input 5': 253, 'input 6': 1 })?.value).toBe(25.3);
  expect(decodeOne(profile, { 'input 5': 253, 'input 6': 255 })?.reason).toBe('255 decimals make no sense');
});

test('a counter becomes a rate, and each decoder remembers its own', () => {
  const profile = profileOf([
    {
      parameter: 'traffic_flow',
      area: 'holding',
      address: 0,
      type: 'uint16',
      unit: '1/h',
      counter: { width: 16, amount: 1, window_s: 30 },
    },
  ]);
  const one = createDecoder(profile, profile.points);
  const other = createDecoder(profile, profile.points);
  expect(one.decode(reader({ 'holding 0': 10 }), 0)[0]?.judged.reason).toBe('counter started');
  // Ten seconds are no window of thirty: shown, and nothing is judged by it.
  expect(one.decode(reader({ 'holding 0': 20 }), 10_000)[0]?.judged).toEqual({
    value: 3600,
    flag: 2,
    reason: PARTIAL_WINDOW,
  });
  expect(other.decode(reader({ 'holding 0': 20 }), 10_000)[0]?.judged.reason).toBe('counter started');
  expect(one.decode(reader({}), 20_000)[0]?.judged.reason).toBe('not read');
  expect(one.decode(reader({ 'holding 0': 40 }), 30_000)[0]?.judged).toMatchObject({ value: 3600, flag: 1 });
  expect(one.decode(reader({ 'holding 0': 3 }), 31_000)[0]?.judged.reason).toBe('counter restarted');
});

test('the addresses of a point are those of its value and of all that it depends on', () => {
  const profile = profileOf(
    [
      {
        ...temperature,
        type: 'float32',
        unit_from: { area: 'holding', address: 8, type: 'uint16', codes: { 1: 'Cel' } },
        valid_when: { area: 'discrete', address: 3, type: 'bit', good: [0] },
      },
    ],
    { address_base: 'one' },
  );
  expect(profile.points.flatMap((point) => pointAddresses(profile, point))).toEqual([
    { area: 'input', address: 4, count: 2 },
    { area: 'holding', address: 7, count: 1 },
    { area: 'discrete', address: 2, count: 1 },
  ]);
});

test('a profile is refused for a unit that does not fit, a parameter twice, or register 0 counted from one', () => {
  const faults = (points: unknown[], more?: object): string => {
    try {
      profileOf(points, more);
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(faults([{ ...temperature, unit: 'hPa' }])).toContain('hPa does not fit air_temperature');
  expect(faults([temperature, { ...temperature, address: 7 }])).toContain('air_temperature is there twice');
  expect(faults([{ ...temperature, address: 0 }], { address_base: 'one' })).toContain(
    'the first register is 1',
  );
  expect(converter('hPa', 'Cel')).toBeNull();
});
