import { describe, expect, test } from 'vitest';
import { createDecoder, pointAddresses, type ReadWord } from '../decode.ts';
import { loadProfiles } from '../kit/profiles.ts';
import { type ParameterId, parameterOf } from '../parameter.ts';
import type { ProfilePoint } from '../profile/point.ts';
import { type Profile, profileSchema } from '../profile.ts';
import { canSayAbsent, createRegisterImage, inUnit } from './register-image.ts';

const profiles = loadProfiles();
const get = (id: string): Profile => {
  const profile = profiles.get(id);
  if (!profile) throw new Error(`no profile ${id}`);
  return profile;
};
const decode = (profile: Profile, read: ReadWord, at = 0) =>
  new Map(
    createDecoder(profile, profile.points)
      .decode(read, at)
      .map((one) => [one.parameter, one.judged]),
  );

/** Values within what parameter and instrument call good: a third and two thirds of the span, and below zero. */
function samples(point: ProfilePoint): number[] {
  if (point.type === 'bit') return [0, 1];
  const { fail, suspect } = parameterOf(point.parameter);
  const [low, high] = suspect ?? fail;
  const top = Math.min(high, converted(point, point.range?.[1]) ?? high, 30_000);
  const bottom = Math.max(low, converted(point, point.range?.[0]) ?? low);
  return [bottom + (top - bottom) / 3, bottom + ((top - bottom) * 2) / 3];
}

function converted(point: ProfilePoint, limit: number | undefined): number | undefined {
  if (limit === undefined) return undefined;
  const slope = inUnit(point.parameter, 1, point.unit) - inUnit(point.parameter, 0, point.unit);
  return (limit - inUnit(point.parameter, 0, point.unit)) / slope;
}

/** Half a step of the register, in the parameter's unit. */
function resolution(point: ProfilePoint, value: number): number {
  if (point.type === 'float32') return Math.abs(value) * 1e-6;
  const slope = inUnit(point.parameter, 1, point.unit) - inUnit(point.parameter, 0, point.unit);
  return (point.scale / slope) * 0.51;
}

describe.each([...profiles.keys()])('%s', (id) => {
  const profile = get(id);

  test.each([0, 1])('what goes into the registers comes out again (%i)', (index) => {
    const points = profile.points.filter((point) => !point.counter);
    const measured = new Map(points.map((point) => [point.parameter, samples(point)[index] ?? 0]));
    const decoded = decode(profile, createRegisterImage(profile)(measured));
    for (const point of points) {
      const value = measured.get(point.parameter) ?? Number.NaN;
      const judged = decoded.get(point.parameter);
      expect(judged, point.parameter).toMatchObject({ flag: 1, reason: null });
      expect(Math.abs((judged?.value ?? Number.NaN) - value)).toBeLessThanOrEqual(resolution(point, value));
    }
  });

  test('an absent value is said to be absent where the instrument can say so', () => {
    const decoded = decode(profile, createRegisterImage(profile)(new Map()));
    for (const point of profile.points.filter(canSayAbsent)) {
      expect(decoded.get(point.parameter), point.parameter).toMatchObject({ value: null, flag: 9 });
    }
  });

  test('one absent value leaves the others good', () => {
    const [first, ...others] = profile.points.filter((point) => !point.counter);
    const measured = new Map<ParameterId, number | null>(
      others.map((point) => [point.parameter, samples(point)[0] ?? 0]),
    );
    if (first) measured.set(first.parameter, null);
    const decoded = decode(profile, createRegisterImage(profile)(measured));
    for (const point of others)
      expect(decoded.get(point.parameter), point.parameter).toMatchObject({ flag: 1 });
  });

  test('every register that the points need is there', () => {
    const read = createRegisterImage(profile)(new Map());
    for (const { area, address, count } of profile.points.flatMap((point) =>
      pointAddresses(profile, point),
    )) {
      for (let index = 0; index < count; index++) expect(read(area, address + index)).toBeTypeOf('number');
    }
  });
});

test('below zero comes out again where the register can hold it', () => {
  for (const [id, parameter, value] of [
    ['seeed-sensecap-one-s1000', 'air_temperature', -1],
    ['sokol-m', 'air_temperature', -4.5],
    ['qdy30a-b', 'water_level', -0.12],
    ['in-situ-aqua-troll-500', 'redox', -123],
    ['lufft-ws-umb', 'dew_point', -5.2],
    ['vaisala-hmp110', 'air_temperature', -7.5],
    ['yosemitech-y533', 'redox', -152],
    ['vega-vegapuls-61', 'water_level', -0.35],
  ] as const) {
    const profile = get(id);
    expect(
      decode(profile, createRegisterImage(profile)(new Map([[parameter, value]]))).get(parameter)?.value,
    ).toBe(value);
  }
});

test('a value beyond its register stays at the end of it', () => {
  const profile = get('greystone-cmd5b4');
  const read = createRegisterImage(profile)(new Map([['co', -500]]));
  expect(read('holding', 1)).toBe(0);
  const level = get('qdy30a-b');
  expect(
    decode(level, createRegisterImage(level)(new Map([['water_level', 45.678]]))).get('water_level')?.value,
  ).toBe(45.68);
});

test('a counter rolls over', () => {
  const profile = get('advantech-adam-6051');
  const read = createRegisterImage(profile)(new Map([['traffic_flow', 2 ** 32 + 0x1_0457 + 0.9]]));
  expect([read('holding', 0), read('holding', 1)]).toEqual([0x0457, 0x0001]);
});

test('holes that a reader may read along are readable, the others are not', () => {
  const read = createRegisterImage(get('seeed-sensecap-one-s1000'))(new Map());
  expect(read('input', 0x0008)).toBe(0);
  expect(read('input', 0x0020)).toBeUndefined();
  expect(createRegisterImage(get('xy-md02'))(new Map())('input', 0)).toBeUndefined();
});

test('a fault of one sensor leaves the others of the same status register good', () => {
  const profile = get('campbell-metsens300');
  const all = new Map<ParameterId, number | null>([
    ['pressure', 1010],
    ['relative_humidity', null],
    ['air_temperature', 25],
    ['dew_point', null],
    ['supply_voltage', 12],
  ]);
  const decoded = decode(profile, createRegisterImage(profile)(all));
  expect(decoded.get('relative_humidity')?.reason).toBe('humidity sensor faulty');
  expect(decoded.get('dew_point')).toMatchObject({ value: null, flag: 9 });
  expect(decoded.get('air_temperature')).toMatchObject({ value: 25, flag: 1 });
  expect(decoded.get('pressure')).toMatchObject({ value: 1010, flag: 1 });
});

test('of several validity registers one says why there is no value', () => {
  const rule = (address: number, reason: string) => ({
    area: 'discrete',
    address,
    type: 'bit',
    good: [0],
    reasons: { 1: reason },
  });
  const point = { parameter: 'o3', area: 'input', address: 18, type: 'float32', unit: 'ppb' };
  const valid_when = [rule(1, 'warming up'), rule(2, 'lamp is off')];
  const profile = profileSchema.parse({ ...get('qdy30a-b'), points: [{ ...point, valid_when }] });
  const decoded = decode(profile, createRegisterImage(profile)(new Map()));
  expect(decoded.get('o3')?.reason).toBe('warming up');
});

test('what measures says that it measures', () => {
  const profile = get('teledyne-t400');
  const decoded = decode(profile, createRegisterImage(profile)(new Map([['o3', 60]])));
  expect(decoded.get('o3')).toMatchObject({ flag: 1, reason: null });
});

test('a total and the tips that it is made of share a register: what is measured stands there', () => {
  const profile = get('xunchip-xm9505');
  expect(createRegisterImage(profile)(new Map([['rain_total', 12.5]]))('holding', 0)).toBe(125);
  expect(createRegisterImage(profile)(new Map([['rain_rate', 130]]))('holding', 0)).toBe(130);
});

test('order, exponent and factor are written to their registers', () => {
  const point = {
    parameter: 'water_level',
    area: 'input',
    address: 1302,
    type: 'int32',
    unit: 'm',
    order_from: { area: 'holding', address: 3000, type: 'uint16', codes: { 1: 'CDAB', 2: 'DCBA' } },
    exponent_from: { area: 'holding', address: 3001, type: 'int16' },
    scale_from: { area: 'holding', address: 3002, type: 'uint16', codes: { 5: 0.5 } },
  };
  const profile = profileSchema.parse({ ...get('qdy30a-b'), points: [point], writes: [] });
  const read = createRegisterImage(profile)(new Map([['water_level', -1.25]]));
  expect([3000, 3001, 3002].map((address) => read('holding', address))).toEqual([1, 0xfffd, 5]);
  // -1.25 / 0.5 × 1000 is -2500, 0xFFFFF63C, low word first
  expect([read('input', 1302), read('input', 1303)]).toEqual([0xf63c, 0xffff]);
  expect(decode(profile, read).get('water_level')?.value).toBe(-1.25);
});

test('an implausible neighbour makes a value absent, and a plausible one is there when it is not', () => {
  const valid_when = { area: 'input', address: 4, type: 'uint16', min: 300, max: 1250 };
  const point = {
    parameter: 'water_level',
    area: 'input',
    address: 5,
    type: 'int16',
    unit: 'cm',
    valid_when,
  };
  const profile = profileSchema.parse({ ...get('qdy30a-b'), points: [point] });
  const image = createRegisterImage(profile);
  expect(decode(profile, image(new Map([['water_level', 1.5]]))).get('water_level')?.value).toBe(1.5);
  expect(decode(profile, image(new Map())).get('water_level')?.value).toBeNull();
});

test('fixed blocks are readable whole, registers to leave alone not at all, and pairs as pairs', () => {
  const sonde = createRegisterImage(get('yosemitech-y700'))(new Map());
  expect([0, 1, 2, 3, 4, 5].map((offset) => sonde('holding', 0x2600 + offset))).not.toContain(undefined);
  expect(sonde('holding', 0x2606)).toBeUndefined();
  const lufft = profileSchema.parse({ ...get('lufft-ws-umb'), link: { unit: 1, max_gap: 4 } });
  const bridged = createRegisterImage(lufft)(new Map());
  expect([47, 48, 49, 50].map((address) => bridged('input', address))).toEqual([undefined, 0, undefined, 0]);
  expect(bridged('input', 32)).toBe(0);
  const even = profileSchema.parse({
    ...get('xy-md02'),
    forbidden: [],
    link: { unit: 1, even_start: true },
  });
  const pairs = createRegisterImage(even)(new Map());
  expect([0, 1, 2, 3].map((address) => pairs('input', address))).toEqual([0, 0, 0, 0]);
});

test('the flame bit stands beside a healthy status', () => {
  const profile = get('esp-safety-ipes');
  const word = (value: number | null) =>
    createRegisterImage(profile)(new Map([['flame', value]]))('input', 0);
  expect([word(0), word(1)]).toEqual([0, 1]);
  expect(
    decode(profile, createRegisterImage(profile)(new Map([['flame', null]]))).get('flame')?.value,
  ).toBeNull();
});
