import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDecoder } from '../decode.ts';
import { loadProfiles, PROFILES_DIR } from '../kit/profiles.ts';
import { loadYaml } from '../kit/yaml-file.ts';
import { examplePoints } from '../profile/example.ts';
import { type Profile, profileSchema, protocolAddress, type RegisterArea } from '../profile.ts';

const blueprint = loadYaml(join(PROFILES_DIR, '_blueprint.yaml'), profileSchema);
const profiles = [blueprint, ...loadProfiles().values()];

type Example = Profile['examples'][number];

/** Reasons that come from the reader and not from the instrument. */
const UNTOLD = ['not read', 'counter started'];

/** Models whose registers cannot say that something is wrong, and why. */
const CANNOT_TELL: Readonly<Record<string, string>> = {
  'advantech-adam-6051': 'an input is on or off, a counter any number: a cut wire looks like a quiet one',
  'advantech-adam-6051-contacts': 'an input is on or off: a cut wire looks like a quiet one',
  'advantech-adam-6060': 'an input is on or off, a counter any number: a cut wire looks like a quiet one',
  'moxa-iologik-e1210': 'an input is on or off: a cut wire looks like a quiet one',
  'xunchip-xm9505': 'its one register counts tips, and every content is a possible count',
};

function reader(profile: Profile, example: Example) {
  const words = new Map<string, number>();
  for (const [area, blocks] of Object.entries(example.registers)) {
    for (const [start, values] of Object.entries(blocks ?? {})) {
      for (const [index, word] of values.entries())
        words.set(`${area} ${protocolAddress(profile, Number(start)) + index}`, word);
    }
  }
  return (area: RegisterArea, address: number) => words.get(`${area} ${address}`);
}

/** Equal to nine digits: the examples are written by hand. */
function expectClose(value: number | null | undefined, expected: number | null | undefined): void {
  if (typeof value !== 'number' || typeof expected !== 'number') expect(value).toBe(expected);
  else expect(value.toPrecision(9)).toBe(expected.toPrecision(9));
}

describe.each(profiles)('$id', (profile) => {
  test.each(profile.examples)('$title', (example) => {
    const decoded = createDecoder(profile, examplePoints(profile, example)).decode(
      reader(profile, example),
      0,
    );
    for (const [parameter, expected] of Object.entries(example.readings)) {
      const judged = decoded.find((one) => one.parameter === parameter)?.judged;
      expect(judged, `${parameter} is no point`).toBeDefined();
      expectClose(judged?.value, expected?.value);
      expect(judged?.flag).toBe(expected?.flag);
      if (expected?.reason !== undefined) expect(judged?.reason).toBe(expected.reason);
    }
  });

  test('every point has an example, and every kind of input', () => {
    const shown = new Set(profile.examples.flatMap((example) => Object.keys(example.readings)));
    expect(profile.points.map((point) => point.parameter).filter((id) => !shown.has(id))).toEqual([]);
    const wired = profile.examples.flatMap(({ channels }) => Object.keys(channels));
    const unshown = profile.channels.filter(({ name }) => !wired.some((channel) => channel.startsWith(name)));
    expect(unshown.map(({ name }) => name)).toEqual([]);
  });

  test('each kind of state has an example, with its flag', () => {
    const shown = profile.examples.flatMap(({ readings }) =>
      Object.values(readings).map((one) => `${one?.flag} ${one?.reason}`),
    );
    for (const [kind, start] of [
      ['calibrating', '2 calibration: '],
      ['error', '4 instrument error: '],
      ['warning', '3 instrument warning: '],
    ] as const) {
      if (profile.state_from.some((rule) => rule[kind] !== undefined))
        expect(
          shown.filter((one) => one.startsWith(start)),
          kind,
        ).not.toEqual([]);
    }
  });

  test('an example shows what its registers hold when something is wrong, where the model can tell', () => {
    const readings = profile.examples.flatMap((example) => Object.values(example.readings));
    const told = readings.filter((one) => one?.flag !== 1 && !UNTOLD.includes(one?.reason ?? ''));
    if (CANNOT_TELL[profile.id]) expect(told).toEqual([]);
    else expect(told).not.toEqual([]);
  });

  test('where a type can be negative an example is', () => {
    const signed = profile.points.some(({ type }) => type.startsWith('int') || type === 'float32');
    const values = profile.examples.flatMap(({ readings }) =>
      Object.values(readings).map((one) => one?.value ?? 0),
    );
    if (signed) expect(Math.min(...values)).toBeLessThan(0);
  });
});

test('every profile names the schema for editors in its first line', () => {
  const line = '# yaml-language-server: $schema=./profile.schema.json';
  const files = readdirSync(PROFILES_DIR).filter((file) => file.endsWith('.yaml'));
  const lacking = files.filter(
    (file) => !readFileSync(join(PROFILES_DIR, file), 'utf8').startsWith(`${line}\n`),
  );
  expect(lacking).toEqual([]);
});
