import { describe, expect, test } from 'vitest';
import { createDecoder, pointAddresses, type ReadWord } from '../decode.ts';
import { loadProfiles } from '../kit/profiles.ts';
import { type ParameterId, parameterOf } from '../parameter.ts';
import type { Profile, ProfilePoint } from '../profile.ts';
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

test('the flame bit stands beside a healthy status', () => {
  const profile = get('esp-safety-ipes');
  const word = (value: number | null) =>
    createRegisterImage(profile)(new Map([['flame', value]]))('input', 0);
  expect([word(0), word(1)]).toEqual([0, 1]);
  expect(
    decode(profile, createRegisterImage(profile)(new Map([['flame', null]]))).get('flame')?.value,
  ).toBeNull();
});
