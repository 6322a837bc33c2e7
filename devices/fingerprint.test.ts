import { expect, test } from 'vitest';
import type { ReadWord } from './decode.ts';
import { checkFingerprint, fingerprintAddresses } from './fingerprint.ts';
import { loadProfiles } from './kit/profiles.ts';
import type { Profile } from './profile.ts';
import { createRegisterImage } from './simulator/register-image.ts';

const profiles = loadProfiles();
const get = (id: string): Profile => {
  const profile = profiles.get(id);
  if (!profile) throw new Error(`no profile ${id}`);
  return profile;
};
const words =
  (content: Record<string, number>): ReadWord =>
  (area, address) =>
    content[`${area} ${address}`];

test('the constants of a Vaisala probe prove model and byte order', () => {
  const probe = get('vaisala-hmp110');
  // -12345 is 0xCFC7; -123.45 is 0xC2F6E666, least significant word first.
  const right = { 'holding 7936': 0xcfc7, 'holding 7937': 0xe666, 'holding 7938': 0xc2f6 };
  expect(checkFingerprint(probe, words(right)).kind).toBe('match');
  const swapped = { ...right, 'holding 7937': 0xc2f6, 'holding 7938': 0xe666 };
  expect(checkFingerprint(probe, words(swapped)).kind).toBe('differs');
  expect(checkFingerprint(probe, words({ 'holding 7936': 0xcfc7 })).kind).toBe('unread');
});

test('what was found is told beside what was expected', () => {
  expect(checkFingerprint(get('dfrobot-sen0662'), words({ 'input 0': 0x0296, 'input 1': 7 }))).toEqual({
    kind: 'differs',
    reads: [
      { label: 'product id', expected: [0x0296], found: 0x0296 },
      { label: 'vendor id', expected: [0x3343], found: 7 },
    ],
  });
});

test('only the masked bits count: the low byte of a Lufft is its firmware', () => {
  const station = get('lufft-ws-umb');
  expect(checkFingerprint(station, words({ 'input 0': 0x0f2a })).kind).toBe('match');
  expect(checkFingerprint(station, words({ 'input 0': 0x052a })).kind).toBe('differs');
});

test('a profile without a fingerprint says nothing', () => {
  expect(checkFingerprint(get('qdy30a-b'), words({})).kind).toBe('unread');
});

test.each([...profiles.values()].filter((one) => one.fingerprint.length > 0).map((one) => one.id))(
  'a simulated %s has its own fingerprint and no other',
  (id) => {
    const image = createRegisterImage(get(id))(new Map());
    expect(checkFingerprint(get(id), image).kind).toBe('match');
    for (const { area, address } of fingerprintAddresses(get(id)))
      expect(image(area, address)).toBeTypeOf('number');
    const others = [...profiles.values()].filter((one) => one.id !== id);
    expect(others.filter((other) => checkFingerprint(other, image).kind === 'match')).toEqual([]);
  },
);
