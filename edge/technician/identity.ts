/** What a unit on the line is: profiles by their fingerprints, and devices that must be left alone. Pure. */
import type { AddressRange, ReadWord } from '../../devices/decode.ts';
import { checkFingerprint, fingerprintAddresses } from '../../devices/fingerprint.ts';
import type { Profile } from '../../devices/profile.ts';
import type { ReadResult } from '../sources/source.ts';

/** Every read of the fingerprint is known and as expected. A profile without one is never recognised. */
export const hasFingerprint = (profile: Profile, read: ReadWord): boolean =>
  checkFingerprint(profile, read).kind === 'match';

/** Factory unit → the model that may stand there and takes a foreign request amiss. */
export const forbiddenUnits = (profiles: Iterable<Profile>): Map<number, Profile> =>
  new Map(
    [...profiles].filter(({ scan }) => scan === 'forbidden').map((profile) => [profile.link.unit, profile]),
  );

/** So many requests without an answer, and the unit is left alone: it knows none of these registers. */
const SILENCES = 3;

/** Asks a unit for the fingerprints, those of models with this factory unit first; the first that fits ends it. */
export async function identify(
  unit: number,
  profiles: readonly Profile[],
  ask: (range: AddressRange) => Promise<ReadResult>,
): Promise<string[]> {
  const words = new Map<string, number>();
  const asked = new Set<string>();
  const read: ReadWord = (area, address) => words.get(`${area} ${address}`);
  const candidates = profiles
    .filter(({ scan, fingerprint }) => scan === 'allowed' && fingerprint.length > 0)
    .toSorted((a, b) => Number(b.link.unit === unit) - Number(a.link.unit === unit));
  let silences = 0;
  for (const profile of candidates) {
    for (const range of fingerprintAddresses(profile)) {
      const name = `${range.area} ${range.address} ${range.count}`;
      if (asked.has(name)) continue;
      asked.add(name);
      const result = await ask(range);
      if (result.kind === 'words') {
        silences = 0;
        for (const [index, word] of result.words.entries())
          words.set(`${range.area} ${range.address + index}`, word);
        continue;
      }
      if (result.fault.kind !== 'exception') silences += 1;
      if (silences >= SILENCES) return [];
      // One read that fails decides: the rest of this fingerprint need not be asked.
      break;
    }
    if (hasFingerprint(profile, read)) return [profile.id];
  }
  return [];
}

export const nameOf = ({ maker, models, id }: Profile): string => `${maker} ${models[0] ?? id}`;
